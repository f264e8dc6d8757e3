#!/usr/bin/env python3
"""SolarSoft's THREAD, SOCK_SERVER and SOCK_CLIENT over IDL_IDLBridge, TIMER and SOCKET, unmodified. Needs their files, which are not
here: the repositories dzarro/IDL and lmco/SolarSoft (its folder gen/idl) on GitHub. Prints a table, then "N passed, N failed".

Usage: solarsoft.py HELIO FOLDER...    e.g. solarsoft.py build/helio /where/dzarro-IDL /where/SolarSoft/gen/idl
"""
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "net"))
from ports import free_port  # noqa: E402

HELIO = os.path.abspath(sys.argv[1])
FOLDERS = [os.path.abspath(f) for f in sys.argv[2:]]
DIR = tempfile.mkdtemp(prefix="helio-solarsoft-")
ENV = dict(os.environ, HOME=DIR, TMPDIR=DIR, HELIO_PREFERENCES="", IDL_PATH=":".join("+" + f for f in [*FOLDERS, DIR]))
for name in ("DISPLAY", "IDL_STARTUP", "SSW"):
    ENV.pop(name, None)
passed = failed = 0


def check(call, ok, shown=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    print(f"{'right' if ok else 'WRONG':6} {call}" + ("" if ok else f"\n{shown}"), flush=True)


class Session:
    def __init__(self):
        self.p = subprocess.Popen([HELIO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=DIR, env=ENV)
        self.seen, self.marks, self.log = b"", 0, ""
        self.ask("!quiet = 1")

    def ask(self, text, seconds=60):
        """What is printed until the statements are done."""
        self.marks += 1
        mark = f"mark{self.marks}\n"
        self.p.stdin.write(f"{text}\nprint, 'mark{self.marks}'\n".encode())
        self.p.stdin.flush()
        return self.until(mark, seconds)

    def until(self, mark, seconds=60):
        end = time.time() + seconds
        while mark.encode() not in self.seen:
            if not select.select([self.p.stdout], [], [], max(0, end - time.time()))[0]:
                return f"(nothing comes) {self.seen}"
            got = os.read(self.p.stdout.fileno(), 65536)
            if not got:
                return f"(it has ended) {self.seen}"
            self.seen += got
        text, _, self.seen = self.seen.partition(mark.encode())
        self.log += text.decode("utf-8", "replace")
        return text.decode("utf-8", "replace")

    def wait_for(self, statement, wanted, seconds=20):
        """Asks again and again until the answer has it; the last answer."""
        end = time.time() + seconds
        while True:
            text = self.ask(f"wait, 0.1 & {statement}")
            if re.search(wanted, text) or time.time() > end:
                return text

    def end(self):
        self.p.stdin.close()
        try:
            self.p.wait(10)
        except subprocess.TimeoutExpired:
            self.p.kill()


def write(name, text):
    with open(os.path.join(DIR, name), "w") as f:
        f.write(text)


def threads():
    write("twice.pro", "function twice, x, add=add\n  if n_elements(add) eq 0 then add = 0\n  add = add + 1\n  return, 2 * x\nend\n")
    write("tproc.pro", "pro tproc, a, b, key=key\n  b = a + 1\n  key = {x: a, s: 'text', p: ptr_new(7)}\nend\n")
    write("tslow.pro", "pro tslow, seconds\n  wait, seconds\nend\n")
    write("tbad.pro", "pro tbad, x\n  y = x + no_such_variable\nend\n")
    write("tobj__define.pro", "pro tobj::add, n\n  self.n += n\nend\nfunction tobj::get\n  return, self.n\nend\n"
                              "pro tobj__define\n  !null = {tobj, n: 0L}\nend\n")
    s = Session()
    s.ask("thread, 'tproc', 5, b, key=key, /wait_thread")
    text = s.ask("print, b, key.x, ' ', key.s, *key.p")
    check("thread, 'tproc', 5, b, key=key, /wait_thread", text.split() == ["6", "5", "text", "7"], text + s.log)
    s.ask("x = 21 & thread, 'y=twice', x")
    text = s.wait_for("help, y", "INT")
    check("thread, 'y=twice', x", "Y               INT       =       42" in text, text + s.log)
    s.ask("thread, 'z=twice', [1, 2, 3], add=n")
    text = s.wait_for("print, n_elements(z), n_elements(n) ? n : 0", r"3\s+1")
    check("thread, 'z=twice', [1, 2, 3], add=n", text.split()[-2:] == ["3", "1"], text + s.log)
    text = s.ask("thread, 'tslow', 1 & thread, 'tslow', 1")
    check("thread while the last one is busy", "Current thread busy" in text, text)
    text = s.ask("thread, 'tslow', 0.1, /new_thread, id_thread=one & thread, 'w=twice', 4, /new_thread, id_thread=two")
    text = s.wait_for("help, one, two, w", "TWO Completed[^W]*W  +INT")
    check("thread, ..., /new_thread, id_thread=id: two more at once", "ONE Completed." in text and "TWO Completed." in text
          and "W               INT       =        8" in text, text + s.log)
    s.ask("wait, 1.2 & o = obj_new('tobj') & o->add, 2 & thread, 'o->add', 5")
    text = s.wait_for("print, o->get()", "7")
    check("thread, 'o->add', 5", text.split()[-1:] == ["7"], text + s.log)
    s.ask("thread, 'tbad', 1")
    text = s.wait_for("print, '.'", "NO_SUCH_VARIABLE")
    check("thread of a routine that fails", "with following warnings" in s.log and "Variable is undefined: NO_SUCH_VARIABLE" in s.log, s.log)
    begun = time.time()
    s.ask("thread, 'tslow', 100 & thread, /reset_thread")
    check("thread, /reset_thread ends what runs", time.time() - begun < 5, s.log)
    s.end()


class Client(Session):
    def __init__(self, port):
        super().__init__()
        self.hello = self.ask(f"sock_client, lun=lun, /start, port={port}")


def server():
    port = free_port()
    server_ = Session()
    text = server_.ask(f"sock_server, port={port}")
    check("sock_server, port=port", f"Listening on port {port}" in text, text)
    c = Client(port)
    check("sock_client, lun=lun, /start, port=port", "Server accepted connection" in c.hello, c.hello)
    c.ask("sock_sendvar, lun, 'data', findgen(10)")
    c.ask("sock_sendcmd, lun, 'data2 = data * 2'")
    text = c.ask("x = sock_getvar(lun, 'data2') & print, array_equal(x, findgen(10) * 2)")
    check("sock_sendvar, sock_sendcmd, sock_getvar of a vector", text.split()[-1:] == ["1"], text)
    values = {"a string": "'text'", "strings": "['a', '', 'bc']", "a structure": "{a: 1, b: 'x', c: [1d, 2d]}", "a complex array":
              "complex(findgen(2, 3), 1)", "an image": "bytscl(dist(300))", "a LONG64": "2LL^40"}
    for name, value in values.items():
        c.ask(f"u = {value} & sock_sendvar, lun, 'v', u")
        text = c.ask("w = sock_getvar(lun, 'v') & print, size(u, /type) eq size(w, /type) && "
                     "(size(u, /type) eq 8 ? u.a eq w.a && u.b eq w.b && array_equal(u.c, w.c) : array_equal(u, w))")
        check(f"{name} there and back", text.split()[-1:] == ["1"], text)
    text = c.ask("w = sock_getvar(lun, 'not_there', wait_time=3) & help, w")
    check("sock_getvar of what is not there", "!NULL" in text or "Undefined" in text or "''" in text, text)
    write("sent.txt", "a file\n" * 100)
    os.mkdir(os.path.join(DIR, "out"))
    c.ask(f"sock_sendvar, lun, 'sent.txt', /file, out_dir='{DIR}/out'")
    server_.ask("wait, 1")
    got = os.path.join(DIR, "out", "sent.txt")
    check("sock_sendvar, lun, file, /file, out_dir=folder", os.path.exists(got) and open(got).read() == "a file\n" * 100, server_.log)
    if os.path.exists(got):
        os.remove(got)
    c.ask(f"sock_sendvar, lun, 'sent.txt', /file, /compressed, out_dir='{DIR}/out'")
    server_.ask("wait, 1")
    check("the same, /compressed", os.path.exists(got) and open(got).read() == "a file\n" * 100, server_.log)
    c.ask("sock_sendvar, lun, 'data2', /print & sock_sendvar, lun, 'data2', /help")
    server_.ask("wait, 1")
    check("sock_sendvar, /print and /help", "18.0000" in server_.log and re.search("BVALUE +FLOAT +=? ?Array", server_.log), server_.log)
    text = c.ask("s = sock_getvar(lun, 'status', /status) & print, s.status, s.connections, s.max_connections")
    check("sock_getvar(lun, /status)", text.split()[-3:] == ["0", "1", "5"], text)
    text = c.ask("sock_sendcmd, lun, 'wait, 2', /nowait & wait, 0.5 & s = sock_getvar(lun, 'status', /status) & print, s.status")
    check("sock_sendcmd, lun, command, /nowait", text.split()[-1:] == ["1"], text)
    others = [Client(port) for _ in range(4)]
    check("five clients", all("Server accepted connection" in k.hello for k in others), [k.hello for k in others])
    for i, k in enumerate(others):
        k.ask(f"sock_sendvar, lun, 'mine', {i}")
    texts = [k.ask("x = sock_getvar(lun, 'mine') & print, x") for k in others]
    check("each has variables of its own", [t.split()[-1] for t in texts] == ["0", "1", "2", "3"], texts)
    sixth = Client(port)
    text = sixth.wait_for("print, '.'", "Maximum number")
    check("a sixth is refused", "Maximum number of client connections exceeded" in sixth.hello + sixth.log, sixth.log)
    sixth.end()
    text = others[0].ask(f"sock_client, /stop, port={port}")
    check("sock_client, /stop", "Disconnecting" in text, text)
    server_.ask("wait, 1")
    check("which the server sees", "Client disconnected" in server_.log, server_.log)
    more = Client(port)
    text = more.ask("sock_sendvar, lun, 'q', 3 & x = sock_getvar(lun, 'q') & print, x")
    check("another one comes instead", text.split()[-1:] == ["3"], text + server_.log)
    text = server_.ask(f"sock_server, /stop, port={port}")
    check("sock_server, /stop", "Stopping" in text, text)
    text = more.wait_for("print, '.'", "Server disconnected")
    check("which a client sees", "Server disconnected" in more.log, more.log)
    for k in [c, *others, more, server_]:
        k.end()
    out = subprocess.run(["ps", "-eo", "args"], stdout=subprocess.PIPE, text=True).stdout
    check("no child is left", out.count("helio --bridge") == 0, out)


def main():
    if not FOLDERS:
        print(__doc__)
        return 2
    threads()
    server()
    subprocess.run(["rm", "-rf", DIR], check=False)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
