#!/bin/bash
# no_module_test.sh PLUGIN PROGRAM COMMAND…: the plugin alone in a folder, without the folder mpi/ beside
# it. The program must work as with stock HDF5, with one line that says why, and a counted reason; also
# when only one rank lacks the module.
set -u
plugin=$1 program=$2
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/plugin"
cp "$plugin" "$folder/plugin/"
export HDF5_PLUGIN_PATH="$folder/plugin" HDF5_VOL_CONNECTOR=h5pave H5PAVE_STATS="$folder/stats.%r.json"
"$@" "$program" "$folder/file.h5" h5pave >"$folder/output" 2>&1 || { cat "$folder/output"; exit 1; }
lines=$(grep -c 'MPI files are left to stock HDF5 (no_mpi_module)' "$folder/output")
[ "$lines" -eq 1 ] || { echo "$lines lines instead of 1:"; cat "$folder/output"; exit 1; }
for rank in 0 1; do
    grep -q no_mpi_module "$folder/stats.$rank.json" || { echo "rank $rank counted nothing"; exit 1; }
done

export BUILT=${plugin%/*}
# shellcheck disable=SC2016 # for the shell of each rank
"$@" bash -c '[ "${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}" = 1 ] || export HDF5_PLUGIN_PATH=$BUILT
    exec "$0" "$1" h5pave' "$program" "$folder/mixed.h5" >"$folder/output" 2>&1 || { cat "$folder/output"; exit 1; }
grep -q '"write:mpi_file' "$folder/stats.0.json" || { echo "rank 0 wrote alone"; exit 1; }
grep -q no_mpi_module "$folder/stats.1.json" || { echo "rank 1 has a module"; exit 1; }
