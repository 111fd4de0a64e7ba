# shellcheck shell=bash
# Python interpreters that import h5py with HDF5 >= 1.14: the system's if it is new enough, and two
# virtual environments with PyPI wheels, each with a libhdf5 of its own.
# Result: py_h5py_list (label=path …), py_two_libs.

# The 1.14 series' last wheel, and the 2.x series beside netCDF4, which brings another libhdf5.
py_114_requirements='h5py==3.15.1 pytest pytest-mpi'
py_2_requirements='h5py==3.16.0 netCDF4==1.7.5.1 pytest pytest-mpi'

# The system's own interpreter, never one that a version manager put into PATH.
system_python() {
    if [ -x /usr/bin/python3 ]; then printf '/usr/bin/python3\n'; else command -v python3 || true; fi
}

# The libhdf5 version of an interpreter's h5py, or nothing.
h5py_hdf5_version() {
    env -u HDF5_VOL_CONNECTOR -u HDF5_PLUGIN_PATH "$1" -c \
        'import h5py; print("%d.%d.%d" % h5py.version.hdf5_version_tuple)' 2>/dev/null || true
}

# make_venv LABEL PYTHON FOLDER REQUIREMENTS: built beside its place is not possible (a venv knows its
# path), so the stamp file, written last, says whether it is whole.
make_venv() {
    local label=$1 python=$2 folder=$3 requirements=$4 started=$SECONDS
    [ ! -e "$folder/complete" ] || return 0
    rm -rf "$folder"
    say "making the Python environment $folder: $requirements"
    try_logged "$label" "$python" -m venv "$folder" || return 1
    # shellcheck disable=SC2086 # a list of requirements
    try_logged "$label" "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
        --only-binary :all: $requirements || { rm -rf "$folder"; return 1; }
    printf '%s\n' "$requirements" >"$folder/complete"
    say "Python environment made in $((SECONDS - started)) s"
}

# add_venv LABEL REQUIREMENTS: prints nothing; appends to py_h5py_list when the wheels can be had.
add_venv() {
    local label=$1 requirements=$2 python folder
    python=$(system_python)
    folder="$h5pave_cache/$label-$(system_tag)-$(recipe_id "$("$python" --version) $requirements")"
    if [ ! -e "$folder/complete" ]; then
        with_lock "$label" make_venv "$label" "$python" "$folder" "$requirements" || {
            say "no wheels for '$requirements' with $("$python" --version) here (no PyPI, or none for this version; see $(log_of "$label")): $label is left out"
            return 1
        }
    fi
    py_h5py_list="${py_h5py_list:+$py_h5py_list }$label=$folder/bin/python"
    say "h5py with HDF5 $(h5py_hdf5_version "$folder/bin/python"): $label, $folder/bin/python"
}

find_pythons() {
    local python version
    py_h5py_list='' py_two_libs=''
    python=$(system_python)
    [ -n "$python" ] || { say "no Python 3 here: C programs only"; return 0; }
    version=$(h5py_hdf5_version "$python")
    if [ -n "$version" ] && version_ge "$version" "$hdf5_minimum"; then
        py_h5py_list="system=$python"
        say "h5py with HDF5 $version: system, $python"
    fi
    add_venv py-1.14 "$py_114_requirements" || true
    if add_venv py-2 "$py_2_requirements"; then
        py_two_libs=${py_h5py_list##*py-2=}
    fi
    [ -n "$py_h5py_list" ] || say "no h5py with HDF5 >= $hdf5_minimum can be had here: C programs only"
}
