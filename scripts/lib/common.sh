# shellcheck shell=bash
# Messages, the cache folder, logs, locks: what every other file of scripts/lib uses.

h5pave_source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
h5pave_build=${H5PAVE_BUILD:-$h5pave_source/build}
h5pave_cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/h5pave
case ${H5PAVE_BUILD_CACHE:-} in
    /*) h5pave_cache=$H5PAVE_BUILD_CACHE ;;
    ?*) printf '%s\n' "h5pave: H5PAVE_BUILD_CACHE=$H5PAVE_BUILD_CACHE is not an absolute path: using $h5pave_cache" >&2 ;;
esac
# The scripts' own settings, and the user's for the connector, must not reach the programs under test.
for name in "${!H5PAVE_@}"; do export -n "${name?}"; done

# All progress goes to stderr, so that the demo's table alone is on stdout.
say()  { printf '%s\n' "h5pave: $*" >&2; }
warn() { printf '%s\n' "h5pave: warning: $*" >&2; }
die()  { printf '%s\n' "h5pave: error: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# What nobody foresaw is at least said.
set -E
trap 'say "stopped: status $? from: $BASH_COMMAND (${BASH_SOURCE[0]}, line $LINENO)"' ERR

# Number of parallel jobs.
jobs_wanted() { printf '%s\n' "${H5PAVE_JOBS:-$(nproc)}"; }

# version_ge A B: is dotted version A at least B?
version_ge() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Which system this is, as a word for cache names: debian-12-amd64.
system_tag() (
    ID=unknown VERSION_ID='' VERSION_CODENAME=''
    # shellcheck disable=SC1091
    if [ -r /etc/os-release ]; then . /etc/os-release; fi
    printf '%s-%s-%s\n' "$ID" "${VERSION_ID:-${VERSION_CODENAME:-rolling}}" "$(uname -m)"
)

# log_of NAME: where a step's log is; steps named h5pave-… belong to the build folder.
log_of() {
    case $1 in
        h5pave-*) printf '%s\n' "$h5pave_build/log/$1.log" ;;
        *) printf '%s\n' "$h5pave_cache/log/$1.log" ;;
    esac
}

# try_logged NAME COMMAND…: run quietly into a log.
try_logged() {
    local log
    log=$(log_of "$1")
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 </dev/null
}

# logged NAME COMMAND…: the same; on failure show where the log is and how it ends.
logged() {
    local status=0
    try_logged "$@" || status=$?
    [ "$status" -eq 0 ] && return 0
    say "step '$1' failed with status $status: ${*:2}"
    say "the last lines of its log, $(log_of "$1"):"
    tail -n 25 "$(log_of "$1")" | sed 's/^/    /' >&2
    return "$status"
}

# with_lock NAME COMMAND…: one process at a time per name; the lock ends with the process.
with_lock() {
    local lock="$h5pave_cache/$1.lock" status=0
    shift
    mkdir -p "$h5pave_cache"
    exec 9>"$lock"
    if ! flock -n 9; then
        say "another run holds $lock: waiting for it"
        flock 9
    fi
    "$@" || status=$?
    exec 9>&-
    return "$status"
}

# The first 12 hex digits of a text's SHA-256: names a cache entry by its recipe.
recipe_id() { printf '%s' "$*" | sha256sum | cut -c 1-12; }

# A shell assignment that any POSIX shell reads back unchanged.
assignment() { printf "%s='%s'\n" "$1" "$(printf '%s' "$2" | sed "s/'/'\\\\''/g")"; }
