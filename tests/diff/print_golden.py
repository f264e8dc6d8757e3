#!/usr/bin/env python3
"""Records what GDL prints for generated argument lists without a FORMAT into tests/golden/print.txt: a line "# spec", then
the output. A spec is a blank-separated list of K:text (a scalar) and K*d1,d2 (an index array of that shape), K as in
format_golden.py, and S*n for n strings 's0', 's1', ... tests/unit/test_fmt.c replays it.
Run from the repository: tests/diff/print_golden.py (needs gdl)."""
import os, random, subprocess

random.seed(4)
GEN = {"B": "bindgen", "I": "indgen", "U": "uindgen", "L": "lindgen", "UL": "ulindgen", "LL": "l64indgen",
       "ULL": "ul64indgen", "F": "findgen", "D": "dindgen", "C": "cindgen", "Z": "dcindgen"}
ONE = {"B": "byte(%s)", "I": "fix(%s)", "L": "long(%s)", "LL": "long64(%s)", "F": "float(%s)", "D": "double(%s)",
       "S": "'%s'", "C": "complex(%s,0)", "Z": "dcomplex(%s,0)", "U": "uint(%s)"}


def dims():
    return ",".join(str(random.choice([1, 2, 3, 5, 9, 13])) for _ in range(random.choice([1, 1, 1, 2, 2, 3])))


def part():
    pick = random.random()
    if pick < 0.25:
        k = random.choice(list(GEN))
        d = dims()
        return "%s*%s" % (k, d), "%s(%s)" % (GEN[k], d)
    if pick < 0.35:
        n = random.choice([1, 2, 9, 30])
        return "S*%d" % n, "['" + "','".join("s%d" % i for i in range(n)) + "']"
    k = random.choice(list(ONE))
    v = "".join(random.choice("abc") for _ in range(random.choice([0, 1, 5, 30, 79, 90]))) if k == "S" else \
        str(random.randint(0, 250))
    return "%s:%s" % (k, v), ONE[k] % v


def is_odd(case):
    """Scalars between two arrays: GDL starts a line there but counts columns as if it had not."""
    kinds = "".join("a" if "*" in spec else "s" for spec, _ in case)
    if case[-1][0] == "S:" and "a" in kinds:
        return True  # an empty string alone on the last line: GDL drops the line
    return "as" in kinds and "a" in kinds[kinds.index("as") + 2:]


def main():
    cases = [[part() for _ in range(random.randint(1, 9))] for _ in range(900)]
    cases = [c for c in cases if not is_odd(c)]
    program = "".join("print,'@@'\nprint,%s\n" % ",".join(e for _, e in c) for c in cases)
    env = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
    r = subprocess.run(["gdl", "-quiet"], input=program, capture_output=True, text=True, env=env)
    outputs = r.stdout.split("@@\n")[1:]
    if len(outputs) != len(cases):
        raise SystemExit("%d cases but %d outputs" % (len(cases), len(outputs)))
    with open("tests/golden/print.txt", "w") as f:
        for c, text in zip(cases, outputs):
            if "\n\n" in text and (len(c) > 1 or c[0][0].count(",") < 2):
                continue  # GDL keeps counting columns over an array's end, and then wraps an empty line
            f.write("# %s\n%s" % (" ".join(s for s, _ in c), text))


main()
