#!/usr/bin/env bash
# HDF5's own parallel test programs: the same verdicts without and with the connector.
#   H5PAVE_STOCK_PROGRAMS, H5PAVE_STOCK_RANKS: which programs, with how many ranks (lists)
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/support/shell.sh"
[ -n "${H5_PARALLEL_TESTS:-}" ] || skip "this HDF5 comes without its parallel test programs (Debian's packages do)"
[ -n "${MPIEXEC:-}" ] || skip 'no mpiexec of Open MPI'
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_mpi_yield_when_idle=1
# A program that hangs is a failure, with the stacks of its ranks.
limit=${H5PAVE_STOCK_LIMIT:-400}

# verdicts NAME PROGRAM RANKS: what the program says, without times and places, and its exit status.
verdicts() {
    local name=$1 program=$2 ranks=$3 rc=0
    mkdir -p "$name"
    # shellcheck disable=SC2086
    (cd "$name" && timeout --signal=ABRT "$limit" $MPIEXEC ${MPIEXEC_FLAGS:-} -n "$ranks" "$H5_PARALLEL_TESTS/$program") \
        >"$name.log" 2>&1 </dev/null || rc=$?
    grep -aE 'PASSED|FAILED|SKIPPED|-SKIP-|All tests|error' "$name.log" | sed 's/[0-9.]* seconds//; s/^Proc [0-9]*: *//' |
        sort >"$name.txt" || true
    echo "exit status $rc" >>"$name.txt"
}

programs=${H5PAVE_STOCK_PROGRAMS:-testphdf5 t_shapesame t_filters_parallel t_pmulti_dset t_select_io_dset t_pshutdown t_init_term}
for program in $programs; do
    [ -x "$H5_PARALLEL_TESTS/$program" ] || { echo "skipped: no $program here"; continue; }
    for ranks in ${H5PAVE_STOCK_RANKS:-2}; do
        verdicts "native-$program-$ranks" "$program" "$ranks"
        (
            export HDF5_PLUGIN_PATH=$H5PAVE_BUILT_PLUGIN_DIR HDF5_VOL_CONNECTOR=h5pave H5PAVE_STATS="$scratch/$program-$ranks-%r.json"
            verdicts "h5pave-$program-$ranks" "$program" "$ranks"
        )
        check "$program, $ranks ranks ($SECONDS s): $(grep -c . "native-$program-$ranks.txt") verdicts, $(tail -n 1 "native-$program-$ranks.txt")" \
            "$(diff "native-$program-$ranks.txt" "h5pave-$program-$ranks.txt")" ''
        check_ok "$program, $ranks ranks: connector was active" [ -s "$program-$ranks-0.json" ]
    done
done
# shellcheck disable=SC2016 # a program of jq
check_ok "ranks wrote chunks together in these programs" \
    jq -es 'map(.write.chunks_in_parallel) | add > 0' ./*-[0-9]*-[0-9]*.json
finish
