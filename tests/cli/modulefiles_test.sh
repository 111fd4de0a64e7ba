#!/usr/bin/env bash
# The module files: load and unload, what HDF5_PLUGIN_PATH held stays, in an installation that was moved.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"
install_into "$scratch/first"
mv first moved  # found through their own place, not through the prefix of the installation
prefix=$scratch/moved
modules=$prefix/share/h5pave/modulefiles
version=$("$H5PAVE_BUILD/bin/h5pave" --version | awk '{print $2}')
[ -f "$modules/tcl/h5pave/$version" ] && [ -f "$modules/lmod/h5pave/$version.lua" ]
check "both are installed" $? 0
defaults=$(for folder in /usr/local/hdf5/lib/plugin /usr/lib/*/hdf5/{serial,openmpi,mpich,.}/plugins; do
    [ ! -d "$folder" ] || printf ':%s' "$(realpath -s "$folder")"; done)

# The shell functions of Environment Modules and Lmod; the files read with plain Tcl where neither is.
unset MODULEPATH LOADEDMODULES _LMFILES_
environment_modules() { eval "$("$modulecmd" bash "$@")"; }
lmod() { eval "$("$LMOD_CMD" bash "$@")"; }

# exercise TEXT MODULE-FUNCTION FOLDER
exercise() {
    local text=$1 module=$2
    export MODULEPATH=$3
    unset HDF5_PLUGIN_PATH HDF5_VOL_CONNECTOR
    "$module" load h5pave
    check "$text: connector" "${HDF5_VOL_CONNECTOR:-}" h5pave
    check "$text: plugin folder and default folders" "${HDF5_PLUGIN_PATH:-}" "$prefix/lib/h5pave/plugin$defaults"
    check "$text: the command" "$(command -v h5pave)" "$prefix/bin/h5pave"
    check_rc "$text: doctor" 0 env PATH="$prefix/bin:/usr/bin:/bin" h5pave doctor
    "$module" unload h5pave
    check "$text: nothing stays" "${HDF5_VOL_CONNECTOR:-}|${HDF5_PLUGIN_PATH:-}|${__H5PAVE_DEFAULT_PLUGIN_PATH:-}" "||"
    export HDF5_PLUGIN_PATH=/mine:/yours
    "$module" load h5pave
    check "$text: what was set stays" "${HDF5_PLUGIN_PATH:-}" "$prefix/lib/h5pave/plugin:/mine:/yours"
    "$module" unload h5pave
    check "$text: also after unloading" "${HDF5_PLUGIN_PATH:-}" /mine:/yours
    unset HDF5_PLUGIN_PATH
}

modulecmd=
for candidate in "$(command -v modulecmd || true)" /usr/lib/*/modulecmd.tcl /usr/share/modules/libexec/modulecmd.tcl /usr/lib/environment-modules/modulecmd.tcl; do
    if [ -z "$modulecmd" ] && [ -x "$candidate" ]; then modulecmd=$candidate; fi
done
LMOD_CMD=${LMOD_CMD:-/usr/share/lmod/lmod/libexec/lmod}
ran=0
if [ -n "$modulecmd" ]; then
    set +u
    exercise "Environment Modules" environment_modules "$modules/tcl"
    set -u
    ran=1
else echo "skipped: Environment Modules is not installed (package environment-modules)"; fi
if [ -x "$LMOD_CMD" ]; then
    set +u
    exercise "Lmod" lmod "$modules/lmod"
    exercise "Lmod, Tcl file" lmod "$modules/tcl"
    set -u
    ran=1
else echo "skipped: Lmod is not installed (package lmod)"; fi
if [ $ran -eq 0 ] && command -v tclsh >/dev/null; then
    cat >driver.tcl <<'TCL'
proc module-whatis args {}
proc conflict args {}
proc setenv {name value} { puts "setenv $name $value" }
proc prepend-path {name value} { puts "prepend-path $name $value" }
proc append-path {name value} { puts "append-path $name $value" }
set ModulesCurrentModulefile [lindex $argv 0]
source $ModulesCurrentModulefile
TCL
    tclsh driver.tcl "$modules/tcl/h5pave/$version" >commands.txt
    check_has "plain Tcl: connector" commands.txt '^setenv HDF5_VOL_CONNECTOR h5pave$'
    check_has "plain Tcl: plugin folder" commands.txt "^prepend-path HDF5_PLUGIN_PATH $prefix/lib/h5pave/plugin$"
fi
finish
