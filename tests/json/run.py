#!/usr/bin/env python3
"""JSON_PARSE and JSON_SERIALIZE against Python's json: generated texts, and texts broken in one place.

Usage: run.py HELIO [COUNT [SEED]]. Python says which texts are broken and what the others mean; beyond it integers that no LONG64
or ULONG64 holds are DOUBLE, and half of a surrogate pair is U+FFFD. Ends with "N passed, N failed"."""
import json
import os
import random
import subprocess
import sys
import tempfile

PROGRAM = """pro one, f, out
  catch, e
  if e ne 0 then begin
    catch, /cancel
    printf, out, 'broken: ', !error_state.msg
    return
  endif
  openr, l, f, /get_lun
  n = (fstat(l)).size
  b = n gt 0 ? bytarr(n) : ''
  if n gt 0 then readu, l, b
  free_lun, l
  s = json_serialize(json_parse(b), /naninf_literal)
  if json_serialize(json_parse(byte(s)), /naninf_literal) ne s then message, 'not stable: ' + s
  printf, out, s
end
openw, out, 'out', /get_lun, width=1000000000
for i = 0, {count} - 1 do one, strtrim(i, 2), out
end
"""


def text(r):
    return "".join(r.choice('ab"\\/ \n\t\x01é中😀{}[]:,0') for _ in range(r.randrange(8)))


def value(r, depth=0):
    kind = r.randrange(9 if depth < 5 else 6)
    if kind == 0:
        return r.choice([True, False, None, float("inf"), float("-inf")])
    if kind == 1:
        return r.choice([0, -1, 2**63 - 1, -2**63, 2**63, 2**64 - 1, 2**64, -2**63 - 1, 10**30, r.randrange(-1000, 1000)])
    if kind == 2:
        return r.choice([r.uniform(-1e3, 1e3), r.random() * 10.0 ** r.randrange(-320, 308), 5e-324, 1.7976931348623157e308, 0.1, 1e22, 1e23, -0.0])
    if kind in (3, 4, 5):
        return text(r)
    if kind == 6:
        return {text(r): value(r, depth + 1) for _ in range(r.randrange(6))}
    return [value(r, depth + 1) for _ in range(r.randrange(6))]


def spoiled(r, s):
    at = r.randrange(len(s) + 1)
    kind = r.randrange(4)
    extra = r.choice('{}[]",:\\ \n\t\x000123456789+-.eEtfnulNI/x')
    return s[:at] + (extra + s[at:] if kind < 2 else s[at + 1:] if kind == 2 else extra + s[at + 1:])


def whole(s):
    return "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in s)


def same(a, b):
    if isinstance(a, dict):
        return isinstance(b, dict) and [whole(k) for k in a] == list(b) and all(same(a[k], b[whole(k)]) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if type(a) is int and not -2**63 <= a < 2**64:
        a = float(a)
    if isinstance(a, str):
        a = whole(a)
    return type(a) is type(b) and (repr(a) == repr(b))


def main():
    helio = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    r = random.Random(seed)
    texts = []
    for i in range(count):
        s = json.dumps(value(r), ensure_ascii=r.random() < 0.5, indent=r.choice([None, None, 1]))
        texts.append(s if i % 2 else spoiled(r, s))
    with tempfile.TemporaryDirectory(prefix="helio-json-") as folder:
        for i, s in enumerate(texts):
            with open(os.path.join(folder, str(i)), "wb") as f:
                f.write(s.encode())
        with open(os.path.join(folder, "p.pro"), "w", encoding="utf-8") as f:
            f.write(PROGRAM.replace("{count}", f"{count}L"))
        run = subprocess.run([helio, "p.pro"], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        with open(os.path.join(folder, "out"), encoding="utf-8") as f:
            got = f.read().split("\n")
    passed = failed = 0
    for i, s in enumerate(texts):
        try:
            expected = json.loads(s)
            good = not got[i].startswith("broken") and same(expected, json.loads(got[i]))
        except ValueError:
            good = got[i].startswith("broken: JSON_PARSE: The JSON text is broken in line " if s.strip() else "broken: JSON_PARSE: ")
        passed += good
        failed += not good
        if not good:
            print(f"FAILED {s!r}\n  got {got[i]!r}")
    if run.returncode or len(got) != count + 1 or "Sanitizer" in run.stderr:
        failed += 1
        print(run.stderr[-2000:], len(got))
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
