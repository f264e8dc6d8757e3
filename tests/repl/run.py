#!/usr/bin/env python3
"""The prompt in a real terminal: tmux types, its screen is read. Ends with "N passed, N failed".

Usage: run.py HELIO, from the project's top. Has a tmux server of its own (tmux -L) and ends it. What is expected comes
from issue 2, point 8 ("issue"), readline's documented keys ("readline"), the manual ("manual") or common sense ("hand").
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HELIO = os.path.abspath(sys.argv[1])
SOCKET = f"helio-test-{os.getpid()}"
DIR = tempfile.mkdtemp(prefix="helio-repl-")
passed = failed = 0
SLOW = 10  # seconds until something that must come has failed


def tmux(*args, **kw):
    return subprocess.run(["tmux", "-f", "/dev/null", "-L", SOCKET, *args], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **kw).stdout


class Session:
    """One helio in a terminal of 100 x 30."""
    count = 0

    def __init__(self, *args, env=(), history=None):
        Session.count += 1
        self.name = f"s{Session.count}"
        self.history = history or os.path.join(DIR, f"history{Session.count}")
        self.ending = os.path.join(DIR, f"ending{Session.count}")
        shell = 'file=$1; shift; "$@"; echo $? >"$file.new"; mv "$file.new" "$file"'
        sets = ["env", "-u", "DISPLAY", f"HELIO_HISTORY={self.history}", "HELIO_PREFERENCES=", *env]
        tmux("new-session", "-d", "-x", "100", "-y", "30", "-s", self.name, "-c", DIR, "sh", "-c", shell, "sh", self.ending,
             *sets, HELIO, *args)
        tmux("set-option", "-t", self.name, "remain-on-exit", "on")

    def keys(self, *keys):
        tmux("send-keys", "-t", self.name, *keys)

    def type(self, text):
        tmux("send-keys", "-t", self.name, "-l", text)

    def line(self, text):
        self.type(text)
        self.keys("Enter")

    def paste(self, text):
        tmux("load-buffer", "-", input=text)
        tmux("paste-buffer", "-p", "-t", self.name)

    def screen(self):
        return tmux("capture-pane", "-p", "-t", self.name).rstrip()

    def last(self):
        return self.screen().splitlines()[-1] if self.screen() else ""

    def wait(self, condition, seconds=SLOW):
        """Seconds until condition(screen), or None."""
        start = time.time()
        while time.time() - start < seconds:
            if condition(self.screen()):
                return time.time() - start
            time.sleep(0.02)
        return None

    def sees(self, text):
        return self.wait(lambda s: text in s) is not None

    def at_prompt(self, prompt="IDL>"):
        return self.wait(lambda s: s.splitlines()[-1:] == [prompt]) is not None

    def ended(self, status=0):
        """It ends with that status."""
        if self.wait(lambda _: os.path.exists(self.ending)) is None:
            return False
        with open(self.ending) as f:
            return int(f.read()) == status

    def close(self):
        tmux("kill-session", "-t", self.name)


def check(name, ok, session=None):
    global passed, failed
    if ok:
        passed += 1
        return
    failed += 1
    print(f"FAILED {name}")
    if session:
        print("\n".join("  | " + x for x in session.screen().splitlines()))


def test_start_and_end():
    s = Session()
    check("banner and prompt (issue)", s.sees("Heliograph") and s.at_prompt(), s)
    s.line("print, 6*7")
    check("a statement runs (hand)", s.sees("\n      42") and s.at_prompt(), s)
    s.keys("C-d")
    check("Ctrl-D leaves (manual: Special Command Line Characters)", s.ended(), s)
    s.close()
    s = Session("-quiet")
    check("-quiet: no banner (manual)", s.at_prompt() and "Heliograph" not in s.screen(), s)
    s.line("exit, status=7")
    check("EXIT leaves (manual)", s.ended(7), s)
    s.close()


def test_keys():
    s = Session("-quiet")
    s.at_prompt()
    s.type("int, 5")
    s.keys("C-a")
    s.type("pr")
    s.keys("C-e")
    s.type("+1")
    s.keys("Enter")
    check("Ctrl-A, Ctrl-E (readline)", s.sees("\n       6"), s)
    s.type("garbage here")
    s.keys("C-u")
    s.line("print, 77")
    check("Ctrl-U (readline)", s.sees("\n      77"), s)
    s.keys("Up", "Up", "BSpace", "BSpace")
    s.line("+9")
    check("Up recalls lines (issue)", s.sees("\n      14"), s)
    s.keys("C-r")
    s.type("77")
    s.keys("Enter")
    check("Ctrl-R searches (readline)", s.wait(lambda x: x.count("\n      77") == 2) is not None, s)
    s.close()


def test_defined_keys():
    """DEFINE_KEY (manual). Keys as xterm sends them; HELP's sequence is the manual's example."""
    s = Session("-quiet")
    s.at_prompt()
    s.line("define_key, 'F5', 'print, 2+3', /terminate & define_key, '^T', 'print, ', /control & define_key, 'F7', /delete_line")
    s.line("define_key, 'HELP', escape='\\033[28~', 'print, 7*7', /terminate & define_key, 'F8', /end_of_file")
    s.at_prompt()
    s.keys("F5")
    check("a key types a line", s.sees("IDL> print, 2+3\n       5") and s.at_prompt(), s)
    s.keys("C-t")
    s.line("40+2")
    check("a control key types text", s.sees("\n      42") and s.at_prompt(), s)
    s.keys("Escape")
    s.type("[28~")
    check("a key by its sequence", s.sees("\n      49") and s.at_prompt(), s)
    s.type("garbage")
    s.keys("F7")
    s.line("print, 'clean'")
    check("a key that edits", s.sees("\nclean") and s.at_prompt(), s)
    s.keys("F8")
    check("a key that ends", s.ended(), s)
    s.close()


def test_history():
    path = os.path.join(DIR, "state", "history")
    s = Session("-quiet", history=path)
    s.at_prompt()
    for text in ("a = 1", "print, 'same'", "print, 'same'", "print, 'other'"):
        s.line(text)
    s.sees("\nother")
    s.keys("C-d")
    s.ended()
    s.close()
    with open(path) as f:
        kept = [x.rstrip("\n") for x in f if not x.startswith("#")]
    check("history kept, neighbours once (issue)", kept == ["a = 1", "print, 'same'", "print, 'other'"])
    s = Session("-quiet", history=path)
    s.at_prompt()
    s.keys("Up", "Up", "Enter")
    check("history of the run before (issue)", s.sees("\nsame"), s)
    s.close()
    s = Session("-quiet", history="/sys/none/history")  # where nobody makes a folder
    check("why no history is kept (hand)", s.sees("The history is not kept: ") and "No such file" not in s.screen(), s)
    s.close()


def test_history_of_blocks():
    # issue 17: a block is one entry; a few letters, then Up: what begins alike
    path = os.path.join(DIR, "blocks_history")
    s = Session("-quiet", history=path)
    s.at_prompt()
    for text in ("print, 'alpha'", "xx = 3", "for i = 5, 6 do begin", "  print, i*100", "endfor", "plant = 4"):
        s.line(text)
        time.sleep(0.1)
    s.keys("Up", "Up")
    check("a block comes back whole", s.wait(lambda x: "\n".join(x.splitlines()[-3:]) == "IDL> for i = 5, 6 do begin\n  print, i*100\nendfor"), s)
    s.keys("Enter")
    check("and runs", s.wait(lambda x: x.count("\n     600") == 2) is not None and s.at_prompt(), s)
    s.type("pr")
    s.keys("Up")
    check("a few letters, Up", s.wait(lambda x: x.splitlines()[-1] == "IDL> print, 'alpha'"), s)
    s.keys("C-u")
    s.type("pl")
    s.keys("Up")
    check("other letters, Up", s.wait(lambda x: x.splitlines()[-1] == "IDL> plant = 4"), s)
    s.keys("C-u")
    s.line("yy = 1")
    s.keys("Up", "Up", "Up")
    check("no letters: line by line", s.wait(lambda x: x.splitlines()[-1] == "IDL> plant = 4"), s)
    s.keys("Down", "Down")
    check("Down", s.wait(lambda x: x.splitlines()[-1] == "IDL> yy = 1"), s)
    s.keys("C-u")
    s.line("exit")
    check("it ends", s.ended(), s)
    s.close()
    with open(path) as f:
        kept = f.read()
    check("in the file, too", "for i = 5, 6 do begin\n  print, i*100\nendfor\n#" in kept and "\nexit\n" in kept, None)
    s = Session("-quiet", history=path)
    s.at_prompt()
    s.keys("Up", "Up", "Up")
    check("in the next session", s.wait(lambda x: x.splitlines()[-1] == "IDL> plant = 4" or x.splitlines()[-1] == "endfor"), s)
    s.close()


def test_blocks_and_paste():
    s = Session("-quiet")
    s.at_prompt()
    s.line("for i=1,2 do begin")
    check("continuation prompt (issue)", s.at_prompt("...>"), s)
    s.line("print, i*100")
    s.line("endfor")
    check("the block runs (issue)", s.sees("     200") and s.at_prompt(), s)
    s.line("if 1 then begin")
    s.at_prompt("...>")
    s.keys("C-c")
    check("Ctrl-C forgets an open block (issue)", s.at_prompt(), s)
    s.line("print, 'free'")
    check("and the next line runs (issue)", s.sees("\nfree"), s)
    s.paste("IDL> x = 20\nIDL> for k=1,2 do begin\n x = x + k\nendfor\nIDL> print, 'sum', x\n")
    s.keys("Enter")
    check("paste: IDL> dropped, blocks gathered (issue)", s.sees("\nsum      23") and s.at_prompt(), s)
    s.paste("print, ‘a’")
    s.keys("Enter")
    check("typographic quotes get a hint (issue)", s.sees("typographic"), s)
    s.close()


def test_transcript():
    # case 108: text pasted with its output
    s = Session("-quiet")
    s.at_prompt()
    s.paste("IDL> print, 1+1\n       2\nIDL> x = findgen(3)\nIDL> print, x\n      0.00000      1.00000      2.00000\n"
            "IDL> for i = 7, 8 do begin\n  print, i, $\n   'x'\n endfor\n       7x\n       8x\nIDL> print, 'end' + 'ed'\nended\n")
    s.keys("Enter")
    check("only what has a prompt runs", s.sees("\nended\nIDL>") and "%" not in s.screen(), s)
    s.paste("print, 40+2\n      42\nIDL> print, 'se' + 'cond'\nsecond\n")
    s.keys("Enter")
    check("the first line may have lost its prompt", s.sees("\nsecond\nIDL>") and "%" not in s.screen(), s)
    s.paste("print, 'a'\nprint, 'two' + ' lines'\n")
    s.keys("Enter")
    check("lines without a prompt all run", s.sees("\ntwo lines\nIDL>"), s)
    s.close()


def test_end_of_input():
    # cases 104 and 105: Ctrl-D ends what is asked for, no more
    s = Session("-quiet")
    s.at_prompt()
    s.line("t = '' & read, t")
    s.at_prompt(":")
    s.keys("C-d")
    s.sees("IDL>")
    s.line("print, 'fir' + 'st'")
    s.line("print, 'seco' + 'nd'")
    check("Ctrl-D at READ, then no empty lines", s.sees("first\nIDL> print, 'seco' + 'nd'\nsecond\nIDL>"), s)
    s.line(".r")
    s.at_prompt("-")
    s.keys("C-d")
    check("Ctrl-D at the prompt of .RUN", s.sees("% The program typed has no END."), s)
    s.line("keep = 17")
    s.line("for i = 0, 3 do begin")
    s.at_prompt("...>")
    s.keys("C-d")
    check("Ctrl-D in a block: it is said", s.sees("% The open block is dropped") and s.at_prompt(), s)
    s.line("print, keep")
    check("and the session lives", s.sees("\n      17\nIDL>"), s)
    s.keys("C-d")
    check("Ctrl-D at the prompt leaves", s.ended(), s)
    s.close()


def test_resize():
    # case 103: the line is edited in the terminal's new width
    s = Session("-quiet")
    s.at_prompt()
    tmux("resize-window", "-t", s.name, "-x", "60", "-y", "30")
    time.sleep(0.5)
    s.type("print, '" + "0123456789" * 8 + "'")
    s.keys("C-a", "C-e")
    s.line(" & print, 7")
    check("a line longer than the new width", s.sees("IDL> print, '" + ("0123456789" * 8)[:47] + "\n" + ("0123456789" * 8)[47:] + "' & print, 7\n"
                                                     + ("0123456789" * 8)[:60] + "\n" + ("0123456789" * 8)[60:] + "\n       7\nIDL>"), s)
    s.type("print, '" + "abcdefghij" * 7 + "'")
    tmux("resize-window", "-t", s.name, "-x", "100", "-y", "30")
    time.sleep(0.5)
    s.line(" & print, 8")
    check("a width that changes within the line", s.sees("\n       8\nIDL>") and "abcdefghij" * 7 + "' & print, 8\n" in s.screen(), s)
    s.close()


def test_big_output():
    # case 106: the first line of ten million numbers at once; Ctrl-C within 0.2 s (and what tmux takes)
    for what in ("print, x", "print, x, format='(f12.3)'", "x"):
        s = Session("-quiet")
        s.at_prompt()
        s.line("x = findgen(10000000L)")
        s.at_prompt()
        start = time.time()
        s.line(what)
        check(f"{what}: begins", s.wait(lambda x: len(x.splitlines()) > 25, 1.5) is not None, s)
        s.keys("C-c")
        start = time.time()
        came = s.wait(lambda x: "Interrupted at" in x and x.splitlines()[-1] == "IDL>")
        check(f"{what}: Ctrl-C, {time.time() - start:.2f} s", came is not None and came < 1.0, s)
        s.close()


def test_read():
    s = Session("-quiet")
    s.at_prompt()
    s.line("name='' & read, 'Who? ', name & print, '<' + name + '>'")
    check("READ's prompt (manual)", s.at_prompt("Who?"), s)
    s.type("nobodyx")
    s.keys("BSpace")
    s.keys("Enter")
    check("READ is edited (issue)", s.sees("\n<nobody>") and s.at_prompt(), s)
    s.keys("Up")
    check("READ's answer is not in the history (hand)", s.wait(lambda x: x.splitlines()[-1].startswith("IDL> name=")), s)
    s.keys("C-u")
    s.line("read, y")
    s.at_prompt(":")
    s.keys("C-c")
    check("Ctrl-C leaves READ (issue)", s.sees("Interrupted at") and s.at_prompt(), s)
    s.close()


def completes(s, typed, expected, name):
    s.type(typed)
    s.keys("Tab")
    check(name, s.wait(lambda x: x.splitlines()[-1] == "IDL> " + expected, 3) is not None, s)
    s.keys("C-u")
    s.at_prompt()


def test_get_kbrd():
    # manual: GET_KBRD (not shown, no Enter; Wait; ESCAPE; KEY_NAME)
    s = Session("-quiet")
    s.at_prompt()
    for name, statement, key, expected in (
            ("a letter", "print, 'got', byte(get_kbrd())", "q", "got 113"), ("Enter", "print, 'got', byte(get_kbrd(1))", "Enter", "got  10"),
            ("an arrow's name", "print, 'got ', get_kbrd(/key_name)", "Up", "got UP"),
            ("a function key's name", "print, 'got ', get_kbrd(/key_name)", "F5", "got F5"),
            ("a key's characters", "print, 'got', byte(get_kbrd(/escape))", "PageUp", "got  27  91  53 126"),
            ("its first", "c = get_kbrd() & wait, 0.2 & print, 'got', byte(c), strlen(get_kbrd(0))", "Delete", "got  27\n           1")):
        s.keys("C-l")
        s.at_prompt()
        s.line(statement)
        time.sleep(0.2)
        s.keys(key)
        check(f"GET_KBRD: {name}", s.sees("\n" + expected), s)
        s.keys("C-u")  # what is left of a key
        s.at_prompt()
    s.line("while get_kbrd(0) ne '' do n=0")
    s.at_prompt()
    s.line("print, 'got', strlen(get_kbrd(0))")
    check("GET_KBRD: none has come", s.sees("got           0") and s.at_prompt(), s)
    s.line("c = get_kbrd()")
    time.sleep(0.2)
    s.keys("C-c")
    check("GET_KBRD: Ctrl-C", s.at_prompt(), s)
    s.line("print, 6*7")
    check("the terminal is as before", s.sees("print, 6*7\n      42"), s)
    s.close()


def test_completion():
    with open(os.path.join(DIR, "zz_mine.pro"), "w") as f:
        f.write("pro zz_mine, a, SPECIAL=special\nend\n")
    with open(os.path.join(DIR, "picture.jpeg"), "w") as f:
        f.write("x")
    s = Session("-quiet")
    s.at_prompt()
    completes(s, "read_jp", "read_jpeg", "a procedure (issue)")
    completes(s, "READ_JP", "READ_JPEG", "in the case typed (hand)")
    completes(s, "x = n_eleme", "x = n_elements(", "a function (issue)")
    completes(s, "socket, u, h, 80, /get", "socket, u, h, 80, /get_lun", "a flag (issue)")
    completes(s, "x = n_tags(s, /data", "x = n_tags(s, /data_length", "a flag of a function (issue)")
    completes(s, "print, form", "print, format=", "a keyword (issue)")
    completes(s, ".timei", ".timeit", "an executive command (hand)")
    completes(s, ".timeit x = n_eleme", ".timeit x = n_elements(", "a statement behind one (hand)")
    completes(s, "print, !error_s", "print, !error_state", "a system variable (issue)")
    completes(s, "zz_mi", "zz_mine", "a file along the path (issue)")
    completes(s, "openr, 1, 'pict", "openr, 1, 'picture.jpeg'", "a file (issue)")
    s.line("longvariable = {first:1, second:2}")
    completes(s, "print, longv", "print, longvariable", "a variable (issue)")
    completes(s, "print, longvariable.sec", "print, longvariable.second", "a tag (hand)")
    completes(s, "zz_mine, spe", "zz_mine, special=", "a keyword of a routine that has not been compiled (issue)")
    with open(os.path.join(DIR, "zz_thing__define.pro"), "w") as f:
        f.write("pro zz_thing::shine, a\nend\nfunction zz_thing::brightness\nreturn, 1\nend\npro zz_thing__define\nd = {zz_thing, x: 0}\nend\n")
    with open(os.path.join(DIR, "zz_thing__darken.pro"), "w") as f:
        f.write("pro zz_thing::darken\nend\n")
    s.line("thing = obj_new('zz_thing') & many = list(1)")
    s.at_prompt()
    completes(s, "thing.shi", "thing.shine", "a method")
    completes(s, "thing->shi", "thing->shine", "a method behind an arrow")
    completes(s, "x = thing.bri", "x = thing.brightness(", "a method that is a function")
    completes(s, "thing.dar", "thing.darken", "a method in a file of its own")
    completes(s, "x = many.cou", "x = many.count(", "a method of a builtin class")
    s.line(".compile zz_mine")
    s.sees("Compiled module")
    completes(s, "zz_mine, spe", "zz_mine, special=", "a keyword of a compiled routine (issue)")
    s.close()


def interrupts(name, statement, before=""):
    s = Session("-quiet")
    s.at_prompt()
    s.line(before + " & print, 'begun' & " + statement if before else "print, 'begun' & " + statement)
    s.sees("\nbegun")
    time.sleep(0.4)
    start = time.time()
    s.keys("C-c")
    came = s.wait(lambda x: "Interrupted at" in x and x.splitlines()[-1] == "IDL>")
    took = time.time() - start
    # 0.2 s is the aim; tmux and a sanitized build take their own time.
    check(f"Ctrl-C: {name} (issue), {took:.2f} s", came is not None and took < 0.6, s)
    s.line("print, 'still' + ' here'")
    check(f"and on: {name} (issue)", s.sees("\nstill here"), s)
    s.close()


def test_interrupts():
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen(0)
    port = silent.getsockname()[1]
    interrupts("a loop", "for i=0L, 2000000000L do j = i")
    interrupts("READF of a silent socket", "readf, u, t", f"t='' & socket, u, '127.0.0.1', {port}, /get_lun")
    interrupts("WAIT", "wait, 100")
    with open(os.path.join(DIR, "level.pro"), "w") as f:
        f.write("pro level, a\nb = a*2\nstop\nend\n")
    s = Session("-quiet")
    s.at_prompt()
    s.line(".compile level")
    s.line("level, 3")
    s.sees("Stop encountered")
    s.line(".timeit c = a + b")
    s.sees("ns)")
    s.line("print, c")
    check(".TIMEIT: the variables of the level (hand)", s.sees("\n       9") and s.at_prompt(), s)
    s.line(".timeit wait, 0.01 & print, 'waited'")
    s.sees("\nwaited")
    s.keys("C-c")
    check("Ctrl-C: .TIMEIT (hand)", s.sees("Interrupted at") and s.at_prompt() and "ms)" not in s.screen(), s)
    s.close()
    full = [socket.socket() for _ in range(4)]  # more than the backlog: the next connection hangs
    for f in full:
        f.setblocking(False)
        f.connect_ex(("127.0.0.1", port))
    interrupts("a connect", f"socket, u, '127.0.0.1', {port}, /get_lun")
    for f in full:
        f.close()
    silent.close()


def test_prompt_line():
    s = Session("-quiet")
    s.at_prompt()
    s.type("print, 'not this'")
    s.keys("C-c")
    s.at_prompt()
    s.line("print, 'this'")
    check("Ctrl-C clears the line (issue)", s.sees("\nthis") and "\nnot this" not in s.screen(), s)
    s.line("!prompt = 'sun> '")
    check("!PROMPT (manual)", s.at_prompt("sun>"), s)
    s.close()
    with open(os.path.join(DIR, "start.pro"), "w") as f:
        f.write("print, 'started up'\n")
    s = Session("-quiet", env=(f"IDL_STARTUP={DIR}/start.pro",))
    check("IDL_STARTUP (manual: Startup File)", s.sees("started up") and s.at_prompt(), s)
    s.close()
    s = Session("-quiet", env=("TERM=dumb",))
    s.at_prompt()
    s.line("print, 3*5")
    check("a dumb terminal: plain lines (hand)", s.sees("\n      15"), s)
    s.close()


def test_preferences():
    # manual: IDL_PROMPT, IDL_START_DIR, IDL_QUIET, IDL_EDIT_INPUT, IDL_RBUF_PERSIST
    s = Session("-IDL_PROMPT", "sun>", "-IDL_START_DIR", "/tmp", "-IDL_QUIET", "1")
    check("IDL_PROMPT; IDL_QUIET: no banner", s.at_prompt("sun>") and "Heliograph" not in s.screen(), s)
    s.line("$pwd")
    check("IDL_START_DIR", s.sees("\n/tmp\n"), s)
    s.line("help, /recall_commands")
    check("HELP, /RECALL_COMMANDS at the prompt", s.sees("2 lines") and s.sees("2       $pwd"), s)
    s.close()
    s = Session("-IDL_START_DIR", "/no/such")
    check("IDL_START_DIR that is not there", s.sees("cannot be entered: /no/such") and s.at_prompt(), s)
    s.close()
    history = os.path.join(DIR, "not_kept")
    for options in (["-IDL_EDIT_INPUT", "0"], ["-IDL_RBUF_PERSIST", "no"]):
        s = Session("-quiet", *options, history=history)
        s.at_prompt()
        s.line("print, 7*3")
        check(f"{options[0]}: lines are read", s.sees("\n      21"), s)
        s.line("exit")
        check(f"{options[0]}: no history is kept", s.ended() and not os.path.exists(history), s)
        s.close()


def prints_lines(count):
    return ("openw, u, '/dev/tty', /get_lun, /more & for i = 1, %d do printf, u, i, format='(\"line\", i0)' & free_lun, u" % count)


def test_more():
    """OPENW, /MORE at a terminal (manual): pages of the terminal's height, as !MORE says."""
    s = Session()
    s.at_prompt()
    s.line(prints_lines(99))
    check("a page ends before the question", s.sees("--More--") and "line29" in s.screen() and "line30" not in s.screen(), s)
    s.keys("Enter")
    check("return shows a line", s.sees("line30\n") and "line31" not in s.screen(), s)
    s.keys("Space")
    check("space shows a page", s.sees("line59\n") and "line60" not in s.screen(), s)
    s.keys("q")
    check("q ends it", s.at_prompt() and "line60" not in s.screen(), s)
    s.line("!more = 0 & " + prints_lines(99))
    check("without !MORE there are no pages", s.sees("line99\nIDL>"), s)
    s.close()


def main():
    if not shutil.which("tmux"):
        print("0 passed, 0 failed, 1 skipped")
        return 0
    chosen = sys.argv[2:]
    try:
        tmux("new-session", "-d", "-s", "holder", "sleep", "1000")  # a server without sessions would end between two tests
        for name, test in list(globals().items()):
            if name.startswith("test_") and (not chosen or name in chosen):
                test()
    finally:
        tmux("kill-server")
        shutil.rmtree(DIR, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
