#!/usr/bin/env python3
"""The pointer's shapes, smooth edges, and windows and servers that go away, under Xvfb. What the server shows is asked over a
connection of our own, by the X protocol (X Window System Protocol, version 11; X Fixes extension, version 4). Usage:
display.py HELIO. Ends with "N passed, N failed[, N skipped]". Shapes: the manual's DEVICE, CURSOR_* keywords; the rest by hand.
"""
import os
import shutil
import socket
import struct
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pointer import MARK, Session  # noqa: E402
from run import Screen  # noqa: E402

passed = failed = 0


def check(name, ok, *shown):
    global passed, failed
    passed += bool(ok)
    failed += not ok
    if not ok:
        print("FAILED", name, *shown)


class Client:
    """A connection to the server."""

    def __init__(self, display):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.connect("/tmp/.X11-unix/X" + display.lstrip(":"))
        self.s.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        head = self.get(8)
        setup = self.get(4 * struct.unpack("<H", head[6:8])[0])
        vendor, formats = struct.unpack("<H", setup[16:18])[0], setup[21]
        self.root = struct.unpack("<I", setup[32 + (vendor + 3) // 4 * 4 + 8 * formats:][:4])[0]
        name = b"XFIXES\0\0"
        self.fixes = self.ask(98, 0, struct.pack("<Hxx", 6) + name)[9]
        self.ask(self.fixes, 0, struct.pack("<II", 4, 0))

    def get(self, n):
        data = b""
        while len(data) < n:
            data += self.s.recv(n - len(data))
        return data

    def send(self, op, detail, body=b""):
        self.s.sendall(struct.pack("<BBH", op, detail, 1 + len(body) // 4) + body)

    def ask(self, op, detail, body=b""):
        self.send(op, detail, body)
        while True:
            head = self.get(32)
            if head[0] == 1:
                return head + self.get(4 * struct.unpack("<I", head[4:8])[0])
            assert head[0] > 1, "an X error %d" % head[1]

    def pointer(self):
        """Width, height, hot spot and ARGB pixels of what is shown now."""
        time.sleep(0.05)  # another connection's requests may come first
        r = self.ask(self.fixes, 4)
        w, h, x, y = struct.unpack("<HHHH", r[12:20])
        return w, h, x, y, struct.unpack("<%dI" % (w * h), r[32:32 + 4 * w * h])

    def windows(self):
        r = self.ask(15, 0, struct.pack("<I", self.root))
        n = struct.unpack("<H", r[16:18])[0]
        return struct.unpack("<%dI" % n, r[32:32 + 4 * n])

    def destroy(self, window):
        self.send(4, 0, struct.pack("<I", window))


def shapes(session, client):
    def shape(line):
        session.ask("device, " + line if line else "empty")
        return client.pointer()

    session.ask("tvcrs, 100, 100, /device")
    default = shape("")
    cross, arrow = shape("/cursor_crosshair"), shape("cursor_standard=2")
    check("the default is the cross hair", default == cross)
    check("CURSOR_STANDARD", arrow != cross and shape("cursor_standard=34") == cross)
    original = shape("/cursor_original")
    session.ask("tvcrs, 0 & device, /cursor_crosshair")
    check("CURSOR_ORIGINAL is that of no window", shape("/cursor_original") == original and original not in (cross, arrow))
    # An L of image within a mask of 12 rows: black where the image has bits, white else.
    w, h, x, y, pixels = shape("cursor_image=[replicate(1,14),16383,0], cursor_mask=[replicate(32767,12),0,0,0,0], cursor_xy=[3,10]")
    size = (w, h)
    want = {(i, j): 0xff000000 if i == 0 else 0xffffffff for i in range(15) for j in range(12)}
    got = {(k % w, k // w): v for k, v in enumerate(pixels) if v}
    check("CURSOR_IMAGE with mask", got == want, size, len(got))
    check("CURSOR_XY counts from below", (x, y) == (3, 5), x, y)
    check("CURSOR_IMAGE alone: all of it", len([v for v in shape("cursor_image=intarr(16)+1")[4] if v]) == 256)
    session.ask("tvcrs, 0, /hide_cursor")
    check("HIDE_CURSOR", not any(client.pointer()[4]))
    session.ask("tvcrs, 1 & device, /cursor_crosshair & window, 1, xsize=50, ysize=50, xpos=600, ypos=500 & tvcrs, 10, 10, /device")
    check("a later window has it, too", client.pointer() == cross)
    session.ask("wdelete, 1 & wset, 0")
    check("an impossible glyph", any("out of allowed range" in x for x in session.ask("device, cursor_standard=154")))
    check("a mask alone", any("belong to CURSOR_IMAGE" in x for x in session.ask("device, cursor_mask=intarr(16)")))


def values(screen):
    rows = screen.shot()[:300]
    return {row[3 * x:3 * x + 3] for row in rows for x in range(400)}


def smooth(session, screen):
    session.ask("device, antialias=0 & erase & plots, [10,390], [10,290], /device, thick=2 & t=tvrd(/true) & empty")
    check("sharp edges are the default", len(values(screen)) == 2)
    session.ask("device, /antialias & empty")
    check("ANTIALIAS: what is there already", len(values(screen)) > 6)
    session.ask("plots, [10,390], [290,10], /device & empty")
    check("ANTIALIAS: what comes", len(values(screen)) > 6)
    check("ANTIALIAS: TVRD is exact", session.ask("t=tvrd(/true) & print, n_elements(uniq(t, sort(t)))") == ["2"])
    session.ask("device, copy=[0,0,50,50,100,100] & empty & device, antialias=0")
    check("ANTIALIAS=0", len(values(screen)) == 2)


def size(session):
    got = session.ask("print, long(get_screen_size()) & set_plot, 'PS' & print, long(get_screen_size()), !d.name & set_plot, 'X'")
    check("GET_SCREEN_SIZE, whatever is selected", [x.split() for x in got] == [["1280", "1024"], ["1280", "1024"], ["PS"]], got)


def meanwhile(session, screen, client):
    """A window that was covered is drawn anew while a server keeps a transfer waiting; the windows' events are asked for here."""
    said = session.ask("tv, bytarr(400,300)+200b & empty")
    before = client.windows()
    shown = values(screen)
    window = before[-1]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        session.send("o = obj_new('IDLnetURL', url_scheme='http', url_host='127.0.0.1', url_port=%d, url_path='a') "
                     "& print, string(o.get(/string_array)), o.response_code" % port)
        peer = server.accept()[0]
        asked = peer.recv(4096)
        client.send(61, 1, struct.pack("<IhhHH", window, 0, 0, 0, 0))  # ClearArea with exposures
        time.sleep(0.5)
        again = values(screen)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        peer.close()
        session.send("print, '%s'" % MARK)
        got = session.until_mark()
    check("a window is drawn anew during a transfer", asked.startswith(b"GET /a") and len(shown) == 1 and again == shown, said, shown, again)
    check("which then goes on", got == ["hello", "200"], got)


def losses(session, screen, client):
    before = client.windows()
    session.ask("window, 5, xsize=60, ysize=50")
    new = [x for x in client.windows() if x not in before]
    client.destroy(new[0])
    check("a window that goes is closed", session.ask("wait, 0.3 & wset, 5")[0] == "% WSET: Window is closed and unavailable.")
    check("another one is still there", session.ask("wset, 0 & print, !d.window") == ["0"])
    session.ask("window, 6, /pixmap, xsize=30, ysize=20 & tv, bytarr(30,20)+7b & wset, 0")
    client.send(113, 0, struct.pack("<I", client.windows()[-1]))  # as xkill does
    got = session.ask("wait, 0.3 & print, !d.window & plot, [1,2] & print, !d.name, !d.window")
    check("a connection that is cut", got[0] == "-1" and got[-1].split() == ["X", "0"] and not any("PNG" in x for x in got), got)
    screen.process.kill()
    screen.process.wait()
    got = session.ask("wait, 0.3 & print, 'alive', !d.window")
    check("without a server the session goes on", "alive          -1" in got, got)
    got = session.ask("plot, [1,2] & print, !d.name, ' ', !d.window")
    check("pictures go on elsewhere", "X            0" in got and any("device PNG" in x for x in got), got)
    before = ticks(session)
    session.ask("wait, 1")
    check("and does not spin", ticks(session) - before < 0.5)


def ticks(session):
    """Seconds of processor time."""
    with open("/proc/%d/stat" % session.process.pid) as f:
        return sum(int(x) for x in f.read().rsplit(")", 1)[1].split()[11:13]) / os.sysconf("SC_CLK_TCK")


def main():
    if not shutil.which("Xvfb") or not shutil.which("xwd") or not shutil.which("xdotool"):
        print("0 passed, 0 failed, 1 skipped")
        return 0
    with Screen() as screen, tempfile.TemporaryDirectory() as folder:
        session = Session(os.path.abspath(sys.argv[1]), screen, folder)
        client = Client(screen.name)
        shapes(session, client)
        smooth(session, screen)
        size(session)
        meanwhile(session, screen, client)
        losses(session, screen, client)
        session.close()
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
