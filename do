#!/bin/sh
# Heliograph's front door. Installs what is missing (Debian packages; each command is shown first), then builds and runs.
set -eu
cd "$(dirname "$0")"

# Ubuntu's name for one of Debian's packages.
jpeg=libjpeg62-turbo-dev
grep -qsE '^(ID|ID_LIKE)=.*ubuntu' "${HELIO_OS_RELEASE:-/etc/os-release}" && jpeg=libjpeg-turbo8-dev
BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config $jpeg libpng-dev zlib1g-dev libssl-dev libidn2-dev libbrotli-dev libzstd-dev libxcb1-dev libreadline-dev liblapacke-dev libopenblas-dev libfftw3-dev libgsl-dev hershey-fonts-data fonts-urw-base35 libfreetype-dev libfontconfig-dev libcairo2-dev libproj-dev libarchive-dev libcurl4-openssl-dev libffi-dev libgmp-dev libtiff-dev libgif-dev libopenjp2-7-dev libqhull-dev libxml2-dev libyaml-dev"
TEST_PACKAGES="python3 openssl curl libjpeg-turbo-progs netbase netpbm tmux xvfb x11-apps xdotool ghostscript zip unzip pigz libarchive-tools libtiff-tools libopenjp2-tools"

usage() {
    cat <<'TXT'
usage: ./do COMMAND
  demo [--live]  build, then download the Sun through a socket and show it (--live: from the real host)
  test           build, then run every test
  build          build/helio
  install [PREFIX]  build, then install it (PREFIX: /usr/local)
  deb            build, then make heliograph_*.deb, a Debian package
  asan           build with AddressSanitizer and UBSan, then run every test
  coverage       build, then write doc/coverage.md: which of IDL's routines are here
  gallery        build, then remake the pictures of doc/gallery.md
  lint           layers, sizes, warnings as errors
  bench          the benchmarks in bench/
  fuzz [SECONDS | -n COUNT] [TARGET...]  each fuzz target for that long (default 60), or as many inputs
TXT
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        echo "+ $*" >&2
        "$@"
    else
        echo "+ sudo $*" >&2
        sudo "$@"
    fi
}

# Packages of a list that are not installed.
missing() {
    for p in "$@"; do
        dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$p"
    done
}

need() {
    if ! command -v dpkg-query >/dev/null 2>&1; then # not Debian: meson says which libraries it lacks
        for tool in meson ninja cc; do
            command -v $tool >/dev/null 2>&1 && continue
            echo "$tool is not there. Needed are a C compiler, meson, ninja, pkg-config, and the development files of" >&2
            echo "libjpeg-turbo, libpng, libtiff, giflib, OpenJPEG, Qhull, zlib, OpenSSL, xcb, readline, LAPACKE, OpenBLAS, FFTW, GSL; and the Hershey fonts (.jhf)." >&2
            exit 1
        done
        return 0
    fi
    # shellcheck disable=SC2046,SC2086
    set -- $(missing "$@")
    [ $# = 0 ] && return 0
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
        echo "These packages are missing, and neither root nor sudo is here to install them. Ask an administrator for:" >&2
        echo "  apt-get install $*" >&2
        exit 1
    fi
    echo "Installing: $*" >&2
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

configure() { # folder, options...
    dir=$1
    shift
    [ -f "$dir/build.ninja" ] || meson setup "$dir" "$@" >/dev/null
}

# ninja with one line of progress (none where nobody looks), and what the compiler says.
run_ninja() {
    clear=
    [ -t 2 ] && clear=$(printf '\r\033[K')
    ninja -C "$1" build.ninja >"$1/configure.log" 2>&1 || { cat "$1/configure.log" && exit 1; }
    ninja -C "$1" | while IFS= read -r line; do
        case $line in
        'ninja: Entering'* | 'ninja: no work'*) ;;
        '['[0-9]*/[0-9]*']'*) if [ -n "$clear" ]; then printf '%s%s building...' "$clear" "${line%%]*}]" >&2; fi ;;
        *) printf '%s' "$clear" >&2 && printf '%s\n' "$line" ;;
        esac
    done
    printf '%s' "$clear" >&2
}

build() {
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES
    configure build
    run_ninja build
    ninja -C build -n | grep -q 'no work to do' # the build has succeeded
}

build_asan() {
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES libc6-dev
    configure build-asan -Dchecks=true -Dbuildtype=debugoptimized -Db_sanitize=address,undefined
    run_ninja build-asan
    ninja -C build-asan -n | grep -q 'no work to do'
}

install_to() { # prefix
    prefix=$1
    case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
    meson configure build -Dprefix="$prefix"
    run_ninja build
    place=$prefix
    while [ ! -e "$place" ]; do place=$(dirname "$place"); done
    if [ -w "$place" ]; then
        meson install -C build --no-rebuild --quiet
    elif [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
        echo "$prefix cannot be written: ./do install \$HOME/.local, or ask an administrator." >&2
        exit 1
    else
        as_root meson install -C build --no-rebuild --quiet
    fi
    echo "Installed: $prefix/bin/helio"
}

case "${1:-}" in
demo)
    build
    shift
    exec sh tools/demo.sh "$@"
    ;;
build) build && echo "build/helio is ready: ./build/helio" ;;
install)
    build
    install_to "${2:-/usr/local}"
    ;;
deb)
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES dpkg-dev python3
    build
    exec sh tools/deb.sh build
    ;;
test)
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES $TEST_PACKAGES
    build
    exec python3 tests/run_all.py build
    ;;
asan)
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES $TEST_PACKAGES
    build_asan
    exec python3 tests/run_all.py build-asan
    ;;
lint)
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES universal-ctags git python3
    sh tools/layers.sh
    sh tools/sizes.sh
    dir=${LINT_BUILD:-build-lint}
    if [ "$dir" = build-lint ]; then configure "$dir" -Dwerror=true -Dbuildtype=debug; else configure "$dir" -Dwerror=true; fi
    ninja -C "$dir"
    python3 tools/routines.py "$dir/helio" --check
    ;;
coverage)
    build
    exec python3 tools/coverage.py build
    ;;
gallery)
    build
    exec sh tools/gallery.sh build/helio
    ;;
bench)
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES python3
    build
    exec sh bench/run.sh
    ;;
fuzz)
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES python3
    shift
    exec sh tests/fuzz/run.sh "$@"
    ;;
*)
    usage
    [ -z "${1:-}" ]
    ;;
esac
