#!/bin/sh
# Runs each fuzz target SECONDS long (default 60), or COUNT inputs of each with -n COUNT, in an ASan + UBSan build; an input that
# fails is left in build-fuzz/crash_fuzz_NAME, or printed. Usage: run.sh [SECONDS | -n COUNT] [TARGET...]. Ends with "N passed,
# N failed". An input of `calls` is 20 calls, one of `save` 1 or 11 files (each says at its end how many it has had): 100,000 calls
# are "run.sh -n 5000 calls", 100,000 SAVE files about "run.sh -n 25000 save". `units` is the model of unit I/O
# (tests/units), COUNT its programs.
set -u
cd "$(dirname "$0")/../.."
how=-s
[ "${1:-}" = -n ] && how=-n && shift
amount=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- archive calls draw format http images json language map names pictures program proxy reply save transfer units wire xml
build=build-fuzz
if [ ! -f "$build/build.ninja" ]; then
    meson setup "$build" -Dchecks=true -Dbuildtype=debugoptimized -Db_sanitize=address,undefined >/dev/null || exit 2
fi
ninja -C "$build" >"$build/log" 2>&1 || { cat "$build/log"; exit 2; }
top=$PWD

# Programs for the model, a thousand with each seed; fails with the first that differs.
units() {
    begun=$(date +%s)
    done=0
    while [ "$done" -lt "$([ "$how" = -n ] && echo "$amount" || echo $((done + 1)))" ]; do
        [ "$how" = -s ] && [ $(($(date +%s) - begun)) -ge "$amount" ] && break
        python3 "$top/tests/units/run.py" "$top/$build/helio" 1000 $((begun + done)) || return 1
        done=$((done + 1000))
    done
}

target() { # name, more of a corpus
    cd "$build" && ASAN_OPTIONS=allocator_may_return_null=1:hard_rss_limit_mb=4000 UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1 \
        "tests/fuzz/fuzz_$1" "$how" "$amount" "$top/tests/fuzz/corpus/$1" $2
}

passed=0
failed=0
for name in "$@"; do
    more=
    case $name in language | program) more=$top/tests/pro/language ;; esac
    if text=$(if [ "$name" = units ]; then units; else target "$name" "$more"; fi 2>&1); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    echo "$name: $(echo "$text" | tail -40)"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
