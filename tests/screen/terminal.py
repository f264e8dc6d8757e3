#!/usr/bin/env python3
"""Pictures in the terminal: a pseudo-terminal plays kitty, iTerm2, a sixel terminal, one that knows nothing and one that is slow;
what it is sent is decoded and compared with the window, pixel by pixel. Usage: terminal.py HELIO.

The forms are those of kitty's graphics protocol, iTerm2's inline images, DEC's sixels (VT330/340 manual, chapter 14) and xterm's
ctlseqs; the window's own pixels come from TVRD. Ends with "N passed, N failed".
"""
import base64
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
import zlib

HELIO = os.path.abspath(sys.argv[1])
LIMIT = 10.0  # seconds until something that must come has failed
DRAW = ("set_plot,'term' & device,antialias=0 & window,0,xsize=%d,ysize=%d & loadct,13,/silent & tv,%s & "
        "plots,[0,%d],[0,%d],/device,color='00ff00'xl & openw,1,'want' & writeu,1,tvrd(/true,order=1) & close,1")

QUESTIONS = {
    "kitty": b"\033_Gi=7734,s=1,v=1,a=q,t=d,f=24;AAAA\033\\",
    "name": b"\033[>q",
    "iterm": b"\033]1337;ReportCellSize\033\\",
    "cell": b"\033[16t",
    "area": b"\033[14t",
    "registers": b"\033[?1;1;0S",
    "largest": b"\033[?2;1;0S",
    "attributes": b"\033[c",
}
KITTY = {"kitty": b"\033_Gi=7734;OK\033\\", "name": b"\033P>|kitty(0.35.2)\033\\", "cell": b"\033[6;16;8t", "attributes": b"\033[?62;52;c"}
ITERM = {"name": b"\033P>|iTerm2 3.5.0\033\\", "iterm": b"\033]1337;ReportCellSize=16.0;8.0;2.0\033\\", "attributes": b"\033[?62;4c"}
SIXEL = {"name": b"\033P>|XTerm(379)\033\\", "cell": b"\033[6;16;8t", "registers": b"\033[?1;0;256S", "largest": b"\033[?2;0;4000;3000S",
         "attributes": b"\033[?64;1;2;4;22c"}
FEW = dict(SIXEL, registers=b"\033[?1;0;16S", largest=b"\033[?2;0;100;400S")
PLAIN = {"name": b"\033P>|VTE(7000)\033\\", "attributes": b"\033[?65;1;9c", "kitty": b"\033_Gi=7734;EINVAL:no\033\\"}
passed = failed = 0


def check(name, ok, terminal=None, *shown):
    global passed, failed
    passed += ok
    failed += not ok
    if not ok:
        print("FAILED", name, *shown)
        if terminal:
            print("   ", bytes(terminal.seen[-600:]))


class Terminal:
    """A helio whose terminal this is."""

    def __init__(self, folder, answers, args=("-quiet",), size=(80, 30), cell=(8, 16), env=(), pace=0.0, delay=0.0, stdin=None):
        self.answers, self.pace, self.delay = answers, pace, delay
        self.folder, self.seen, self.looked = folder, bytearray(), 0
        self.asked, self.marks = [], 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            for name in ("DISPLAY", "TMUX", "STY", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "GHOSTTY_RESOURCES_DIR", "TERM_PROGRAM", "HELIO_TERM"):
                os.environ.pop(name, None)
            os.environ.update({"TERM": "xterm-256color", "HOME": folder, "HELIO_PREFERENCES": "", "HELIO_HISTORY": os.path.join(folder, "history"), **dict(env)})
            if stdin is not None:
                os.dup2(os.open(stdin, os.O_RDONLY), 0)
            time.sleep(0.05)  # until the size is set
            os.execv(HELIO, [HELIO, *args])
        self.resize(size, cell)

    def resize(self, size, cell):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], size[0] * cell[0], size[1] * cell[1]))

    def send(self, data):
        for i in range(0, len(data), 1 if self.pace else 512):
            os.write(self.fd, data[i:i + (1 if self.pace else 512)])
            if self.pace:
                time.sleep(self.pace)

    def line(self, text):
        os.write(self.fd, text.encode() + b"\r")

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            more = os.read(self.fd, 1 << 16)
        except OSError:
            more = b""
        self.seen += more
        self.answer()
        return bool(more)

    def answer(self):
        """Answers the questions that have come whole."""
        while True:
            found = [(self.seen.find(q, self.looked), name) for name, q in QUESTIONS.items()]
            found = sorted(x for x in found if x[0] >= 0)
            if not found:
                self.looked = max(self.looked, len(self.seen) - 64)
                break
            at, name = found[0]
            self.looked = at + len(QUESTIONS[name])
            self.asked.append((name, time.time()))
            if self.delay and name == "kitty":
                self.late = time.time() + self.delay
            if not self.delay:
                self.send(self.answers.get(name, b""))

    def until(self, text, count=1):
        """Waits until what is seen has the text so often."""
        end = time.time() + LIMIT
        while self.seen.count(text) < count and time.time() < end:
            self.read(0.05)
        return self.seen.count(text) >= count

    def printed(self, text):
        """Waits for a line that begins with the text."""
        end = time.time() + LIMIT
        while not re.search(b"(?:[\r\n]|IDL> )" + re.escape(text), self.seen[-100000:]) and time.time() < end:
            self.read(0.05)
        return time.time() < end

    def mark(self):
        """All statements typed so far have run."""
        self.marks += 1
        self.line("print, 'is' + ' ready%d'" % self.marks)
        return self.printed(b"is ready%d\r" % self.marks)

    def close(self):
        end = time.time() + LIMIT
        try:
            self.line("exit")
        except OSError:
            pass
        while self.read(0.2) and time.time() < end:
            pass
        os.close(self.fd)
        if time.time() >= end:
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


# --- Decoding: each gives a list of (width, height, rows of RGB) --------------------------------------------------------

def kitty_pictures(data):
    pictures, part, head = [], b"", None
    for keys, text in re.findall(rb"\033_G([^;\033]*);([^\033]*)\033\\", data):
        keys = dict(x.split(b"=") for x in keys.split(b","))
        if keys.get(b"a") == b"q":
            continue
        assert len(text) <= 4096, "a chunk of %d" % len(text)
        if b"a" in keys:
            head, part = keys, b""
        part += text
        if keys.get(b"m") == b"0":
            assert head[b"f"] == b"24" and head[b"o"] == b"z"
            pictures.append((int(head[b"s"]), int(head[b"v"]), zlib.decompress(base64.b64decode(part, validate=True))))
    return pictures


def unfilter(raw, width, height):
    stride, at, rows = 3 * width, 0, [bytes(3 * width)]
    for _ in range(height):
        kind, line = raw[at], bytearray(raw[at + 1:at + 1 + stride])
        at += 1 + stride
        up = rows[-1]
        for i in range(stride):
            a, c = (line[i - 3], up[i - 3]) if i >= 3 else (0, 0)
            b = up[i]
            p = a + b - c
            paeth = a if abs(p - a) <= abs(p - b) and abs(p - a) <= abs(p - c) else b if abs(p - b) <= abs(p - c) else c
            line[i] = (line[i] + (0, a, b, (a + b) // 2, paeth)[kind]) & 255
        rows.append(bytes(line))
    return b"".join(rows[1:])


def iterm_pictures(data):
    pictures = []
    for head, text in re.findall(rb"\033\]1337;File=([^:]*):([^\007]*)\007", data):
        png = base64.b64decode(text, validate=True)
        assert b"inline=1" in head and b"size=%d" % len(png) in head
        at, packed, size = 8, b"", None
        while at < len(png):
            n, kind = int.from_bytes(png[at:at + 4], "big"), png[at + 4:at + 8]
            if kind == b"IHDR":
                size = struct.unpack(">II", png[at + 8:at + 16])
                assert png[at + 16:at + 18] == b"\x08\x02", "8 bits RGB"
            if kind == b"IDAT":
                packed += png[at + 8:at + 8 + n]
            at += 12 + n
        pictures.append((*size, unfilter(zlib.decompress(packed), *size)))
    return pictures


def sixel_pictures(data, palette_out=None):
    pictures = []
    for body in re.findall(rb"\033P[0-9;]*q([^\033]*)\033\\", data):
        width, height = (int(x) for x in re.match(rb'"1;1;(\d+);(\d+)', body).groups())
        pixels, colors, x, y, color = {}, {}, 0, 0, 0
        for token in re.finditer(rb"\"[\d;]*|#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|([$-])", body):
            number, r, g, b, count, run, one, control = token.groups()
            if r is not None:
                assert all(int(v) <= 100 for v in (r, g, b))
                colors[int(number)] = (int(r), int(g), int(b))
            elif number is not None:
                color = int(number)
            elif control == b"$":
                x = 0
            elif control == b"-":
                x, y = 0, y + 6
            elif run or one:
                bits = (run or one)[0] - 63
                for _ in range(int(count or 1)):
                    for k in range(6):
                        if bits >> k & 1:
                            assert x < width and y + k < height and (x, y + k) not in pixels, (x, y + k)
                            pixels[x, y + k] = colors[color]
                    x += 1
        assert len(pixels) == width * height
        if palette_out is not None:
            palette_out.append(len(colors))
        pictures.append((width, height, [pixels[i % width, i // width] for i in range(width * height)]))
    return pictures


def block_pictures(data):
    """Rows of half blocks below each other."""
    pictures, rows, color = [], [], [None, None]
    for line in data.replace(b"\r", b"").decode("utf8", "replace").split("\n"):
        if "\u2580" not in line:
            if rows:
                pictures.append((len(rows[0]), len(rows), b"".join(bytes(v) for row in rows for v in row)))
            rows = []
            continue
        up, down = [], []
        for token in re.finditer(r"\033\[([34])8;2;(\d+);(\d+);(\d+)m|\033\[0m|(\u2580)", line):
            if token.group(1):
                color[token.group(1) == "4"] = tuple(int(token.group(k)) for k in (2, 3, 4))
            elif token.group(5):
                up.append(color[0])
                down.append(color[1])
            else:
                color = [None, None]
        rows += [up, down] if None not in down else [up]
    return pictures


def want(folder):
    return open(os.path.join(folder, "want"), "rb").read()


def draw(terminal, width, height, image="bytscl(dist(%d,%d))"):
    terminal.line(DRAW % (width, height, image % (width, height) if "%" in image else image, width - 1, height - 1))
    terminal.mark()


def hundredths(data):
    return [tuple((v * 100 + 127) // 255 for v in data[i:i + 3]) for i in range(0, len(data), 3)]


# --- The terminals --------------------------------------------------------------------------------------------------------

def test_kitty(folder):
    t = Terminal(folder, KITTY)
    t.mark()
    check("nothing is asked before a picture", not t.asked, t)
    draw(t, 60, 47)
    check("kitty: the pixels", kitty_pictures(t.seen) == [(60, 47, want(folder))], t)
    draw(t, 61, 30)
    check("kitty: the next one", kitty_pictures(t.seen)[1:] == [(61, 30, want(folder))], t)
    check("asked once", [x[0] for x in t.asked].count("attributes") == 1, t, t.asked)
    t.resize((30, 20), (8, 16))
    os.kill(t.pid, signal.SIGWINCH)
    draw(t, 480, 300)
    check("kitty: fits the terminal that became smaller", [p[:2] for p in kitty_pictures(t.seen)[2:]] == [(240, 150)], t)
    t.resize((500, 200), (8, 16))
    draw(t, 1600, 1200)
    check("kitty: a large one in chunks", kitty_pictures(t.seen)[3:] == [(1600, 1200, want(folder))], t)
    t.line("setenv, 'HELIO_TERM=blocks'")
    draw(t, 20, 10)
    check("HELIO_TERM wins", block_pictures(t.seen[-20000:]) == [(20, 10, want(folder))], t)
    t.line("setenv, 'HELIO_TERM=nonsense'")
    draw(t, 20, 10)
    check("HELIO_TERM that is none", b"HELIO_TERM is kitty, iterm2, sixel or blocks, not: nonsense" in t.seen, t)
    t.close()


def test_relayed(folder):
    """Within tmux, which passes on what is wrapped: the picture, then characters in its number's colour, a mark of the row before each."""
    t = Terminal(folder, {}, env={"TMUX": "/nowhere,1,0", "HELIO_TERM": "kitty"})
    draw(t, 60, 47)
    passed_on = [x.replace(b"\033\033", b"\033") for x in re.findall(rb"\033Ptmux;((?:[^\033]|\033\033)*)\033\\", t.seen)]
    check("relayed: the pixels", kitty_pictures(b"".join(passed_on)) == [(60, 47, want(folder))], t)
    check("relayed: nothing asked, nothing bare", not t.asked and b"\033_G" not in t.seen.replace(b"\033\033_G", b""), t)
    keys = dict(x.split(b"=") for x in passed_on[0][3:passed_on[0].index(b";")].split(b",")) if passed_on else {}
    check("relayed: over 8 x 3 characters", [keys.get(k) for k in (b"U", b"c", b"r")] == [b"1", b"8", b"3"], t, keys)
    rows = re.findall("\033\\[38;2;(\\d+);(\\d+);(\\d+)m(\U0010EEEE[^\033]*)\033\\[39m", t.seen.decode("utf8", "replace"))
    number = int(keys.get(b"i", b"0"))
    check("relayed: the rows", [r[3] for r in rows] == ["\U0010EEEE" + mark + "\u0305" + 7 * "\U0010EEEE" for mark in "\u0305\u030D\u030E"], t)
    check("relayed: its number", {tuple(map(int, r[:3])) for r in rows} == {(number >> 16, number >> 8 & 255, number & 255)}, t)
    draw(t, 20, 10)
    check("relayed: another number", len(set(re.findall(rb",i=(\d+),", t.seen))) == 2, t)
    t.close()


def test_iterm(folder):
    t = Terminal(folder, ITERM, cell=(0, 0))
    draw(t, 60, 47)
    check("iTerm2: the pixels", iterm_pictures(t.seen) == [(60, 47, want(folder))], t)
    draw(t, 1280, 500)
    check("iTerm2: fits by its own units", [p[:2] for p in iterm_pictures(t.seen)[1:]] == [(640, 250)], t)
    t.close()


def test_sixel(folder):
    t = Terminal(folder, SIXEL)
    draw(t, 60, 47, "indgen(60,47) / 12")
    pictures = sixel_pictures(t.seen)
    check("sixel: the pixels, of few colours", pictures == [(60, 47, hundredths(want(folder)))], t)
    draw(t, 200, 150, "fix(255 * randomu(1,3,200,150)), /true")
    counts = []
    many = sixel_pictures(t.seen, counts)[1]
    near = hundredths(want(folder))
    off = sum(abs(a - b) for p, q in zip(many[2], near) for a, b in zip(p, q)) / 3 / len(near)
    check("sixel: noise in 256 colours is near", counts[-1] == 256 and off < 7, t, counts, off)
    t.close()
    t = Terminal(folder, FEW)
    draw(t, 200, 47)
    counts = []
    pictures = sixel_pictures(t.seen, counts)
    check("sixel: as large and colourful as the terminal takes", [p[:2] for p in pictures] == [(100, 23)] and counts[0] <= 16, t, counts)
    t.close()


def test_blocks(folder):
    t = Terminal(folder, PLAIN)
    draw(t, 60, 47)
    check("no pictures: half blocks", block_pictures(t.seen) == [(60, 47, want(folder))], t)
    check("all questions", [x[0] for x in t.asked] == list(QUESTIONS), t, t.asked)
    t.close()
    t = Terminal(folder, KITTY, env={"TMUX": "/tmp/x,1,0"})
    draw(t, 60, 47)
    check("tmux is not asked", not t.asked and block_pictures(t.seen) == [(60, 47, want(folder))], t)
    t.close()
    open(os.path.join(folder, "in"), "w").write(DRAW % (60, 47, "dist(60,47)", 59, 46) + "\n")
    t = Terminal(folder, KITTY, stdin=os.path.join(folder, "in"))
    while t.read(LIMIT):
        pass
    check("standard input that is a file: not asked", not t.asked and len(block_pictures(t.seen)) == 1, t)
    t.close()


def test_labels(folder):
    """By hand: texts of a picture in blocks are characters, as they are read, and in their places."""
    t = Terminal(folder, PLAIN, size=(100, 40))
    t.line("set_plot,'term' & plot,[0,10],[0,2],title='Of !4a!X!U2!N, x!D10!N',xtitle='Down here',ytitle='Up' & xyouts,5,1.6,'In red',align=0.5,color=255")
    t.mark()
    lines = re.sub(r"\033\[[\d;?]*[a-zA-Z]", "", t.seen.decode("utf8", "replace")).replace("\r", "").split("\n")
    lines = [x for x in lines if "\u2580" in x]
    rows = {text: [k for k, x in enumerate(lines) if text in x] for text in ("Of \u03b1\u00b2, x\u2081\u2080", "Down here", "In red")}
    check("texts as characters", [len(k) for k in rows.values()] == [1, 1, 1], t, rows)
    above, below, red = (k[0] for k in rows.values())
    check("above each other", above < red < below, None, rows)
    column = {x.index(text) + len(text) / 2 for text in ("In red", "Down here") for x in lines if text in x}
    check("centred on the window", max(column) - min(column) <= 1, None, column)
    ends = ["".join(x.replace("\u2580", " ").split()) for x in lines]
    check("numbers of the axes", "0246810" in ends and all(v in ends for v in ("2.0", "1.5", "0.5", "0.0")), None, ends)
    up = [(k, x.index("U")) for k, x in enumerate(lines) if "U" in x]
    check("an upright title", len(up) == 1 and lines[up[0][0] + 1][up[0][1]] == "p", None, up)
    check("its colour", b"\033[38;2;255;0;0mIn red" in t.seen, t)
    t.close()


def test_mute(folder):
    t = Terminal(folder, {})
    draw(t, 60, 47)
    check("mute: half blocks", block_pictures(t.seen) == [(60, 47, want(folder))], t)
    t.line("t0 = systime(1) & empty & tv,dist(60) & empty & print, 'took', systime(1)-t0 lt 0.1")
    check("mute: not asked again", t.until(b"took   1") and len([x for x in t.asked if x[0] == "attributes"]) == 1, t)
    t.close()
    t = Terminal(folder, {}, args=("-quiet", "-e", "set_plot,'term' & tv,dist(60) & t0=systime(1) & empty & print,'took',systime(1)-t0"))
    while t.read(LIMIT):
        pass
    took = float(re.search(rb"took\s+([\d.]+)", t.seen).group(1))
    check("mute: waited for a fifth of a second", 0.15 < took < 0.7, t, took)
    t.close()


def test_pieces(folder):
    t = Terminal(folder, KITTY, pace=0.001)
    draw(t, 60, 47)
    check("in pieces", kitty_pictures(t.seen) == [(60, 47, want(folder))], t)
    t.close()


def test_late(folder):
    for args in (("-quiet",), ("-quiet", "-IDL_EDIT_INPUT", "0")):
        t = Terminal(folder, KITTY, args=args, delay=0.6)
        draw(t, 60, 47)
        while time.time() < t.late:
            t.read(0.05)
        t.line("print, 'be' + 'fore'")
        os.write(t.fd, b"print, 'a' + ")
        for name, _ in t.asked:
            os.write(t.fd, KITTY.get(name, b""))
        t.line("'b'")
        check("late: what is typed stays", t.printed(b"before") and t.printed(b"ab"), t, args)
        draw(t, 60, 47)
        check("late: is believed", kitty_pictures(t.seen) == [(60, 47, want(folder))], t, args)
        check("late: no trace at the prompt", b"% " not in t.seen, t, args)
        t.close()


class Typist(Terminal):
    """Types between the answers."""
    keys = [b"print, ", b"'one' + ", b"\033[D\033[C", b"' two'", b"\r", b"print, 'th'", b"+'ree'\r", b""]

    def answer(self):
        while self.keys:
            name = list(QUESTIONS)[8 - len(self.keys)]
            if QUESTIONS[name] not in self.seen:
                return
            self.asked.append((name, time.time()))
            key, self.keys = self.keys[0], self.keys[1:]
            os.write(self.fd, key + self.answers.get(name, b""))


def test_typed(folder):
    ahead = "set_plot,'term' & device,antialias=0 & window,xsize=60,ysize=40 & tv,bytscl(dist(60,40)) & wait,0.3"
    for args in (("-quiet",), ("-quiet", "-IDL_EDIT_INPUT", "0")):
        for pace in (KITTY, {}):
            t = Typist(folder, pace, args=args)
            if len(args) > 1:
                t.keys = [b"" if k.startswith(b"\033") else k for k in t.keys]
            t.line(ahead)
            ok = t.printed(b"one two") and t.printed(b"three")
            check("typed between answers", ok and b"% " not in t.seen, t, args, pace == KITTY)
            t.close()
    t = Terminal(folder, KITTY)
    t.mark()
    t.line(ahead)
    os.write(t.fd, b"print, 'typed' + ' before'\rprint, 'an' + 'other'\r")
    check("typed before the question", t.printed(b"typed before") and t.printed(b"another"), t)
    check("and the picture", t.until(b"\033_Ga=T") and len(kitty_pictures(t.seen)) == 1, t)
    t.close()
    path = os.path.join(folder, "reads.pro")
    open(path, "w").write("set_plot,'term'\ntv,dist(60)\nempty\ns=''\nread,s\nprint,'read: <'+s+'>'\nend\n")
    t = Typist(folder, KITTY, args=(path,))
    t.keys = [b"the ", b"wo", b"", b"", b"rd\r", b"", b"", b""]
    check("READ gets what was typed", t.until(b"read: <the word>"), t)
    t.close()
    path = os.path.join(folder, "ends.pro")
    open(path, "w").write("set_plot,'term'\ntv,dist(60)\nend\n")
    t = Terminal(folder, KITTY, args=(path,))
    while t.read(LIMIT):
        pass
    t.close()
    check("a program that ends", len(kitty_pictures(t.seen)) == 1, t)


def test_cursor(folder):
    """CURSOR's places are typed; what uses it goes on top of that. By hand."""
    t = Terminal(folder, PLAIN, size=(110, 30))
    t.line("set_plot,'term' & window,0,xsize=80,ysize=60 & plot,findgen(10),position=[0,0,1,1],/xstyle,/ystyle")

    def dialogue(name, line, answers, result):
        t.line(line)
        for answer in answers:
            t.line("" if answer == "up" else answer)
        check("typed: " + name, t.printed(result), t)

    dialogue("data", "cursor, x, y & print, 'one', x, y, !mouse.button, format='(a,3f6.2)'", ["3 4"], b"one  3.00  4.00  1.00")
    dialogue("button", "cursor, x, y, /device & print, 'two', x, y, !mouse.button", ["10, 20 2"], b"two          10          20           2")
    dialogue("nothing", "cursor, x, y, 3, /dev & print, 'tri', x, y, !mouse.button", [""], b"tri          10          20           4")
    dialogue("outside", "cursor, x, y, /normal & print, 'qua', x, y", ["1.5 0"], b"qua          -1          -1")
    dialogue("now", "tvcrs, 5, 6, /dev & cursor, x, y, 0, /dev & print, 'five', x, y, !mouse.button", [], b"five           5           6           0")
    dialogue("nonsense", "cursor, x, y, /dev & print, 'six', x, y", ["a b", "1 2 9", "7 8"], b"six           7           8")
    dialogue("let go", "cursor, x, y, /up, /dev & print, 'sev', x, y, !mouse.button", ["up"], b"sev           7           8           0")
    dialogue("BOX_CURSOR", "a=10 & b=10 & nx=20 & ny=10 & box_cursor, a, b, nx, ny, /init & print, 'box', a, b, nx, ny",
             ["12 12", "12 12 1", "22 17 1", "22 17", "38 23", "38 23 2", "43 27 2", ""], b"box          20          15          25          14")
    dialogue("DEFROI", "print, 'roi', n_elements(defroi(80, 60, xv, yv)), xv[2]", ["1 1", "9 1", "9 9", ""], b"roi")
    before = t.seen.count(b"button): ")
    t.line("cursor, x, y & print, 'not' + 'here'")
    t.until(b"button): ", before + 1)
    os.write(t.fd, b"\003")
    check("typed: Ctrl-C", t.mark() and b"nothere" not in t.seen, t)
    t.close()


def main():
    with tempfile.TemporaryDirectory() as folder:
        for test in (test_kitty, test_relayed, test_iterm, test_sixel, test_blocks, test_labels, test_mute, test_pieces, test_late, test_typed, test_cursor):
            test(folder)
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
