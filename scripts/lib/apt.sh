# shellcheck shell=bash
# Debian packages: installed only if missing, with one apt-get call; and where this machine's own
# Debian archive is, for the source packages of HDF5 and ISA-L.

packages_build=(g++ cmake ninja-build make pkg-config zlib1g-dev libdeflate-dev nasm libboost-test-dev
    libfmt-dev libcli11-dev nlohmann-json3-dev libopenmpi-dev openmpi-bin ca-certificates)
packages_run=(python3 python3-venv jq gmt-gshhg-high valgrind)
# Only where the distribution's own HDF5 is new enough: every flavour, to load one plugin into all.
packages_hdf5=(libhdf5-dev hdf5-tools)
packages_hdf5_more=(libhdf5-openmpi-dev libhdf5-mpich-dev libmpich-dev python3-h5py
    python3-h5py-mpi)

hdf5_minimum=1.14

is_debian_like() { have dpkg-query && have apt-get; }

package_version() {
    # shellcheck disable=SC2016 # a format of dpkg-query, not of the shell
    dpkg-query -W -f='${Status}|${Version}\n' "$1" 2>/dev/null | sed -n 's/^install ok installed|//p'
}

missing_packages() {
    local package
    for package in "$@"; do
        [ -n "$(package_version "$package")" ] || printf '%s\n' "$package"
    done
}

candidate_version() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: *//p' | sed 's/(none)//'
}

# Prints the words that make a command run as root, or fails.
root_prefix() {
    if [ "$(id -u)" -eq 0 ]; then
        printf 'env\n'
    elif have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        printf 'sudo\n'
    else
        return 1
    fi
}

# apt-get without questions; waits for another apt.
apt_get_once() {
    logged "apt-$1" "$(root_prefix)" env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
        apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
}

# Tries again, for example when the lists are in use.
apt_get() {
    local attempt
    for attempt in 1 2 3; do
        apt_get_once "$@" && return 0
        [ "$attempt" -eq 3 ] || { say "apt-get $1 failed, trying again"; sleep $((attempt * 5)); }
    done
    return 1
}

# Refresh apt's lists, at most once per run. A failure is no end: older lists may be enough.
apt_lists_fresh=no
apt_update_once() {
    [ "$apt_lists_fresh" = no ] || return 0
    apt_lists_fresh=yes
    say "apt-get update"
    apt_get update || warn "apt-get update failed; going on with the package lists that are here"
}

# install_required PACKAGE…: all of them or an error that names what to do.
install_required() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    root_prefix >/dev/null ||
        die "these packages are missing and this is neither root nor sudo; run: apt-get install --no-install-recommends ${missing[*]}"
    apt_update_once
    say "installing ${#missing[@]} packages: ${missing[*]}"
    apt_get install "${missing[@]}" ||
        die "apt-get could not install: ${missing[*]}"
}

# install_optional PACKAGE…: together if possible, else one by one; what cannot be had is said,
# remembered and not tried again in the next run.
install_optional() {
    local package known
    local -a missing wanted=()
    known=$h5pave_cache/apt-unavailable-$(system_tag)
    mapfile -t missing < <(missing_packages "$@")
    for package in "${missing[@]}"; do
        if grep -qsx "$package" "$known"; then
            say "package $package could not be installed here before (remove $known to try again)"
        else
            wanted+=("$package")
        fi
    done
    [ "${#wanted[@]}" -gt 0 ] || return 0
    if ! root_prefix >/dev/null; then
        say "not installed, and this is neither root nor sudo, so their tests are left out: ${wanted[*]}"
        return 0
    fi
    apt_update_once
    say "installing ${wanted[*]}"
    if [ "${#wanted[@]}" -gt 1 ] && apt_get_once install "${wanted[@]}" 2>/dev/null; then return 0; fi
    for package in "${wanted[@]}"; do
        apt_get_once install "$package" || {
            say "package $package cannot be installed on this system: its tests are left out"
            printf '%s\n' "$package" >>"$known"
        }
    done
}

# Is the distribution's HDF5 installed or installable in a version that h5pave supports?
distribution_hdf5_is_new() {
    local version
    version=$(package_version libhdf5-dev)
    [ -n "$version" ] || version=$(candidate_version libhdf5-dev)
    [ -n "$version" ] && version_ge "$version" "$hdf5_minimum"
}

# Everything from the distribution. HDF5_ROOT means: bring your own HDF5, install none.
install_packages() {
    if ! is_debian_like; then
        say "no dpkg and apt-get here: the equivalents of these must be installed: ${packages_build[*]} ${packages_run[*]}"
        return 0
    fi
    install_required "${packages_build[@]}" "${packages_run[@]}"
    [ -z "${HDF5_ROOT:-}" ] || return 0
    [ -n "$(package_version libhdf5-dev)$(candidate_version libhdf5-dev)" ] || apt_update_once
    if distribution_hdf5_is_new; then
        install_required "${packages_hdf5[@]}"
        install_optional "${packages_hdf5_more[@]}"
    fi
}

# The address of the Debian archive that this machine's apt uses (not -security, not a third party's).
debian_mirror() {
    local targets
    # shellcheck disable=SC2016 # a format of apt-get, not of the shell
    targets=$(apt-get indextargets --format '$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null)
    printf '%s\n' "$targets" | sed -n 's/^Debian|main|//p' | head -n 1
}

# fetch_debian_source SUITE PACKAGE FOLDER: the archive of the source package, through a private apt
# configuration that leaves the machine's own untouched; apt checks signatures and sums as always.
fetch_debian_source() {
    local suite=$1 package=$2 folder=$3 mirror state="$h5pave_cache/apt" keyring
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mirror=$(debian_mirror)
    if [ -z "$mirror" ]; then
        apt_update_once
        mirror=$(debian_mirror)
    fi
    [ -n "$mirror" ] || { say "apt's configuration names no Debian archive"; return 1; }
    [ -r "$keyring" ] || { say "no $keyring (package debian-archive-keyring)"; return 1; }
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$folder"
    printf 'deb-src [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite" >"$state/sources.list"
    local -a options=(-q -o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::lists=$state/lists" -o "Dir::Cache=$state/cache"
        -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none)
    logged apt-source-lists apt-get "${options[@]}" update || return 1
    (cd "$folder" && logged apt-source apt-get "${options[@]}" source --download-only --tar-only "$package")
}
