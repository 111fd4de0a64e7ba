# shellcheck shell=bash
# Configure and build h5pave, install it into the build folder's stage, and write testenv.sh.

# first_command NAME…: the first that exists, or nothing.
first_command() {
    local name
    for name in "$@"; do
        command -v "$name" && return 0
    done
    return 0
}

# Open MPI: more ranks than processors, all on this machine (its TCP transport warns about odd networks).
openmpi_flags() {
    printf -- '--oversubscribe --bind-to none --mca btl ^tcp'
    [ "$(id -u)" -ne 0 ] || printf ' --allow-run-as-root'
}

demo_data() {
    { dpkg -L gmt-gshhg-high 2>/dev/null | grep '/binned_GSHHS_h\.nc$'; } || true
}

# The interface between set-up and tests; scripts/setup.sh documents each variable.
write_testenv() {
    local file="$h5pave_build/testenv.sh"
    mkdir -p "$h5pave_build"
    {
        printf '# Written by scripts/setup.sh, which documents it. Source it: . %s\n' "$file"
        assignment H5PAVE_SOURCE "$h5pave_source"
        assignment H5PAVE_BUILD "$h5pave_build"
        assignment H5PAVE_PREFIX "$h5pave_build/stage"
        assignment H5PAVE_PLUGIN_DIR "$h5pave_build/stage/lib/h5pave/plugin"
        assignment H5_ROOT "$hdf5_prefix"
        assignment H5_FLAVOURS "$hdf5_flavours"
        assignment H5_TOOLS "$hdf5_tools"
        assignment H5_API_TEST "$hdf5_api_test"
        assignment H5_PARALLEL_TESTS "$hdf5_parallel_tests"
        assignment PY_H5PY_LIST "$py_h5py_list"
        assignment PY_TWO_LIBS "$py_two_libs"
        assignment MPIEXEC "$(first_command mpiexec.openmpi mpiexec)"
        assignment MPIEXEC_FLAGS "$(openmpi_flags)"
        assignment MPIEXEC_MPICH "$(first_command mpiexec.mpich)"
        assignment DEMO_DATA "$(demo_data)"
    } >"$file.new"
    if cmp -s "$file.new" "$file"; then rm "$file.new"; else mv "$file.new" "$file"; fi
}

# Build folder by build folder, one run at a time.
build_h5pave() { with_lock "build-$(recipe_id "$h5pave_build")" build_and_stage || exit 1; }

# Nothing of the connector may be active while it is built.
build_and_stage() {
    # HDF5_ROOT is given also when empty: the build folder may remember another one.
    local -a options=("-DCMAKE_BUILD_TYPE=${H5PAVE_BUILD_TYPE:-Release}" "-DHDF5_ROOT=$hdf5_prefix"
        "-DISAL_ROOT=$isal_prefix")
    # shellcheck disable=SC2206 # a list of options
    options+=(${H5PAVE_CMAKE_OPTIONS:-})
    say "building h5pave in $h5pave_build"
    logged h5pave-configure env -u HDF5_VOL_CONNECTOR cmake -S "$h5pave_source" -B "$h5pave_build" -G Ninja \
        "${options[@]}" || die "h5pave could not be configured"
    logged h5pave-build cmake --build "$h5pave_build" --parallel "$(jobs_wanted)" ||
        die "h5pave could not be built"
    logged h5pave-install cmake --install "$h5pave_build" --prefix "$h5pave_build/stage" ||
        die "h5pave could not be installed into $h5pave_build/stage"
}

# run_ctest [ARGUMENT…]: the one runner of all tests; nothing is printed after its totals.
run_ctest() (
    cd "$h5pave_build" || exit 1
    exec env -u HDF5_VOL_CONNECTOR -u HDF5_PLUGIN_PATH ctest --output-on-failure --no-tests=error \
        --parallel "$(jobs_wanted)" --timeout "${H5PAVE_TEST_TIMEOUT:-900}" "$@"
)
