#!/usr/bin/env bash
# An unmodified h5py program with driver='mpio': all of it works under h5pave, also what stock refuses, and
# serial stock HDF5 reads the values.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/support/shell.sh"
program=$H5PAVE_SOURCE/mpi_tests/h5py_program.py
is_parallel='from mpi4py import MPI; import h5py; assert h5py.get_config().mpi and h5py.version.hdf5_version_tuple >= (1, 14)'
export H5PY_ALWAYS_USE_MPI=1  # Debian's h5py is serial at one rank otherwise.
[ -n "${MPIEXEC:-}" ] || skip 'no mpiexec of Open MPI'
/usr/bin/python3 -c "$is_parallel" 2>/dev/null || skip 'no h5py with MPI and HDF5 >= 1.14 here (Debian 13: python3-h5py-mpi)'
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_mpi_yield_when_idle=1

# run_program NAME RANKS: prints what the program says.
run_program() {
    # shellcheck disable=SC2086
    timeout 100 $MPIEXEC ${MPIEXEC_FLAGS:-} -n "$2" /usr/bin/python3 "$program" "$1.h5" 2>"$1.err" </dev/null ||
        { echo "exit status $?"; cat "$1.err"; }
}

written='collective write: done
collective write with conversion: done
collective appends: done
independent write: done'
for ranks in 1 2 3; do
    said=$(H5PAVE_STATS=$scratch/stats.$ranks.%r.json RUN run_program "h5pave$ranks" "$ranks")
    check "$ranks ranks: all writes" "$(head -n 4 <<<"$said")" "$written"
    check "$ranks ranks: all reads" "$(tail -n +5 <<<"$said" | sed 's/.*: //' | sort -u)" '[True]'
    check "$ranks ranks: every value by serial stock HDF5" "$(env -u H5PY_ALWAYS_USE_MPI /usr/bin/python3 - "h5pave$ranks.h5" <<'PYTHON'
import sys
import h5py
import numpy as np
rows, column = np.arange(96)[:, None] * 1000, np.arange(300)
with h5py.File(sys.argv[1], 'r') as file:
    same = [np.array_equal(file[name][:], rows + column * seed) for name, seed in
            (('together', 1), ('converted', 2), ('alone', 3))]
    same += [np.array_equal(file['grown'][96 * step:96 * (step + 1)], rows + column * (4 + step)) for step in range(3)]
print(same)
PYTHON
)" '[True, True, True, True, True, True]'
    check_ok "$ranks ranks: by h5pave" jq -e '.write.chunks_in_parallel > 0' "stats.$ranks.0.json"
done
said=$(run_program stock 2)
check 'stock refuses the independent write' "$(grep -c '^independent write: done' <<<"$said" || true)" 0
finish
