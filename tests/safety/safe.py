#!/usr/bin/env python3
"""helio --safe: every way out of it that we know of is tried; each is refused in plain words, and nothing outside changes.

Usage: safe.py HELIO [all]. A way is a statement (or what is typed, or a start of the program). It runs in a folder `in`, which is the one
that --safe names, beside a folder `out`, a home, a FIFO that is read and a listening socket. These are looked at from outside: names,
contents, modes, links, times. A build that can be told to leave the kernel's rules away (-Dchecks=true) is tried with the first
wall alone (each third way, unless all are asked for: it is slow), others with both.
"""
import ctypes
import hashlib
import os
import pty
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HELIO = os.path.abspath(sys.argv[1])
WRITE = "Writing outside {in} is not allowed under --safe"
DEVICE = "Opening a device or pipe is not allowed under --safe"
LINKED = "Writing into a file with other names (hard links) is not allowed under --safe"
MODE = "Running as another user (SETUID, SETGID) is not allowed under --safe"
PROGRAM = "Starting a program is not allowed under --safe"
NETWORK = "is not allowed under --safe"
NO_LOOKUP = "name look-ups are not allowed under --safe"

# What each text is to be answered with. {in} and {out} are the folders, {port} that of the socket; the current folder is {in}.
WAYS = [
    # Files, by their plain names
    ("openw, 1, '{out}/new'", WRITE),
    ("openw, 1, '../out/new'", WRITE),
    ("openw, 1, '{out}/victim'", WRITE),
    ("openu, 1, '{out}/victim'", WRITE),
    ("openw, 1, '{out}/victim', /append", WRITE),
    ("openu, 1, '{out}/victim', /append", WRITE),
    ("openw, 1, '{out}/new', /compress & writeu, 1, bytarr(99) & close, 1", WRITE),
    ("openw, 1, '{out}/new', /delete", WRITE),
    ("openu, 1, '{out}/victim', /delete", WRITE),
    ("openw, 1, '../new'", WRITE),
    ("openw, 1, '..'", WRITE),
    ("openw, 1, '~/new'", WRITE),
    ("openw, 1, '$OUTSIDE/new'", WRITE),
    ("openw, 1, '{in}2/new'", WRITE),
    ("openw, 1, 'sub/../../out/new'", WRITE),
    ("openw, 1, '/proc/self/root{out}/new'", WRITE),
    ("openw, 1, '/proc/self/cwd/../out/new'", WRITE),
    ("openw, 1, '/proc/thread-self/root{out}/new'", WRITE),
    ("openr, 1, '{out}/victim' & openu, 2, '/proc/self/fd/3' & openu, 3, '/proc/self/fd/4'", WRITE),
    ("openu, 1, '/proc/self/mem'", WRITE),
    ("openw, 1, '/proc/self/oom_score_adj'", WRITE),
    ("openw, 1, '/dev/shm/helio-safe-test'", WRITE),
    ("cd, '{out}' & openw, 1, 'new'", WRITE),
    ("cd, '..' & openw, 1, 'out/new'", WRITE),
    ("cd, '/' & openw, 1, '.{out}/new'", WRITE),
    ("get_lun, l & openw, l, filepath('new', root_dir='{out}')", WRITE),
    ("openw, 1, ['{out}/new']", WRITE),
    ("copy_lun_there = 1 & openr, 1, 'plain' & openw, 2, '{out}/new' & copy_lun, 1, 2", WRITE),
    # Links that lie in the folder or are made there
    ("openw, 1, 'to_victim'", WRITE),
    ("openu, 1, 'to_victim', /append", WRITE),
    ("openw, 1, 'to_nothing'", WRITE),
    ("openw, 1, 'to_out/new'", WRITE),
    ("openw, 1, 'chain'", WRITE),
    ("save, filename='to_victim'", WRITE),
    ("save, filename='to_nothing'", WRITE),
    ("write_png, 'to_victim', bytarr(9, 9)", WRITE),
    ("file_copy, 'plain', 'to_victim', /overwrite", WRITE),
    ("file_copy, 'plain', 'to_out'", WRITE),
    ("file_move, 'plain', 'to_out'", WRITE),
    ("file_link, '{out}', 'mine' & openw, 1, 'mine/new'", WRITE),
    ("file_link, '{out}/new', 'mine' & openw, 1, 'mine'", WRITE),
    ("file_link, '..', 'up' & file_link, 'up/out', 'mine' & openw, 1, 'mine/new'", WRITE),
    ("file_link, '/proc/self/root', 'mine' & openw, 1, 'mine{out}/new'", WRITE),
    ("openu, 1, 'hard'", LINKED),
    ("openw, 1, 'hard'", LINKED),
    ("openw, 1, 'hard', /append", LINKED),
    ("openw, 1, 'to_hard'", LINKED),
    ("file_chmod, 'hard', '777'o", LINKED),
    ("file_link, '{out}/victim', 'mine', /hardlink & openu, 1, 'mine'", WRITE),
    ("file_link, 'plain', '{out}/new', /hardlink", WRITE),
    ("file_link, 'plain', '{out}/new'", WRITE),
    ("file_delete, 'to_out/victim'", WRITE),
    ("file_delete, 'to_out/', /recursive", WRITE),
    # Names given, taken and changed
    ("file_delete, '{out}/victim'", WRITE),
    ("file_delete, '{out}', /recursive", WRITE),
    ("file_delete, '{out}/victim', /quiet & print, 'still there:', file_test('{out}/victim')", "still there:           1"),
    ("file_mkdir, '{out}/new'", WRITE),
    ("file_mkdir, '../a/b/c'", WRITE),
    ("file_copy, 'plain', '{out}/new'", WRITE),
    ("file_copy, 'plain', '{out}/victim', /overwrite", WRITE),
    ("file_copy, 'plain', '{out}/victim', /force", WRITE),
    ("file_copy, 'sub', '{out}/new', /recursive", WRITE),
    ("file_copy, 'to_victim', '{out}/new', /copy_symlink", WRITE),
    ("file_copy, 'fifo', '{out}/new', /copy_named_pipe", WRITE),
    ("file_copy, 'fifo', 'new'", DEVICE),
    ("file_move, 'plain', '{out}/new'", WRITE),
    ("file_move, '{out}/victim', 'new'", WRITE),
    ("file_move, '{out}/victim', '{out}/other'", WRITE),
    ("file_move, 'sub', '{out}/new'", WRITE),
    ("file_move, '{in}', '{in}3'", WRITE),
    ("file_chmod, '{out}/victim', '777'o", WRITE),
    ("file_chmod, '{out}/victim', /a_write", WRITE),
    ("file_chmod, 'to_victim', '777'o", WRITE),
    ("file_chmod, '..', '777'o", WRITE),
    ("file_chmod, 'plain', /setuid", MODE),
    ("file_chmod, 'plain', '2755'o", MODE),
    # What else writes files
    ("x = 1 & save, x, filename='{out}/new'", WRITE),
    ("x = 1 & save, x, filename='{out}/victim', /compress", WRITE),
    ("save, /routines, filename='{out}/new'", WRITE),
    ("write_png, '{out}/new.png', bytarr(9, 9)", WRITE),
    ("write_jpeg, '{out}/new.jpg', bytarr(9, 9)", WRITE),
    ("set_plot, 'png' & device, filename='{out}/new.png' & tv, bytarr(9, 9) & erase", WRITE),
    ("set_plot, 'png' & cd, '{out}' & tv, bytarr(9, 9) & erase", WRITE),
    ("journal, '{out}/new'", WRITE),
    ("cd, '{out}' & journal", WRITE),
    ("pref_set, 'IDL_PROMPT', 'x', /commit", WRITE),
    ("pref_set, 'IDL_PROMPT', 'x' & pref_commit", WRITE),
    ("setenv, 'HELIO_PREFERENCES={out}/new' & pref_set, 'IDL_PROMPT', 'x', /commit", WRITE),
    ("profiler & profiler, /report, filename='{out}/new'", WRITE),
    # Devices and pipes
    ("openw, 1, '/dev/null'", WRITE),
    ("openr, 1, '/dev/null'", DEVICE),
    ("openr, 1, '/dev/zero'", DEVICE),
    ("openw, 1, '/dev/tty', /more", WRITE),
    ("openr, 1, '/dev/tty'", DEVICE),
    ("openw, 1, '/dev/stdout'", NETWORK),
    ("openr, 1, '/dev/stdin'", DEVICE),
    ("openw, 1, 'fifo'", DEVICE),
    ("openr, 1, 'fifo'", DEVICE),
    ("openu, 1, 'fifo'", DEVICE),
    ("save, filename='fifo'", DEVICE),
    ("write_png, 'fifo', bytarr(9, 9)", DEVICE),
    ("x = read_png('fifo')", DEVICE),
    ("restore, 'fifo'", DEVICE),
    ("o = idl_savefile('fifo')", DEVICE),
    ("d = idlffxmldomdocument(filename='fifo')", DEVICE),
    ("d = idlffxmldomdocument(string='<a/>') & d.save, filename='{out}/new'", WRITE),
    ("o = idlffxmlsax() & o->parsefile, 'http://127.0.0.1:{port}/x'", NETWORK),
    ("openw, 1, '../fifo'", WRITE),
    ("openr, 1, '../fifo'", DEVICE),
    ("read_jpeg, '/dev/zero', x", DEVICE),
    ("print, file_lines('/dev/zero')", DEVICE),
    # Programs
    ("spawn, 'touch {out}/new'", PROGRAM),
    ("spawn, 'touch {out}/new', x", PROGRAM),
    ("spawn, 'touch {out}/new', x, y", PROGRAM),
    ("spawn, ['touch', '{out}/new'], /noshell", PROGRAM),
    ("spawn, 'touch {out}/new', /sh", PROGRAM),
    ("spawn, 'touch {out}/new', unit=u", PROGRAM),
    ("spawn, 'touch {out}/new', /stderr", PROGRAM),
    ("spawn, 'touch {out}/new', x, /null_stdin", PROGRAM),
    ("spawn", PROGRAM),
    ("setenv, 'SHELL={in}/script' & spawn, 'x'", PROGRAM),
    # What other engines load
    ("x = call_external('{in}/script', 'main')", PROGRAM),
    ("linkimage, 'x', '{in}/script'", "Not supported"),
    ("dlm_load, 'x'", "Not supported"),
    # The network
    ("socket, l, '127.0.0.1', {port}, /get_lun", NETWORK),
    ("o = obj_new('IDLnetURL') & x = o->get(url='http://127.0.0.1:{port}/', /buffer)", NETWORK),
    ("o = obj_new('IDLnetURL') & x = o->put('x', /buffer, /post, url='http://127.0.0.1:{port}/')", NETWORK),
    ("x = HttpRequest.Get('http://127.0.0.1:{port}/')", "Unable to connect to host."),
    ("x = wget('http://127.0.0.1:{port}/x')", "Unable to connect to host."),
    ("openr, l, 'http://127.0.0.1:{port}/x', /get_lun", NETWORK),
    ("x = file_lines('ftp://127.0.0.1:{port}/x')", NETWORK),
    ("x = read_png('http://127.0.0.1:{port}/x')", NETWORK),
    ("socket, l, '::1', {port}, /get_lun", NETWORK),
    ("socket, l, 'localhost', {port}, /get_lun", NETWORK),
    ("socket, l, 'localhost', {port}, /get_lun, error=e & print, !error_state.sys_msg & print, e ne 0", NETWORK),
    ("socket, l, '127.0.0.1', {port}, /get_lun, /tls", NETWORK),
    ("socket, l, 'nowhere.invalid', 80, /get_lun, connect_timeout=5", NETWORK),
    ("socket, l, 0, /listen, /get_lun", NETWORK),
    ("socket, l, 0, /listen, bind='127.0.0.1', /get_lun", NETWORK),
    ("socket, l, '127.0.0.1', {port}, bind='localhost', /get_lun", NETWORK),
    ("socket, l, '127.0.0.1', {port}, proxy='http://127.0.0.1:{port}', /get_lun", NETWORK),
    ("socket, l, 'x.test', {port}, proxy='socks5h://127.0.0.1:{port}', /get_lun", NETWORK),
    ("setenv, 'http_proxy=http://127.0.0.1:{port}' & socket, l, 'x.test', {port}, /proxy, /get_lun", NETWORK),
    ("socket, l, '127.0.0.1', {port}, /udp, /get_lun", NETWORK),
    ("socket, l, 0, /listen, /udp, /get_lun", NETWORK),
    ("socket, l, '{in}/new.sock', /listen, /unix, /get_lun", NETWORK),
    ("socket, l, '{out}/new.sock', /listen, /unix, /get_lun", NETWORK),
    ("socket, l, '@new', /listen, /unix, /get_lun", NETWORK),
    ("socket, l, '{out}/file', /unix, /get_lun", NETWORK),
    ("setenv, 'HELIO_NET_MAP=x:80=127.0.0.1:{port}' & !net.map = 'x:80=127.0.0.1:{port}' & socket, l, 'x', 80, /get_lun", NETWORK),
    ("setenv, 'DISPLAY=127.0.0.1:{display}' & set_plot, 'x' & window & print, 'is not allowed under --safe' ", NETWORK),
    # From inside routines, text that is run, handlers, files of statements
    ("r = execute(\"openw, 1, '{out}/new'\")", WRITE),
    ("call_procedure, 'openw', 1, '{out}/new'", WRITE),
    ("call_procedure, 'spawn', 'touch {out}/new'", PROGRAM),
    ("openw, 1, '{out}/new', error=e & print, !error_state.sys_msg", WRITE),
    ("in_a_routine", WRITE),
    ("caught_in_a_routine", WRITE),
    ("restore, 'routine.sav' & restored", WRITE),
    ("o = idl_savefile('routine.sav') & o->restore, 'restored', /procedure & restored", WRITE),
    ("@statements", WRITE),
    # Turning it off
    ("setenv, 'HELIO_SAFE=0' & setenv, 'HELIO_STRESS=nolandlock' & openw, 1, '{out}/new'", WRITE),
    ("pref_set, 'IDL_SAFE', 0", "IDL_SAFE"),
    ("defsysv, '!safe', 0 & openw, 1, '{out}/new'", WRITE),
    (".reset_session\nopenw, 1, '{out}/new'", WRITE),
    (".full_reset_session\nopenw, 1, '{out}/new'", WRITE),
    # What is typed
    ("$touch {out}/new", PROGRAM),
    ("$", PROGRAM),
    (".compile -l {out}/new in_a_routine", WRITE),
    (".run -l {out}/new in_a_routine\nend", WRITE),
]

TREE = {
    "in/plain": "plain\n", "in/sub/inner": "inner\n", "in/script": "#!/bin/sh\ntouch ../out/new\n", "out/victim": "victim\n",
    "in/in_a_routine.pro": "pro in_a_routine\n openw, 1, '../out/new'\nend\n",
    "in/caught_in_a_routine.pro": "pro caught_in_a_routine\n catch, e\n if e ne 0 then begin\n  catch, /cancel\n  print, !error_state.sys_msg\n"
                                  "  openw, 1, '../out/new'\n endif\n openw, 1, '../out/new'\nend\n",
    "in/statements": "openw, 1, '../out/new'\n", "in/restored.pro": "pro restored\n openw, 1, '../out/new'\nend\n",
}


def make_tree(top):
    for name, text in TREE.items():
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
    inside = os.path.join(top, "in")
    os.chmod(os.path.join(inside, "script"), 0o755)
    for folder in ("home", "tmp", "in2"):
        os.mkdir(os.path.join(top, folder))
    for name, target in (("to_victim", "../out/victim"), ("to_nothing", "../out/nothing"), ("to_out", "../out"), ("chain", "sub/link"),
                         ("sub/link", "../to_victim"), ("to_hard", "hard")):
        os.symlink(target, os.path.join(inside, name))
    os.link(os.path.join(top, "out/victim"), os.path.join(inside, "hard"))
    os.mkfifo(os.path.join(inside, "fifo"))
    os.mkfifo(os.path.join(top, "fifo"))


def seen(top):
    """What stands outside of the folder, with all that a program could change."""
    found = {}
    for folder, names, files in os.walk(top):
        if folder == top and "in" in names:
            names.remove("in")
        for name in names + files:
            path = os.path.join(folder, name)
            st = os.lstat(path)
            what = ""
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as f:
                    what = hashlib.sha256(f.read()).hexdigest()
            found[os.path.relpath(path, top)] = (st.st_mode, st.st_uid, st.st_nlink, st.st_size, st.st_mtime_ns, st.st_ctime_ns, what)
    return found


class Trial:
    def __init__(self, top, stress):
        self.top, self.inside, self.out = top, os.path.join(top, "in"), os.path.join(top, "out")
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(5)
        port = self.listener.getsockname()[1]
        self.words = {"{in}": self.inside, "{out}": self.out, "{port}": str(port), "{display}": str(port - 6000)}
        self.env = dict(os.environ, HOME=os.path.join(top, "home"), TMPDIR=os.path.join(top, "tmp"), OUTSIDE=self.out)
        for name in ("HELIO_PREFERENCES", "HELIO_HISTORY", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "DISPLAY", "HELIO_NET_MAP"):
            self.env.pop(name, None)
        if stress:
            self.env["HELIO_STRESS"] = stress
        make_tree(top)
        self.fifo = os.open(os.path.join(top, "fifo"), os.O_RDONLY | os.O_NONBLOCK)
        self.inner_fifo = os.open(os.path.join(self.inside, "fifo"), os.O_RDONLY | os.O_NONBLOCK)

    def fill(self, text):
        for word, value in self.words.items():
            text = text.replace(word, value)
        return text

    def run(self, text, *options):
        return subprocess.run([HELIO, "--safe", *options], cwd=self.inside, env=self.env, input=text, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=15).stdout

    def restore_inside(self):
        """The folder as it was: what a way has left there does not matter."""
        for name in os.listdir(self.inside):
            path = os.path.join(self.inside, name)
            if name in ("mine", "up", "new"):
                os.unlink(path) if not os.path.isdir(path) or os.path.islink(path) else shutil.rmtree(path)

    def touched(self):
        ready, _, _ = select.select([self.listener, self.fifo, self.inner_fifo], [], [], 0)
        if self.listener in ready:
            return "a connection came in"
        for fd in (self.fifo, self.inner_fifo):
            if fd in ready and os.read(fd, 100):
                return "a pipe was written to"
        return None

    def close(self):
        self.listener.close()
        os.close(self.fifo)
        os.close(self.inner_fifo)


def try_way(trial, text, answer):
    before = seen(trial.top)
    said = trial.run(trial.fill(text) + "\n")
    after = seen(trial.top)
    trial.restore_inside()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if changed:
        return f"changed {', '.join(changed)}"
    if trial.fill(answer) not in said:
        return f"answered {said!r}"
    return trial.touched()


def prompt(trial):
    """At a terminal: no history outside, no program by $."""
    before = seen(trial.top)
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(trial.inside)
        os.execve(HELIO, [HELIO, "--safe", "-quiet"], dict(trial.env, TERM="dumb"))
    said, sent, end = b"", 0, time.time() + 60
    lines = [f"$touch {trial.out}/new\n".encode(), b"print, 6*7\n", b"exit\n"]
    while time.time() < end:
        if not select.select([fd], [], [], 1)[0]:
            continue
        try:
            got = os.read(fd, 4096)
        except OSError:
            break
        if not got:
            break
        said += got
        if sent < len(lines) and said.count(b"IDL> ") > sent:
            os.write(fd, lines[sent])
            sent += 1
    os.close(fd)
    os.waitpid(pid, 0)
    text = said.decode("utf-8", "replace")
    if seen(trial.top) != before:
        return "changed what is outside"
    return None if PROGRAM in text and "42" in text and "history" not in text else f"answered {text!r}"


def allowed(trial):
    """What stays possible: all of it below the folder, and reading."""
    said = trial.run("openw, 1, 'made' & printf, 1, 'text' & close, 1\nopenu, 1, 'made', /append & printf, 1, 'more' & close, 1\n"
                     "file_mkdir, 'a/b' & file_copy, 'made', 'a/b/c' & file_move, 'a/b/c', 'a/d' & file_chmod, 'a/d', '600'o\n"
                     "file_link, 'made', 'a/l' & save, filename='a/s' & restore, 'a/s' & write_png, 'a/p.png', bytarr(9, 9)\n"
                     "openw, 1, 'a/z', /compress, /delete & close, 1\nopenw, 1, 'a/b/../l' & printf, 1, 'by a link' & close, 1\n"
                     f"s = '' & openr, 1, '{trial.out}/victim' & readf, 1, s & print, s, file_lines('made'), file_test('a/z')\n"
                     "cd, '..' & file_delete, 'in/a', /recursive & print, file_test('in/a')\n")
    return None if said.split() == ["victim", "2", "0", "0"] else f"answered {said!r}"


def race(trial):
    """A name that is a folder and a link to the outside in turns: what is written goes to the folder or nowhere."""
    before, swap = seen(trial.top), os.path.join(trial.inside, "swap")
    run = subprocess.Popen([HELIO, "--safe", "-e", "for i = 0, 4000 do begin & openw, 1, 'swap/new', error=e & if e eq 0 then close, 1 & "
                            "file_delete, 'swap/victim', /quiet & endfor"], cwd=trial.inside, env=trial.env,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    makers = (lambda: os.symlink("../out", swap), lambda: shutil.copytree(os.path.join(trial.inside, "sub"), swap, symlinks=True))
    turn = 0
    while run.poll() is None:
        try:
            makers[turn % 2]()
        except OSError:
            pass  # helio has made it
        time.sleep(0.0002)
        gone, turn = f"{swap}-{turn}", turn + 1
        os.rename(swap, gone)
        os.unlink(gone) if os.path.islink(gone) else shutil.rmtree(gone, ignore_errors=True)
    return "changed what is outside" if seen(trial.top) != before else None


def kernel(trial):
    """The second wall stands, where the kernel has it."""
    if ctypes.CDLL(None).syscall(444, None, 0, 1) < 1 or "HELIO_STRESS" in trial.env:
        return None
    said = trial.run("s = '' & openr, 1, '/proc/self/status' & while not eof(1) do begin & readf, 1, s & if strmatch(s, 'NoNewPrivs*') "
                     "then print, s & endwhile\n")
    return None if said.split() == ["NoNewPrivs:", "1"] else f"answered {said!r}"


def starts(trial):
    """Folders that --safe takes and refuses."""
    run = lambda *words, cwd=trial.inside: subprocess.run([HELIO, *words], cwd=cwd, env=trial.env, stdin=subprocess.DEVNULL,
                                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    inside = run(f"--safe={trial.inside}", "-e", "openw, 1, 'x' & openw, 2, 'in/x'", cwd=trial.top)
    if trial.fill(WRITE) not in inside.stdout:
        return f"--safe=FOLDER: {inside.stdout!r}"
    for folder in (os.path.join(trial.top, "nosuch"), os.path.dirname(HELIO), "/", ""):
        if run(f"--safe={folder}", "-e", "print, 'ran'").returncode != 2:
            return f"--safe={folder} was taken"
    return None


def main():
    passed = failed = 0
    with open(HELIO, "rb") as f:  # only builds with checks know HELIO_STRESS
        stress = "nolandlock" if b"nolandlock" in f.read() else None
    ways = WAYS if not stress or "all" in sys.argv[2:] else WAYS[::3]
    top = os.path.realpath(tempfile.mkdtemp(prefix="helio-safe-"))
    trial = Trial(top, stress)
    subprocess.run([HELIO, "-e", ".compile restored\nsave, /routines, filename='routine.sav'"], cwd=trial.inside, env=trial.env,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
    tries = [(text, lambda t=text, a=answer: try_way(trial, t, a)) for text, answer in ways]
    tries += [(f.__doc__.split(":")[0], lambda f=f: f(trial)) for f in (prompt, allowed, race, kernel, starts)]
    for name, attempt in tries:
        try:
            trouble = attempt()
        except subprocess.TimeoutExpired:
            trouble = "hangs"
        passed, failed = passed + (not trouble), failed + bool(trouble)
        if trouble:
            print(f"{name!r}{' without the kernel' if stress else ''}: {trouble}")
    trial.close()
    shutil.rmtree(top)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
