# shellcheck shell=bash
# ISA-L's deflate as an archive, built once into the cache folder from Debian's source package: its
# binary packages have a shared library only, and the plugin must not need one at run time.
# Result: isal_prefix, empty where it cannot be had or is no x86-64 machine (its assembler code is why it is
# fast); h5pave then does without, slower.

isal_suite=trixie
# Its Makefile asks the assembler what it knows, by output to /dev/null, which nasm deletes when it fails:
# as root, the device itself. So it is told: Debian's nasm knows all of it.
isal_make=(-f Makefile.unx "units=igzip crc mem" "CC=gcc -fPIC" AS=nasm test-as=10 have_threads=y lib)

# build_isal PREFIX: PREFIX appears with one rename, so it is whole or absent.
build_isal() (
    prefix=$1
    [ ! -d "$prefix" ] || return 0
    rm -rf "$prefix".work.*
    work=$(mktemp -d "$prefix.work.XXXXXX") || return 1
    trap 'rm -rf "$work"' EXIT
    say "building ISA-L once, into $prefix"
    fetch_debian_source "$isal_suite" libisal "$work/archive" || return 1
    mkdir -p "$work/source" "$work/stage/include/isa-l" "$work/stage/lib"
    logged isal-unpack tar -xf "$(find "$work/archive" -name 'libisal_*.orig.tar.*' ! -name '*.asc')" \
        -C "$work/source" --strip-components=1 || return 1
    logged isal-build make -C "$work/source" -j "$(jobs_wanted)" "${isal_make[@]}" || return 1
    cp "$work/source/include/igzip_lib.h" "$work/stage/include/isa-l/" &&
        cp "$work/source/bin/isa-l.a" "$work/stage/lib/libisal.a" &&
        mv "$work/stage" "$prefix"
)

# The one entry point: sets the result.
find_isal() {
    isal_prefix="$h5pave_cache/isal-$(system_tag)-$(recipe_id "$isal_suite ${isal_make[*]}")"
    [ -d "$isal_prefix" ] || { [ "$(uname -m)" = x86_64 ] && is_debian_like && with_lock isal build_isal "$isal_prefix"; } || {
        warn "ISA-L could not be had: h5pave is built without it, and deflates some data more slowly"
        isal_prefix=
    }
}
