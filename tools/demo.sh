#!/bin/sh
# The tutorial's session against a server of our own (demo/server.pro), which serves a Sun of our own (demo/sun.pro).
# --live: against the real host instead.
set -eu
cd "$(dirname "$0")/.."
top=$PWD
helio=$top/build/helio
work=$top/build/demo
mkdir -p "$work"

live=no
[ "${1:-}" = --live ] && live=yes

if [ $live = no ]; then
    if [ ! -f "$work/f_211_193_171_4096.jpg" ]; then
        echo "Painting the Sun (512 and 4096 pixels)..."
        HELIO_PATH=$top/demo "$helio" -quiet -e ".compile $top/demo/sun.pro
make_sun, '$work'"
    fi
    rm -f "$work/port"
    HELIO_PATH=$top/demo "$helio" -quiet -e ".compile $top/demo/server.pro
serve, '$work', '$work/port'" >"$work/server.log" 2>&1 &
    server=$!
    trap 'kill $server 2>/dev/null || true' EXIT INT TERM
    tries=0
    while [ ! -s "$work/port" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 100 ]; then
            echo "The demo server did not start:" >&2
            cat "$work/server.log" >&2
            exit 1
        fi
        sleep 0.1
    done
    port=$(tr -d ' \n' <"$work/port")
    export HELIO_NET_MAP="sdo.gsfc.nasa.gov:80=127.0.0.1:$port"
    echo "sdo.gsfc.nasa.gov:80 is mapped to our own server at 127.0.0.1:$port (--live uses the real one)."
fi

sed 's/^/IDL> /' demo/session.pro
{
    cat demo/session.pro
    echo "write_png,'$work/sun.png',tvrd(/true)"
    if [ -n "${DISPLAY:-}" ] && [ -t 0 ]; then echo "wait, 20"; fi
} >"$work/run.pro"
cd "$work"
"$helio" -quiet "$work/run.pro"
echo "The picture: $work/sun.png, the file downloaded: $work/output.jpeg"
