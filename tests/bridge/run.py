#!/usr/bin/env python3
"""IDL_IDLBridge where a test needs more than one process: signals, children that die or write nonsense, parents that die, Ctrl-C,
the prompt, descriptors, large arrays. Ends with "N passed, N failed". What is expected: issue 20 and the manual (IDL_IDLBridge).

Usage: run.py HELIO [--large] [--few]. --large: arrays of 1 GB instead of 100 MB. --few: of the broken messages every fifth, and
fewer children (where each takes long to start).
"""
import ctypes
import os
import random
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

HELIO = os.path.abspath(sys.argv[1])
LARGE = "--large" in sys.argv
FEW = "--few" in sys.argv
DIR = tempfile.mkdtemp(prefix="helio-bridge-")
FAILED_ONCE = 1  # status of a session in which a statement has failed
SOON = 3  # seconds; a second on a machine that does nothing else
SLOW = 20  # seconds until something that must come has failed
ENV = dict(os.environ, HOME=DIR, HELIO_PREFERENCES="", TMPDIR=DIR)
for name in ("DISPLAY", "IDL_STARTUP"):
    ENV.pop(name, None)
passed = failed = 0


def check(what, ok, shown=""):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}: {shown}")


class Session:
    """helio that reads statements from a pipe."""

    def __init__(self, *args, env=()):
        self.p = subprocess.Popen([HELIO, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=DIR,
                                  env=dict(ENV, **dict(env)), start_new_session=True)
        self.seen = b""
        self.marks = 0
        self.ask("!quiet = 1")

    def type(self, text):
        self.p.stdin.write(text.encode() + b"\n")
        self.p.stdin.flush()

    def until(self, what, seconds=SLOW):
        """What is printed until this comes; None: it does not."""
        end = time.time() + seconds
        while what.encode() not in self.seen:
            left = end - time.time()
            if left <= 0 or not select.select([self.p.stdout], [], [], left)[0]:
                return None
            got = os.read(self.p.stdout.fileno(), 65536)
            if not got:
                return None
            self.seen += got
        text, _, self.seen = self.seen.partition(what.encode())
        return text.decode("utf-8", "replace")

    def ask(self, text, seconds=SLOW):
        self.marks += 1
        self.type(text)
        self.type(f"print, 'mark{self.marks}'")
        return self.until(f"mark{self.marks}\n", seconds)

    def children(self):
        return children(self.p.pid)

    def end(self):
        self.p.stdin.close()
        try:
            return self.p.wait(SLOW)
        except subprocess.TimeoutExpired:
            self.p.kill()
            return None


def state(pid):
    try:
        text = open(f"/proc/{pid}/stat").read()
    except (FileNotFoundError, ProcessLookupError):
        return None, 0
    fields = text[text.rindex(")") + 2:].split()
    return fields[0], int(fields[1])


def children(pid):
    """(pid, state) of each, zombies too."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            s, parent = state(name)
            if parent == pid:
                found.append((int(name), s))
    return found


def gone(pid, seconds=5):
    end = time.time() + seconds
    while time.time() < end:
        if state(pid)[0] in (None, "Z"):
            return True
        time.sleep(0.01)
    return False


def lively(text):
    return [line for line in text.splitlines() if line.startswith("% ") and "halted" not in line]


def death():
    s = Session()
    s.ask("b = idl_idlbridge()")
    (pid, _), = s.children()
    begun = time.time()
    os.kill(pid, signal.SIGKILL)
    text = s.ask("x = b->getvar('x')")
    check("killed while idle", "% IDL_IDLBRIDGE Error: The child process has ended (by signal 9)." in text, text)
    check("within a second", time.time() - begun < SOON, time.time() - begun)
    check("no zombie is left", s.children() == [], s.children())
    s.ask("b = idl_idlbridge()")
    (pid, _), = s.children()
    s.type("b->execute, 'while 1 do q = 1'")
    time.sleep(0.3)
    begun = time.time()
    os.kill(pid, signal.SIGKILL)
    text = s.ask("print, 'on'")
    check("killed while waited for", "% IDL_IDLBRIDGE Error: The child process has ended (by signal 9)." in text and "on" in text, text)
    check("within a second (2)", time.time() - begun < SOON, time.time() - begun)
    check("no zombie is left (2)", s.children() == [], s.children())
    s.ask("b = idl_idlbridge()")
    (pid, _), = s.children()
    s.ask("b->execute, 'while 1 do q = 1', /nowait")
    os.kill(pid, signal.SIGKILL)
    text = s.ask("t = systime(1) & while b->status(error=e) eq 1 do wait, 0.01 & print, systime(1) - t lt 3, ' ', e")
    check("killed while executing", text.strip() == "1 The child process has ended (by signal 9).", text)
    text = s.ask("b = idl_idlbridge() & b->execute, 'x = 1' & print, b->getvar('x')")
    check("the next one works", text.split() == ["1"], text)
    check("ends well", s.end() == FAILED_ONCE)


def parent_dies():
    for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV):
        s = Session()
        s.ask("b = idl_idlbridge() & c = idl_idlbridge()")
        s.ask("b->execute, 'd = idl_idlbridge() & d->execute, \"while 1 do q = 1\", /nowait'")
        s.ask("c->execute, 'while 1 do q = 1', /nowait")
        pids = [pid for pid, _ in s.children()]
        pids += [pid for p in list(pids) for pid, _ in children(p)]
        check("three children", len(pids) == 3, pids)
        s.p.send_signal(how)
        s.p.wait()
        check(f"all end after {how.name}", all(gone(pid) for pid in pids), pids)
    s = Session()
    s.ask("b = idl_idlbridge() & b->execute, 'while 1 do q = 1', /nowait")
    pids = [pid for pid, _ in s.children()]
    check("ends well while one executes", s.end() == 0)
    check("whose child ends, too", all(gone(pid) for pid in pids))


def ctrl_c():
    s = Session()
    s.ask("b = idl_idlbridge()")
    s.type("b->execute, 'x = 3 & while 1 do q = 1'")
    time.sleep(1)
    begun = time.time()
    s.p.send_signal(signal.SIGINT)
    text = s.ask("print, b->status()")
    check("Ctrl-C while waited for", text is not None and "Interrupted" in text and text.split()[-1] == "0", text)
    check("soon", time.time() - begun < SOON, time.time() - begun)
    check("whose child goes on", s.ask("print, b->getvar('x')").split() == ["3"])
    # a command that does not look for Ctrl-C is left to itself
    (pid, _), = s.children()
    s.type("b->execute, 'wait, 1000'")
    time.sleep(0.2)
    os.kill(pid, signal.SIGSTOP)
    s.p.send_signal(signal.SIGINT)
    text = s.ask("print, b->status()")
    check("Ctrl-C before a child that is stopped", text is not None and text.split()[-1] == "1", text)
    os.kill(pid, signal.SIGCONT)
    text = s.ask("repeat k = b->status() until k ne 1 & print, k")
    check("which ends later", text.split() == ["4"], text)
    # a late Ctrl-C is not for the next command
    text = s.ask("for i = 0, 29 do begin & b->execute, 'x = 1', /nowait & b->abort & b->execute, 'x = 2' & endfor & print, b->getvar('x')")
    check("abort at any time", text.split() == ["2"], text)
    text = s.ask("b->execute, 'while 1 do q = 1', /nowait & wait, 1 & t = systime(1) & b->abort & print, systime(1) - t")
    check("abort of a loop", float(text) < 1.9, text)
    os.kill(pid, signal.SIGINT)
    time.sleep(0.1)
    check("ends well (Ctrl-C)", s.end() == FAILED_ONCE)


def at_rest():
    s = Session()
    s.type("pro cb, status, error, bridge\n  print, 'called back', status\nend")
    s.ask("b = idl_idlbridge(callback='cb')")
    s.ask("b->execute, 'wait, 0.3', /nowait")
    check("a callback while no line comes", (s.until("called back") is not None) and "2" in (s.until("\n") or ""))
    s.ask("spawn, 'sleep 0.1'")
    s.ask("b->execute, 'wait, 0.1', /nowait")
    text = s.ask("openr, 1, '/dev/null' & spawn, 'sleep 2'")
    check("a callback in SPAWN", "called back" in text, text)
    (pid, _), = s.children()
    os.kill(pid, signal.SIGKILL)
    text = s.ask("wait, 0.3")
    check("none for a child that did nothing", text == "", text)
    s.end()


def descriptors():
    s = Session()
    count = "spawn, 'ls /proc/' + strtrim(pid, 2) + '/fd | wc -l', n & print, n"
    s.ask(f"pid = {s.p.pid} & b = idl_idlbridge() & obj_destroy, b")
    before = s.ask(count).strip()
    begun = time.time()
    n = 10 if FEW else 100
    s.ask(f"for i = 1, {n} do begin & b = idl_idlbridge() & b->setvar, 'x', i & obj_destroy, b & endfor")
    check("none are left behind", s.ask(count).strip() == before, before)
    check("nor processes", s.children() == [], s.children())
    print(f"       {n} bridges in {time.time() - begun:.2f} s")
    s.ask("b = objarr(3) & for i = 0, 2 do b[i] = idl_idlbridge()")
    inside = s.ask("b[2]->execute, 'spawn, \"ls -l /proc/$PPID/fd\", r' & print, b[2]->getvar('r')")
    check("a child has one socket", inside.count("socket:") == 1, inside)
    inside = s.ask("b[2]->execute, 'spawn, \"ls -l /proc/self/fd\", r' & print, b[2]->getvar('r')")
    check("which its commands do not have", "socket:" not in inside, inside)
    s.end()


def large():
    n = 250_000_000 if LARGE else 25_000_000
    s = Session()
    s.ask(f"x = findgen({n}L) & b = idl_idlbridge()")
    text = s.ask("t = systime(1) & b->setvar, 'x', x & y = b->getvar('x') & print, array_equal(x, y), systime(1) - t", 120)
    check(f"{4 * n // 1_000_000} MB there and back", text.split()[0] == "1", text)
    print(f"       {4 * n // 1_000_000} MB there and back in {float(text.split()[1]):.2f} s")
    text = s.ask("x = bytarr(100) & for i = 0, 9 do b->setvar, 'x', bytarr(5000000L) + byte(i) & print, (b->getvar('x'))[[0, 4999999L]]")
    check("one after the other", text.split() == ["9", "9"], text)
    (pid, _), = s.children()
    # Ctrl-C in the middle of an exchange
    os.kill(pid, signal.SIGSTOP)
    s.type("b->setvar, 'x', 1")
    time.sleep(0.2)
    s.p.send_signal(signal.SIGINT)
    text = s.ask("b->setvar, 'x', 1")
    check("Ctrl-C in SetVar", text is not None and "Interrupted" in text and "its answer was not waited for" in text, text)
    s.end()


def startup():
    path = os.path.join(DIR, "startup.pro")
    open(path, "w").write("from_startup = 5\nprint, 'started'\nx = undefined_there\nlast = 6\n")
    s = Session(env={"IDL_STARTUP": path}.items())
    text = s.ask("b = idl_idlbridge(output='') & print, b->getvar('from_startup'), b->getvar('last')")
    check("the startup file", "started" in text and text.split()[-2:] == ["5", "6"], text)
    open(path, "w").write("exit, status=4\n")
    text = s.ask("b = idl_idlbridge()")
    check("a startup file that leaves", "The child process has ended (exit status 4)." in text, text)
    s.end()
    s = Session("--safe")
    text = s.ask("b = idl_idlbridge()")
    check("--safe", "IDL_IDLBRIDGE Error: The child process cannot be started:" in text and "safe" in text, text)
    s.end()
    run = subprocess.run([HELIO, "--bridge"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=DIR, env=ENV, text=True)
    check("--bridge by hand", run.returncode == 2 and "IDL_IDLBridge" in run.stderr, run)


# --- Nonsense

READY, DONE, FAILED, ABORTED, ROOM, VALUE, BYTES, EXECUTE, SET, GET, FILLED, SEND, CALM = range(1, 14)


def message(kind, body=b"", magic=0x31524248, length=None):
    return struct.pack("<IIQ", magic, kind, len(body) if length is None else length) + body


def value(type_, rank, dims, size, address=0, is_bool=0, is_null=0):
    dims = list(dims) + [0] * (8 - len(dims))
    return struct.pack("<BBBBI8qQQ", type_, rank, is_bool, is_null, 0, *dims, size, address)


def wrong_values(rng):
    yield "type 16", value(16, 0, [], 4) + b"abcd"
    yield "type 200", value(200, 0, [], 4) + b"abcd"
    yield "a structure", value(8, 0, [], 4) + b"abcd"
    yield "a pointer", value(10, 0, [], 8) + b"abcdefgh"
    yield "an object", value(11, 1, [1], 8) + b"abcdefgh"
    yield "rank 9", value(3, 9, [1] * 8, 4) + b"abcd"
    yield "rank 255", value(3, 255, [1] * 8, 4) + b"abcd"
    yield "a dimension of 0", value(3, 2, [2, 0], 0)
    yield "a negative dimension", value(3, 1, [-1], 4) + b"abcd"
    yield "dimensions that overflow", value(3, 3, [1 << 40, 1 << 40, 4], 4) + b"abcd"
    yield "fewer bytes than elements", value(3, 1, [3], 4) + b"abcd"
    yield "more bytes than elements", value(3, 1, [1], 8) + b"abcdefgh"
    yield "fewer bytes than announced", value(3, 1, [2], 8) + b"abcd"
    yield "a boolean of LONG", value(3, 0, [], 4, is_bool=1) + b"abcd"
    yield "a boolean array of INT", value(2, 1, [2], 4, is_bool=1) + b"abcd"
    yield "null with bytes", value(0, 0, [], 4, is_null=1) + b"abcd"
    yield "null of LONG", value(3, 0, [], 0, is_null=1)
    yield "undefined", value(0, 0, [], 0)
    yield "a string without length", value(7, 0, [], 4) + b"abcd"
    yield "a string beyond its bytes", value(7, 0, [], 12) + struct.pack("<Q", 5) + b"abcd"
    yield "a string of 2^63 bytes", value(7, 0, [], 12) + struct.pack("<Q", 1 << 63) + b"abcd"
    yield "bytes behind a string", value(7, 0, [], 12) + struct.pack("<Q", 3) + b"abcd"
    yield "strings whose lengths overflow", value(7, 1, [2], 20) + struct.pack("<QQ", (1 << 64) - 1, 5) + b"abcd"
    yield "half a head", value(3, 0, [], 4)[:40]
    yield "nothing", b""
    for i in range(20):
        yield f"chance {i}", rng.randbytes(rng.randrange(0, 300))


def wrong_messages(rng):
    yield "chance", rng.randbytes(64)
    yield "zeros", bytes(64)
    yield "another magic", message(VALUE, value(3, 0, [], 4) + b"abcd", magic=7)
    yield "kind 0", message(0)
    yield "kind 99", message(99)
    yield "kind 2^31", message(1 << 31)
    yield "a body of 17 MB", message(VALUE, b"x" * 100, length=17 << 20)
    yield "a body of 2^63", message(VALUE, b"x" * 100, length=1 << 63)
    yield "another kind", message(DONE)
    yield "what a parent sends", message(EXECUTE, b"print, 1")
    yield "room", message(ROOM, struct.pack("<Q", 0))
    for name, body in wrong_values(rng):
        yield "value: " + name, message(VALUE, body)


def socket_of(pid):
    """The child's channel, as this process has it too from here on."""
    fd = next(int(n) for n in os.listdir(f"/proc/{pid}/fd") if os.readlink(f"/proc/{pid}/fd/{n}").startswith("socket:"))
    libc = ctypes.CDLL(None, use_errno=True)
    pidfd = os.pidfd_open(pid)
    mine = libc.syscall(438, pidfd, fd, 0)  # pidfd_getfd
    os.close(pidfd)
    return mine if mine >= 0 else None


def asked_for_x(s):
    """A new child that has been stopped and then asked for X: its pid, and its channel (None: it cannot be had)."""
    s.ask("obj_destroy, b & b = idl_idlbridge()" if s.marks > 1 else "b = idl_idlbridge()")
    (pid, _), = s.children()
    fd = socket_of(pid)
    os.kill(pid, signal.SIGSTOP)
    s.type("x = 0 & x = b->getvar('x')")
    if fd is not None:
        select.select([fd], [], [], SLOW)
    return pid, fd


def nonsense_from_child():
    """A stopped child's channel is written by this script in its place."""
    rng = random.Random(3)
    s = Session()
    cases = list(wrong_messages(rng))[::5 if FEW else 1]
    refused = 0
    for name, what in cases + [("half a message", message(DONE)[:10])]:
        pid, fd = asked_for_x(s)
        if fd is None:
            print("       a child's descriptor cannot be had here (ptrace): what it writes is not tried")
            break
        os.write(fd, what)
        if name == "half a message":
            os.kill(pid, signal.SIGKILL)
        os.close(fd)
        text = s.ask("help, x")
        is_error = text is not None and "% IDL_IDLBRIDGE Error: The child process " in text
        refused += is_error
        check(f"from a child: {name}", is_error and "X               INT       =        0" in text, text)
    print(f"       {refused} broken answers refused")
    # a place that is not there, and bytes that are others than announced
    for name, answer in (("no such place", message(BYTES, length=7)), ("bytes that are not sent", message(DONE))):
        pid, fd = asked_for_x(s)
        if fd is None:
            break
        os.write(fd, message(VALUE, value(1, 1, [100000], 100000, 16)) + answer)
        os.close(fd)
        text = s.ask("help, x")
        check(f"from a child: {name}", "% IDL_IDLBRIDGE Error: The child process was ended" in text, text)
    # more than memory can hold
    for dims, size in (([1 << 40], 1 << 40), ([1 << 50, 1 << 12], 1 << 62)):
        pid, fd = asked_for_x(s)
        if fd is None:
            break
        os.write(fd, message(VALUE, value(1, len(dims), dims, size, 16)))
        os.close(fd)
        text = s.ask("help, x")
        check(f"from a child: 2^{size.bit_length() - 1} bytes", "Unable to allocate memory" in text, text)
        s.ask("obj_destroy, b")
    check("ends well (nonsense)", s.end() == FAILED_ONCE)


def nonsense_to_child():
    """This script as the parent."""
    rng = random.Random(4)

    def set_(body, name=b"X"):
        return message(SET, body[:88] + name.ljust(128, b"\0") + body[88:])

    cases = [(n, w) for n, w in wrong_messages(rng) if not n.startswith("value: ") and n not in ("what a parent sends",)]
    cases += [("set: " + n, set_(b)) for n, b in wrong_values(rng)]
    cases += [("set without a name", set_(value(3, 0, [], 4) + b"abcd", b"")),
              ("set with a name without end", set_(value(3, 0, [], 4) + b"abcd", b"X" * 128)),
              ("filled before", message(FILLED)), ("bytes before", message(BYTES, b"abc")),
              ("other bytes", set_(value(1, 1, [100000], 100000)) + message(BYTES, b"abc"))]
    for name, what in cases[::5 if FEW else 1]:
        mine, its = socket.socketpair()
        child = subprocess.Popen([HELIO, "--bridge"], stdin=its, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=DIR, env=ENV)
        its.close()
        mine.settimeout(SLOW)
        mine.recv(16)
        try:
            mine.sendall(what)
            mine.shutdown(socket.SHUT_WR)
            code = child.wait(SLOW)
        except (OSError, subprocess.TimeoutExpired) as e:
            child.kill()
            code = e
        mine.close()
        check(f"to a child: {name}", code == 0, code)


def main():
    for test in (death, parent_dies, ctrl_c, at_rest, descriptors, large, startup, nonsense_from_child, nonsense_to_child):
        begun = time.time()
        try:
            test()
        except Exception as e:  # a test that could not be made
            check(test.__name__, False, repr(e))
        print(f"{test.__name__}  ({time.time() - begun:.1f} s)", flush=True)
    subprocess.run(["rm", "-rf", DIR], check=False)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
