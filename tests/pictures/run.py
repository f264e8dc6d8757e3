#!/usr/bin/env python3
"""Programs of ours that call the drawing routines of Coyote's library and of the Astronomy Library, unmodified, and our own, on three
kinds of devices. On Z the picture is compared with golden/NAME.png, which a person has looked at: at most TOLERANCE of its pixels
may differ by more than a few levels. On PS (by cgPS_Open) and PNG (which these libraries take for a device of 256 colours) it must
end without an error and leave a whole file.

Usage: run.py HELIO [NAME...]; run.py --record HELIO [NAME...]: new golden pictures, to be looked at. Last line: "N passed, N failed". Sources: the routines' own documentation; the pictures by eye."""
import concurrent.futures
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOLERANCE = 0.004  # of all pixels
SIZE = (400, 320)

PRELUDE = {
    "z": "set_plot, 'z' & device, set_resolution=[{0}, {1}], set_pixel_depth=24, decomposed=1 & erase, cgcolor('white')\n",
    "ps": "cgps_open, 'out.ps', /quiet, /nomatch, xsize=16, ysize=12.8, /metric, /encapsulated\n",
    "png": "set_plot, 'png' & device, filename='out.png', decomposed=0 & window, 0, xsize={0}, ysize={1}\n",
}
CLOSING = {
    "z": "write_png, 'out.png', tvrd(/true)\n",
    "ps": "cgps_close\n",
    "png": "set_plot, 'null'\n",
}
COMPARE = """a = read_png('out.png') & b = read_png('golden.png')
print, array_equal(size(a), size(b)) ? mean(max(abs(fix(a) - fix(b)), dimension=1) gt 8, /double) : 1d, format='(f8.6)'
"""


def libraries():
    """The folder that holds the libraries: tests/library/run.py fetches them."""
    spec = importlib.util.spec_from_file_location("library_run", os.path.join(os.path.dirname(HERE), "library", "run.py"))
    library = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(library)
    return library.fetch(os.path.dirname(HELIO))


def environment(top, folder):
    folders = [os.path.join(top, name) for name in ("coyote", "astrolib")]
    env = dict(os.environ, HELIO_PREFERENCES="", HOME=folder, HELIO_PATH=":".join(["+" + f for f in folders] + ["<IDL_DEFAULT>"]))
    env.pop("DISPLAY", None)
    return env


def helio(text, folder, env):
    done = subprocess.run([HELIO, "-quiet"], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, env=env, text=True,
                          errors="replace", timeout=120)
    said = [line for line in done.stdout.split("\n") if line.strip() and not line.startswith(("% Compiled module", "% No X display"))
            and "Unrecognized device. Assuming indexed color state" not in line]
    return done.returncode, "\n".join(said)


def whole(device, folder):
    """Whether the file that was written has its end."""
    path = os.path.join(folder, "out.ps" if device == "ps" else "out.png")
    if not os.path.exists(path):
        return False
    with open(path, "rb") as f:
        data = f.read()
    return data.rstrip().endswith(b"%%EOF") if device == "ps" else b"IEND" in data[-12:]


def problem(name, device, top, record):
    """What is wrong with the picture on a device; None."""
    with open(os.path.join(HERE, name + ".pro"), encoding="utf-8") as f:
        text = f.read()
    golden = os.path.join(HERE, "golden", name + ".png")
    with tempfile.TemporaryDirectory(prefix="helio-pictures-") as folder:
        env = environment(top, folder)
        status, said = helio(PRELUDE[device].format(*SIZE) + text + CLOSING[device], folder, env)
        if status != 0 or said:
            return f"status {status}: {said[:600]}"
        if not whole(device, folder):
            return "no whole file"
        if device != "z":
            return None
        if record:
            shutil.copy(os.path.join(folder, "out.png"), golden)
            return None
        if not os.path.exists(golden):
            return "no golden picture"
        shutil.copy(golden, os.path.join(folder, "golden.png"))
        status, said = helio(COMPARE, folder, env)
        return None if status == 0 and float(said) <= TOLERANCE else f"part of the pixels that differ: {said}"


def main():
    top = libraries()
    names = ARGS or sorted(n[:-4] for n in os.listdir(HERE) if n.endswith(".pro"))
    devices = ["z"] if RECORD else ["z", "ps", "png"]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        jobs = [(n, d, pool.submit(problem, n, d, top, RECORD)) for n in names for d in devices]
        for name, device, job in jobs:
            wrong = job.result()
            if wrong:
                print(f"{name} on {device}: {wrong}")
            passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


RECORD = sys.argv[1:2] == ["--record"]
HELIO, ARGS = os.path.abspath(sys.argv[1 + RECORD]), sys.argv[2 + RECORD:]
if __name__ == "__main__":
    sys.exit(main())
