#!/usr/bin/env python3
"""Kills, full disks, SIGTERM and closed descriptors: a file is the old one or the new one, no line is lost, nothing is left over.

Usage: run.py HELIO [KILLS [FULL [TERMS]]]: how many of each (by default few, for CI).
"""
import os
import pty
import random
import resource
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import zlib

HELIO = os.path.abspath(sys.argv[1])
KILLS, FULL, TERMS = (int(sys.argv[i]) if len(sys.argv) > i else n for i, n in ((2, 40), (3, 14), (4, 12)))
RNG = random.Random(1)
SIZES = (30000, 41000)  # bytes of the two contents that alternate

# What the writers do with content number k (0 or 1), into the file named second; `{other}` is a folder on another file system.
WRITERS = {
    "save": ("x = bytarr({size}) + {k}b & save, x, file='f.sav'", "f.sav"),
    "save_compress": ("x = bytarr({size}) + {k}b & save, x, file='c.sav', /compress", "c.sav"),
    "write_png": ("write_png, 'f.png', byte(randomu({k}1L, 200, {side})*255)", "f.png"),
    "write_jpeg": ("write_jpeg, 'f.jpg', byte(randomu({k}1L, 200, {side})*255)", "f.jpg"),
    "device": ("set_plot, 'png' & device, filename='d.png' & erase & tv, byte(randomu({k}1L, 200, {side})*255) & wait, 0", "d.png"),
    "file_copy": ("file_copy, 'source{k}', 'copied', /overwrite", "copied"),
    "file_move": ("file_copy, 'source{k}', '{other}/s', /overwrite & file_move, '{other}/s', 'moved', /overwrite", "moved"),
    "pref": ("pref_set, 'IDL_QUIET', {k}, /commit", "idl.pref"),
}


def statement(name, k, other):
    return WRITERS[name][0].format(k=k, size=SIZES[k], side=SIZES[k] // 200, other=other)


def environment(folder):
    env = dict(os.environ, HELIO_PREFERENCES=os.path.join(folder, "idl.pref"), HOME=folder)
    env.pop("DISPLAY", None)
    return env


def run(folder, text, **more):
    return subprocess.run([HELIO, "-e", text], cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, **more)


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return None


def without_time(name, data):
    """SAVE files tell the time; what else they hold is compared: kinds of records and their bodies."""
    if not data or not name.startswith("save"):
        return data
    at, out = 4, [data[:4]]
    while at + 16 <= len(data):
        kind, following = struct.unpack(">II", data[at:at + 8])
        if kind == 6:
            return b"".join(out) if at + 16 == len(data) else b"trailing bytes"
        body = data[at + 16:following]
        if kind != 10:
            out.append(struct.pack(">I", kind) + (zlib.decompress(body) if data[3] == 6 else body))
        at = following
    return b"no end"


class Bench:
    """A folder in which a writer's two contents are known."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.other = tempfile.mkdtemp(prefix="helio-safety-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        for k in (0, 1):
            with open(os.path.join(folder, f"source{k}"), "wb") as f:
                f.write(random.Random(k).randbytes(SIZES[k]))
        with open(os.path.join(folder, "idl.pref"), "w") as f:
            f.write("# mine\nIDL_QUIET : 1\n")
        self.path = os.path.join(folder, WRITERS[name][1])
        self.contents = []
        for k in (0, 1):
            done = run(folder, statement(name, k, self.other))
            assert done.returncode == 0, done.stdout
            self.contents.append(without_time(name, read(self.path)))
        assert self.contents[0] != self.contents[1], name
        self.names = set(os.listdir(folder))

    def fault(self):
        """What is wrong now; None when all is well."""
        data = without_time(self.name, read(self.path))
        if data not in self.contents:
            return "lost" if data is None else f"half: {len(data)} bytes"
        for _ in range(300):  # link and rename are a child's, which the kill does not reach: it may take a moment
            left = (set(os.listdir(self.folder)) - self.names)
            if not left:
                break
            time.sleep(0.01)
        return f"left over: {sorted(left)}" if left else None

    def close(self):
        shutil.rmtree(self.other, ignore_errors=True)


def kill_once(bench, delay):
    """A writer that never ends is killed after a while."""
    text = "\n".join(statement(bench.name, k, bench.other).replace(" & ", "\n") for k in (0, 1))
    program = os.path.join(bench.other, "loop.pro")
    with open(program, "w") as f:
        f.write(f"while 1 do begin\n{text}\nendwhile\nend\n")
    child = subprocess.Popen([HELIO, program], cwd=bench.folder, env=environment(bench.folder), stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    child.kill()
    child.wait()
    time.sleep(0.005)  # whoever renames a file outlives the kill
    return bench.fault()


def kills():
    for name in WRITERS:
        with tempfile.TemporaryDirectory(prefix="helio-safety-") as folder:
            bench = Bench(name, folder)
            for i in range(max(1, KILLS // len(WRITERS))):
                fault = kill_once(bench, 0.02 + RNG.random() * 0.2)
                yield f"kill {name} {i}", fault
                if fault:
                    break
            bench.close()


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))


def fill(folder):
    fd = os.open(os.path.join(folder, "fill"), os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(fd, bytes(4096))
    except OSError:
        os.close(fd)


def full(name, mounted):
    """The disk is full (or files may not grow): the writer fails and says so, and the old file is there."""
    with tempfile.TemporaryDirectory(prefix="helio-safety-") as folder:
        if mounted:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
        try:
            bench = Bench(name, folder)
            run(folder, statement(name, 0, bench.other))
            if mounted:
                fill(folder)
                bench.names.add("fill")
            done = run(folder, statement(name, 1, bench.other), preexec_fn=None if mounted else small_files)
            is_old = without_time(name, read(bench.path)) == bench.contents[0]
            fault = bench.fault() or (None if is_old else "the old file is gone")
            if not fault and done.returncode == 0:
                fault = "the status is 0"
            bench.close()
            return fault
        finally:
            if mounted:
                subprocess.run(["umount", "-l", folder], check=True)


def may_mount():
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], stderr=subprocess.DEVNULL).returncode:
            return False
        subprocess.run(["umount", folder], check=True)
        return True


def fulls():
    mounted = may_mount()
    names = [n for n in WRITERS if n not in ("pref", "device" if not mounted else "", "save_compress")]
    for i in range(FULL):
        name = names[i % len(names)]
        yield f"full {name} {i}", full(name, mounted)


LOOP = """openw, 1, 'lines'
openw, 2, 'lines.gz', /compress
for i = 0l, 100000000l do begin
  printf, 1, i, format='(i0)'
  printf, 2, i, format='(i0)'
  if i mod 500 eq 0 then begin
    print, i
    flush, -1
  endif
endfor
end
"""


def lines_fault(data, told):
    lines = data.split(b"\n")
    if lines[-1]:
        return "the last line is cut"
    if lines[:-1] != [b"%d" % i for i in range(len(lines) - 1)]:
        return "lines are missing"
    return None if len(lines) > told else f"{len(lines)} lines of {told}"


def term_once(sig):
    with tempfile.TemporaryDirectory(prefix="helio-safety-") as folder:
        with open(os.path.join(folder, "loop.pro"), "w") as f:
            f.write(LOOP)
        child = subprocess.Popen([HELIO, "loop.pro"], cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        told, until = 0, RNG.randint(0, 40)
        for _ in range(until + 1):
            told = int(child.stdout.readline())
        time.sleep(RNG.random() * 0.01)
        child.send_signal(sig)
        child.stdout.close()
        child.wait(20)
        if child.returncode != -sig:
            return f"status {child.returncode}"
        packed = zlib.decompressobj(31)
        text = packed.decompress(read(os.path.join(folder, "lines.gz")))
        fault = lines_fault(read(os.path.join(folder, "lines")), told) or lines_fault(text, told)
        return fault or (None if packed.eof else "the compressed file has no end")


def terms():
    for i in range(TERMS):
        yield f"term {i}", term_once(RNG.choice((signal.SIGTERM, signal.SIGHUP)))


def closed(which):
    """Descriptors of `which` are closed: no unit gets one of their numbers, and the program ends."""
    with tempfile.TemporaryDirectory(prefix="helio-safety-") as folder:
        text = "openw, 1, 'data' & print, 'out' & message, 'err', /continue & writeu, 1, bytarr(10) + 65b & close, 1"
        redirect = " ".join(f"{n}>&-" if n else "0<&-" for n in which)
        for command in (f"'{HELIO}' -e \"{text}\" {redirect}", f"'{HELIO}' {redirect} </dev/null" if 0 not in which else
                        f"'{HELIO}' {redirect}"):
            try:
                subprocess.run(["sh", "-c", command], cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
            except subprocess.TimeoutExpired:
                return "it hangs"
        data = read(os.path.join(folder, "data"))
        return None if data == b"A" * 10 else f"the file has {data!r}"


def descriptors():
    for bits in range(8):
        which = [n for n in (0, 1, 2) if bits & 1 << n]
        yield f"closed {which}", closed(which)


def links():
    """Nothing is written through a link that stands where the engine chooses a name, or that a stranger left in a shared folder."""
    with tempfile.TemporaryDirectory(prefix="helio-safety-") as folder:
        victim, shared = os.path.join(folder, "victim"), os.path.join(folder, "shared")
        with open(victim, "w") as f:
            f.write("precious")
        os.mkdir(shared)
        os.chmod(shared, 0o1777)
        os.symlink(victim, os.path.join(shared, "trap.png"))
        if os.geteuid() == 0:
            os.lchown(os.path.join(shared, "trap.png"), 65534, 65534)
            os.chown(shared, 1, 1)
            done = run(folder, "write_png, 'shared/trap.png', bytarr(9, 9)")
            yield "a stranger's link", None if read(victim) == b"precious" and done.returncode else "it was followed"
        os.symlink(victim, os.path.join(folder, "mine.png"))
        run(folder, "write_png, 'mine.png', bytarr(9, 9)")
        is_link = os.path.islink(os.path.join(folder, "mine.png"))
        yield "a link of one's own", None if is_link and read(victim)[:4] == b"\x89PNG" else "it was not followed"


def terminal(sig):
    """At the prompt: the terminal gets its modes back."""
    with tempfile.TemporaryDirectory(prefix="helio-safety-") as folder:
        pid, fd = pty.fork()
        if pid == 0:
            os.execve(HELIO, [HELIO], dict(environment(folder), TERM="xterm", HELIO_HISTORY=os.path.join(folder, "history")))
        before, out, end = termios.tcgetattr(fd), b"", time.time() + 10
        while b"IDL>" not in out and time.time() < end:
            if select.select([fd], [], [], 0.1)[0]:
                out += os.read(fd, 4096)
        time.sleep(0.1)
        during = termios.tcgetattr(fd)
        os.kill(pid, sig)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        after = termios.tcgetattr(fd)
        os.close(fd)
        if during == before:
            return "the prompt has not changed the modes"
        return None if after == before and status == -sig else f"status {status}, modes {after[:4]} for {before[:4]}"


def terminals():
    yield "terminal TERM", terminal(signal.SIGTERM)
    yield "terminal HUP", terminal(signal.SIGHUP)


def main():
    passed = failed = 0
    for group in (descriptors, links, terminals, terms, fulls, kills):
        for name, fault in group():
            if fault:
                print(f"{name}: {fault}")
            passed, failed = passed + (not fault), failed + bool(fault)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
