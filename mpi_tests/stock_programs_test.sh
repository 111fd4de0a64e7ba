#!/usr/bin/env bash
# HDF5's own parallel test programs: the same verdicts without and with the connector, for every MPI.
#   H5PAVE_STOCK_PROGRAMS, H5PAVE_STOCK_RANKS: which programs, with how many ranks (lists)
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/support/shell.sh"
[ -n "${H5_PARALLEL_TESTS:-}" ] || skip 'no parallel test programs of HDF5 (scripts/test.sh builds them where it can)'
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_mpi_yield_when_idle=1
# A program that hangs is a failure, with the stacks of its ranks.
limit=${H5PAVE_STOCK_LIMIT:-400}

# launcher FLAVOUR: mpiexec and its options; nothing where there is none.
launcher() {
    case $1 in
        mpich) printf '%s\n' "${MPIEXEC_MPICH:-}" ;;
        *) printf '%s\n' "${MPIEXEC:+$MPIEXEC ${MPIEXEC_FLAGS:-}}" ;;
    esac
}

# verdicts NAME PROGRAM RANKS MPIEXEC…: what the program says, without times and places, and its exit status.
verdicts() {
    local name=$1 program=$2 ranks=$3 rc=0
    shift 3
    mkdir -p "$name"
    (cd "$name" && timeout --signal=ABRT "$limit" "$@" -n "$ranks" "$program") >"$name.log" 2>&1 </dev/null || rc=$?
    grep -aE 'PASSED|FAILED|SKIPPED|-SKIP-|All tests|error' "$name.log" | sed 's/[0-9.]* seconds//; s/^Proc [0-9]*: *//' |
        sort >"$name.txt" || true
    echo "exit status $rc" >>"$name.txt"
}

# compare FLAVOUR PROGRAM RANKS MPIEXEC…: one program, natively and with the connector.
compare() {
    local flavour=$1 path=$2 ranks=$3 run
    shift 3
    run=$flavour-${path##*/}-$ranks
    verdicts "native-$run" "$path" "$ranks" "$@"
    (
        export HDF5_PLUGIN_PATH=$H5PAVE_BUILT_PLUGIN_DIR HDF5_VOL_CONNECTOR=h5pave H5PAVE_STATS="$scratch/$run-%r.json"
        verdicts "h5pave-$run" "$path" "$ranks" "$@"
    )
    check "$run ranks ($SECONDS s): $(grep -c . "native-$run.txt") verdicts, $(tail -n 1 "native-$run.txt")" \
        "$(diff "native-$run.txt" "h5pave-$run.txt")" ''
    check_ok "$run ranks: connector was active" [ -s "$run-0.json" ]
}

programs=${H5PAVE_STOCK_PROGRAMS:-testphdf5 t_shapesame t_filters_parallel t_pmulti_dset t_select_io_dset t_pshutdown t_init_term
    h5_api_test_parallel}
for entry in $H5_PARALLEL_TESTS; do
    flavour=${entry%%=*} folder=${entry#*=}
    read -r -a mpiexec <<<"$(launcher "$flavour")"
    [ "${#mpiexec[@]}" -gt 0 ] || { echo "skipped: no mpiexec for $flavour"; continue; }
    for program in $programs; do
        [ -x "$folder/$program" ] || { echo "skipped: no $program for $flavour"; continue; }
        for ranks in ${H5PAVE_STOCK_RANKS:-2}; do
            compare "$flavour" "$folder/$program" "$ranks" "${mpiexec[@]}"
        done
    done
    # shellcheck disable=SC2016 # a program of jq
    check_ok "$flavour: ranks wrote chunks together in these programs" \
        jq -es 'map(.write.chunks_in_parallel) | add > 0' "$flavour"-*-[0-9]*-[0-9]*.json
done
[ "$checks" -gt 0 ] || skip 'no parallel test program could be run'
finish
