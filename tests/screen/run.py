#!/usr/bin/env python3
"""The tutorial's session in a real X window: under Xvfb, with a screenshot compared pixel by pixel to djpeg's decoding;
then the same without a display, as a PNG file. Usage: run.py HELIO. Ends with "N passed, N failed[, N skipped]".
"""
import http.server
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SIZE = 512


def read_ppm(data):
    """Width, height, RGB bytes of a binary PPM."""
    fields, at = [], 0
    while len(fields) < 4:
        match = re.match(rb"\s*(?:#[^\n]*\n)*\s*(\S+)", data[at:])
        fields.append(match.group(1))
        at += match.end()
    return int(fields[1]), int(fields[2]), data[at + 1:]


def make_jpeg(path):
    rows = bytearray()
    for y in range(SIZE):
        for x in range(SIZE):
            rows += bytes(((x // 2) & 255, (y // 2) & 255, ((x + y) // 4) & 255))
    ppm = b"P6\n%d %d\n255\n" % (SIZE, SIZE) + bytes(rows)
    jpeg = subprocess.run(["cjpeg", "-quality", "90"], input=ppm, stdout=subprocess.PIPE, check=True).stdout
    pad = 62458 - len(jpeg)
    assert 4 <= pad <= 65537, len(jpeg)
    jpeg = jpeg[:2] + b"\xff\xfe" + (pad - 2).to_bytes(2, "big") + b" " * (pad - 4) + jpeg[2:]
    open(path, "wb").write(jpeg)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve(folder):
    handler = lambda *a: Quiet(*a, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Screen:
    """An Xvfb of our own."""

    def __enter__(self):
        read, write = os.pipe()
        self.process = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
                                        pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.name = ":" + pipe.readline().strip()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def shot(self):
        env = dict(os.environ, DISPLAY=self.name)
        xwd = subprocess.run(["xwd", "-root", "-silent"], env=env, stdout=subprocess.PIPE, check=True).stdout
        return read_xwd(xwd)


def read_xwd(data):
    """Rows of RGB bytes of a 32 bits-per-pixel ZPixmap dump."""
    head = [int.from_bytes(data[i:i + 4], "big") for i in range(0, 100, 4)]
    header, width, height, order, bpp, stride, colours = head[0], head[4], head[5], head[7], head[11], head[12], head[19]
    assert bpp == 32 and order == 0, "Xvfb gives 32-bit little-endian pixels"
    at = header + 12 * colours
    rows = []
    for y in range(height):
        line = data[at + y * stride: at + y * stride + 4 * width]
        rgb = bytearray(3 * width)
        rgb[0::3], rgb[1::3], rgb[2::3] = line[2::4], line[1::4], line[0::4]
        rows.append(bytes(rgb))
    return rows


def session():
    return open(os.path.join(TOP, "demo", "session.pro")).read()


def start(helio, folder, env):
    return subprocess.Popen([helio], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            cwd=folder, env=env)


def in_window(helio, folder, env, want):
    with Screen() as screen:
        process = start(helio, folder, dict(env, DISPLAY=screen.name))
        process.stdin.write(session())
        process.stdin.flush()
        deadline, found = time.time() + 30, False
        while time.time() < deadline and not found:
            time.sleep(0.2)
            found = contains(screen.shot(), want)
        process.stdin.close()
        process.wait(20)
        if not found:
            print(process.stdout.read())
        return found


def contains(rows, want):
    """The picture stands somewhere on the screen."""
    first = want[0]
    for y in range(len(rows) - SIZE + 1):
        x = rows[y].find(first)
        if x >= 0 and x % 3 == 0 and all(rows[y + k][x:x + 3 * SIZE] == want[k] for k in range(SIZE)):
            return True
    return False


def as_png(helio, folder, env, want):
    process = start(helio, folder, env)
    out, _ = process.communicate(session() + "write_png,'shot.png',tvrd(/true)\n", timeout=60)
    path = os.path.join(folder, "shot.png")
    if process.returncode or not os.path.exists(path):
        print(out)
        return False
    ppm = subprocess.run(["pngtopnm", path], stdout=subprocess.PIPE, check=True).stdout
    width, height, data = read_ppm(ppm)
    rows = [data[3 * width * y: 3 * width * (y + 1)] for y in range(height)]
    return (width, height) == (640, 512) and contains(rows, want) and "device PNG" in out


def main():
    helio = os.path.abspath(sys.argv[1])
    lacking = [t for t in ("Xvfb", "xwd", "cjpeg", "djpeg", "pngtopnm") if not shutil.which(t)]
    if lacking:
        print("not installed: " + ", ".join(lacking))
        print("0 passed, 0 failed, 2 skipped")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "www", "assets", "img", "latest")
        os.makedirs(target)
        jpeg = os.path.join(target, "f_211_193_171_512.jpg")
        make_jpeg(jpeg)
        _, _, data = read_ppm(subprocess.run(["djpeg", jpeg], stdout=subprocess.PIPE, check=True).stdout)
        want = [data[3 * SIZE * y: 3 * SIZE * (y + 1)] for y in range(SIZE)]
        server = serve(os.path.join(folder, "www"))
        env = dict(os.environ, HELIO_NET_MAP=f"sdo.gsfc.nasa.gov:80=127.0.0.1:{server.server_port}")
        env.pop("DISPLAY", None)
        results = [("in an X window", in_window(helio, folder, env, want)), ("without a display", as_png(helio, folder, env, want))]
        server.shutdown()
    for name, ok in results:
        if not ok:
            print(f"failed: the session {name}")
    failed = sum(not ok for _, ok in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
