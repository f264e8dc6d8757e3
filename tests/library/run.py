#!/usr/bin/env python3
"""Runs the documented examples of MPFIT and of the Astronomy Library, unmodified library files, and compares what they print
with what GDL prints for the same statements (NAME_gdl.txt, made by `run.py --record`). A difference must be explained by a
line of verdicts.txt. The libraries are Debian packages, downloaded and unpacked into the build folder.

Each case runs through a pipe and once more on a terminal (a pty), where it must print the same.

Usage: run.py HELIO [-v] [CASE...], run.py --record BUILD. Last line: "N passed, N failed".
"""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = ["gdl-astrolib", "gdl-mpfit", "gdl-coyote"]
SUITES = ["astrolib", "mpfit"]
FOLDERS = SUITES + ["coyote"]
MARK = "@@@"
# Notices of compiling, of underflow (which GDL and we tell at other times), of where pictures go without a display.
NOISE = r"^% Compiled module|^% Program caused arithmetic error: Floating underflow|^% No X display"

DATED = r"^(DATE    = ')\d{4}-\d\d-\d\d"  # the day of the run, in a FITS header


def fetch(build):
    """Unpacks the libraries once; returns the folder that holds them."""
    root = os.path.join(build, "libraries")
    top = os.path.join(root, "usr/share/gnudatalanguage")
    if all(os.path.isdir(os.path.join(top, s)) for s in FOLDERS):
        return top
    debs = os.path.join(root, "debs")
    os.makedirs(debs, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", *PACKAGES], cwd=debs, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    for deb in os.listdir(debs):
        subprocess.run(["dpkg", "-x", os.path.join(debs, deb), root], check=True)
    return top


def cases(suite):
    """(name, statements): a case starts with "# name"; "##" lines are comments."""
    out = []
    for line in open(os.path.join(HERE, suite + "_cases.txt")).read().split("\n"):
        if line.startswith("# "):
            out.append((line[2:], []))
        elif line and not line.startswith("##"):
            out[-1][1].append(line)
    return out


def routines(folder):
    """functions.pro, a file for each of its routines: some library routines look for them along the path."""
    for text in re.split(r"(?m)^(?=function |pro )", open(os.path.join(HERE, "functions.pro")).read())[1:]:
        name = re.match(r"\w+ +(\w+)", text).group(1)
        open(os.path.join(folder, name + ".pro"), "w").write(text)


def through_pipe(command, text, folder, env):
    run = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, env=env, timeout=60)
    return run.returncode, run.stdout


def on_terminal(command, text, folder, env):
    """The same statements from a file, with a terminal of 80 columns (and many rows: nothing waits for a key)."""
    file = os.path.join(folder, "case_on_terminal.txt")
    open(file, "wb").write(text)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 5000, 80, 0, 0))
    run = subprocess.Popen([*command, file], stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=env, start_new_session=True,
                           preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    shown = b""
    while True:  # the terminal stays open until all has been read: what a program leaves behind is lost with its end otherwise
        has_ended = run.poll() is not None
        if select.select([ours], [], [], 0.02)[0]:
            shown += os.read(ours, 65536)
        elif has_ended:
            break
    os.close(theirs)
    os.close(ours)
    return run.returncode, shown.replace(b"\r\n", b"\n")


def outputs(command, env, suite, wanted=lambda name: True, way=through_pipe):
    """Each case's lines, by its name. Every case is a session of its own; they share a folder."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        routines(folder)
        env = dict(os.environ, HOME=folder, **env)
        env.pop("DISPLAY", None)
        for name, body in cases(suite):
            if not wanted(name):
                continue
            text = "!quiet=1\nastrolib\nprint,'%s'\n%s\nexit\n" % (MARK, "\n".join(body))
            status, shown = way(command, text.encode(), folder, env)
            _, _, shown = shown.decode("utf-8", "replace").partition(MARK + "\n")
            found[name] = [re.sub(DATED, r"\1YYYY-MM-DD", x.rstrip()) for x in shown.split("\n")[:-1] if not re.search(NOISE, x)]
            if status < 0 or status == 99 or "ERROR: AddressSanitizer" in shown or "runtime error:" in shown:
                found[name].append("exit status %d" % status)
    return found


def record(build):
    top = fetch(build)
    path = ":".join(os.path.join(top, s) for s in FOLDERS) + ":/usr/share/gnudatalanguage/lib"
    for suite in SUITES:
        found = outputs(["gdl", "-quiet"], {"GDL_PATH": path, "IDL_PATH": path}, suite)
        with open(os.path.join(HERE, suite + "_gdl.txt"), "w") as out:
            out.write("## What GDL 1.0.1 prints for %s_cases.txt; made by run.py --record.\n" % suite)
            for name, _ in cases(suite):
                lines = [x.replace(top, "LIBRARIES") for x in found.get(name, ["(no output)"])]
                out.write("# %s\n" % name + "".join("|%s\n" % x for x in lines))


def golden(suite):
    out = {}
    for line in open(os.path.join(HERE, suite + "_gdl.txt")).read().split("\n"):
        if line.startswith("# "):
            name = line[2:]
            out[name] = []
        elif line.startswith("|"):
            out[name].append(line[1:])
    return out


def verdicts():
    """By case: the reason, and what we print instead. "needs NAME" has no text: a routine that we do not have yet."""
    out = {}
    for line in open(os.path.join(HERE, "verdicts.txt")).read().split("\n"):
        if line.startswith("# "):
            name = line[2:]
        elif line.startswith("= "):
            out[name] = (line[2:], [])
        elif line.startswith("|"):
            out[name][1].append(line[1:])
    return out


def without_places(lines):
    """Where a statement stands: a batch file has lines, what comes through a pipe has none."""
    return [re.sub(r"^(% .*\$MAIN\$) .*|^   /.*/case_on_terminal.txt$", r"\1", x).rstrip() for x in lines]


def explained(verdict, got):
    reason, want = verdict
    if reason.startswith("needs "):
        return any("'%s'" % reason[6:] in x for x in got)
    return got == want


def main():
    if sys.argv[1] == "--record":
        record(os.path.abspath(sys.argv[2]))
        return 0
    helio, known = os.path.abspath(sys.argv[1]), verdicts()
    asked = [a for a in sys.argv[2:] if a != "-v"]
    top = fetch(os.path.dirname(helio))

    def wanted(name):
        return not asked or any(a in name for a in asked)

    passed = failed = 0
    used = set()
    for suite in SUITES:
        env = {"IDL_PATH": ":".join(os.path.join(top, s) for s in FOLDERS)}
        want, found = golden(suite), outputs([helio, "-quiet"], env, suite, wanted)
        typed = outputs([helio, "-quiet"], env, suite, wanted, on_terminal)
        for name in found:
            same = without_places(typed[name]) == without_places(found[name])
            passed, failed = passed + same, failed + (not same)
            if not same:
                print("%s: another output on a terminal" % name)
                print("  pipe:     " + "\n            ".join(found[name]))
                print("  terminal: " + "\n            ".join(typed[name]))
        for name, body in cases(suite):
            if not wanted(name):
                continue
            got, gdl = found.get(name, ["(no output)"]), want[name]
            ok = got == gdl
            if not ok and name in known:
                used.add(name)
                ok = explained(known[name], got)
            if ok and not ("-v" in sys.argv and name in used):
                passed += 1
                continue
            passed, failed = passed + ok, failed + (not ok)
            print("%s: %s" % (name, known[name][0] if name in used else "differs"))
            print("  gdl:   " + "\n         ".join(gdl))
            print("  helio: " + "\n         ".join(got))
    for name in known:
        if name not in used and not asked and not known[name][0].startswith("needs "):
            print("%s: its verdict in verdicts.txt is no longer needed" % name)
            failed += 1
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
