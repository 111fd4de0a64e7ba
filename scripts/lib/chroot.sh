# shellcheck shell=bash
# A minimal Debian root: made, given this machine's network settings, mounted into, and removed
# without ever touching what is mounted below it.

fresh_mounted=()

# Is anything mounted at or below this folder?
has_mounts() {
    local path
    path=$(readlink -f "$1")
    awk -v p="$path" '$5 == p || index($5, p "/") == 1 { found = 1 } END { exit !found }' /proc/self/mountinfo
}

remove_root() {
    [ -e "$1" ] || return 0
    if has_mounts "$1"; then die "something is still mounted below $1: unmount it, then remove the folder"; fi
    rm -rf --one-file-system "$1"
}

# make_root ROOT SUITE: by debootstrap, or a copy of a ready one.
make_root() {
    local root=$1 suite=$2 mirror
    if [ -n "${H5PAVE_FRESH_BASE:-}" ] && [ -d "$H5PAVE_FRESH_BASE/$suite" ]; then
        say "$suite: copying the root $H5PAVE_FRESH_BASE/$suite"
        if has_mounts "$H5PAVE_FRESH_BASE/$suite"; then die "something is mounted below $H5PAVE_FRESH_BASE/$suite"; fi
        cp -a --reflink=auto "$H5PAVE_FRESH_BASE/$suite" "$root"
    else
        have debootstrap || install_required debootstrap
        mirror=$(debian_mirror)
        [ -n "$mirror" ] || { apt_update_once; mirror=$(debian_mirror); }
        [ -n "$mirror" ] || die "apt's configuration names no Debian archive"
        say "$suite: debootstrap --variant=minbase"
        logged "debootstrap-$suite" debootstrap --variant=minbase "$suite" "$root" "$mirror" ||
            die "debootstrap could not make a $suite root"
    fi
    copy_network_settings "$root"
}

# Name resolution, apt's proxies and validity rule, pip's settings: as on this machine.
copy_network_settings() {
    local root=$1 file
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf; do
        [ ! -r "$file" ] || { rm -f "$root$file"; cat "$file" >"$root$file"; }
    done
    apt-config dump Acquire::http::Proxy Acquire::https::Proxy Acquire::Check-Valid-Until 2>/dev/null |
        grep -v ' "";$' >"$root/etc/apt/apt.conf.d/99fresh" || true
    if [ "${H5PAVE_FRESH_OLD_MIRROR:-no}" = yes ]; then
        echo 'Acquire::Check-Valid-Until "false";' >>"$root/etc/apt/apt.conf.d/99fresh"
    fi
}

# The variables that tell programs about proxies, certificates and pip, as assignments for env. A file
# that one names (a CA bundle) is copied into the root, to a place of its own: the package
# ca-certificates would overwrite /etc/ssl/certs.
network_environment() {
    local root=$1 name value copy
    while IFS='=' read -r name value; do
        case $name in
            PIP_* | *_CA_BUNDLE | SSL_CERT_FILE | http_proxy | https_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY) ;;
            *) continue ;;
        esac
        case $value in
            /*)
                [ -e "$value" ] || continue
                copy=/etc/fresh-$name
                cp -aL "$value" "$root$copy"
                value=$copy
                ;;
        esac
        printf '%s\0' "$name=$value"
    done < <(env)
}

# The committed sources, nothing else.
copy_sources() {
    mkdir -p "$1"
    git -C "$h5pave_source" archive HEAD | tar -x -C "$1"
}

mount_into() {
    local root=$1 folder
    fresh_mounted+=("$root")
    for folder in proc sys dev; do
        mount --rbind "/$folder" "$root/$folder"
        mount --make-rslave "$root/$folder"
    done
}

# Lazily, so that a process that still runs inside does not keep the mount in our tree.
unmount_from() {
    local folder
    for folder in dev sys proc; do
        if [ -d "$1/$folder" ] && has_mounts "$1/$folder"; then umount -R -l "$1/$folder"; fi
    done
}

unmount_all() {
    local root
    for root in "${fresh_mounted[@]}"; do unmount_from "$root"; done
}

# in_root ROOT FOLDER COMMAND…: with a clean environment but for the network's variables.
in_root() {
    local root=$1 folder=$2
    local -a network=()
    shift 2
    mapfile -d '' network < <(network_environment "$root")
    # shellcheck disable=SC2016 # expanded by the shell inside
    chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        LC_ALL=C.UTF-8 "${network[@]}" bash -c 'cd "$0" && exec "$@"' "$folder" "$@"
}
