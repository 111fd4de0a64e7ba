#!/usr/bin/env bash
# h5pave doctor: nothing wrong on this machine, then each planted fault is named with its fix.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"
compiler=${CC:-cc}
install_into "$scratch/prefix"
doctor=$scratch/prefix/bin/h5pave
folder=$scratch/prefix/lib/h5pave/plugin
# The interpreter in PATH is not what these checks are about.
mkdir no-python
for tool in env ldconfig ldd sh bash; do
    path=$(PATH=$PATH:/sbin:/usr/sbin command -v $tool) && ln -s "$path" "no-python/$tool"
done

# finds TEXT PATTERN COMMAND…: doctor exits with 1, a line PROBLEM matches, and its fix follows.
finds() {
    local text=$1 pattern=$2
    shift 2
    check_rc "$text" 1 "$@"
    check_has "$text: named" out.txt "^PROBLEM  .*$pattern"
    check "$text: each problem has a fix" "$(grep -c '^         fix: .' out.txt)" "$(grep -c '^PROBLEM' out.txt)"
}
plain() { PATH=$scratch/no-python "$@"; }

# --- nothing wrong ----------------------------------------------------------------------------------
check_rc "this machine" 0 plain "$doctor" doctor
check_has "the plugin" out.txt "^ok +plugin: $folder/libh5pave.so"
check_has "the library" out.txt '^ok +HDF5 (1\.1[4-9]|[2-9])'
check_has "end to end" out.txt "^ok +end to end with this command's libhdf5: h5pave is active, a chunked dataset got a Fixed Array"
check_rc "as set by h5pave run" 0 plain "$doctor" run -- "$doctor" doctor
check_has "the variables" out.txt '^ok +HDF5_VOL_CONNECTOR and HDF5_PLUGIN_PATH choose h5pave'
check_rc "with options that the check must not take over" 0 plain env H5PAVE_INDEX=btree1 H5PAVE_COMPAT=1.8 "$doctor" doctor

# --- variables --------------------------------------------------------------------------------------
finds "connector without a plugin path" 'no folder in HDF5_PLUGIN_PATH' plain env HDF5_VOL_CONNECTOR=h5pave "$doctor" doctor
finds "blank connector" 'blanks' plain env HDF5_VOL_CONNECTOR=' ' "$doctor" doctor
finds "unknown connector" "cannot start with HDF5_VOL_CONNECTOR='h5pav'" plain env HDF5_VOL_CONNECTOR=h5pav "$doctor" doctor
finds "missing folder" '/no/such/folder' plain env HDF5_PLUGIN_PATH="$folder:/no/such/folder" "$doctor" doctor
finds "plugins turned off" 'HDF5_PLUGIN_PRELOAD' plain env HDF5_PLUGIN_PRELOAD=:: "$doctor" doctor
finds "plugins turned off: h5pave is not active" 'end to end' plain env HDF5_PLUGIN_PRELOAD=:: "$doctor" doctor
finds "unknown option" "unknown option 'indx'" plain env H5PAVE_INDX=fixed "$doctor" doctor
finds "bad value" "bad value 'loud' for log" plain env H5PAVE_LOG=loud "$doctor" doctor
finds "HDF5_ROOT without HDF5" 'HDF5_ROOT=' plain env HDF5_ROOT="$scratch" "$doctor" doctor

# --- plugins ----------------------------------------------------------------------------------------
mkdir filters
echo 'not a library' >filters/libbroken.so
finds "a filter plugin that is no library" 'cannot load .*libbroken.so' plain env HDF5_PLUGIN_PATH="$folder:$scratch/filters" "$doctor" doctor
rm filters/libbroken.so
ln -s /no/such/file filters/libdangling.so
finds "a link to nothing" 'libdangling.so is a link to nothing' plain env HDF5_PLUGIN_PATH="$folder:$scratch/filters" "$doctor" doctor
rm filters/libdangling.so
cp "$folder/libh5pave.so" good.so
head -c 1000 good.so >"$folder/libh5pave.so"
finds "plugin cut off" 'the plugin .* cannot be loaded: ' plain "$doctor" doctor
cp good.so "$folder/libh5pave.so"
touch "$folder/libother.so.bak"
finds "another file beside the plugin" 'libother.so.bak lies in' plain "$doctor" doctor
rm "$folder/libother.so.bak"
mv "$folder" moved
finds "plugin not there" 'libh5pave.so is not where' plain "$doctor" doctor
mv moved "$folder"

# --- libraries and programs -------------------------------------------------------------------------
if command -v "$compiler" >/dev/null; then
    echo 'int missing(void); int use(void) { return missing(); }' >needs.c
    echo 'int missing(void) { return 1; }' >missing.c
    "$compiler" -shared -fPIC -o libmissing.so missing.c
    "$compiler" -shared -fPIC -o filters/libneeds.so needs.c -L. -lmissing
    rm libmissing.so
    finds "a filter plugin without its library" 'libneeds.so: libmissing.so: cannot open' \
        plain env HDF5_PLUGIN_PATH="$folder:$scratch/filters" "$doctor" doctor
    mkdir -p old/lib half/lib
    echo 'char H5_lib_vers_info_g[] = "HDF5 library version 1.10.8"; int H5open(void) { return 0; }' >old.c
    "$compiler" -shared -fPIC -Wl,-soname,libhdf5.so -o old/lib/libhdf5.so old.c
    finds "HDF5_ROOT too old" 'is HDF5 1.10.8, too old' plain env HDF5_ROOT="$scratch/old" "$doctor" doctor
    sed 's/1\.10\.8/1.14.9/' old.c >half.c
    "$compiler" -shared -fPIC -o half/lib/libhdf5.so half.c
    finds "an HDF5 without what is needed" 'is HDF5 1.14.9 without the function' plain env HDF5_ROOT="$scratch/half" "$doctor" doctor
    echo 'int H5open(void); int main(void) { return H5open(); }' >program.c
    "$compiler" -o program program.c -Lold/lib -lhdf5 -Wl,-rpath,"$scratch/old/lib"
    finds "a program with an old HDF5" '\./program.* is HDF5 1.10.8, too old' plain "$doctor" doctor -- ./program
    rm -r old
    finds "a program that does not find its HDF5" 'does not find its HDF5' plain "$doctor" doctor -- ./program
    echo 'const char *name = "HDF5_VOL_CONNECTOR"; int main(void) { return name == 0; }' >static.c
    "$compiler" -o static static.c
    finds "a program with HDF5 inside" 'built in statically' plain "$doctor" doctor -- ./static
else echo "skipped: no C compiler for the planted libraries"; fi
finds "no such program" "no program 'no-such-program'" plain "$doctor" doctor -- no-such-program
check_rc "a program without HDF5" 0 plain "$doctor" doctor -- /bin/sh

# --- Python -----------------------------------------------------------------------------------------
need_python
for entry in $PY_H5PY_LIST; do
    check_rc "${entry%%=*}" 0 "$doctor" doctor -- "${entry#*=}"
    check_has "${entry%%=*}: its library" out.txt "^ok +HDF5 .*h5py of ${entry#*=}"
    check_has "${entry%%=*}: end to end" out.txt "^ok +end to end with h5py of ${entry#*=}: h5pave is active"
done
printf '#!%s\nprint(1)\n' "$python" >script && chmod +x script
check_rc "a script" 0 "$doctor" doctor -- ./script
check_has "its interpreter's library" out.txt "^ok +HDF5 .*h5py of $python"
if [ -n "$PY_TWO_LIBS" ]; then
    check_rc "two libraries in one process" 0 "$doctor" doctor -- "$PY_TWO_LIBS"
    check_has "they are named" out.txt '^note .*loads 2 different libhdf5'
    check_has "netCDF4's as well" out.txt "^ok +HDF5 .*netCDF4 of $PY_TWO_LIBS"
fi
finish
