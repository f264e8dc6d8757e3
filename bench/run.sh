#!/bin/sh
# The benchmarks: one table, Heliograph beside GDL and standard tools, in one run. See bench/README.md.
# Usage: run.sh [-n RUNS] [BENCHMARK...]
cd "$(dirname "$0")/.." || exit 2
exec python3 bench/bench.py build/helio "$@"
