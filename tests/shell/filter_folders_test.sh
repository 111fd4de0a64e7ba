#!/usr/bin/env bash
# Filters that a program finds without h5pave, in libhdf5's default folder or beside the netCDF4 wheel,
# are found with it, although HDF5_PLUGIN_PATH names h5pave's folder.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"

# answer LIBRARY_FOLDER PLUGIN_PATH [reset]: what the program says with the libhdf5 of that folder.
answer() {
    local library=$1 path=$2
    shift 2
    LD_LIBRARY_PATH=$library HDF5_PLUGIN_PATH=$path HDF5_VOL_CONNECTOR=h5pave ./needs_filter file.h5 "$@" 2>&1 || true
}

flavour=${H5_FLAVOURS%% *}
folders=${flavour#*=}
library=$(readlink -f "${folders#*,}/libhdf5.so")
soname=$(objdump -p "$library" | sed -n 's/^ *SONAME *//p')
compile_c "$flavour" needs_filter "$H5PAVE_SOURCE/tests/shell/needs_filter.c"
"${CC:-cc}" -shared -fPIC -isystem "$H5PAVE_SOURCE/src/h5/no_mpi" -isystem "${folders%,*}" -o libxor_filter.so "$H5PAVE_SOURCE/tests/shell/xor_filter.c"

# Where this build of libhdf5 looks by default, were it in own/: Debian names its builds.
named=${soname#libhdf5_}
default=own/hdf5/plugin
[ "$named" = "$soname" ] || default=own/hdf5/${named%%.so*}/plugins
mkdir -p "$default" other wheel/netcdf4.libs wheel/netCDF4/plugins
cp "$library" "own/$soname"
cp "$library" "wheel/netcdf4.libs/$soname"
cp libxor_filter.so "$default/"
cp libxor_filter.so wheel/netCDF4/plugins/
for way in '' reset; do
    # shellcheck disable=SC2086 # no word or one
    check "the default folder ${way:+after a $way }" "$(answer "$PWD/own" "$H5PAVE_BUILT_PLUGIN_DIR" $way)" 'h5pave, values'
    # shellcheck disable=SC2086
    check "the wheel's folder ${way:+after a $way }" "$(answer "$PWD/wheel/netcdf4.libs" "$H5PAVE_BUILT_PLUGIN_DIR:$PWD/other" $way)" 'h5pave, values'
done
check 'the default folder, where the user names another' \
    "$(answer "$PWD/own" "$H5PAVE_BUILT_PLUGIN_DIR:$PWD/other" | tail -n 1)" 'h5pave, no filter'
check 'a filter that is nowhere' "$(answer "${folders#*,}" "$H5PAVE_BUILT_PLUGIN_DIR" | tail -n 1)" 'h5pave, no filter'

# The real wheel; some of its builds bring no filters.
cat >zstd.py <<'END'
import netCDF4, numpy as np
values = np.arange(100_000, dtype='f4')
with netCDF4.Dataset('z.nc', 'w') as file:
    file.createDimension('x', values.size)
    try:
        file.createVariable('v', 'f4', ('x',), compression='zstd')[:] = values
    except RuntimeError as error:
        print(error)
    else:
        print(file['v'].filters()['zstd'], (file['v'][:] == values).all())
END
if [ -n "${PY_TWO_LIBS:-}" ]; then
    check 'the netCDF4 wheel: zstd as without h5pave' "$(RUN "$PY_TWO_LIBS" zstd.py 2>&1)" "$("$PY_TWO_LIBS" zstd.py 2>&1)"
else
    echo 'no netCDF4 wheel here: its own filters are left out'
fi
finish
