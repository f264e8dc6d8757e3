#!/usr/bin/env python3
"""Files of pages that HELIO writes, read back: run.py HELIO. Prints each failure and a last line "N passed, N failed[, N skipped]".

The rules are those that were measured in PostScript files which licensed IDL wrote (places in 1/1000 cm, axes of
tests/unit/measured_axes.def). Where Ghostscript is, it must read every file without an error."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HELIO = os.path.abspath(sys.argv[1])
WIDTH_0 = 0.556 * 423.3333  # of a digit of Helvetica at 12 points
passed = failed = skipped = 0


def check(what, ok, told=""):
    global passed, failed
    passed += bool(ok)
    failed += not ok
    if not ok:
        print(f"FAILED: {what} {told}")


def near(what, got, want, most=1.0):
    check(what, got is not None and abs(got - want) <= most, f"got {got}, not {want}")


def run(text, **more):
    env = dict(os.environ, HOME=os.getcwd(), HELIO_PREFERENCES="", SOURCE_DATE_EPOCH="86400", **more)
    env.pop("DISPLAY", None)
    with open("program.pro", "w", encoding="utf-8") as f:
        f.write("set_plot,'ps'\n" + text + "\n")
    with open("program.pro", encoding="utf-8") as f:
        done = subprocess.run([HELIO], stdin=f, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, timeout=120)
    return done.stdout.decode("utf-8", "replace")


class Drawing:
    """What stands on the pages: segments (x0, y0, x1, y1), texts (x, y, text, font, size, degrees)."""

    def __init__(self, name):
        with open(name, encoding="latin-1") as f:
            self.source = f.read()
        self.segments, self.texts = [], []
        body = self.source[self.source.index("%%EndPageSetup"):]
        stack, at, font, turn = [], (0, 0), None, 0
        for token in re.findall(r"%.*|\((?:\\.|[^\\)])*\)|/\S+|[^\s()]+", body):
            if re.fullmatch(r"-?\d*\.?\d+(e[-+]?\d+)?", token) or token[0] in "(/":
                stack.append(token)
                continue
            if token == "M":
                at = (turned if turn and stack[-2:] == ["0", "0"] else (int(stack[-2]), int(stack[-1])))
            elif token == "R":
                to = (at[0] + int(stack[-2]), at[1] + int(stack[-1]))
                self.segments.append((*at, *to))
                at = to
            elif token == "T":
                font = (stack[-2][1:], float(stack[-1]))
            elif token == "translate":
                turned = (int(float(stack[-2])), int(float(stack[-1])))
            elif token == "rotate":
                turn = float(stack[-1])
            elif token == "show":
                text = re.sub(r"\\(\d{3}|.)", lambda m: chr(int(m[1], 8)) if len(m[1]) == 3 else m[1], stack[-1][1:-1])
                self.texts.append((*at, text, *font, turn))
            elif token == "grestore":
                turn = 0
            stack = []

    def text(self, wanted, n=0):
        found = [t for t in self.texts if t[2] == wanted]
        return found[n] if len(found) > n else (None,) * 6


def plain():
    """graphics.md, checks 31 and 32; section 1.5."""
    run("!p.font=0 & device,filename='a.ps'\nplot,[0,10],[0,1],xtitle='X',ytitle='Y',title='T'\naxis,yaxis=1,ytitle='R'\ndevice,/close\n"
        "device,filename='a.eps',/encapsulated\nplot,[0,10],[0,1]\ndevice,/close")
    d = Drawing("a.ps")
    check("box", "%%BoundingBox: 54 360 558 720" in d.source)
    check("axis", (2220, 1408, 17114, 1408) in d.segments)
    for length, start in ((212, (5199, 1408)), (106, (2965, 1408))):
        check("x ticks", (*start, start[0], start[1] + length) in d.segments, start)
    check("y ticks", (2220, 3526, 2518, 3526) in d.segments and (2220, 1937, 2369, 1937) in d.segments)
    x, y, _, font, size, _ = d.text("2")
    near("x label", x, 5199 - WIDTH_0 / 2)
    near("x label", y, 880)
    check("font", font == "Helvetica" and abs(size - 423.333) < 0.01)
    near("x title", d.text("X")[1], 422)
    near("x title", d.text("X")[0], 9667 - 0.667 * 423.333 / 2)
    for text, at in (("0.0", 1408), ("0.2", 3526 - 141), ("1.0", 11750)):
        near("y label", d.text(text)[1], at)
        near("y label's end", d.text(text)[0] + 2 * WIDTH_0 + 0.278 * 423.333, 2109)
        near("right label", d.text(text, 1)[0], 17114 + 111)
        near("right label", d.text(text, 1)[1], at)
    title = d.text("T")
    near("title", title[1], 12207)
    near("title's size", title[4], 529.167, 0.01)
    near("title", title[0], 9667 - 0.611 * 529.167 / 2)
    y_title = d.text("Y")
    near("y title", y_title[0], 2220 - (2 * WIDTH_0 + 0.278 * 423.333) - 2 * 222)
    check("y title's turn", y_title[5] == 90)
    run("!p.font=0 & device,filename='t.ps'\nplot,[0,10],[0,1],xstyle=8,ystyle=8\naxis,xaxis=1,xtitle='TOP'\naxis,yaxis=1,ytitle='R'\ndevice,/close")
    top = Drawing("t.ps")
    near("top label", top.text("2", 1)[1], 11996 + 352 / 2)
    near("top title", top.text("TOP")[1], 11996 + 1.5 * 352)  # 36 axes of d80b2t/SDSS_QuasarClustering, charsize 2
    near("right title", top.text("R")[0], 17114 + 2 * WIDTH_0 + 0.278 * 423.333 + 2.2 * 222)  # one axis there, Croton09
    check("encapsulated", "%%BoundingBox: 0 0 504 360" in Drawing("a.eps").source)


def hershey():
    """Strokes: the ink of a centred label is centred one unit (222/19) left of its tick; the baseline is as for fonts."""
    run("device,filename='h.ps'\nplot,[0,10],[0,1],xstyle=4,ystyle=4,/nodata\nxyouts,5,0.5,'HH',/data,alignment=0.5\n"
        "xyouts,5,.8,'H',alignment=1\ndevice,/close")
    d = Drawing("h.ps")
    u, x = 222 / 19, 2220 + 14894 / 2
    low = [s for s in d.segments if s[1] < 8000 and s[3] < 8000]
    left, right = min(min(s[0], s[2]) for s in low), max(max(s[0], s[2]) for s in low)
    near("middle of the ink", (left + right) / 2, x - u, 1.5)
    near("baseline", min(min(s[1], s[3]) for s in low), 6702)
    near("height", max(max(s[1], s[3]) for s in low), 6702 + 21 * u)
    high = [s for s in d.segments if s[1] > 8000]
    near("right end", max(max(s[0], s[2]) for s in high), x - u - 4 * u, 1.5)  # H is 22 wide, its strokes 14


def large_numbers():
    """Check 33."""
    run("!p.font=0 & device,filename='l.ps'\nplot,[0,12000],xrange=[0,1]\ndevice,/close")
    texts = [t[2] for t in Drawing("l.ps").texts]
    for mantissa, power in (("2.0", "3"), ("8.0", "3"), ("1.0", "4"), ("1.2", "4")):
        check("mantissa", mantissa in texts, texts)
        check("power", power in texts, texts)
    cross = [t for t in Drawing("l.ps").texts if t[2] == "\264"]
    check("cross", len(cross) == 6 and cross[0][3] == "Symbol", cross)
    check("exponent's size", any(t[2] == "3" and abs(t[4] - 0.62 * 423.333) < 0.01 for t in Drawing("l.ps").texts))
    near("exponent's height", next(t[1] for t in Drawing("l.ps").texts if t[2] == "3" and t[0] < 2200)
         - next(t[1] for t in Drawing("l.ps").texts if t[2] == "2.0"), 0.8 * 222)


def measured_axes():
    """Every axis that was measured: labels, and marks between two ticks."""
    rows, program = [], ["!p.font=0"]
    with open(os.path.join(HERE, "../unit/measured_axes.def"), encoding="utf-8") as f:
        for line in f:
            m = re.match(r'M\((\d), ([-\d.e+]+), ([-\d.e+]+), (\d+), (\d+), (\d+), ([-\d.e+]+), (\d+), "(.*)"\)', line)
            if m:
                rows.append((*(float(x) for x in m.groups()[:8]), m[9]))
    for i, (is_log, lo, hi, style, ticks, minor, interval, marks, labels) in enumerate(rows):
        ends = f"[{lo!r}d,{hi!r}d]" if not is_log else f"10d^[{lo!r}d,{hi!r}d]"
        program.append(f"device,filename='r{i}.ps'\nplot,[0,1],[0,1],/nodata,ystyle=4,xrange={ends},xstyle={int(style)},xlog={int(is_log)},"
                       f"xticks={int(ticks)},xminor={int(minor)},xtickinterval={interval!r}d\ndevice,/close")
    told = run("\n".join(program))
    check("axes are drawn", "%" not in told, told)
    for i, (is_log, *_, marks, labels) in enumerate(rows):
        d = Drawing(f"r{i}.ps")
        got = label_texts(d)
        plain_labels = re.sub(r"!U(-?\d+)!N", r"\1", labels.replace(r"\xd7", "x"))
        check(f"labels of axis {i}", got == plain_labels.split(" "), f"{got} instead of {plain_labels}")
        big = sorted({s[0] for s in d.segments if s[1] == 1408 and s[3] == 1408 + 212})
        small = sorted({s[0] for s in d.segments if s[1] == 1408 and s[3] == 1408 + 106})
        if marks and len(big) > 1:
            check(f"marks of axis {i}", sum(big[0] < x < big[1] for x in small) == marks, (marks, big, small))


def label_texts(d):
    """The texts below the axis, exponents and crosses joined to what they follow."""
    labels, last = [], None
    for x, y, text, font, size, _ in d.texts:
        text = "x" if font == "Symbol" and text == "\264" else text
        follows = last is not None and (size < 300 or font == "Symbol" or after_cross)
        if follows:
            labels[-1] += text
        else:
            labels.append(text)
        after_cross, last = font == "Symbol", x
    return labels


def many_points():
    """A million points: no more than 4 segments in a column, and at most a megabyte."""
    run("device,filename='m.ps'\nplot,randomn(1,1000000),xstyle=5,ystyle=5\ndevice,/close")
    d, columns = Drawing("m.ps"), {}
    for x0, y0, x1, y1 in d.segments:
        columns[x1] = columns.get(x1, 0) + 1
    check("size", os.path.getsize("m.ps") <= 1000000, os.path.getsize("m.ps"))
    check("segments a column", max(columns.values()) <= 4, max(columns.values()))
    check("columns", len(columns) > 14000, len(columns))


def failures():
    """A full disk, a name that cannot be: told at once, the old file stays, the device goes on."""
    with open("old.ps", "w", encoding="utf-8") as f:
        f.write("old")
    told = run("device,filename='/dev/full'\nplot,[0,1]\nprint,'on'\ndevice,filename='none/x.ps'\ndevice,filename='good.ps'\nplot,[0,1]\n"
               "device,/close\nprint,'good'")
    check("full", "% PLOT: Error writing file. File: /dev/full" in told, told)
    check("no folder", "% DEVICE: Error opening file. File: none/x.ps" in told, told)
    for kind in ("pdf", "svg"):
        full = run(f"set_plot,'{kind}'\ndevice,filename='/dev/full'\nplot,[0,1]\ndevice,/close\ndevice,filename='good.{kind}'\nplot,[0,1]\n"
                   "device,/close\nprint,'good'")
        check(f"full {kind}", "Error writing file. File: /dev/full" in full and full.rstrip().endswith("good"), full)
    check("goes on", told.rstrip().endswith("good") and os.path.exists("good.ps"), told)
    told = run("device,filename='old.ps'\nplot,[0,1]\nspawn,'cat old.ps'\ndevice,/close\nspawn,'head -c 4 old.ps'")
    check("old file while drawing", told.split()[0].startswith("old") and told.rstrip().endswith("%!PS"), told)
    with open("old.ps", "w", encoding="utf-8") as f:
        f.write("old")
    told = run("device,filename='old2.ps'\ndevice,/close\nprint,file_test('old2.ps')")
    check("nothing drawn, no file", told.split()[-1] == "0", told)
    limited = subprocess.run(["sh", "-c", f"ulimit -f 20; trap '' XFSZ; exec '{HELIO}'"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             input=b"set_plot,'ps'\ndevice,filename='old.ps'\nplot,randomn(1,100000)\ndevice,filename='small.ps'\n"
                                   b"plot,[0,1]\ndevice,/close\nprint,'small'\n",
                             env=dict(os.environ, HELIO_PREFERENCES=""), timeout=60).stdout.decode()
    check("too large", "Error writing file. File: old.ps" in limited and limited.rstrip().endswith("small"), limited)
    with open("old.ps", encoding="utf-8") as f:
        check("old file after failure", f.read() == "old")


def same_again():
    run("device,filename='s1.ps'\nplot,sin(findgen(99))\ndevice,/close\ndevice,filename='s2.ps'\nplot,sin(findgen(99))\ndevice,/close")
    with open("s1.ps", "rb") as a, open("s2.ps", "rb") as b:
        first = a.read()
        check("byte by byte", first == b.read())
    check("date", b"%%CreationDate: Fri Jan  2 00:00:00 1970" in first)
    for kind in ("pdf", "svg"):
        for i in "12":  # in a session each: Cairo numbers what is in an SVG file
            run(f"set_plot,'{kind}'\ndevice,filename='s{i}.{kind}'\nplot,sin(findgen(99)),title='T',font=0\ndevice,/close\n")
        with open(f"s1.{kind}", "rb") as a, open(f"s2.{kind}", "rb") as b:
            first = a.read()
            check(f"{kind} byte by byte", first == b.read() and len(first) > 1000)


def ghostscript():
    """Everything that was written, and a page of all sorts, is read by another program; the ink lies where it should."""
    global skipped
    if not shutil.which("gs"):
        skipped += 1
        return
    with open(os.path.join(HERE, "all_sorts.pro"), encoding="utf-8") as f:
        told = run(f.read())
    check("all sorts", "%" not in told, told)
    for name in ("a.ps", "a.eps", "h.ps", "l.ps", "m.ps", "sorts.ps", "level2.eps"):
        done = subprocess.run(["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=bbox", name], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60)
        boxes = re.findall(rb"%%BoundingBox: (.*)", done.stdout)
        check(f"{name} is read", done.returncode == 0 and b"Error" not in done.stdout and boxes, done.stdout)
        if name == "level2.eps":
            check("image's box", boxes[0].split()[:4] == [b"0", b"0", b"284", b"142"], boxes)  # 10 x 5 cm


def main():
    for part in (plain, hershey, large_numbers, measured_axes, many_points, failures, same_again, ghostscript):
        part()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main()
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(failed != 0)
