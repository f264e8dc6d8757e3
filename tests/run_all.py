#!/usr/bin/env python3
"""Every test of a build folder: unit, routine, network. One line a group, then "N passed, N failed".

Usage: run_all.py BUILD. HELIO_TEST=all: a skip is a failure (CI).
"""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ALONE = ("unit", "routines", "net", "replies", "repl", "screen", "pointer", "display", "terminal", "safety", "ctrl_c", "memory", "compiled", "base")  # busy, or by the clock
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)

os.environ["HELIO_PREFERENCES"] = ""  # the user's own are not a test's


def unit(build):
    run = subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs"], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True)
    ok = re.search(r"^Ok:\s+(\d+)", run.stdout, re.M)
    bad = sum(int(x) for x in re.findall(r"^(?:Fail|Unexpected Pass|Timeout):\s+(\d+)", run.stdout, re.M))
    if run.returncode and not bad:
        bad = 1
    return int(ok.group(1)) if ok else 0, bad, 0, run.stdout if run.returncode else ""


def script(*command):
    run = subprocess.run([sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    closing = CLOSING.findall(run.stdout)
    if not closing:
        return 0, 1, 0, run.stdout
    passed, failed, skipped = (int(x or 0) for x in closing[-1])
    if run.returncode and not failed:
        failed = 1
    return passed, failed, skipped, run.stdout if failed else ""


def timed(run):
    start = time.monotonic()
    return *run(), time.monotonic() - start


def add(total, name, passed, failed, skipped, log, seconds):
    """Says how a group went and counts it."""
    if log:
        print(log)
    print(f"{name:10} {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
          + f"  ({seconds:.0f} s)", flush=True)
    if skipped and os.environ.get("HELIO_TEST") == "all":
        failed += skipped
    for k, n in enumerate((passed, failed, skipped)):
        total[k] += n


def main():
    os.chdir(TOP)
    build = sys.argv[1]
    helio = os.path.join(build, "helio")
    groups = [("unit", lambda: unit(build)), ("routines", lambda: script("tests/run_pro.py", helio))]
    is_sanitized = "asan" in os.path.basename(build)  # its times say little, and it takes several times as long
    for name in ("diff", "library", "cli", "save", "net", "pages", "repl", "screen", "safety"):
        path = f"tests/{name}/run.py"
        if os.path.exists(path):
            groups.append((name, lambda p=path: script(p, helio)))
    groups.append(("safe", lambda: script("tests/safety/safe.py", helio)))
    groups.append(("bridge", lambda: script("tests/bridge/run.py", helio, *(["--few"] if is_sanitized else []))))
    groups.append(("pointer", lambda: script("tests/screen/pointer.py", helio)))
    groups.append(("display", lambda: script("tests/screen/display.py", helio)))
    groups.append(("terminal", lambda: script("tests/screen/terminal.py", helio)))
    groups.append(("replies", lambda: script("tests/net/faults/run.py", helio)))
    groups.append(("ends", lambda: script("tests/net/faults/ends.py", helio)))
    groups.append(("proxy", lambda: script("tests/net/faults/proxy.py", helio)))
    groups.append(("tls", lambda: script("tests/net/faults/tls.py", helio)))
    groups.append(("transfers", lambda: script("tests/net/transfers.py", helio)))
    groups.append(("services", lambda: script("tests/net/services.py", helio)))
    groups.append(("transfer faults", lambda: script("tests/net/faults/transfers.py", helio)))
    groups.append(("patterns", lambda: script("tests/safety/patterns.py", helio)))
    groups.append(("units", lambda: script("tests/units/run.py", helio, "500" if is_sanitized else "5000")))
    groups.append(("special", lambda: script("tests/safety/special.py", helio, *(("20", "3") if is_sanitized else ("2",)))))
    if not is_sanitized:
        groups.append(("pictures", lambda: script("tests/pictures/run.py", helio)))
        groups.append(("ctrl_c", lambda: script("tests/safety/ctrl_c.py", helio, "1.5")))
        groups.append(("memory", lambda: script("tests/safety/memory.py", helio)))
    groups.append(("archives", lambda: script("tests/archives/run.py", helio, "2" if is_sanitized else "4")))
    groups.append(("external", lambda: script("tests/external/run.py", helio)))
    groups.append(("picture files", lambda: script("tests/picture_files/run.py", helio)))
    groups.append(("json", lambda: script("tests/json/run.py", helio)))
    groups.append(("loops", lambda: script("tests/jit/run.py", helio, "2000")))
    # Machine code everywhere and pieces for threads at once: what only one of them does is the loops' and the units' tests.
    code = sorted(f for topic in (("control", "language") if is_sanitized else ("*",)) for f in glob.glob(f"tests/pro/{topic}/*.pro"))
    groups.append(("compiled", lambda: script("tests/run_pro.py", helio, "--jit", "--threads", *code)))
    topics = ("array",) if is_sanitized else ("array", "math", "matrix")
    numeric = sorted(f for topic in topics for f in glob.glob(f"tests/pro/{topic}/*.pro"))
    groups.append(("base", lambda: script("tests/run_pro.py", helio, "--base", *numeric)))
    groups.append(("keywords", lambda: script("tests/keywords.py", build)))
    groups.append(("deep", lambda: script("tests/stress/run.py", helio, "deep")))
    groups.append(("compile", lambda: script("tests/library/compile_all.py", helio)))
    total = [0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        shared = [(name, pool.submit(timed, run)) for name, run in groups if name not in ALONE]
        for name, future in shared:
            add(total, name, *future.result())
    for name, run in groups:
        if name in ALONE:
            add(total, name, *timed(run))
    print(f"{total[0]} passed, {total[1]} failed")
    return total[1] != 0


if __name__ == "__main__":
    sys.exit(main())
