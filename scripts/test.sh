#!/usr/bin/env bash
# Every test of h5pave, on a fresh machine too: set-up, build, ctest. Arguments go to ctest
# (for example: scripts/test.sh -R boundary). The totals are the last thing printed.
#
# Environment, besides setup.sh's: H5PAVE_TEST_TIMEOUT, seconds per test (900).
set -euo pipefail

# shellcheck source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

prepare tests
build_h5pave
say "set-up and build took $SECONDS s"
run_ctest "$@" || exit $?
