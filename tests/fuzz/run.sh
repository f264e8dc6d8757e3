#!/bin/sh
# Runs each fuzz target SECONDS long (default 60) in an ASan + UBSan build; an input that fails is left in
# build-fuzz/crash_fuzz_NAME. Usage: run.sh [SECONDS [TARGET...]]. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- format http images language program save
build=build-fuzz
if [ ! -f "$build/build.ninja" ]; then
    meson setup "$build" -Dchecks=true -Dbuildtype=debugoptimized -Db_sanitize=address,undefined >/dev/null || exit 2
fi
ninja -C "$build" >"$build/log" 2>&1 || { cat "$build/log"; exit 2; }
top=$PWD
passed=0
failed=0
for name in "$@"; do
    more=
    case $name in language | program) more=$top/tests/pro/language ;; esac
    if text=$(cd "$build" && ASAN_OPTIONS=allocator_may_return_null=1:hard_rss_limit_mb=4000 UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1 \
        "tests/fuzz/fuzz_$name" -s "$seconds" "$top/tests/fuzz/corpus/$name" $more 2>&1); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    echo "$name: $(echo "$text" | tail -40)"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
