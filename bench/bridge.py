#!/usr/bin/env python3
"""IDL_IDLBridge beside Python's multiprocessing with numpy: the start of a child, a command, 100 MB there and back. Medians, ms.

Usage: bridge.py HELIO [ROUNDS]
"""
import multiprocessing
import os
import statistics
import subprocess
import sys
import time

HELIO = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 7
MEGABYTES = 100
OURS = f"""
n = {MEGABYTES}L * 250000
x = findgen(n)
t = systime(1) & b = idl_idlbridge() & print, 'start', (systime(1) - t) * 1e3
b->setvar, 'x', x & y = b->getvar('x')
t = systime(1) & b->execute, 'i = 1' & print, 'command', (systime(1) - t) * 1e3
t = systime(1) & b->setvar, 'x', x & print, 'there', (systime(1) - t) * 1e3
t = systime(1) & y = b->getvar('x') & print, 'back', (systime(1) - t) * 1e3
t = systime(1) & obj_destroy, b & print, 'end', (systime(1) - t) * 1e3
print, 'same', array_equal(x, y)
"""


def ours():
    out = subprocess.run([HELIO], input=OURS, text=True, stdout=subprocess.PIPE, check=True).stdout
    times = {line.split()[0]: float(line.split()[1]) for line in out.splitlines()}
    assert times.pop("same") == 1
    return times


def child(pipe):
    kept = None
    while True:
        what = pipe.recv()
        if what is None:
            return
        if isinstance(what, str):
            pipe.send(kept if what == "back" else 1)
        else:
            kept = what
            pipe.send(1)


def theirs():
    import numpy
    times = {}
    x = numpy.arange(MEGABYTES * 250000, dtype=numpy.float32)
    context = multiprocessing.get_context("spawn")
    begun = time.perf_counter()
    mine, its = context.Pipe()
    process = context.Process(target=child, args=(its,))
    process.start()

    def ask(what):
        begun = time.perf_counter()
        mine.send(what)
        return mine.recv(), (time.perf_counter() - begun) * 1e3

    ask("hello")
    times["start"] = (time.perf_counter() - begun) * 1e3
    ask(x)
    times["command"] = ask("i = 1")[1]
    times["there"] = ask(x)[1]
    y, times["back"] = ask("back")
    begun = time.perf_counter()
    mine.send(None)
    process.join()
    times["end"] = (time.perf_counter() - begun) * 1e3
    assert numpy.array_equal(x, y)
    return times


def main():
    rounds = []
    for _ in range(ROUNDS):
        rounds.append((ours(), theirs()))
    print(f"{'ms':10}{'ours':>10}{'Python':>10}")
    for what in rounds[0][0]:
        print(f"{what:10}" + "".join(f"{statistics.median(r[k][what] for r in rounds):10.2f}" for k in range(2)))


if __name__ == "__main__":
    main()
