#!/bin/sh
# Runs the five examples with h5pave and prints the chunk index of each, as stock HDF5 names it.
#
# usage: run.sh COMPILER-AND-FLAGS…      (for example: run.sh h5cc)
#   HDF5_PLUGIN_PATH  h5pave's plugin folder
#   H5_TOOLS          folder of h5ls and h5debug; default: as found in PATH
set -eu
if [ $# -eq 0 ] || [ -z "${HDF5_PLUGIN_PATH:-}" ]; then
    echo "usage: HDF5_PLUGIN_PATH=PREFIX/lib/h5pave/plugin $0 COMPILER-AND-FLAGS, for example: $0 h5cc" >&2
    exit 2
fi
compiler=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
tools=${H5_TOOLS:+$H5_TOOLS/}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for example in single_chunk implicit fixed_array extensible_array v2_btree; do
    "$compiler" "$here/$example.c" "$@" -o "$folder/$example"
    HDF5_VOL_CONNECTOR=h5pave "$folder/$example" "$folder/$example.h5"
    address=$("${tools}h5ls" -v "$folder/$example.h5/data" | sed -n 's/.*Location: *[0-9]*:\([0-9]*\).*/\1/p')
    index=$("${tools}h5debug" "$folder/$example.h5" "$address" | sed -n 's/ *Index Type: *//p')
    printf '%-18s %s\n' "$example" "$index"
done
