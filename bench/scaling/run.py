#!/usr/bin/env python3
"""Time against size beside GDL and NumPy: run.py HELIO [-s LARGEST] [-o FOLDER] [OPERATION...]

Measures the eight operations of OPERATIONS at 1, 3, 10 ... 1e8 elements, each program and operation in a process of its own,
writes FOLDER/scaling.tsv (default: doc) and has picture.pro draw FOLDER/scaling.svg from it. A turn is repeated until SECONDS
have passed; the fastest of three such rounds counts (of two, where a turn takes longer than a second). A program stops
growing when a turn takes more than SLOW. With words of operations (fft) the others keep what the table has of them."""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SECONDS, SLOW, LIMIT = 0.03, 8, 600
HERE = pathlib.Path(__file__).resolve().parent

# name: IDL's setup and statement, Python's setup and statement; n is the number of elements
NOISE = "a = float((lindgen(n)*1103515245L + 12345L) and 65535L)/65536"
PY_NOISE = "a = ((np.arange(n, dtype='i4')*np.int32(1103515245) + np.int32(12345)) & 65535).astype('f4')/np.float32(65536)"
OPERATIONS = {
    "c = a + b": (NOISE + " & b = reverse(a)", "c = a + b", PY_NOISE + "; b = a[::-1].copy()", "c = a + b"),
    "c = a*b + a/2": (NOISE + " & b = reverse(a)", "c = a*b + a/2", PY_NOISE + "; b = a[::-1].copy()", "c = a*b + a/2"),
    "c = sin(a)": (NOISE, "c = sin(a)", PY_NOISE, "c = np.sin(a)"),
    "t = total(a)": (NOISE, "t = total(a)", PY_NOISE, "t = a.sum()"),
    "w = where(a gt 0.5)": (NOISE, "w = where(a gt 0.5)", PY_NOISE, "w = np.flatnonzero(a > .5)"),
    "s = sort(a)": (NOISE, "s = sort(a)", PY_NOISE, "s = a.argsort(kind='stable')"),
    "c = smooth(a, 5)": (NOISE, "c = smooth(a, 5)", PY_NOISE + "; from scipy import ndimage", "c = ndimage.uniform_filter1d(a, 5)"),
    "c = fft(a)": ("a = complex(findgen(n) mod 97)", "c = fft(a)", "a = (np.arange(n) % 97).astype('c8'); from scipy import fft",
                   "c = fft.fft(a)"),
}
SMALLEST = {"c = smooth(a, 5)": 10}  # SMOOTH wants an array no smaller than its window

IDL = """function turns, a, b, count
  began = systime(1)
  for turn = 1L, count do begin
    {statement}
  endfor
  return, systime(1) - began
end
pro grow, sizes
  for i = 0, n_elements(sizes)-1 do begin
    n = sizes[i]
    b = 0
    {setup}
    count = 1L
    while 1 do begin
      spent = turns(a, b, count)
      if spent ge {seconds} then break
      count = count*2 > long(count*{seconds}*1.2/(spent > 1d-6) < 1d8)
    endwhile
    best = spent/count
    for round = 2, best lt 1 ? 3 : 2 do best = best < turns(a, b, count)/count
    print, 'size', n, best, format='(a,1x,i0,1x,e15.8)'
    if best gt {slow} then return
  endfor
end
grow, {sizes}
end
"""

PYTHON = """import numpy as np, time
def turns(count):
    began = time.perf_counter()
    for _ in range(count):
        {statement}
    return time.perf_counter() - began
for n in {sizes}:
    {setup}
    count = 1
    while True:
        spent = turns(count)
        if spent >= {seconds}: break
        count = max(2*count, int(count*{seconds}*1.2/max(spent, 1e-6)))
    best = spent/count
    for _ in range(2 if best < 1 else 1): best = min(best, turns(count)/count)
    print('size', n, best, flush=True)
    if best > {slow}: break
"""


def python_with_numpy():
    for python in ("/usr/bin/python3", sys.executable):
        if os.path.exists(python) and subprocess.run([python, "-c", "import numpy, scipy"], capture_output=True).returncode == 0:
            return python
    return None


def sizes_to(largest):
    return [int(m*10**k) for k in range(9) for m in (1, 3) if m*10**k <= largest]


def fill(template, setup, statement, sizes, work, name):
    path = work / name
    path.write_text(template.format(setup=setup, statement=statement, seconds=SECONDS, slow=SLOW, sizes=sizes))
    return path.name


def run(command, work, text=""):
    """[(size, seconds)] as the program printed them, as far as it came within LIMIT."""
    env = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
    p = subprocess.run(["timeout", str(LIMIT), *command], input=text, capture_output=True, text=True, cwd=work, env=env)
    lines = [line.split() for line in p.stdout.split("\n") if line.startswith("size ")]
    if not lines:
        sys.stderr.write(f"{command}: {(p.stdout + p.stderr)[-300:]}\n")
    return [(int(n), float(t)) for _, n, t in lines]


def measure(helio, names, sizes, work):
    gdl, python = shutil.which("gdl"), python_with_numpy()
    for name in names:
        setup, statement, py_setup, py_statement = OPERATIONS[name]
        chosen = [n for n in sizes if n >= SMALLEST.get(name, 1)]
        idl = str(chosen).replace(",", "L,").replace("]", "L]")
        program = fill(IDL, setup, statement, idl, work, "grow_main.pro")
        yield name, "Heliograph", run([helio, "-quiet", program], work)
        if python:
            yield name, "NumPy", run([python, fill(PYTHON, py_setup, py_statement, chosen, work, "grow_main.py")], work)
        if gdl:
            yield name, "GDL", run([gdl, "-quiet"], work, ".run grow_main.pro\nexit\n")


def measured_before(table):
    """The rows of the table by operation."""
    rows = {}
    for line in table.read_text().splitlines()[1:] if table.exists() else []:
        rows.setdefault(line.split("\t")[0], []).append(line)
    return rows


def main():
    p = argparse.ArgumentParser()
    p.add_argument("helio")
    p.add_argument("-s", type=float, default=1e8)
    p.add_argument("-o", default=str(HERE.parent.parent / "doc"))
    p.add_argument("operation", nargs="*")
    args = p.parse_intermixed_args()
    helio, folder = os.path.abspath(args.helio), pathlib.Path(args.o)
    table = folder / "scaling.tsv"
    names = [name for name in OPERATIONS if not args.operation or any(word in name for word in args.operation)]
    rows = {name: lines for name, lines in measured_before(table).items() if name not in names}
    work = pathlib.Path(tempfile.mkdtemp(prefix="helio-scaling-"))
    for name, program, points in measure(helio, names, sizes_to(args.s), work):
        print(f"{name:22} {program:10} {len(points)} sizes", flush=True)
        rows.setdefault(name, []).extend(f"{name}\t{program}\t{n}\t{t:.3e}" for n, t in points)
    shutil.rmtree(work)
    lines = ["operation\tprogram\telements\tseconds"] + [line for name in OPERATIONS for line in rows.get(name, [])]
    table.write_text("\n".join(lines) + "\n")
    subprocess.run([helio, "-quiet", str(HERE / "picture.pro"), str(table), str(folder / "scaling.svg")], check=True)


main()
