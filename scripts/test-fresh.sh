#!/usr/bin/env bash
# Proof on fresh machines: demo.sh and test.sh in a minimal Debian root that is made for it, with
# nothing but what debootstrap --variant=minbase puts there.
#
# usage: test-fresh.sh [SUITE]…     (bookworm trixie; needs root and debootstrap)
#
# Environment:
#   H5PAVE_FRESH       folder for the roots (fresh/ in the cache folder); a root is made anew each time
#   H5PAVE_FRESH_BASE  folder with ready minbase roots, BASE/SUITE, copied instead of debootstrap
#   H5PAVE_FRESH_RUNS  what to run, in this order (demo test test: the second test run shows that
#                      nothing is done twice)
#   H5PAVE_FRESH_OLD_MIRROR  yes: the mirror is a frozen one, do not mind that its lists have expired
#   H5PAVE_FRESH_KEEP  yes: keep the roots afterwards, for a look
# The mirror, proxies, CA certificates and pip's settings are this machine's own.
set -euo pipefail

# In a mount namespace of its own, nothing that is mounted here can outlive this process.
if [ "${1:-}" != --in-namespace ] && unshare --mount true 2>/dev/null; then
    exec unshare --mount bash "${BASH_SOURCE[0]}" --in-namespace "$@"
fi
[ "${1:-}" != --in-namespace ] || shift

# shellcheck source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
# shellcheck source=lib/chroot.sh
. "$scripts/lib/chroot.sh"

fresh=${H5PAVE_FRESH:-$h5pave_cache/fresh}
read -r -a runs <<<"${H5PAVE_FRESH_RUNS:-demo test test}"
declare -a results=()
status=0

# run_in_root ROOT SUITE SCRIPT: one script, its output into a log; keeps the result.
run_in_root() {
    local root=$1 suite=$2 script=$3 log started=$SECONDS code=0 total
    log=$fresh/$suite-$((++run_number))-$script.log
    say "$suite: scripts/$script.sh, log $log"
    in_root "$root" /h5pave bash "scripts/$script.sh" >"$log" 2>&1 </dev/null || code=$?
    total=$(sed -n '/tests passed/p; /^h5pave: error/p' "$log" | tail -n 1)
    [ "$script" != demo ] || total=${total:-$(sed -n '/ equal$/p' "$log" | wc -l) comparisons equal}
    results+=("$(printf '%-10s %-5s %4d s  status %d  %s' "$suite" "$script" $((SECONDS - started)) "$code" "$total")")
    [ "$code" -eq 0 ] || { status=1; tail -n 30 "$log" | sed 's/^/    /' >&2; }
    [ "$script" != demo ] || sed -n '/^-----/,$p' "$log"
}

test_suite() {
    local suite=$1 script
    local root=$fresh/$suite
    run_number=0
    remove_root "$root"
    make_root "$root" "$suite"
    copy_sources "$root/h5pave"
    mount_into "$root"
    for script in "${runs[@]}"; do
        run_in_root "$root" "$suite" "$script"
    done
    unmount_from "$root"
    [ "${H5PAVE_FRESH_KEEP:-no}" = yes ] || remove_root "$root"
}

[ "$(id -u)" -eq 0 ] || die "chroot and debootstrap need root: run this as root"
mkdir -p "$fresh"
trap 'unmount_all' EXIT
[ $# -gt 0 ] || set -- bookworm trixie
for suite in "$@"; do
    test_suite "$suite"
done
printf '%s\n' "${results[@]}"
exit "$status"
