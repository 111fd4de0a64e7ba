# The examples of docs/examples print one line per chunk index (row 29).
# Arguments: HDF5's include folder, its library, the source folder.
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
include=$1 library=$2 source=$3

printed=$(HDF5_PLUGIN_PATH=$H5PAVE_BUILT_PLUGIN_DIR H5_TOOLS=$H5_TOOLS "$source/docs/examples/run.sh" \
    cc -isystem "$source/src/h5/no_mpi" -I"$include" "$library" "-Wl,-rpath,$(dirname "$library")")
expect() { check "example $1" "$(sed -n "s/^$1 *//p" <<<"$printed")" "$2"; }
expect single_chunk "Single Chunk"
expect implicit "Implicit"
expect fixed_array "Fixed Array"
expect extensible_array "Extensible Array"
expect v2_btree "v2 B-tree"
finish
