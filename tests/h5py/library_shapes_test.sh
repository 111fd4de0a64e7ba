#!/usr/bin/env bash
# The chunk shapes that libraries choose by themselves, as the advisor recomputes them, over hundreds
# of random shapes against the libraries: every h5py at hand, and netCDF4 (netCDF-C of its wheel).
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
print=$H5PAVE_BUILD/tests/h5py/library_shapes_print
program=$H5PAVE_SOURCE/tests/h5py/library_shapes_test.py

for entry in $PY_H5PY_LIST; do
    check_ok "${entry%%=*} h5py's chunks=True" "${entry#*=}" "$program" "$print" h5py
    tail -n 1 out.txt
done
if [ -n "${PY_TWO_LIBS:-}" ]; then
    check_ok "netCDF-C's default" "$PY_TWO_LIBS" "$program" "$print" netcdf4
    tail -n 1 out.txt
else echo "skipped: no netCDF4 to compare with"; fi
python3 -c 'import dask.array' 2>>log &&
    check_ok "dask's chunks='auto'" python3 "$program" "$print" dask || echo "skipped: no dask to compare with"
finish
