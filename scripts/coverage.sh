#!/usr/bin/env bash
# Line and branch coverage of plugin/ and src/ by all tests (or those that ctest's arguments choose),
# from a build folder of its own, build-coverage/.
#
# Environment: setup.sh's.
set -euo pipefail

H5PAVE_BUILD=${H5PAVE_BUILD:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build-coverage}
H5PAVE_BUILD_TYPE=Debug
H5PAVE_CMAKE_OPTIONS="-DH5PAVE_COVERAGE=ON ${H5PAVE_CMAKE_OPTIONS:-}"

# shellcheck source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

prepare
if ! have gcovr; then
    is_debian_like || die "coverage needs gcovr"
    install_required gcovr
fi
build_h5pave
find "$h5pave_build" -name '*.gcda' -delete
status=0
run_ctest "$@" >&2 || status=$?
gcovr --root "$h5pave_source" --filter "$h5pave_source/plugin/" --filter "$h5pave_source/src/" \
    --exclude-throw-branches --print-summary "$h5pave_build"
exit "$status"
