# shellcheck shell=bash
# HDF5 >= 1.14: HDF5_ROOT, or the system's, or one build in the cache folder.
# Result: hdf5_prefix (empty for the system's), hdf5_flavours, hdf5_tools. HDF5's own test programs, which
# no package has: hdf5_api_test, hdf5_parallel_tests.

# Debian's suite whose HDF5 source is built where the system's HDF5 is too old.
hdf5_suite=${H5PAVE_HDF5_SUITE:-trixie}

hdf5_cmake_options=(-DCMAKE_BUILD_TYPE=Release "-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG"
    -DHDF5_ENABLE_PARALLEL=ON -DALLOW_UNSUPPORTED=ON -DHDF5_ENABLE_THREADSAFE=ON
    -DBUILD_STATIC_LIBS=OFF -DHDF5_BUILD_HL_LIB=OFF -DHDF5_BUILD_FORTRAN=OFF
    -DHDF5_BUILD_CPP_LIB=OFF -DHDF5_BUILD_EXAMPLES=OFF -DHDF5_BUILD_TOOLS=ON
    -DHDF5_ENABLE_Z_LIB_SUPPORT=ON -DHDF5_ENABLE_SZIP_SUPPORT=OFF -DBUILD_TESTING=ON
    -DHDF5_TEST_API=ON -DHDF5_ENABLE_EMBEDDED_LIBINFO=OFF)
hdf5_test_programs=(h5_api_test testphdf5 t_filters_parallel t_shapesame t_pmulti_dset t_select_io_dset
    t_pshutdown t_prestart t_init_term h5_api_test_parallel)
hdf5_programs=(h5dump h5ls h5diff h5stat h5copy h5repack h5debug h5clear h5format_convert
    "${hdf5_test_programs[@]}")

# The version in a folder's H5public.h, or nothing.
hdf5_header_version() {
    [ -r "$1/H5public.h" ] || return 0
    sed -n 's/^#define H5_VERS_\(MAJOR\|MINOR\|RELEASE\)[ \t]*\([0-9]*\).*/\2/p' \
        "$1/H5public.h" | paste -s -d . -
}

hdf5_header_is_new() {
    local version
    version=$(hdf5_header_version "$1")
    [ -n "$version" ] && version_ge "$version" "$hdf5_minimum"
}

hdf5_header_is_parallel() { grep -qs '^#define H5_HAVE_PARALLEL 1' "$1/H5pubconf.h"; }

# A label for a folder's build when nothing better is known.
hdf5_label() { if hdf5_header_is_parallel "$1"; then printf 'openmpi\n'; else printf 'serial\n'; fi; }

# The folder with a prefix's libhdf5.so.
hdf5_library_folder() {
    local folder
    for folder in lib lib64 "lib/$(gcc -print-multiarch 2>/dev/null)"; do
        [ -e "$1/$folder/libhdf5.so" ] && { printf '%s\n' "$1/$folder"; return 0; }
    done
    return 1
}

use_hdf5_prefix() {
    local prefix=$1 libdir
    libdir=$(hdf5_library_folder "$prefix") || die "HDF5 in $prefix has no shared libhdf5.so"
    hdf5_prefix=$prefix
    hdf5_flavours="$(hdf5_label "$prefix/include")=$prefix/include,$libdir"
    hdf5_tools=$prefix/bin
    hdf5_api_test=
    [ ! -x "$prefix/bin/h5_api_test" ] || hdf5_api_test=$prefix/bin/h5_api_test
    hdf5_parallel_tests=
    [ ! -x "$prefix/bin/testphdf5" ] || hdf5_parallel_tests="$(hdf5_label "$prefix/include")=$prefix/bin"
    [ -x "$hdf5_tools/h5dump" ] || die "HDF5 in $prefix has no tools (bin/h5dump)"
    [ -x "$hdf5_tools/h5debug" ] || die "HDF5 in $prefix has no bin/h5debug, which reads the chunk index"
    say "HDF5 $(hdf5_header_version "$prefix/include"): $prefix"
}

# add_flavour LABEL INCLUDE LIBDIR: to hdf5_flavours, if it is there and new enough.
add_flavour() {
    if [ ! -e "$3/libhdf5.so" ] || ! hdf5_header_is_new "$2"; then return 0; fi
    hdf5_flavours="${hdf5_flavours:+$hdf5_flavours }$1=$2,$3"
}

# All flavours of the system's HDF5 that are new enough, in the places where CMake looks too.
find_system_hdf5() {
    local flavour prefix folder multiarch
    multiarch=$(gcc -print-multiarch)
    hdf5_flavours=
    for flavour in serial openmpi mpich; do
        add_flavour "$flavour" "/usr/include/hdf5/$flavour" "/usr/lib/$multiarch/hdf5/$flavour"
    done
    for prefix in /usr /usr/local; do
        for folder in lib64 lib; do
            [ -n "$hdf5_flavours" ] ||
                add_flavour "$(hdf5_label "$prefix/include")" "$prefix/include" "$prefix/$folder"
        done
    done
    [ -n "$hdf5_flavours" ] || return 1
    if ! have h5dump || ! have h5debug; then
        say "the system's HDF5 has no tools (h5dump, h5debug): not used"
        return 1
    fi
    hdf5_prefix=
    hdf5_tools=$(dirname "$(command -v h5debug)")
    hdf5_api_test=
    hdf5_parallel_tests=
    prefix=${hdf5_flavours#*=}
    say "HDF5 $(hdf5_header_version "${prefix%%,*}"): the system's ($(printf '%s\n' "$hdf5_flavours" | sed 's/=[^ ]*//g'))"
}

# unpack_hdf5_source FOLDER SUITE: into FOLDER/source, from HDF5_SOURCE or the Debian archive.
unpack_hdf5_source() {
    local folder=$1 suite=$2 archive
    mkdir -p "$folder/source"
    if [ -n "${HDF5_SOURCE:-}" ] && [ -d "$HDF5_SOURCE" ]; then
        cp -a "$HDF5_SOURCE/." "$folder/source"
    else
        archive=${HDF5_SOURCE:-}
        if [ -z "$archive" ]; then
            say "fetching the HDF5 source package of Debian $suite"
            fetch_debian_source "$suite" hdf5 "$folder/archive" ||
                die "the HDF5 source package of Debian '$suite' could not be fetched through apt; give HDF5_ROOT=prefix (an HDF5 >= $hdf5_minimum) or HDF5_SOURCE=archive-or-folder"
            archive=$(find "$folder/archive" -name 'hdf5_*.orig.tar.*' ! -name '*.asc' | head -n 1)
        fi
        [ -r "$archive" ] || die "no HDF5 source archive '$archive'"
        logged hdf5-unpack tar -xf "$archive" -C "$folder/source" --strip-components=1 ||
            die "cannot unpack $archive"
    fi
    [ -r "$folder/source/CMakeLists.txt" ] || die "'${HDF5_SOURCE:-$archive}' is not an HDF5 source tree"
    hdf5_header_is_new "$folder/source/src" ||
        die "'${HDF5_SOURCE:-$archive}' is HDF5 $(hdf5_header_version "$folder/source/src"); h5pave needs $hdf5_minimum or later"
}

# install_hdf5 BUILD STAGE PROGRAM…: cmake --install would ask for every target, so the components that
# were built are installed and the programs copied; they find the library through $ORIGIN/../lib.
install_hdf5() {
    local build=$1 stage=$2
    shift 2
    cmake --install "$build" --component headers --prefix "$stage" &&
        cmake --install "$build" --component libraries --prefix "$stage" &&
        mkdir -p "$stage/bin" "$stage/lib" &&
        cp -a "$build"/bin/libhdf5*.so* "$stage/lib/" &&
        cp "${@/#/$build/bin/}" "$stage/bin/" &&
        ldd "$stage/bin/$1" && ! ldd "$stage/bin/$1" | grep -q 'not found'
}

# build_hdf5 PREFIX SUITE COMPILER PROGRAM…: the library and programs, in a temporary folder, which goes
# away in any case; PREFIX appears with one rename, so it is whole or absent.
build_hdf5() (
    prefix=$1 suite=$2 compiler=$3 started=$SECONDS
    shift 3
    [ ! -d "$prefix" ] || return 0
    rm -rf "$prefix".work.*
    work=$(mktemp -d "$prefix.work.XXXXXX") || die "cannot write in $h5pave_cache"
    trap 'rm -rf "$work"' EXIT
    unpack_hdf5_source "$work" "$suite"
    [ -n "$compiler" ] || die "no MPI compiler wrapper (mpicc) to build a parallel HDF5 with"
    say "building HDF5 $(hdf5_header_version "$work/source/src") with $compiler once, into $prefix"
    logged hdf5-configure cmake -S "$work/source" -B "$work/build" -G Ninja \
        "${hdf5_cmake_options[@]}" "-DCMAKE_C_COMPILER=$compiler" "-DCMAKE_INSTALL_PREFIX=$prefix" ||
        die "HDF5 could not be configured"
    logged hdf5-build ninja -C "$work/build" -j "$(jobs_wanted)" hdf5-shared "$@" ||
        die "HDF5 could not be built"
    logged hdf5-install install_hdf5 "$work/build" "$work/stage" "$@" || die "HDF5 could not be installed"
    mv "$work/stage" "$prefix" || die "cannot write in $h5pave_cache"
    say "HDF5 built in $((SECONDS - started)) s"
)

# hdf5_build_prefix NAME SUITE PROGRAM…: where a build lives; another recipe gets another place.
hdf5_build_prefix() {
    local name=$1
    shift
    printf '%s\n' "$h5pave_cache/$name-$(system_tag)-$(recipe_id "${HDF5_SOURCE:-$1} ${hdf5_cmake_options[*]} ${*:2}")"
}

# HDF5's own test programs for each MPI of the system's HDF5, built from its source.
find_hdf5_tests() {
    local flavour prefix suite compiler
    [ -z "$hdf5_prefix" ] || return 0
    # shellcheck disable=SC1091
    suite=$(. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-}")
    for flavour in openmpi mpich; do
        compiler=$(command -v "mpicc.$flavour" || true)
        [[ " $hdf5_flavours" == *" $flavour="* && -n "$compiler" ]] || continue
        prefix=$(hdf5_build_prefix "hdf5-tests-$flavour" "$suite" "${hdf5_test_programs[@]}")
        if [ -d "$prefix" ] || with_lock hdf5 build_hdf5 "$prefix" "$suite" "$compiler" "${hdf5_test_programs[@]}"; then
            hdf5_parallel_tests="${hdf5_parallel_tests:+$hdf5_parallel_tests }$flavour=$prefix/bin"
            hdf5_api_test=${hdf5_api_test:-$prefix/bin/h5_api_test}
        else
            say "HDF5's own tests are left out with $flavour"
        fi
    done
}

# The one entry point: sets the results.
find_hdf5() {
    local prefix
    if [ -n "${HDF5_ROOT:-}" ]; then
        [ -r "$HDF5_ROOT/include/H5public.h" ] ||
            die "HDF5_ROOT=$HDF5_ROOT holds no include/H5public.h; give the prefix of an HDF5 >= $hdf5_minimum, or unset it to have one found or built"
        hdf5_header_is_new "$HDF5_ROOT/include" ||
            die "HDF5_ROOT=$HDF5_ROOT is HDF5 $(hdf5_header_version "$HDF5_ROOT/include"); h5pave needs $hdf5_minimum or later; unset it to have one found or built"
        use_hdf5_prefix "$(cd "$HDF5_ROOT" && pwd)"
    elif [ -z "${HDF5_SOURCE:-}" ] && find_system_hdf5; then
        :
    else
        prefix=$(hdf5_build_prefix hdf5 "$hdf5_suite" "${hdf5_programs[@]}")
        [ -d "$prefix" ] || with_lock hdf5 build_hdf5 "$prefix" "$hdf5_suite" \
            "$(first_command mpicc.openmpi mpicc)" "${hdf5_programs[@]}" || exit 1
        use_hdf5_prefix "$prefix"
    fi
}
