#!/usr/bin/env python3
"""HELIO_MAX_MEMORY holds: files, texts and libraries that want more end with an error, and the session goes on.

Usage: memory.py HELIO [NAME...]. Each statement of TABLE runs with 200 MB; the process may take a tenth more, and what it takes
at the start. What comes after must work still. Texts of 2^31 bytes and more, which strings do not hold, are refused.
"""
import concurrent.futures
import os
import struct
import subprocess
import sys
import tempfile
import zlib

HELIO = os.path.abspath(sys.argv[1])
ONLY = sys.argv[2:]
LIMIT = 200

# Files that want much, made without the limit.
PREPARE = """
write_jpeg, 'big.jpg', bytarr(12000, 12000) + 9b, quality=10
write_jpeg, 'scans.jpg', bytarr(12000, 12000) + 9b, /progressive, quality=10
write_png, 'big.png', bytarr(3, 12000, 12000)
write_png, 'fits.png', bytarr(3, 5000, 5000)
x = bytarr(300000000L) & save, x, file='x.sav', /compress
x = replicate('a', 5000000L) & save, x, file='texts.sav', /compress
openw, 1, 'zeros.gz', /compress & x = bytarr(300000000L) & writeu, 1, x & close, 1
"""

# What is done, and what it says: "memory", an error's beginning, or "" for success; another limit where it is given.
TABLE = {
    "png": ("y = read_png('big.png')", "memory"),
    "png_header": ("y = read_png('header.png')", "READ_PNG: PNG: file is too short"),
    "png_text": ("y = read_png('text.png')", "" ),
    "png_fits": ("y = read_png('fits.png')", ""),
    "write_png": ("x = bytarr(12000, 12000) & write_png, 'out.png', x", ""),
    "jpeg": ("read_jpeg, 'big.jpg', y & y = 0 & z = bytarr(150000000L)", ""),
    "jpeg_progressive": ("read_jpeg, 'scans.jpg', y", "memory"),
    "jpeg_claims": ("read_jpeg, 'claims.jpg', y", "memory"),
    "jpeg_claims_small": ("read_jpeg, 'wide.jpg', y, /grayscale", "memory"),
    "write_jpeg_progressive": ("x = bytarr(9000, 9000) & write_jpeg, 'out.jpg', x, /progressive", "memory"),
    "gzip_line": ("openr, 1, 'zeros.gz', /compress & s = '' & readf, 1, s", "memory"),
    "gzip_array": ("openr, 1, 'zeros.gz', /compress & b = bytarr(150000000L) & readu, 1, b", ""),
    "long_line": ("openr, 1, 'line' & s = '' & readf, 1, s", "memory"),
    "long_line_numbers": ("openr, 1, 'line' & x = 0. & readf, 1, x", "memory"),
    "long_number": ("s = string(bytarr(40000000L) + 49b) & x = double(s)", "any"),
    "restore": ("restore, 'x.sav'", "memory"),
    "restore_texts": ("restore, 'texts.sav'", "memory"),
    "texts": ("x = strtrim(lindgen(12000000L), 2)", "memory"),
    "texts_add": ("s = 'a' & while 1 do s = s + s", "memory"),
    "texts_sorted": ("x = replicate('abcdefghijkl', 3000000L) + 'm' & y = sort(x)", "memory"),
    "texts_freed": ("x = string(lindgen(1500000L)) & x = 0 & y = bytarr(180000000L)", ""),
    "split": ("x = strsplit(strjoin(replicate('a ', 6000000L)), /extract)", "memory"),
    "small_arrays": ("x = ptrarr(3000000L) & for i = 0L, 2999999L do x[i] = ptr_new(bytarr(2))", "memory"),
    "list": ("x = list() & while 1 do x.add, 'text'", "memory"),
    "hash": ("x = hash() & for i = 0LL, 100000000LL do x[i] = i", "memory"),
    "execute": ("r = execute(strjoin(replicate('a = 1 & ', 3000000L))) & if not r then message, 'Unable to allocate memory'", "memory"),
    "file_search": ("y = file_search(strjoin(replicate('{a,b}', 26)), /fully_qualify_path)", "any"),
    "many_names": ("y = file_search(strjoin(replicate('{many/*,many/*}{,*}', 6)))", "any"),
    "spawn": ("spawn, 'head -c 300000000 /dev/zero | tr \"\\0\" x', y", "SPAWN: The command's output is too long"),
    "fft": ("x = fltarr(4194301L) & y = fft(x)", "memory"),
    "fft_wide": ("x = dcomplexarr(3000017L) & y = fft(x)", "memory"),
    "fft_fits": ("x = fltarr(4194304L) & y = fft(x)", ""),
    "invert": ("x = randomu(1, 2500, 2500) & y = invert(x)", "memory"),
    "svdc": ("x = randomu(1, 1900, 1900) & svdc, x, w, u, v", "memory"),
    "rebin": ("y = rebin(findgen(100, 100), 8000, 8000)", "memory"),
    "long_texts": ("x = string(bytarr(1073741824LL) + 97b) & help, strlen(x) & y = x + x", "memory", 2560),
    "long_texts_joined": ("x = string(bytarr(1073741824LL) + 97b) & y = strjoin([x, x])", "memory", 2560),
    "arrays": ("x = fltarr(20000000L) & y = x + 1 & z = x + 2", "memory"),
}


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def zeros(megabytes):
    """Compressed, piece by piece: what this process has had counts for its children, too (ru_maxrss)."""
    z = zlib.compressobj(9)
    return b"".join(z.compress(bytes(1 << 20)) for _ in range(megabytes)) + z.flush()


def prepare(folder):
    done = subprocess.run([HELIO], input=PREPARE, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    assert not done.stdout.count("%"), done.stdout
    head = b"\x89PNG\r\n\x1a\n"
    size = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    write(folder, "header.png", head + png_chunk(b"IHDR", size) + png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b""))
    bomb = png_chunk(b"zTXt", b"a\0\0" + zeros(200))
    size = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    write(folder, "text.png", head + png_chunk(b"IHDR", size) + bomb * 20 + png_chunk(b"IDAT", zlib.compress(bytes(6))) + png_chunk(b"IEND", b""))
    with open(os.path.join(folder, "scans.jpg"), "rb") as f:
        data = bytearray(f.read())
    at = data.find(b"\xff\xc2")
    for name, height, width in (("claims.jpg", 32000, 32000), ("wide.jpg", 2000, 65000)):
        data[at + 5:at + 9] = struct.pack(">HH", height, width)
        write(folder, name, data)
    with open(os.path.join(folder, "line"), "wb") as f:
        f.truncate(2 << 30)
    os.mkdir(os.path.join(folder, "many"))
    for i in range(2000):
        write(folder, f"many/{i:0200d}", b"")


def run(folder, name, statement, limit=LIMIT):
    """What it said, and the most memory in MB."""
    path = os.path.join(folder, "said_" + name)
    env = dict(os.environ, HELIO_MAX_MEMORY=f"{limit}M")
    env.pop("HELIO_STRESS", None)
    with open(path, "wb") as out:
        child = subprocess.Popen([HELIO], stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT, cwd=folder, env=env)
    child.stdin.write(f"{statement}\nx = 0 & y = 0 & z = 0 & s = '' & b = 0 & close, 1\nprint, 'alive', total(findgen(1000))\n".encode())
    child.stdin.close()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = status
    return open(path, errors="replace").read() + (f"\nstatus {status}" if status not in (0, 256) else ""), used.ru_maxrss / 1024


def fault(said, wanted, peak, most):
    if "alive      499500." not in said or "status" in said:
        return "the session has ended: " + said[-300:]
    if wanted == "memory" and "Unable to allocate memory" not in said:
        return "no error about memory: " + said[-300:]
    if wanted not in ("memory", "any", "") and f"% {wanted}" not in said:
        return "another error: " + said[-300:]
    if wanted == "" and "Unable to allocate" in said:
        return "it should fit: " + said[-300:]
    return f"{peak:.0f} MB, at most {most:.0f}" if peak > most else None


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="helio-memory-") as folder:
        prepare(folder)
        start = run(folder, "start", "x = 0")[1]

        def tried(name):
            statement, wanted, *other = TABLE[name]
            limit = other[0] if other else LIMIT
            said, peak = run(folder, name, statement, limit)
            return name, fault(said, wanted, peak, limit * 1.1 + start), peak

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for name, wrong, peak in pool.map(tried, ONLY or TABLE):
                if wrong or ONLY:
                    print(f"{name}: {wrong or f'{peak:.0f} MB'}", flush=True)
                passed, failed = passed + (wrong is None), failed + (wrong is not None)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
