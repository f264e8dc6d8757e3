#!/usr/bin/env python3
"""Runs every drawing routine of Coyote's library and of the Astronomy Library (routines.txt), unmodified, on Z, PS and PNG, and prints
a table of how each went.

Usage: table.py HELIO [FOLDER [OUT [ROUTINE...]]]. FOLDER has the libraries as coyote/ and astrolib/ (without it, or "-": Debian's packages,
fetched); OUT gets the pictures, to be looked at. A routine has gone well if its file was compiled and nothing was said that is an error.
Last line: "N passed, N failed"."""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

import run as pictures

HERE = os.path.dirname(os.path.abspath(__file__))
DEVICES = ("z", "ps", "png")
ERROR = r"\s*% |\s*\w+--> |Warning: "
HARMLESS = "% Compiled module|% No X display|% LOADCT: Loading|.*Assuming indexed color|% TVLASER: Writing"


def routines():
    """(library, name, statements, {device: (pattern, reason)}, why not run, whether it opens files of its own)."""
    out = []
    with open(os.path.join(HERE, "routines.txt"), encoding="utf-8") as f:
        for line in f.read().split("\n"):
            if line.startswith("# "):
                out.append([*line[2:].split(), "", {}, "", False])
            elif line.startswith("- "):
                out[-1][4] = line[2:]
            elif line == "~":
                out[-1][5] = True
            elif line.startswith("! "):
                m = re.match(r"! (\S+) (.*) ; (.*)", line)
                out[-1][3][m[1]] = m.groups()[1:]
            elif line.startswith("= "):
                with open(os.path.join(HERE, line[2:] + ".pro"), encoding="utf-8") as program:
                    out[-1][2] += program.read()
            elif line and not line.startswith("##"):
                out[-1][2] += line + "\n"
    return out


def keep(device, folder, out, name):
    if device == "ps":
        subprocess.run(["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=png16m", "-r72", "-o",
                        os.path.join(out, f"{name}-ps.png"), os.path.join(folder, "out.ps")], timeout=60, check=False)
    elif os.path.exists(os.path.join(folder, "out.png")):
        shutil.copy(os.path.join(folder, "out.png"), os.path.join(out, f"{name}-{device}.png"))


def outcome(routine, device, top, out):
    """("ok", ""), ("-", why not) or ("FAILED", what was said)."""
    _, name, text, expected, _, own = routine
    with tempfile.TemporaryDirectory(prefix="helio-table-") as folder:
        text = pictures.PRELUDE[device].format(*pictures.SIZE) + text + pictures.CLOSING[device]
        with open(os.path.join(folder, "program"), "w", encoding="utf-8") as f:
            f.write(text)
        done = subprocess.run([pictures.HELIO, "program"], input=b"\n" * 99, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder,
                              env=pictures.environment(top, folder), timeout=120)
        said = done.stdout.decode("utf-8", "replace")
        if out:
            keep(device, folder, out, name)
        wrong = [s for s in said.split("\n") if re.match(ERROR, s) and not re.match(HARMLESS, s)]
        if device in expected:
            pattern, reason = expected[device]
            return ("-", reason) if re.search(pattern, said) else ("FAILED", f"'{pattern}' is not said any longer")
        if f"compiled module: {name.upper()}." not in said.replace("Compiled", "compiled"):
            wrong.append("its file was not compiled")
        if done.returncode != 0:
            wrong.append(f"status {done.returncode}")
        if not own and not pictures.whole(device, folder):
            wrong.append("no whole file")
        return ("FAILED", "; ".join(wrong)[:700]) if wrong else ("ok", "")


def main():
    top, out, names = (pictures.ARGS + ["-", ""])[0] or "-", (pictures.ARGS + ["", ""])[1], pictures.ARGS[2:]
    if top == "-":
        top = pictures.libraries()
    rows = [r for r in routines() if not names or r[1] in names]
    failed = passed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        jobs = [(r, [pool.submit(outcome, r, d, top, out) for d in DEVICES] if r[2] and not r[4] else None) for r in rows]
        print(f"| {'routine':24} | {'Z':6} | {'PS':6} | {'PNG':6} | why not |\n|---|---|---|---|---|")
        for routine, results in jobs:
            got = [job.result() for job in results] if results else [("-", "")] * 3
            why = routine[4] or "; ".join(sorted({w for _, w in got if w}))
            print(f"| {routine[1]:24} | {got[0][0]:6} | {got[1][0]:6} | {got[2][0]:6} | {why} |", flush=True)
            failed, passed = failed + sum(g[0] == "FAILED" for g in got), passed + sum(g[0] == "ok" for g in got)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
