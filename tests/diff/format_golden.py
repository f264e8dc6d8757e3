#!/usr/bin/env python3
"""Records what GDL prints for generated values and formats, one a line, into tests/golden/format.txt:
TYPE|value|format|output (an empty format is the default one). tests/unit/test_fmt.c replays it.
Where GDL is known to differ from IDL (doc of each case below) nothing is generated.
Run from the repository: tests/diff/format_golden.py (needs gdl)."""
import os, random, subprocess

random.seed(20)
KINDS = {"B": "byte(%s)", "I": "fix(%s)", "U": "uint(%s)", "L": "long(%s)", "UL": "ulong(%s)",
         "LL": "long64('%s')", "ULL": "ulong64('%s')", "F": "float('%s')", "D": "double('%s')", "S": "'%s'"}
RANGE = {"B": (0, 255), "I": (-32768, 32767), "U": (0, 65535), "L": (-2**31 + 1, 2**31 - 1), "UL": (0, 2**32 - 1),
         "LL": (-2**63 + 1, 2**63 - 1), "ULL": (0, 2**64 - 1)}


def integer(kind):
    lo, hi = RANGE[kind]
    pick = random.random()
    if pick < 0.3:
        return str(random.randint(0 if lo == 0 else -20, 20))
    if pick < 0.4:
        return str(random.choice([lo, hi]))
    return str(max(lo, min(hi, int(random.choice([1, -1 if lo else 1]) * 10 ** random.uniform(0, len(str(hi)))))))


def real(kind):
    pick = random.random()
    lim = 37 if kind == "F" else 300
    if pick < 0.25:
        return "%d" % random.randint(-200000, 200000)
    if pick < 0.55:
        return "%.*f" % (random.randint(0, 8), random.uniform(-1, 1) * 10 ** random.uniform(-4, 7))
    return "%.*e" % (random.randint(0, 9), random.choice([-1, 1]) * 10 ** random.uniform(-lim, lim))


def cases():
    for kind in KINDS:
        if kind == "S":
            continue
        for _ in range(170):
            v = integer(kind) if kind in RANGE else real(kind)
            yield kind, v, ""
        for _ in range(330):
            v = integer(kind) if kind in RANGE else real(kind)
            w = random.randint(1, 26)
            d = random.randint(0, w)
            flag = random.choice(["", "", "", "-", "+"])
            zero = random.choice(["", "", "0"]) if flag == "" else ""
            code = random.choice("IIBOZ" if kind in RANGE else "FFEGEI") if random.random() < 0.8 else random.choice("FEGIA")
            if code == "G" and 1e-5 < abs(float(v)) < 0.1:
                continue  # GDL takes FORTRAN's limit for the exponent form, IDL is sprintf's
            if flag == "+" and kind in ("UL", "ULL"):
                flag = ""  # GDL forgets the sign
            if code in "FEG":
                # not G with one digit: GDL changes to the exponent form at another place than C and the manual
                if random.random() < 0.15:
                    f = code + ("0.%d" % random.randint(1, 8) if code != "G" else "0")
                elif random.random() < 0.1 and kind in ("F", "D"):
                    f = code
                else:
                    f = "%s%s%s%d.%d" % (code, flag, zero, w, max(d, 2) if code == "G" else d)
            elif code == "A":
                f = random.choice(["A", "A%d" % w, "A-%d" % w])
            elif code == "I":
                if kind == "D" or (kind == "F" and abs(float(v)) >= 2**31):
                    continue  # GDL: 12 columns for DOUBLE where the manual says 23; saturates out of range
                f = random.choice(["I", "I0", "I%s%s%d" % (flag, zero, w), "I%d.%d" % (w, d)])
            else:
                if kind not in RANGE:
                    continue
                c = random.choice([code, code.lower()])
                f = random.choice([c, c + "0", "%s%d" % (c, w), "%s%d.%d" % (c, w, d), "%s0%d" % (c, w)])
            yield kind, v, "(" + f + ")"
    for _ in range(60):
        text = "".join(random.choice("abcdefgh") for _ in range(random.randint(0, 12)))
        yield "S", text, random.choice(["(A)", "(A5)", "(A-8)", "(A20)", "(A1)"])


def main():
    all_cases = list(cases())
    program = "\n".join("print,%s%s" % ("format='%s'," % f if f else "", KINDS[k] % v) for k, v, f in all_cases)
    env = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
    r = subprocess.run(["gdl", "-quiet"], input=program + "\n", capture_output=True, text=True, env=env)
    lines = r.stdout.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    if len(lines) != len(all_cases):
        raise SystemExit("%d cases but %d lines of output" % (len(all_cases), len(lines)))
    with open("tests/golden/format.txt", "w") as out:
        for (k, v, f), text in zip(all_cases, lines):
            out.write("%s|%s|%s|%s\n" % (k, v, f, text))


main()
