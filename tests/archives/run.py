#!/usr/bin/env python3
"""run.py HELIO [COUNT]: FILE_TAR, FILE_ZIP, FILE_GZIP and what undoes them, against tar, zip, unzip, gzip, pigz, bsdtar and Python.

COUNT trees of random files go each way (default 6). Then what must be refused, broken archives, ceilings, a full disk, Ctrl-C.
With HELIO_TEST=big: 70,000 entries and files of 5 GB with holes, too.
"""
import gzip
import io
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

helio = ""
passed = failed = 0


def check(name, good, said=""):
    global passed, failed
    passed += bool(good)
    failed += not good
    if not good:
        print(f"FAILED {name}\n  {said}")


def idl(folder, *lines, env=None, timeout=120):
    """What the statements print, both streams together."""
    text = "".join(line + "\n" for line in lines)
    run = subprocess.run([helio], input=text.encode(), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         timeout=timeout, check=False, env={**os.environ, **(env or {})})
    out = run.stdout.decode("utf-8", "replace")
    check("no crash", run.returncode >= 0 and "Sanitizer" not in out and "runtime error" not in out, out[-2000:])
    return out


def have(tool):
    return shutil.which(tool) is not None


def call(*command, cwd, ok=(0,)):
    run = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    check(" ".join(command), run.returncode in ok, run.stdout[-500:])


# --- Trees --------------------------------------------------------------------------------------------------------------

NAMES = ["plain.txt", "with blank", "ümläut-Ω", "日本語.dat", "x" * 120, ".hidden", "a'b\"c", "tab\there", "-dash"]


def make_tree(top, r, odd):
    """Files of many kinds below `top`; `odd`: names that are no UTF-8, and links, as well."""
    os.makedirs(top)
    folders = [top.encode()]
    for i in range(r.randint(1, 4)):
        at = os.path.join(r.choice(folders), r.choice([f"d{i}", f"Ö{i}", "long" * 30 + str(i)]).encode())
        os.mkdir(at)
        folders.append(at)
    for i in range(r.randint(3, 9)):
        name = f"{i}".encode() + r.choice(NAMES).encode() + (b"\xff\xfe" if odd and i == 1 else b"")
        path = os.path.join(r.choice(folders), name)
        size = r.choice([0, 1, 511, 512, 513, 10240, 70000, 300001])
        with open(path, "wb") as f:
            f.write(r.randbytes(size) if r.random() < 0.5 else (b"abc\n" * size)[:size])
        os.chmod(path, r.choice([0o644, 0o600, 0o755, 0o444]))
        os.utime(path, (1e9, r.randint(400000000, 1600000000)))
    if odd:
        os.symlink(b"0nothing", os.path.join(folders[-1], b"link"))


def look(top):
    """Everything below `top`: name -> (kind, mode, time, content)."""
    found = {}
    top = top.encode()
    for folder, dirs, files in os.walk(top):
        for name in dirs + files:
            path = os.path.join(folder, name)
            st = os.lstat(path)
            key = os.path.relpath(path, top)
            if stat.S_ISLNK(st.st_mode):
                found[key] = ("link", os.readlink(path))
            elif stat.S_ISDIR(st.st_mode):
                found[key] = ("folder",)
            else:
                with open(path, "rb") as f:
                    found[key] = ("file", st.st_mode & 0o777, int(st.st_mtime), f.read())
    return found


def same(a, b, mtime=True, mode=True):
    def plain(x):
        return {k: v if v[0] != "file" else (v[0], v[1] if mode else 0, v[2] if mtime else 0, v[3]) for k, v in x.items()}
    return plain(a) == plain(b)


def differ(a, b):
    return str([k for k in set(a) | set(b) if a.get(k) != b.get(k)][:5]) + " " + str(len(a)) + " " + str(len(b))


# --- Round trips ---------------------------------------------------------------------------------------------------------

def ours_to_others(folder, r, i):
    odd = i % 2 == 1
    make_tree(folder + "/t", r, odd)
    want = look(folder + "/t")
    idl(folder, "file_tar, 't', 'a.tar'", "file_tar, 't', 'a.tgz', /gzip", "file_zip, 't', 'a.zip'",
        "file_tar, 't', buffer=b", "openw, 1, 'b.tar'", "writeu, 1, b", "close, 1")
    tools = [("tar", ["tar", "-xf", "../a.tar"]), ("tar gzip", ["tar", "-xzf", "../a.tgz"]), ("tar buffer", ["tar", "-xf", "../b.tar"])]
    if have("bsdtar"):
        tools += [("bsdtar", ["bsdtar", "-xf", "../a.tar"])]
    for name, command in tools:
        os.mkdir(folder + "/o")
        call(*command, cwd=folder + "/o")
        got = look(folder + "/o/t")
        check(f"{name} reads ours", same(want, got), differ(want, got))
        shutil.rmtree(folder + "/o")
    with tarfile.open(folder + "/a.tar", errors="surrogateescape") as t:
        t.extractall(folder + "/o")
    got = look(folder + "/o/t")
    check("tarfile reads ours", same(want, got), differ(want, got))
    shutil.rmtree(folder + "/o")
    if not odd:
        with zipfile.ZipFile(folder + "/a.zip") as z:
            check("zipfile tests ours", z.testzip() is None)
            z.extractall(folder + "/o")
        got = look(folder + "/o/t")
        check("zipfile reads ours", same(want, got, False, False), differ(want, got))
        shutil.rmtree(folder + "/o")
    if have("unzip"):
        os.mkdir(folder + "/o")
        call("unzip", "-q", "../a.zip", cwd=folder + "/o")
        got = look(folder + "/o/t")
        odd = [b"\t", b"\xff", b"\xfe", b"tabhere"]  # unzip changes such names
        theirs, mine = ({k: v for k, v in x.items() if not any(o in k for o in odd)} for x in (got, want))
        check("unzip reads ours", same(mine, theirs), differ(mine, theirs))
        shutil.rmtree(folder + "/o")
    idl(folder, "file_untar, 'a.tgz', 'x'", "file_unzip, 'a.zip', 'y'", "file_untar, b, 'z'")
    for form in "xy":
        got = look(f"{folder}/{form}/t")
        check(f"we read ours ({form})", same(want, got), differ(want, got))


def others_to_ours(folder, r, i):
    make_tree(folder + "/t", r, i % 2 == 1)
    want = look(folder + "/t")
    made = []
    for form in ("gnu", "pax", "ustar", "v7", "oldgnu"):
        call("tar", "--format=" + form, "-cf", f"{form}.tar", "t", cwd=folder, ok=(0, 1, 2))
        names_fit = form in ("gnu", "pax", "oldgnu") or subprocess.run(
            ["tar", "-tf", f"{form}.tar"], cwd=folder, stdout=subprocess.PIPE, check=False).stdout.count(b"\n") == len(want) + 1
        if names_fit:
            made.append((form, f"file_untar, '{form}.tar'", True))
    call("tar", "-czf", "g.tgz", "t", cwd=folder)
    made.append(("tgz", "file_untar, 'g.tgz'", True))
    if have("pigz"):
        call("tar", "-I", "pigz", "-cf", "p.tgz", "t", cwd=folder)
        made.append(("pigz", "file_untar, 'p.tgz'", True))
    if have("zip"):
        call("zip", "-qry", "i.zip", "t", cwd=folder)
        made.append(("zip", "file_unzip, 'i.zip'", True))
    if have("zip") and i % 2 == 0:  # it puts no links into a pipe
        with open(folder + "/d.zip", "wb") as f:  # to a pipe: with data descriptors
            f.write(subprocess.run(["sh", "-c", "zip -qr - t | cat"], cwd=folder, stdout=subprocess.PIPE, check=True).stdout)
        made.append(("zip piped", "file_unzip, 'd.zip'", True))
    if i % 2 == 0:
        with zipfile.ZipFile(folder + "/z.zip", "w", zipfile.ZIP_DEFLATED) as z:
            for top, dirs, files in os.walk(folder + "/t"):
                for name in dirs + files:
                    path = os.path.join(top, name)
                    z.write(path, os.path.relpath(path, folder))
        made.append(("zipfile", "file_unzip, 'z.zip'", False))
        with tarfile.open(folder + "/y.tar", "w", format=tarfile.PAX_FORMAT) as t:
            t.add(folder + "/t", "t")
        made.append(("tarfile", "file_untar, 'y.tar'", True))
    idl(folder, *[f"{line}, 'o{k}'" for k, (_, line, _) in enumerate(made)])
    for k, (name, _, times) in enumerate(made):
        got = look(f"{folder}/o{k}/t")
        check(f"we read {name}'s", same(want, got, mtime=times), differ(want, got))


def gzip_both_ways(folder):
    data = b"line\n" * 50000 + random.Random(1).randbytes(70000)
    for name in ("a", "b", "c", "ü"):
        with open(f"{folder}/{name}", "wb") as f:
            f.write(data if name != "c" else b"")
    out = idl(folder, "file_gzip, 'a', /verbose", "file_gzip, ['b', 'c', 'ü'], count=n", "print, n", "file_gzip, 'a', buffer=x",
              "help, x",
              "file_gzip, 'a', 'part.gz', offset=5, nbytes=10", "file_gzip, 'a', 'gone.gz'", "file_copy, 'a', 'a2'",
              "file_gzip, 'a2', /delete")
    check("gzip says", "% Compress ./a " in out and f"{2 * len(data)}" in out, out)
    for name in ("a", "b", "c", "ü"):
        call("gzip", "-tv", name + ".gz", cwd=folder)
        with gzip.open(f"{folder}/{name}.gz") as f:
            check("gzip content", f.read() == (data if name != "c" else b""))
    check("gzip deletes", not os.path.exists(folder + "/a2") and os.path.exists(folder + "/a2.gz"))
    with gzip.open(folder + "/part.gz") as f:
        check("gzip part", f.read() == data[5:15])
    name = subprocess.run(["gzip", "-lvN", "gone.gz"], cwd=folder, stdout=subprocess.PIPE, check=False).stdout.split()[-1]
    check("gzip keeps the name", name == b"a", name)
    with open(folder + "/m.gz", "wb") as f:  # several members, names, times, then something else
        for k in range(3):
            with gzip.GzipFile("name", "wb", fileobj=f, mtime=12345) as g:
                g.write(data)
        f.write(b"garbage")
    if have("pigz"):
        call("pigz", "-kfc", "a", cwd=folder)
        with open(folder + "/p.gz", "wb") as f:
            f.write(subprocess.run(["pigz", "-c", "a"], cwd=folder, stdout=subprocess.PIPE, check=True).stdout)
    else:
        shutil.copy(folder + "/a.gz", folder + "/p.gz")
    out = idl(folder, "file_gunzip, 'm.gz', count=n", "print, n", "file_gunzip, ['p.gz'], ['q'], /verbose", "file_gunzip, 'm.gz', buffer=b",
              "help, b", "file_gunzip, 'a', buffer=b", "file_gunzip, 'c.gz', buffer=b, count=n", "help, b, n")
    check("gunzip counts", f"{3 * len(data)}" in out and f"Array[{3 * len(data)}]" in out, out)
    check("gunzip warns of what stands behind", "left out" in out, out)
    check("gunzip refuses what is none", "a is no GZIP file" in out, out)
    for name, want in (("m", data * 3), ("q", data)):
        with open(f"{folder}/{name}", "rb") as f:
            check("gunzip content", f.read() == want)
    parts = idl(folder, "total = 0LL", "repeat begin & file_gunzip, 'm.gz', buffer=b, nbytes=100000, count=n & total += n & "
                "endrep until n lt 100000", "print, total", "file_gunzip, 'a.gz', buffer=b, nbytes=4, offset=5 & print, string(b)",
                "file_gunzip, 'a.gz', buffer=b, nbytes=4, /close & print, '<' + string(b) + '>'",
                "file_gunzip, 'a.gz', buffer=b, nbytes=4 & print, '[' + string(b) + ']'")
    check("gunzip in parts", f"{3 * len(data)}" in parts and "\nline\n" in parts and "<\nlin>" in parts and "[line]" in parts, parts)


# --- What must not happen --------------------------------------------------------------------------------------------------

def tar_of(path, entries, form=tarfile.PAX_FORMAT):
    with tarfile.open(path, "w", format=form) as t:
        for name, kind, value in entries:
            e = tarfile.TarInfo(name)
            e.type = kind
            if kind == tarfile.REGTYPE:
                e.size = len(value)
                t.addfile(e, io.BytesIO(value))
            else:
                e.linkname = value
                t.addfile(e)


def outside(folder):
    return sorted(os.listdir(folder))


def refusals(folder):
    f, s, h = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
    secret = folder + "/secret"
    with open(secret, "wb") as x:
        x.write(b"keep")
    cases = [
        ("up", [("ok", f, b"1"), ("../evil", f, b"2")], ["../evil"]),
        ("up inside", [("a/../../evil", f, b"2")], ["a/../../evil"]),
        ("absolute", [(folder + "/evil", f, b"2"), ("ok", f, b"1")], [folder + "/evil"]),
        ("link out", [("l", s, "../secret"), ("ok", f, b"1")], ["l"]),
        ("link absolute", [("l", s, secret)], ["l"]),
        ("write through a link", [("l", s, ".."), ("l/evil", f, b"2")], ["l"]),
        ("write through a file link", [("l", s, "../secret"), ("l", f, b"2")], ["l"]),
        ("two links", [("a", s, "b"), ("b", s, ".."), ("a/evil", f, b"2")], ["b"]),
        ("a link that climbs by another", [("here", s, "."), ("l", s, "here/../secret")], ["l"]),
        ("a link in the way", [("d", s, "e"), ("d/x", f, b"1"), ("e", tarfile.DIRTYPE, "")], ["d"]),
        ("hard link out", [("h", h, "../secret"), ("ok", f, b"1")], ["h"]),
        ("hard link absolute", [("h", h, secret)], ["h"]),
        ("hard link to a link", [("d/l", s, "../x"), ("h", h, "d/l"), ("x", f, b"1")], ["h"]),
        ("hard link to nothing", [("h", h, "nothing")], ["h"]),
        ("device", [("dev", tarfile.CHRTYPE, ""), ("ok", f, b"1")], ["dev"]),
        ("block device", [("dev", tarfile.BLKTYPE, "")], ["dev"]),
        ("pipe", [("p", tarfile.FIFOTYPE, "")], ["p"]),
        ("a file where a folder is", [("d/x", f, b"1"), ("d", f, b"2")], ["d"]),
        ("a folder where a file is", [("d", f, b"1"), ("d/x", f, b"2")], ["d/x"]),
        ("no name", [("./.", f, b"1")], ["./."]),
        ("long", [("x" * 300, f, b"1"), ("ok", f, b"1")], ["x" * 300]),
    ]
    lines = []
    for k, (_, entries, _) in enumerate(cases):
        tar_of(f"{folder}/{k}.tar", entries)
        lines += [f"file_untar, '{k}.tar', 'out{k}'", f"print, 'after {k}'"]
    before = outside(folder)
    out = idl(folder, *lines)
    check("nothing outside", outside(folder) == sorted(before + [f"out{k}" for k in range(len(cases))]), outside(folder))
    with open(secret, "rb") as x:
        check("the file outside is as it was", x.read() == b"keep")
    parts = out.split("after ")
    for k, (name, entries, bad) in enumerate(cases):
        said = parts[k].replace("\n", " ")
        check(f"{name}: refused by name", "Refused: " in said and all(b[:80] in said for b in bad), said)
        if any(e[0] == "ok" for e in entries):
            check(f"{name}: the rest is there", os.path.exists(f"{folder}/out{k}/ok"))
        for top, dirs, files in os.walk(f"{folder}/out{k}"):
            for n in dirs + files:
                real = os.path.realpath(os.path.join(top, n))
                check(f"{name}: stays inside", real.startswith(os.path.realpath(folder) + f"/out{k}"), real)
    # a link that the user has in the folder
    os.makedirs(folder + "/mine")
    os.makedirs(folder + "/far")
    os.symlink("../far", folder + "/mine/l")
    os.symlink("../secret", folder + "/mine/s")
    tar_of(folder + "/m.tar", [("l/evil", f, b"2"), ("s", f, b"new")])
    out = idl(folder, "file_untar, 'm.tar', 'mine'")
    check("a link that was there", "l/evil" in out and not os.listdir(folder + "/far"), out)
    with open(secret, "rb") as x:
        check("a link to a file is replaced", x.read() == b"keep" and not os.path.islink(folder + "/mine/s"))
    zips = [("../evil", 0o100644), (folder + "/evil", 0o100644), ("l", 0o120777), ("ok", 0o100644)]
    with zipfile.ZipFile(folder + "/e.zip", "w") as z:
        for name, mode in zips:
            e = zipfile.ZipInfo("x")
            e.filename = name
            e.external_attr = mode << 16
            z.writestr(e, "../secret" if name == "l" else "2")
    before = outside(folder)
    out = idl(folder, "file_unzip, 'e.zip', 'ze'").replace("\n", " ")
    check("zip: refused by name", all(n in out for n, _ in zips[:3]) and os.listdir(folder + "/ze") == ["ok"], out)
    check("zip: nothing outside", outside(folder) == sorted(before + ["ze"]), outside(folder))
    if have("zip"):
        call("zip", "-q", "-P", "word", "p.zip", "secret", cwd=folder)
        out = idl(folder, "file_unzip, 'p.zip', 'zp'")
        check("encrypted", "secret: it is encrypted" in out and not os.listdir(folder + "/zp"), out)


def broken(folder, r):
    make_tree(folder + "/t", r, False)
    with open(folder + "/t/big", "wb") as f:
        f.write(r.randbytes(200000))
    call("tar", "-cf", "a.tar", "t", cwd=folder)
    call("tar", "-czf", "a.tgz", "t", cwd=folder)
    call("gzip", "-k", "t/big", cwd=folder)
    with zipfile.ZipFile(folder + "/a.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.write(folder + "/t/big", "t/big")
    size = os.path.getsize(folder + "/a.tar")
    lines, kinds = [], []
    for k, (name, routine) in enumerate((n, c) for n, c in
                                        [("a.tar", "file_untar"), ("a.tgz", "file_untar"), ("a.zip", "file_unzip"),
                                         ("t/big.gz", "file_gunzip")] for _ in range(8)):
        with open(f"{folder}/{name}", "rb") as f:
            data = bytearray(f.read())
        if name == "a.tar":
            cut = r.choice([1, 100, 512, 1024, size // 2, size // 2 // 512 * 512, size - 200000])
            data = data[:cut]
        elif k % 2:
            data = data[:r.randrange(len(data) - 30)]
        else:
            data[r.randrange(40, min(len(data), 200000))] ^= 1 << r.randrange(8)
        with open(f"{folder}/{k}.bad", "wb") as f:
            f.write(data)
        lines += [f"{routine}, '{k}.bad', 'bad{k}'", f"print, 'after {k}'"]
        kinds.append(name)
    want = look(folder + "/t")
    parts = idl(folder, *lines).split("after ")
    for k, name in enumerate(kinds):
        said = parts[k]
        check(f"{name} {k}: an error", "% FILE_" in said, said)
        path = f"{folder}/bad{k}"
        if os.path.isdir(path):
            got = look(path + "/t") if os.path.isdir(path + "/t") else {}
            halves = [n for n, v in got.items() if v[0] == "file" and n in want and v[3] != want[n][3]]
            check(f"{name} {k}: no half file", not halves and not [n for n in os.listdir(path) if n != "t"], halves)
        else:
            check(f"{name} {k}: no half file", not os.path.exists(path))
    with open(folder + "/none", "wb") as f:
        f.write(b"")
    out = idl(folder, "file_untar, 'none', 'n1'", "file_unzip, 'none', 'n2'", "file_gunzip, 'none', 'n3'", "file_untar, 'nowhere.tar'",
              "file_tar, 'nowhere'", "file_untar, ['a', 'b']", "file_untar, 5", "file_unzip, 'a.zip', 'n4', extract='nobody'",
              "file_gzip, 'nowhere'", "file_gunzip, 't/big'", "file_gzip, 't'")
    check("each an error", out.count("% FILE_") >= 11, out)


def ceilings(folder):
    with zipfile.ZipFile(folder + "/bomb.zip", "w", zipfile.ZIP_BZIP2) as z:
        z.writestr("zeros", bytes(64 << 20))
    out = idl(folder, "file_unzip, 'bomb.zip', 'o'")
    check("a bomb", "% FILE_UNZIP: bomb.zip: more comes out than 1100 times" in out and not os.listdir(folder + "/o"), out)
    with gzip.open(folder + "/z.gz", "wb") as f:
        f.write(bytes(8 << 20))
    env = {"HELIO_MAX_UNPACKED": "1M"}
    out = idl(folder, "file_gunzip, 'z.gz'", env=env)
    check("HELIO_MAX_UNPACKED", "more comes out than 1048576 bytes" in out and not os.path.exists(folder + "/z"), out)
    out = idl(folder, "file_gunzip, 'z.gz', buffer=b", "print, 'alive'", env={"HELIO_MAX_MEMORY": "64M"})
    check("memory enough", "alive" in out and "%" not in out, out)
    with open(folder + "/b.gz", "wb") as f:
        g = gzip.GzipFile("", "wb", 9, f)
        for _ in range(300):
            g.write(bytes(1 << 20))
        g.close()
    out = idl(folder, "file_gunzip, 'b.gz', buffer=b", "print, 'alive'", env={"HELIO_MAX_MEMORY": "128M"})
    check("memory that is lacking", "Unable to allocate memory" in out and "alive" in out, out)


def full_disk(folder):
    if os.geteuid() != 0:
        return
    disk = folder + "/disk"
    os.mkdir(disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], stderr=subprocess.DEVNULL, check=False).returncode:
        return
    try:
        with open(folder + "/big", "wb") as f:
            f.write(os.urandom(3 << 20))
        call("tar", "-cf", "big.tar", "big", cwd=folder)
        call("gzip", "-k", "big", cwd=folder)
        with zipfile.ZipFile(folder + "/big.zip", "w") as z:
            z.write(folder + "/big", "big")
        for line in ("file_untar, 'big.tar', 'disk'", "file_unzip, 'big.zip', 'disk'", "file_gunzip, 'big.gz', 'disk/big'",
                     "file_gzip, 'big', 'disk/x.gz'", "file_tar, 'big', 'disk/x.tar'", "file_zip, 'big', 'disk/x.zip'"):
            out = idl(folder, line)
            check("full disk: " + line, "No space left on device" in out and not os.listdir(disk), out + str(os.listdir(disk)))
    finally:
        subprocess.run(["umount", disk], check=False)


def interrupts(folder):
    with open(folder + "/noise", "wb") as f:
        for _ in range(120):
            f.write(os.urandom(1 << 20))
    with open(folder + "/noise.gz", "wb") as f:
        g = gzip.GzipFile("", "wb", 1, f)
        with open(folder + "/noise", "rb") as s:
            shutil.copyfileobj(s, g)
        g.close()
    call("tar", "-cf", "noise.tar", "noise", cwd=folder)
    before = outside(folder)
    for line, files in (("file_gzip, 'noise', 'x.gz'", 1), ("file_zip, 'noise', 'x.zip'", 1), ("file_tar, 'noise', 'x.tgz', /gzip", 1)):
        p = subprocess.Popen([helio], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        p.stdin.write(f"print, 'go'\n{line}\nprint, 'through'\n".encode())
        p.stdin.close()
        p.stdout.readline()
        time.sleep(0.3)
        begun = time.monotonic()
        p.send_signal(signal.SIGINT)
        out = p.stdout.read()
        took = time.monotonic() - begun
        p.wait()
        check("Ctrl-C: " + line, took < 2 and b"through" not in out.split(b"nterrupt")[0] and outside(folder) == before, (took, out))


def big(folder):
    os.mkdir(folder + "/many")
    for i in range(70000):
        with open(f"{folder}/many/{i:05d}", "w", encoding="ascii") as f:
            f.write(str(i))
    with open(folder + "/sparse", "wb") as f:
        f.truncate(5 << 30)
        for at in (0, 1 << 30, (5 << 30) - 3):
            f.seek(at)
            f.write(b"abc")
    out = idl(folder, "file_zip, 'many', 'm.zip'", "file_tar, 'many', 'm.tar'", "file_unzip, 'm.zip', 'u', files=f", "print, n_elements(f)",
              "file_untar, 'm.tar', 'v'", "file_tar, 'sparse', 's.tar'", "file_untar, 's.tar', 'w'", "file_zip, 'sparse', 's.zip'",
              "file_unzip, 's.zip', 'x'", timeout=900)
    check("70000", "70001" in out and len(os.listdir(folder + "/u/many")) == 70000 == len(os.listdir(folder + "/v/many")), out)
    call("unzip", "-qt", "m.zip", cwd=folder)
    with zipfile.ZipFile(folder + "/m.zip") as z:
        check("zipfile counts", len(z.namelist()) == 70001)
    call("unzip", "-qt", "s.zip", cwd=folder)
    call("tar", "-df", "s.tar", cwd=folder)
    for k in "wx":
        call("cmp", "sparse", f"{k}/sparse", cwd=folder)
        check("holes stay", os.stat(f"{folder}/{k}/sparse").st_blocks < 2000)
    check("a small archive", os.path.getsize(folder + "/s.tar") < 100000)
    call("tar", "-cSf", "g.tar", "sparse", cwd=folder)
    call("tar", "--format=pax", "-cSf", "p.tar", "sparse", cwd=folder)
    call("zip", "-q", "i.zip", "sparse", cwd=folder)
    idl(folder, "file_untar, 'g.tar', 'y'", "file_untar, 'p.tar', 'z'", "file_unzip, 'i.zip', 'i'", timeout=900)
    for k in "yzi":
        call("cmp", "sparse", f"{k}/sparse", cwd=folder)


def main():
    global helio
    helio = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    r = random.Random(int(os.environ.get("SEED", "20")))
    os.umask(0o022)
    steps = [lambda d, i=i: ours_to_others(d, r, i) for i in range(count)] + [lambda d, i=i: others_to_ours(d, r, i) for i in range(count)]
    steps += [gzip_both_ways, refusals, lambda d: broken(d, r), ceilings, full_disk, interrupts]
    if os.environ.get("HELIO_TEST") == "big":
        steps.append(big)
    for step in steps:
        with tempfile.TemporaryDirectory(prefix="helio-archives-") as folder:
            step(folder)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
