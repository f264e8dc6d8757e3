#!/bin/sh
# Heliograph's front door. Installs what is missing (Debian packages; each command is shown first), then builds and runs.
set -eu
cd "$(dirname "$0")"

BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config libjpeg62-turbo-dev libpng-dev zlib1g-dev libssl-dev libxcb1-dev libxcb-shm0-dev libxcb-image0-dev libreadline-dev liblapacke-dev libopenblas-dev libfftw3-dev libgsl-dev"
TEST_PACKAGES="python3 openssl curl libjpeg-turbo-progs netbase netpbm tmux xvfb x11-apps"

usage() {
    cat <<'TXT'
usage: ./do COMMAND
  demo [--live]  build, then download the Sun through a socket and show it (--live: from the real host)
  test           build, then run every test
  build          build/helio
  asan           build with AddressSanitizer and UBSan, then run every test
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
    command -v dpkg-query >/dev/null 2>&1 || return 0 # not Debian: meson will say what it lacks
    # shellcheck disable=SC2046,SC2086
    set -- $(missing "$@")
    [ $# = 0 ] && return 0
    echo "Installing: $*" >&2
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

configure() { # folder, options...
    dir=$1
    shift
    [ -f "$dir/build.ninja" ] || meson setup "$dir" "$@" >/dev/null
}

build() {
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES
    configure build
    ninja -C build | grep -vE '^(ninja: Entering|\[[0-9]+/)' || true
    ninja -C build -n | grep -q 'no work to do' # the build has succeeded
}

build_asan() {
    # shellcheck disable=SC2086
    need $BUILD_PACKAGES libc6-dev
    configure build-asan -Dchecks=true -Dbuildtype=debugoptimized -Db_sanitize=address,undefined
    ninja -C build-asan | grep -vE '^(ninja: Entering|\[[0-9]+/)' || true
    ninja -C build-asan -n | grep -q 'no work to do'
}

case "${1:-}" in
demo)
    build
    shift
    exec sh tools/demo.sh "$@"
    ;;
build) build && echo "build/helio is ready: ./build/helio" ;;
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
    need universal-ctags git
    sh tools/layers.sh
    sh tools/sizes.sh
    configure build-lint -Dwerror=true -Dbuildtype=debug
    ninja -C build-lint
    ;;
bench)
    build
    exec sh bench/run.sh
    ;;
fuzz)
    shift
    exec sh tests/fuzz/run.sh "$@"
    ;;
*)
    usage
    [ -z "${1:-}" ]
    ;;
esac
