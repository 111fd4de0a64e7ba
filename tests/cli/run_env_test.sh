#!/usr/bin/env bash
# h5pave run, env and options: what reaches the program.
# shellcheck disable=SC2016 # the programs' shells expand their variables
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"

folder=$H5PAVE_BUILT_PLUGIN_DIR
print_path='printf %s "$HDF5_PLUGIN_PATH"'

# --- the environment of the program ---------------------------------------------------------------
check "connector" "$("$h5pave" run -- sh -c 'printf %s "$HDF5_VOL_CONNECTOR"')" h5pave
check "plugin folder comes first" "$("$h5pave" run -- sh -c "$print_path" | cut -d: -f1)" "$folder"
check "folders that were set stay, in order" \
    "$(HDF5_PLUGIN_PATH=/a:/b "$h5pave" run -- sh -c "$print_path")" "$folder:/a:/b"
once=$("$h5pave" run -- sh -c "$print_path")
twice=$("$h5pave" run -- "$h5pave" run -- "$h5pave" run -- sh -c "$print_path")
check "runs within runs add nothing" "$twice" "$once"
for default in /usr/local/hdf5/lib/plugin /usr/lib/*/hdf5/*/plugins; do
    [ -d "$default" ] || continue
    check "default folder $default is added" "$(tr : '\n' <<<"$once" | grep -cxF "$default")" 1
done
check "a flag becomes a variable" "$("$h5pave" run --log info -- sh -c 'printf %s "$H5PAVE_LOG"')" info
check "flags without --" "$("$h5pave" run --log=debug sh -c 'printf %s "$H5PAVE_LOG"')" debug
check "rules with quotes and stars arrive" \
    "$("$h5pave" run --index "/a'*=btree1,*=auto" -- sh -c 'printf %s "$H5PAVE_INDEX"')" "/a'*=btree1,*=auto"
check "other variables stay" "$(KEEP="x y" "$h5pave" run -- sh -c 'printf %s "$KEEP"')" "x y"
check "an info string stays" \
    "$(HDF5_VOL_CONNECTOR='h5pave under_vol=0;under_info={};log=info' "$h5pave" run -- sh -c 'printf %s "$HDF5_VOL_CONNECTOR"')" \
    "h5pave under_vol=0;under_info={};log=info"
check_rc "another connector is replaced with a line" 0 env HDF5_VOL_CONNECTOR=pass_through "$h5pave" run -- true
check_has "the line names it" err.txt "pass_through is replaced"

# --- exit status ----------------------------------------------------------------------------------
check_rc "the program's" 42 "$h5pave" run -- sh -c 'exit 42'
check_rc "no such program" 127 "$h5pave" run -- ./no-such-program
touch not-executable
check_rc "not executable" 126 "$h5pave" run -- ./not-executable
check_rc "no program" 2 "$h5pave" run --log info
check_rc "bad value" 2 "$h5pave" run --log loud -- true
check_has "it names the legal ones" err.txt "off, error, warn, info, debug"
check_rc "bad rule" 2 "$h5pave" env --index '/a=quadtree'
check_rc "unknown flag" 2 "$h5pave" run --no-such-flag -- true
check_rc "no subcommand" 2 "$h5pave"

# --- env, read back by each shell -----------------------------------------------------------------
rule="/a b\$HOME\`x\`!'\\\"*=fixed"
export HDF5_PLUGIN_PATH="/it's here:/b"
expected="$folder:/it's here:/b|$rule|h5pave"
"$h5pave" env --index "$rule" >env.sh
# shellcheck source=/dev/null
check "sh reads it back" "$(. ./env.sh; sh -c 'printf "%s|%s|%s" "$HDF5_PLUGIN_PATH" "$H5PAVE_INDEX" "$HDF5_VOL_CONNECTOR"')" "$expected"
for shell in tcsh fish; do
    if ! command -v "$shell" >/dev/null; then echo "skipped: no $shell here"; continue; fi
    "$h5pave" env --shell "$shell" --index "$rule" >env.rc
    echo 'env printenv HDF5_PLUGIN_PATH H5PAVE_INDEX HDF5_VOL_CONNECTOR' >>env.rc
    case $shell in tcsh) back=$(tcsh -f env.rc) ;; fish) back=$(fish --no-config env.rc) ;; esac
    check "$shell reads it back" "$(tr '\n' '|' <<<"$back" | sed 's/|$//')" "$expected"
done
unset HDF5_PLUGIN_PATH
check_rc "unknown shell" 2 "$h5pave" env --shell powershell

# --- options --------------------------------------------------------------------------------------
for key in index compat log profile stats; do
    check_rc "options" 0 "$h5pave" options
    check_has "options lists $key" out.txt "^$key	H5PAVE_${key^^}	"
    check_rc "options --markdown" 0 "$h5pave" options --markdown
    check_has "the Markdown table lists $key" out.txt "^\| \`$key\` \|"
    check_rc "run --help" 0 "$h5pave" run --help
    check_has "run has the flag --$key" out.txt "--$key VALUE"
done

# --- where the plugin lies ------------------------------------------------------------------------
install_into "$scratch/prefix"
check "installed: its own plugin" "$("$scratch/prefix/bin/h5pave" run -- sh -c "$print_path" | cut -d: -f1)" \
    "$scratch/prefix/lib/h5pave/plugin"
ln -s "$scratch/prefix/bin/h5pave" link
check "called through a link: its own plugin" "$(./link run -- sh -c "$print_path" | cut -d: -f1)" \
    "$scratch/prefix/lib/h5pave/plugin"
mkdir alone && cp "$scratch/prefix/bin/h5pave" alone/
check_rc "without the plugin" 1 alone/h5pave run -- true
check_has "says where it looked" err.txt "$scratch/lib/h5pave/plugin"
check_has "says the fix" err.txt "Fix: install h5pave again"

# --- an unmodified program ------------------------------------------------------------------------
need_python
cat >writer.py <<'PY'
import h5py
h5py.File('out.h5', 'w').create_dataset('x', shape=(30, 10), dtype='f4', chunks=(5, 5))
PY
for entry in $PY_H5PY_LIST; do
    "${entry#*=}" writer.py
    check "${entry%%=*} off" "$(idx out.h5 x)" "v1 B-tree"
    "$h5pave" run -- "${entry#*=}" writer.py
    check "${entry%%=*} through h5pave run" "$(idx out.h5 x)" "Fixed Array"
    "$h5pave" run --compat 1.8 -- "${entry#*=}" writer.py
    check "${entry%%=*} through h5pave run --compat 1.8" "$(idx out.h5 x)" "v1 B-tree"
done
finish
