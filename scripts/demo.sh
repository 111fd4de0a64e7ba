#!/usr/bin/env bash
# The main job on real data: the coastline database binned_GSHHS_h.nc (netCDF-4, that is HDF5) is
# rewritten, chunked and compressed, by unmodified programs, without and with h5pave, and the results
# are compared value by value by stock HDF5. Works from a fresh Debian 12 or 13 on. The files stay in
# build/demo. Then a large made-up field is written and read by an unmodified program, likewise.
#
# Environment, besides setup.sh's: H5PAVE_DEMO_RUNS, how often each program runs (3; the best counts).
set -euo pipefail

# shellcheck source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
# shellcheck source=lib/demo.sh
. "$scripts/lib/demo.sh"

# Stock h5repack: the larger variables get new chunks; those that fit into one chunk get just one.
repack_demo() {
    local name=h5repack dataset chunk index
    local -a options=() datasets=()
    while read -r dataset chunk index; do
        options+=(-l "$dataset:CHUNK=$chunk" -f "$dataset:SHUF" -f "$dataset:GZIP=4")
        datasets+=("$dataset|$index")
    done <<'LIST'
Relative_longitude_from_SW_corner_of_bin 16384 Fixed Array
Relative_latitude_from_SW_corner_of_bin 32768 Fixed Array
Embedded_npts_levels_exit_entry_for_a_segment 8192 Fixed Array
The_km_squared_area_of_polygons 16384 Fixed Array
Id_of_first_segment_in_a_bin 16200 Single Chunk
LIST
    say "h5repack, without and with h5pave"
    run_both "$name" "$H5_TOOLS/h5repack" "${options[@]}" "$DEMO_DATA" OUT
    require_active "$name" "${datasets[0]%|*}"
    heading "h5repack, HDF5 $(tools_version): $(basename "$DEMO_DATA")"
    for dataset in "${datasets[@]}"; do
        dataset_row "$name" "${dataset%|*}" "${dataset#*|}" "$DEMO_DATA"
    done
    file_row "$name" "$DEMO_DATA"
    sample_log "${datasets[0]%|*}" "$H5_TOOLS/h5repack" "${options[@]}" "$DEMO_DATA" OUT
}

# 64 MiB of made-up data, where encoding and decoding is most of the work: times of the HDF5 calls
# alone. Both read the file that stock HDF5 wrote.
field_demo() {
    local name=$1 python=$2 program=$scripts/demo/field.py by_stock by_h5pave copy
    by_stock=$demo_folder/field.$1.stock.h5 by_h5pave=$demo_folder/field.$1.h5pave.h5
    copy=$demo_folder/field.$1.read.h5
    say "field.py ($name), without and with h5pave"
    time_both "$python" "$program" write "$by_stock" -- "$python" "$program" write "$by_h5pave"
    require_active "field.$name" field
    heading "field.py, h5py with HDF5 $(h5py_hdf5_version "$python"): 64 MiB float32, gzip-4, shuffle; HDF5 calls alone"
    field_row "field, written" "$by_stock" "$by_h5pave" "$(chunk_index "$by_h5pave" field)" "$(stored_kilobytes "$by_h5pave" field)"
    time_both "$python" "$program" read "$by_stock" "$copy" -- "$python" "$program" read "$by_stock" "$copy"
    field_row "field, read" "$by_stock" "$copy"
    rm -f "$copy"
}

# An unmodified MPI program on two ranks: a collective write, and one that stock HDF5 refuses.
mpi_demo() {
    local folders=$1 program=$demo_folder/mpi_field name=mpi_field off on by_conversion
    local -a start=("$MPIEXEC")
    # shellcheck disable=SC2206
    start+=($MPIEXEC_FLAGS -n 2 "$program")
    mpicc.openmpi -O1 -o "$program" "$scripts/demo/mpi_field.c" -I"${folders%,*}" -L"${folders#*,}" -lhdf5 -lm \
        "-Wl,-rpath,${folders#*,}" >>"$demo_folder/demo.log" 2>&1 || die "mpi_field.c does not compile (see $demo_folder/demo.log)"
    off=$demo_folder/$name.stock.h5 on=$demo_folder/$name.h5pave.h5 by_conversion=$demo_folder/$name.double.h5
    export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_mpi_yield_when_idle=1
    say "mpi_field on 2 ranks, without and with h5pave"
    time_both "${start[@]}" "$off" float -- "${start[@]}" "$on" float
    require_active "$name" field
    heading "mpiexec -n 2 mpi_field, Open MPI: 64 MiB float32, gzip-4, shuffle; create, collective write, close"
    field_row "field" "$off" "$on" "$(chunk_index "$on" field)" "$(stored_kilobytes "$on" field)"
    if without_h5pave "${start[@]}" "$by_conversion" double >>"$demo_folder/demo.log" 2>&1; then
        demo_fail "stock HDF5 did not refuse the collective write from double"
    fi
    best_off=0
    best_on=$(own_microseconds with_h5pave "${start[@]}" "$by_conversion" double) ||
        die "the collective write from double failed with h5pave (see $demo_folder/demo.log)"
    field_row "field, from double" "$off" "$by_conversion"
    demo_notes+=("field, from double: stock HDF5 refuses this collective write (time 0); the values are compared with the first row's.")
}

tools_version() { without_h5pave "$H5_TOOLS/h5dump" --version | sed 's/.*Version *//'; }

# An unmodified h5py script, with one interpreter of PY_H5PY_LIST.
python_demo() {
    local name=$1 python=$2
    say "rewrite.py ($name), without and with h5pave"
    run_both "$name" "$python" "$scripts/demo/rewrite.py" "$DEMO_DATA" OUT
    heading "rewrite.py, h5py with HDF5 $(h5py_hdf5_version "$python")"
    dataset_row "$name" points "Extensible Array"
    dataset_row "$name" density "v2 B-tree"
    dataset_row "$name" levels "Fixed Array"
    dataset_row "$name" levels_raw "Implicit"
    dataset_row "$name" segments_per_bin "Single Chunk"
    file_row "$name"
    [ "${#demo_samples[@]}" -ge 2 ] || sample_log points "$python" "$scripts/demo/rewrite.py" "$DEMO_DATA" OUT
}

prepare
build_h5pave
# shellcheck source=/dev/null
. "$h5pave_build/testenv.sh"
[ -r "$DEMO_DATA" ] || die "no binned_GSHHS_h.nc here: install the package gmt-gshhg-high"
demo_folder=$h5pave_build/demo
mkdir -p "$demo_folder"
: >"$demo_folder/demo.log"

repack_demo
for entry in $PY_H5PY_LIST; do
    python_demo "${entry%%=*}" "${entry#*=}"
    field_demo "${entry%%=*}" "${entry#*=}"
done
for entry in $H5_FLAVOURS; do
    if [ "${entry%%=*}" = openmpi ] && [ -n "$MPIEXEC" ] && have mpicc.openmpi; then mpi_demo "${entry#*=}"; fi
done
[ -n "$PY_H5PY_LIST" ] || say "no h5py with HDF5 >= 1.14 here: h5repack only"

print_table
printf '%s\n' "Best of ${H5PAVE_DEMO_RUNS:-3} runs. values: compared by stock h5diff, h5repack's also with the source file." \
    "${demo_notes[@]}" "The files: $demo_folder" "" "What h5pave says with H5PAVE_LOG=info, for example:"
printf '%s\n' "${demo_samples[@]}" | fold -s -w 96 | sed 's/^/    /; s/^    h5pave:/  h5pave:/'
if [ "$demo_failures" -gt 0 ]; then
    die "$demo_failures checks failed, listed above the table; the programs' own output is in $demo_folder/demo.log"
fi
