#!/usr/bin/env bash
# Every spelling of HDF5_VOL_CONNECTOR, stacking over and under HDF5's own pass_through connector, and
# wrong settings: one line on stderr that names option, value and legal ones; the program goes on.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons

program="
import h5py, numpy as np
with h5py.File('a.h5', 'w') as f:
    x = f.create_dataset('x', (30, 10), 'f4', chunks=(5, 5), compression='gzip')
    x[...] = np.arange(300).reshape(30, 10)
    f['x'].attrs['unit'] = 'm'
    f['link'] = h5py.SoftLink('/x')
    f.create_dataset('reference', data=f['x'].ref, dtype=h5py.ref_dtype)
with h5py.File('a.h5', 'a') as f:
    assert (f[f['reference'][()]][...] == np.arange(300).reshape(30, 10)).all()
    f.copy('x', 'y')
    f['y'][0] = 1
    assert f['link'].attrs['unit'] == 'm'"

# with CONNECTOR [SETTING…]: what a program does under that variable: exit status, lines on stderr,
# index. The lines stay in err.
with() {
    local connector=$1 rc=0
    shift
    rm -f a.h5
    env "$@" HDF5_PLUGIN_PATH="$H5PAVE_BUILT_PLUGIN_DIR" HDF5_VOL_CONNECTOR="$connector" \
        "$python" -c "$program" 2>err || rc=$?
    echo "rc $rc, $(wc -l <err) lines, $(idx a.h5 x)"
}

# lines PATTERN: how many lines of err match.
lines() { grep -c "$1" err || true; }

spellings() {
    local connector
    for connector in 'h5pave' 'h5pave ' 'h5pave under_vol=0;under_info={}' 'h5pave under_vol=0;under_info={};' \
        'h5pave under_vol=0' 'h5pave under_info={}' 'h5pave under_vol=native' 'h5pave index=auto' \
        'h5pave   under_vol = 0 ; under_info = {} ; compat = 1.10 ' $'h5pave\tunder_vol=0;under_info={}' \
        'h5pave under_vol=0;under_info={};index=fixed' 'h5pave ;;' 'h5pave log=off;index=nonsense' \
        'h5pave LOG=off'; do
        check "$label '$connector'" "$(with "$connector")" 'rc 0, 0 lines, Fixed Array'
    done
    check "$label index=btree1" "$(with 'h5pave under_vol=0;under_info={};index=btree1')" 'rc 0, 0 lines, v1 B-tree'
    check "$label compat=1.8" "$(with 'h5pave compat=1.8')" 'rc 0, 0 lines, v1 B-tree'
    check "$label rule" "$(with 'h5pave index=/x=btree1,/y=fixed')" 'rc 0, 0 lines, v1 B-tree'
    check "$label log=info" "$(with 'h5pave log=info')" 'rc 0, 1 lines, Fixed Array'
    check "$label log=info names the dataset" "$(lines '^h5pave: a.h5 /x: .*v1 B-tree -> Fixed Array')" 1
    check "$label stats" "$(with 'h5pave stats=s.json'; rm s.json)" 'rc 0, 0 lines, Fixed Array'
}

stacking() {
    local connector
    for connector in 'h5pave under_vol=1;under_info={under_vol=0;under_info={}}' \
        'h5pave under_vol=pass_through;under_info={under_vol=0;under_info={}}' \
        'h5pave under_vol=pass_through;under_info={under_vol=1;under_info={under_vol=0;under_info={}}}' \
        'pass_through under_vol=470;under_info={}' \
        'pass_through under_vol=470;under_info={under_vol=0;under_info={}}' \
        'pass_through under_vol=470;under_info={under_vol=1;under_info={under_vol=0;under_info={}}}'; do
        check "$label '$connector'" "$(with "$connector")" 'rc 0, 0 lines, Fixed Array'
    done
    # pass_through hands on its under_info with one stray byte at the end: too little for options.
    check "$label h5pave below pass_through is active" \
        "$(with 'pass_through under_vol=470;under_info={}' H5PAVE_INDEX=btree1)" 'rc 0, 0 lines, v1 B-tree'
    check "$label h5pave above pass_through is active" \
        "$(with 'h5pave under_vol=1;under_info={under_vol=0;under_info={}};index=btree1')" \
        'rc 0, 0 lines, v1 B-tree'
    check "$label two of us" "$(with 'h5pave under_vol=470;under_info={log=info}')" 'rc 0, 1 lines, Fixed Array'
}

wrong_settings() {
    check "$label bad key" "$(with 'h5pave indx=auto')" 'rc 0, 1 lines, Fixed Array'
    check "$label bad key is named" "$(lines "^h5pave: .*'indx'.*HDF5_VOL_CONNECTOR.*index, .*compat, threads, mem, deflate, .*log, stats")" 1
    check "$label bad value" "$(with 'h5pave compat=1.6')" 'rc 0, 1 lines, Fixed Array'
    check "$label bad value is named" "$(lines "^h5pave: .*'1.6'.*compat.*HDF5_VOL_CONNECTOR.*1.10, 1.8")" 1
    check "$label no equals sign" "$(with 'h5pave fast')" 'rc 0, 1 lines, Fixed Array'
    check "$label no equals sign is named" "$(lines "^h5pave: .*'fast'.*HDF5_VOL_CONNECTOR.*key=value")" 1
    check "$label bad connector" "$(with 'h5pave under_vol=no_such;under_info={}')" 'rc 0, 1 lines, Fixed Array'
    check "$label bad connector is named" "$(lines '^h5pave: .*under_vol=no_such.*HDF5_VOL_CONNECTOR.*HDF5_PLUGIN_PATH')" 1
    check "$label bad connector number" "$(with 'h5pave under_vol=499')" 'rc 0, 1 lines, Fixed Array'
    check "$label open brace" "$(with 'h5pave under_vol=0;under_info={' | sed 's/, .* lines//')" 'rc 0, Fixed Array'
    check "$label close brace" "$(with 'h5pave under_vol=0;under_info=}' | sed 's/, .* lines//')" 'rc 0, Fixed Array'
    check "$label two bad ones: two lines" "$(with 'h5pave indx=auto;log=loud')" 'rc 0, 2 lines, Fixed Array'
}

precedence() {
    check "$label environment before default" "$(with h5pave H5PAVE_INDEX=btree1)" 'rc 0, 0 lines, v1 B-tree'
    check "$label info string before environment" "$(with 'h5pave index=auto' H5PAVE_INDEX=btree1)" \
        'rc 0, 0 lines, Fixed Array'
    check "$label the rest of the environment stays" \
        "$(with 'h5pave log=warn' H5PAVE_INDEX=btree1 H5PAVE_LOG=info)" 'rc 0, 0 lines, v1 B-tree'
    check "$label bad value in the info string: the environment's stays" \
        "$(with 'h5pave index=nonsense' H5PAVE_INDEX=btree1)" 'rc 0, 1 lines, v1 B-tree'
    check "$label empty variable is none" "$(with h5pave H5PAVE_INDEX=)" 'rc 0, 0 lines, Fixed Array'
    local setting
    for setting in H5PAVE_INDEX=x H5PAVE_COMPAT=x H5PAVE_LOG=x H5PAVE_NONE=x H5PAVE_INDEX=/a=fixed,/b=x; do
        check "$label $setting: one line" "$(with h5pave "$setting")" 'rc 0, 1 lines, Fixed Array'
        check "$label $setting is named" "$(lines "^h5pave: .*${setting%%=*}.*:")" 1
        check "$label $setting: one line with an info string" "$(with 'h5pave under_vol=0' "$setting")" \
            'rc 0, 1 lines, Fixed Array'
    done
    check "$label statistics that cannot be written: one line" \
        "$(with h5pave H5PAVE_STATS=/no/such/folder/s.json)" 'rc 0, 1 lines, Fixed Array'
    check "$label log=off hides complaints" "$(with h5pave H5PAVE_LOG=off H5PAVE_INDEX=x)" \
        'rc 0, 0 lines, Fixed Array'
}

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    spellings
    stacking
    wrong_settings
    precedence
done
finish
