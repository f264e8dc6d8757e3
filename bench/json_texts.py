#!/usr/bin/env python3
"""JSON_PARSE and JSON_SERIALIZE beside Python's json: one text of records, with numbers, texts and nesting.

Usage: json_texts.py HELIO [MEGABYTES [ROUNDS]] (100, 3). Ours and Python's run in turn; the medians, and ours divided by Python's."""
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile

OURS = """t = systime(1)
x = json_parse('text.json')
p = systime(1) - t
t = systime(1)
s = json_serialize(x)
print, p, systime(1) - t
end
"""
THEIRS = """import json, time
t = time.time()
with open('text.json') as f:
    x = json.load(f)
p = time.time() - t
t = time.time()
s = json.dumps(x)
print(p, time.time() - t)
"""


def record(r):
    return json.dumps({"id": r.randrange(10**9), "name": f"event {r.randrange(10**6)}", "x": r.random(), "ok": r.random() < 0.5,
                       "y": [r.gauss(0, 100) for _ in range(5)], "none": None, "tags": ["a", "bb", "ccc\n"],
                       "at": {"lon": r.uniform(-180, 180), "lat": round(r.uniform(-90, 90), 4)}})


def main():
    helio = os.path.abspath(sys.argv[1])
    size = (int(sys.argv[2]) if len(sys.argv) > 2 else 100) * 1000000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    r = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="helio-bench-") as folder:
        with open(os.path.join(folder, "text.json"), "w", encoding="utf-8") as f:
            f.write("[" + record(r))
            while f.tell() < size:
                f.write(", " + record(r))
            f.write("]")
        with open(os.path.join(folder, "ours.pro"), "w", encoding="utf-8") as f:
            f.write(OURS)
        times = {"ours": [], "theirs": []}
        for i in range(rounds):
            for who, command in (("ours", [helio, "ours.pro"]), ("theirs", [sys.executable, "-c", THEIRS]))[::1 if i % 2 else -1]:
                out = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
                times[who].append([float(x) for x in out.split()])
    for k, what in enumerate(("JSON_PARSE", "JSON_SERIALIZE")):
        a, b = (statistics.median(t[k] for t in times[who]) for who in ("ours", "theirs"))
        print(f"{what:16}{a:8.2f} s  Python {b:8.2f} s  {a / b:6.2f}")


if __name__ == "__main__":
    main()
