#!/usr/bin/env python3
"""run.py HELIO: the picture formats against netpbm, libtiff's tools, giflib's and OpenJPEG's, both ways, pixel for pixel.

Pictures are made here, as PNM; a tool makes a file of them that Heliograph reads, and the other way round. What a tool that is not
installed would have done is skipped. Then bombs, each an error within a second and 100 MB, and every file cut short or damaged.
"""
import glob
import http.server
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time

helio = ""
passed = failed = skipped = 0


def check(name, good, said=""):
    global passed, failed
    passed += bool(good)
    failed += not good
    if not good:
        print(f"FAILED {name}\n  {said}")


def idl(folder, *lines):
    text = "".join(line + "\n" for line in lines)
    run = subprocess.run([helio], input=text.encode(), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
    out = run.stdout.decode("utf-8", "replace")
    check("no crash", run.returncode >= 0 and "Sanitizer" not in out and "runtime error" not in out, out[-2000:])
    return out


def have(*tools):
    global skipped
    missing = [t for t in tools if not shutil.which(t)]
    skipped += bool(missing)
    return not missing


def call(folder, *command, source=None, to=None):
    run = subprocess.run(command, cwd=folder, stdin=open(f"{folder}/{source}", "rb") if source else subprocess.DEVNULL,
                         stdout=open(f"{folder}/{to}", "wb") if to else subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    check(" ".join(command), run.returncode == 0, run.stderr[-300:])
    return run.returncode == 0


# --- Pictures: (width, height, channels, greatest value, samples from the top) ----------------------------------------------

def picture(w, h, channels, most=255, seed=1, colors=None):
    r = random.Random(seed * 1000 + w * h + channels)
    values = [r.randrange(most + 1) if (i // 37) % 3 else i % (most + 1) for i in range(w * h * channels)]
    if colors:
        table = [[r.randrange(most + 1) for _ in range(channels)] for _ in range(colors)]
        values = [v for _ in range(w * h) for v in r.choice(table)]
    return w, h, channels, most, values


def put_pnm(path, p):
    w, h, channels, most, values = p
    with open(path, "wb") as f:
        f.write(b"P%d\n%d %d\n%d\n" % (5 if channels == 1 else 6, w, h, most))
        f.write(struct.pack(f">{len(values)}H", *values) if most > 255 else bytes(values))


def get_pnm(path):
    with open(path, "rb") as f:
        data = f.read()
    if data[:1] != b"P":
        return 0, 0, 0, 1, []
    at, words = 0, []
    while len(words) < (3 if data[:2] in (b"P4", b"P1") else 4):
        while data[at:at + 1].isspace():
            at += 1
        if data[at:at + 1] == b"#":
            at = data.index(b"\n", at) + 1
            continue
        end = at
        while not data[end:end + 1].isspace():
            end += 1
        words.append(data[at:end])
        at = end
    w, h = int(words[1]), int(words[2])
    body = data[at + 1:]
    if words[0] == b"P4":
        row = (w + 7) // 8
        return w, h, 1, 1, [1 - (body[y * row + x // 8] >> (7 - x % 8) & 1) for y in range(h) for x in range(w)]
    most, channels = int(words[3]), 1 if words[0] == b"P5" else 3
    n = w * h * channels
    return w, h, channels, most, list(struct.unpack(f">{n}H", body[:2 * n]) if most > 255 else body[:n])


def flat(p):
    """The same as colours, as 8-bit values."""
    w, h, channels, most, values = p
    values = [v * 255 // most for v in values]
    return (w, h, [v for v in values for _ in range(3)] if channels == 1 else values)


# Statements that bring the array `a`, from the top, into the file `raw` as unsigned 16-bit numbers, with its size before.
RAW = ["s = [size(a, /n_dimensions), size(a, /dimensions), 1]", "openw, 1, 'raw'", "writeu, 1, long(s), uint(a)", "close, 1"]


def get_raw(folder):
    """(width, height, channels, values) of what RAW has written."""
    path = folder + "/raw"
    if not os.path.exists(path):
        return None
    with open(path, "rb") as f:
        data = f.read()
    os.remove(path)
    rank = struct.unpack("<i", data[:4])[0]
    dim = struct.unpack(f"<{rank}i", data[4:4 + 4 * rank])
    body = data[4 + 4 * rank + 4:]
    values = list(struct.unpack(f"<{len(body) // 2}H", body))
    return (dim[0], dim[1], 1, values) if rank == 2 else (dim[1], dim[2], dim[0], values)


def same_as(folder, name, p, said):
    got = get_raw(folder)
    check(name, got is not None and got == (p[0], p[1], p[2], p[4]), (said[-300:], got and got[:3], p[:3]))


FLIP = "a = size(a, /n_dimensions) eq 3 ? reverse(a, 3) : reverse(a, 2)"
EXPAND = "if size(a, /n_dimensions) eq 2 then a = transpose([[[r[a]]], [[g[a]]], [[b[a]]]], [2, 0, 1])"


# --- Others write, we read ----------------------------------------------------------------------------------------------------

def read_tiff(folder):
    for name, p in (("grey", picture(61, 37, 1)), ("rgb", picture(61, 37, 3)), ("grey16", picture(61, 37, 1, 65535)), ("rgb16", picture(30, 70, 3, 65535))):
        if not have("pnmtotiff"):
            return
        put_pnm(folder + "/p.pnm", p)
        if not call(folder, "pnmtotiff", "-truecolor" if p[2] == 3 else "-none", "p.pnm", to="base.tif"):
            continue
        ways = [["-c", "none"], ["-c", "lzw"], ["-c", "lzw:2"], ["-c", "zip"], ["-c", "zip:2"], ["-c", "packbits"], ["-c", "zstd"], ["-c", "lzma"], ["-c", "none", "-r", "5"],
                ["-c", "none", "-t", "-w", "16", "-l", "32"], ["-c", "lzw", "-t", "-w", "32", "-l", "16"], ["-8", "-c", "zip"], ["-B"], ["-L"], *([["-c", "none", "-p", "separate"], ["-c", "lzw", "-p", "separate", "-t", "-w", "16", "-l", "16"]] if p[3] == 255 else [])]
        for way in ways if have("tiffcp") else []:
            if call(folder, "tiffcp", *way, "base.tif", "p.tif"):
                out = idl(folder, "a = read_tiff('p.tif')", *RAW)
                same_as(folder, f"TIFF {name} {' '.join(way)}", p, out)
    p = picture(61, 37, 3)
    put_pnm(folder + "/p.pnm", p)
    if have("tiffcp", "pnmtotiff", "tifftopnm") and call(folder, "pnmtotiff", "-truecolor", "p.pnm", to="base.tif") and call(folder, "tiffcp", "-c", "jpeg:90", "base.tif", "p.tif"):
        call(folder, "tiffcp", "-c", "none", "p.tif", "q.tif")
        call(folder, "tifftopnm", "q.tif", to="t.pnm")
        want = get_pnm(folder + "/t.pnm")
        out = idl(folder, "a = read_tiff('p.tif')", *RAW)
        got = get_raw(folder)
        check("TIFF JPEG in YCbCr", got and got[:3] == (61, 37, 3) and max((abs(x - y) for x, y in zip(got[3], want[4])), default=9) <= 2, out)
    p = picture(33, 9, 3, colors=200)
    put_pnm(folder + "/p.pnm", p)
    if have("pnmtotiff") and call(folder, "pnmtotiff", "-lzw", "-indexbits=8", "p.pnm", to="p.tif"):
        out = idl(folder, "a = read_tiff('p.tif', r, g, b)", EXPAND, *RAW)
        same_as(folder, "TIFF with a colour table", p, out)


def read_others(folder):
    color, few, grey = picture(61, 37, 3), picture(53, 31, 3, colors=200), picture(29, 40, 1)
    cases = [
        ("BMP 24", color, ["ppmtobmp", "-bpp=24"], "a = read_bmp('f', /rgb)", True),
        ("BMP 8", few, ["ppmtobmp", "-bpp=8"], "a = read_bmp('f', r, g, b)", True),
        ("BMP 4, OS/2", picture(19, 7, 3, colors=14), ["ppmtobmp", "-os2", "-bpp=4"], "a = read_bmp('f', r, g, b)", True),
        ("GIF", few, ["pamtogif"], "read_gif, 'f', a, r, g, b", True),
        ("GIF interlaced", few, ["pamtogif", "-interlace"], "read_gif, 'f', a, r, g, b", True),
        ("XWD 24", color, ["pnmtoxwd"], "a = read_xwd('f')", True),
        ("XWD 8", few, ["pnmtoxwd", "-pseudodepth=8"], "a = read_xwd('f', r, g, b)", True),
        ("PICT", few, ["ppmtopict"], "read_pict, 'f', a, r, g, b", True),
        ("SRF 24", color, ["pnmtorast"], "read_srf, 'f', a, r, g, b", True),
        ("SRF 8", few, ["pnmtorast"], "read_srf, 'f', a, r, g, b", True),
        ("SRF 24, not packed", color, ["pnmtorast", "-standard"], "read_srf, 'f', a, r, g, b", True),
        ("PGM in text", grey, ["pnmtoplainpnm"], "read_ppm, 'f', a", False),
        ("PPM in text", color, ["pnmtoplainpnm"], "read_ppm, 'f', a", False),
        ("PPM", color, ["cat"], "read_ppm, 'f', a", False),
        ("PGM of 16 bits", picture(20, 9, 1, 65535), ["cat"], "read_ppm, 'f', a", False),
    ]
    for name, p, command, statement, is_flipped in cases:
        put_pnm(folder + "/p.pnm", p)
        if not have(command[0]) or not call(folder, *command, source="p.pnm", to="f"):
            continue
        out = idl(folder, statement, *([EXPAND] if p[2] == 3 else []), *([FLIP] if is_flipped else []), *RAW)
        same_as(folder, name, p, out)
        if name.startswith("XWD"):
            continue
        out = idl(folder, "a = read_image('f', r, g, b)", *([EXPAND] if p[2] == 3 else []), FLIP, *RAW)
        same_as(folder, name + " by READ_IMAGE", p, out)


def read_jpeg2000(folder):
    for name, p, more in (("grey", picture(61, 37, 1), []), ("rgb", picture(61, 37, 3), []), ("16 bits", picture(61, 37, 1, 65535), []),
                          ("tiles", picture(61, 37, 3), ["-t", "32,32", "-n", "3"]), ("RPCL", picture(61, 37, 1), ["-p", "RPCL", "-n", "3"])):
        put_pnm(folder + "/p.ppm", p)
        if not have("opj_compress"):
            return
        for suffix in ("jp2", "j2k"):
            if call(folder, "opj_compress", "-i", "p.ppm", "-o", "p." + suffix, *more):
                out = idl(folder, f"a = read_jpeg2000('p.{suffix}', /order)", *RAW)
                same_as(folder, f"JPEG 2000 {name} {suffix}", p, out)


# --- We write, others read ------------------------------------------------------------------------------------------------------

LOAD = "read_ppm, 'p.pnm', a"


def write_others(folder):
    color, grey = picture(61, 37, 3), picture(29, 40, 1)
    t = "t = bindgen(256)"
    cases = [("TIFF" + c, p, f"write_tiff, 'f', a{c}", ["tifftopnm", "f"]) for p in (color, grey) for c in ("", ", compression=1", ", compression=2", ", compression=4", ", /bigtiff")]
    cases += [("TIFF planes", color, "write_tiff, 'f', planarconfig=2, red=reform(a[0,*,*]), green=reform(a[1,*,*]), blue=reform(a[2,*,*])", ["tifftopnm", "f"])]
    cases += [("TIFF short", picture(20, 30, 1, 65535), "write_tiff, 'f', a, /short", ["tifftopnm", "-byrow", "f"])]
    cases += [("TIFF 4 bits", picture(21, 30, 1, 15), "write_tiff, 'f', a, bits_per_sample=4", ["tifftopnm", "f"])]
    cases += [("TIFF 1 bit", picture(21, 30, 1, 1), "write_tiff, 'f', a, bits_per_sample=1", ["tifftopnm", "f"])]
    cases += [("TIFF colour table", grey, "write_tiff, 'f', a, red=t, green=t, blue=t", ["tifftopnm", "f"])]
    cases += [("BMP 24", color, "write_bmp, 'f', reverse(a, 3), /rgb", ["bmptopnm", "f"]), ("BMP 8", grey, "write_bmp, 'f', reverse(a, 2), t, t, t", ["bmptopnm", "f"]),
              ("BMP 4", picture(21, 30, 1, 15), "write_bmp, 'f', reverse(a, 2), t*17b, t*17b, t*17b, /four_bit", ["bmptopnm", "f"]),
              ("GIF", grey, "write_gif, 'f', reverse(a, 2), t, t, t", ["giftopnm", "f"]),
              ("SRF", color, "write_srf, 'f', reverse(a, 3)", ["rasttopnm", "f"]), ("SRF 32", color, "write_srf, 'f', reverse(a, 3), /write_32", ["rasttopnm", "f"]),
              ("SRF 8", grey, "write_srf, 'f', reverse(a, 2), t, t, t", ["rasttopnm", "f"]), ("PPM in text", color, "write_ppm, 'f', a, /ascii", ["pnmtoplainpnm", "-quiet", "f"])]
    for name, p, statement, command in cases:
        put_pnm(folder + "/p.pnm", p)
        if not have(command[0]):
            continue
        if command[0] == "pnmtoplainpnm":
            command = ["pamtopnm", "f"]
        out = idl(folder, t, LOAD, statement)
        if call(folder, *command, to="o.pnm"):
            got = get_pnm(folder + "/o.pnm")
            check("we write " + name, flat(got) == flat(p) or (p[3] > 255 and got == p), (out, got[:4], p[:4]))
    put_pnm(folder + "/p.pnm", color)
    for name in ("o.jp2", "o.j2k") if have("opj_decompress") else ():
        out = idl(folder, LOAD, f"write_jpeg2000, '{name}', a, /order, /reversible")
        if call(folder, "opj_decompress", "-i", name, "-o", "o.ppm"):
            check("we write " + name, get_pnm(folder + "/o.ppm") == color, out)
    put_pnm(folder + "/p.pnm", grey)
    if have("giftopnm"):
        idl(folder, t, LOAD, *[f"write_gif, 'f', reverse(a, 2) + {i}b, t, t, t, /multiple, delay_time={i}" for i in range(3)], "write_gif, /close")
        for i in range(3):
            if call(folder, "giftopnm", f"-image={i + 1}", "f", to="o.pnm"):
                want = (*grey[:4], [(v + i) % 256 for v in grey[4]])
                check(f"we write GIF, image {i}", flat(get_pnm(folder + "/o.pnm")) == flat(want))


# --- Bombs, and files that are cut short or damaged --------------------------------------------------------------------------------

def tiff_bomb(rows_per_strip, compression, side=2**31 - 1, channels=1):
    tags = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, channels),
            (278, 4, 1, rows_per_strip), (279, 4, 1, 100)]
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + b"".join(struct.pack("<HHII", *t) for t in tags) + bytes(4) + bytes(200)


def bombs(folder):
    made = {f"t{i}.tif": tiff_bomb(*b) for i, b in enumerate([(1, 1), (2**31 - 1, 1), (1, 5), (2**31 - 1, 5), (2**31 - 1, 8), (65536, 7), (30000, 1, 30000), (30000, 5, 30000), (4096, 1, 4096, 60000)])}
    frame = b"\x2c" + struct.pack("<4H", 0, 0, 65535, 65535) + b"\0\x08\x02\x00\x01\0"
    made["a.gif"] = b"GIF89a" + struct.pack("<2H", 65535, 65535) + b"\xf0\0\0" + bytes(6) + frame * 100 + b";"
    made["a.bmp"] = b"BM" + struct.pack("<3I", 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, 2**31 - 1, 2**31 - 1, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(100)
    made["a.ppm"] = b"P6 2147483647 2147483647 255 " + bytes(100)
    made["a.srf"] = struct.pack(">8I", 0x59A66A95, 2**31 - 1, 2**31 - 1, 8, 0, 1, 0, 0) + bytes(100)
    made["a.xwd"] = struct.pack(">25I", 100, 7, 2, 24, 2**31 - 1, 2**31 - 1, 0, 1, 8, 1, 8, 32, 2**31 - 1, 4, 0xff0000, 0xff00, 0xff, 8, 256, 0, 1, 1, 0, 0, 0) + bytes(100)
    siz = struct.pack(">HH9I", 38 + 3, 0, 2**31 - 1, 2**31 - 1, 0, 0, 2**31 - 1, 2**31 - 1, 0, 0, 0)[:38]
    made["a.j2k"] = b"\xff\x4f\xff\x51" + siz[:36] + b"\0\1\7\1\1" + bytes(100)
    for name, data in made.items():
        with open(f"{folder}/{name}", "wb") as f:
            f.write(data)
        reader = {"tif": "a = read_tiff('%s')", "gif": "read_gif, '%s', a", "bmp": "a = read_bmp('%s')", "ppm": "read_ppm, '%s', a", "srf": "read_srf, '%s', a",
                  "xwd": "a = read_xwd('%s')", "j2k": "a = read_jpeg2000('%s')"}[name[-3:]] % name
        begun = time.monotonic()
        out = idl(folder, "print, 'begun'", reader, f"print, query_image('{name}')", "print, memory(/highwater) / 1000000")
        took = time.monotonic() - begun
        said = out.split("begun")[1]
        slow = 10 if "asan" in helio else 1
        check(f"bomb {name}", "%" in said and took < slow + 0.5 and int(said.split()[-1]) < 100, (took, out))


def damaged(folder):
    """Whatever has been done to a file, there is a picture or an error."""
    r = random.Random(7)
    p, few = picture(61, 37, 3), picture(40, 20, 3, colors=100)
    put_pnm(folder + "/p.pnm", p)
    put_pnm(folder + "/few.pnm", few)
    idl(folder, LOAD, "write_tiff, 'a.tif', a, compression=1", "write_tiff, 'b.tif', a, /short", "write_jpeg2000, 'a.jp2', a", "write_gif, 'a.gif', reform(a[0,*,*])",
        "write_bmp, 'a.bmp', a", "write_srf, 'a.srf', a", "write_pict, 'a.pict', reform(a[0,*,*])", "write_ppm, 'a.ppm', a")
    if have("tiffcp"):
        call(folder, "tiffcp", "-c", "jpeg", "-t", "-w", "16", "-l", "16", "a.tif", "c.tif")
    lines = []
    for path in sorted(glob.glob(folder + "/[abc].*")):
        with open(path, "rb") as f:
            data = f.read()
        for k in range(12):
            bad = bytearray(data[:r.randrange(len(data))] if k % 3 == 0 else data)
            for _ in range(0 if k % 3 == 0 else r.choice([1, 3, 20])):
                bad[r.randrange(min(len(bad), 300 if k % 2 else len(bad)))] = r.randrange(256)
            name = f"x{k}." + os.path.basename(path)
            with open(f"{folder}/{name}", "wb") as f:
                f.write(bad)
            lines += [f"a = read_image('{name}')", f"a = query_image('{name}')"]
    begun = time.monotonic()
    out = idl(folder, *lines, "print, 'through'")
    check("damaged files", "through" in out, out[-500:])
    check("damaged files, time", time.monotonic() - begun < 60)


def remote(folder):
    """URLs are read as files are."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *a):
            super().__init__(*a, directory=folder)

        def log_message(self, *a):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    out = idl(folder, "a = bindgen(7, 5)", "write_tiff, 'a.tif', a", "write_gif, 'a.gif', a", "write_bmp, 'a.bmp', a", "write_ppm, 'a.ppm', a",
              "write_jpeg2000, 'a.jp2', a, /reversible", f"u = '{url}'", "read_gif, u + 'a.gif', g", "read_ppm, u + 'a.ppm', p",
              "print, array_equal(a, read_tiff(u + 'a.tif')), array_equal(a, g), array_equal(a, read_bmp(u + 'a.bmp')), array_equal(a, p), "
              "array_equal(a, read_jpeg2000(u + 'a.jp2')), query_tiff(u + 'a.tif'), query_image(u + 'a.gif'), query_tiff(u + 'none'), format='(8i1)'",
              "b = read_tiff(u + 'none')")
    server.shutdown()
    check("URLs", "11111110" in out and "Error opening file. File: " + url in out, out)


def main():
    global helio
    helio = os.path.abspath(sys.argv[1])
    for step in (read_tiff, read_others, read_jpeg2000, write_others, remote, bombs, damaged):
        with tempfile.TemporaryDirectory(prefix="helio-pictures-") as folder:
            step(folder)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
