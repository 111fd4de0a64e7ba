#!/usr/bin/env bash
# Everything that h5pave's demo and tests need on a fresh Debian 12 or 13: packages, HDF5 >= 1.14,
# Python environments. Idempotent; the second run does nothing twice. Used by demo.sh and test.sh;
# run by itself it prints where it wrote testenv.sh.
#
# Environment:
#   HDF5_ROOT         prefix of an HDF5 >= 1.14 with tools: used instead of the system's
#   HDF5_SOURCE       archive or folder with HDF5's source: built once, also where the system has one
#   H5PAVE_HDF5_SUITE Debian suite whose HDF5 source is built where the system's is too old (trixie)
#   H5PAVE_BUILD_CACHE  where the builds of HDF5 and ISA-L and the Python environments live (~/.cache/h5pave)
#   H5PAVE_BUILD      build folder (build/ in the source tree)
#   H5PAVE_BUILD_TYPE CMake's build type (Release)
#   H5PAVE_CMAKE_OPTIONS  more options for CMake (-DH5PAVE_SANITIZE=address,undefined)
#   H5PAVE_JOBS       parallel jobs (number of processors)
#
# Result, build/testenv.sh, shell assignments to be sourced by tests:
#   H5PAVE_SOURCE, H5PAVE_BUILD   the two folders
#   H5PAVE_PREFIX      where h5pave is installed for the tests
#   H5PAVE_PLUGIN_DIR  the folder for HDF5_PLUGIN_PATH
#   H5_ROOT            prefix of the HDF5 that was given or built; empty: the system's packages
#   H5_FLAVOURS        list of label=includedir,libdir (serial, openmpi, mpich) to link C programs with
#   H5_TOOLS           folder of stock h5dump, h5debug, h5diff, …
#   H5_API_TEST        HDF5's own API test program, which Debian's packages lack: test.sh has it built; or empty
#   H5_PARALLEL_TESTS  list of label=folder of HDF5's own parallel test programs, by MPI; likewise
#   PY_H5PY_LIST       list of label=interpreter that import h5py with HDF5 >= 1.14 (system, py-1.14, py-2)
#   PY_TWO_LIBS        interpreter with h5py and netCDF4 wheels: two libhdf5 in one process; or empty
#   MPIEXEC, MPIEXEC_FLAGS  Open MPI's launcher and what it needs here
#   MPIEXEC_MPICH      MPICH's launcher, for the mpich flavour; or empty
#   DEMO_DATA          binned_GSHHS_h.nc of package gmt-gshhg-high
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$scripts/lib/common.sh"
# shellcheck source=lib/apt.sh
. "$scripts/lib/apt.sh"
# shellcheck source=lib/hdf5.sh
. "$scripts/lib/hdf5.sh"
# shellcheck source=lib/isal.sh
. "$scripts/lib/isal.sh"
# shellcheck source=lib/python.sh
. "$scripts/lib/python.sh"
# shellcheck source=lib/build.sh
. "$scripts/lib/build.sh"

# prepare [tests]: everything but building h5pave; with what only tests need, or without.
prepare() {
    mkdir -p "$h5pave_cache"
    with_lock packages install_packages
    find_hdf5
    [ "${1:-}" != tests ] || find_hdf5_tests
    find_isal
    find_pythons
    write_testenv
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    prepare
    printf '%s\n' "$h5pave_build/testenv.sh"
fi
