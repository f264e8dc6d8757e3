#!/usr/bin/env python3
"""The command line: options, batches, standard input, exit statuses, errors. Ends with "N passed, N failed".

Usage: run.py HELIO, from the project's top. Sources of expectations: "manual" (vendor's pages), "seen" (output of IDL in
public reports, ../shared/spec/idl-facts.md names them), "issue" (issue 2: ours by decision), "hand" (arithmetic).
"""
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HELIO = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
passed = failed = 0


def run(*args, stdin="", env=None, cwd=None):
    e = {k: v for k, v in os.environ.items() if not k.startswith("IDL_") and k not in ("DISPLAY", "HELIO_PATH")}
    e.update(HELIO_HISTORY="", HELIO_PREFERENCES="", SHELL="/bin/sh")  # Debian's, dash
    e.update(env or {})
    p = subprocess.run([HELIO, *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=e,
                       cwd=cwd or DIR, timeout=60)
    return p.returncode, p.stdout, p.stderr


def file(name, text):
    path = os.path.join(DIR, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def check(name, got, expected):
    global passed, failed
    if got == expected:
        passed += 1
        return
    failed += 1
    print(f"FAILED {name}\n  got      {got!r}\n  expected {expected!r}")


def has(name, text, part):
    global passed, failed
    if part in text:
        passed += 1
        return
    failed += 1
    print(f"FAILED {name}\n  got      {text!r}\n  expected {part!r} in it")


def test_options():
    check("-e (issue)", run("-e", "print, 2+3"), (0, "       5\n", ""))
    check("-e with a block (issue)", run("-e", "for i=1,2 do begin & print, i & endfor"), (0, "       1\n       2\n", ""))
    check("-e with lines (issue)", run("-e", "x = 4\nprint, x"), (0, "       4\n", ""))
    check("-quiet -e (issue)", run("-quiet", "-e", "print, 1"), (0, "       1\n", ""))
    check("unknown option (hand)", run("-nonsense")[0], 2)
    check("-e without statement (hand)", run("-e")[0], 2)
    has("-help (hand)", run("-help")[1], "usage: helio [-quiet]")
    check("-version (hand)", run("-version")[0], 0)
    check("no such file (seen)", run("absent.pro")[0], 1)
    has("no such file, text (seen: Error opening file. File:)", run("absent.pro")[2], "% Error opening file. File: absent.pro")


def test_arguments():
    # manual: COMMAND_LINE_ARGS; -arg and -args are known practice
    f = file("args.pro", "print, command_line_args(count=n), strtrim(n,2), format='(10(a,:,\"|\"))'\n")
    check("FILE ARGS (issue)", run(f, "one", "-two", "3")[:2], (0, "one|-two|3|3\n"))
    check("none", run("-e", "help, command_line_args(count=n) & print, n")[1],
          "<Expression>    STRING    = ''\n           0\n")
    check("-arg", run("-arg", "a b", "-arg", "c", "-e", "print, command_line_args()")[1], "a b c\n")
    check("-args", run("-e", "print, command_line_args()", "-args", "x", "-e", "y")[1], "x -e y\n")


def test_idl_options():
    # known practice: options of idl that scripts pass; manual: preferences, their sources and order
    check("options without meaning here", run("-nodemowarn", "-novm", "-32", "-queue", "-e", "print, 1"), (0, "       1\n", ""))
    for option in ("-rt=a.sav", "-vm=a.sav", "-em=a.sav", "-rt", "-vm"):
        check(f"{option}: what to do instead (hand)", (run(option)[0], "helio PROGRAM.pro" in run(option)[2]), (2, True))
    f = file("dashed.pro", "print, 'dashed'\n")
    check("@FILE (known practice)", run("@" + f)[:2], (0, "dashed\n"))
    check("a preference", run("-IDL_EXCEPT", "0", "-e", "print, 1/0")[2], "")
    check("an environment variable", run("-e", "print, !prompt, !more", env={"IDL_PROMPT": "env>", "IDL_MORE": "off"})[1],
          "env>       0\n")
    check("the command line comes before the environment",
          run("-IDL_PROMPT", "cmd>", "-e", "print, !prompt", env={"IDL_PROMPT": "env>"})[1], "cmd>\n")
    user = file("user.pref", "IDL_PROMPT : user>\nIDL_QUIET : 1\n")
    source = "print, !prompt, ' ', (pref_get('IDL_PROMPT', /structure)).current_source"
    check("the user's file", run("-e", source, env={"HELIO_PREFERENCES": user})[1], "user> User\n")
    check("the environment comes before the user's file",
          run("-e", source, env={"HELIO_PREFERENCES": user, "IDL_PROMPT": "env>"})[1], "env> Environment\n")
    check("-pref=FILE", run(f"-pref={user}", "-e", source, env={"IDL_PROMPT": "env>"})[1], "user> Command Line\n")
    check("-pref FILE", run("-pref", user, "-e", source)[1], "user> Command Line\n")
    check("what a stronger source has set is read only",
          run("-IDL_PROMPT", "x", "-e", "pref_set, 'IDL_PROMPT', 'y'")[2].splitlines()[0],
          "% PREF_SET: Preference is read only: IDL_PROMPT (the command line sets it).")
    for bad in (["-IDL_NOTHING", "1"], ["-IDL_EXCEPT", "9"], ["-pref=absent.pref"], ["-IDL_MORE"]):
        check(f"{bad} (hand)", run("-e", "print, 1", *bad)[0:2], (2, ""))
    has("a bad value in the environment is told (hand)", run("-e", "print, !more", env={"IDL_MORE": "maybe"})[2],
        "% Preference ignored (environment): IDL_MORE is either on or off")
    check("IDL_DIR", run("-e", "print, !dir", env={"IDL_DIR": "/some/where"})[1], "/some/where\n")
    check("IDL_DEVICE", run("-IDL_DEVICE", "z", "-e", "print, !d.name")[1], "Z\n")
    has("IDL_DEVICE, none of that name", run("-IDL_DEVICE", "q", "-e", "print, !d.name")[2], "IDL_DEVICE has no effect: Graphics device")
    check("IDL_GR_X_WIDTH", run("-IDL_DEVICE", "png", "-IDL_GR_X_WIDTH", "200", "-e", "window & print, !d.x_size")[1].strip(), "200")
    check("IDL_CPU_TPOOL_NTHREADS", run("-e", "print, !cpu.tpool_nthreads", env={"IDL_CPU_TPOOL_NTHREADS": "3"})[1],
          "           3\n")
    os.makedirs(os.path.join(DIR, "lib", "deep"), exist_ok=True)
    lib = os.path.join(DIR, "lib")
    check("IDL_PATH with + and <IDL_DEFAULT>", run("-e", "print, !path", env={"IDL_PATH": f"+{lib}:<IDL_DEFAULT>"})[1],
          f"{lib}:{lib}/deep\n")
    check("HELIO_PATH comes before IDL_PATH (doc/startup.md)",
          run("-e", "print, !path", env={"IDL_PATH": f"{lib}/deep", "HELIO_PATH": lib})[1], f"{lib}:{lib}/deep\n")
    check("HELIO_PATH alone, and with an empty IDL_PATH", run("-e", "print, !path", env={"HELIO_PATH": lib})[1], lib + "\n")
    check("IDL_PATH alone", run("-e", "print, !path", env={"IDL_PATH": lib, "HELIO_PATH": ""})[1], lib + "\n")
    check("no path: only what is inside", run("-e", "print, '[' + !path + ']'")[1], "[]\n")
    f = file("script", "#!/usr/bin/env helio\nprint, 6*7, command_line_args()\n")
    check("a script (issue)", run(f, "arg")[:2], (0, "      42 arg\n".replace(" arg", "arg")))
    f = file("script2", "#!/usr/bin/env -S helio -quiet\nfunction f\n return, 5\nend\nprint, f()\nend\n")
    check("a script with a function (issue)", run(f)[:2], (0, "       5\n"))
    check("COMMAND_LINE_ARGS, RESET and SET (gdl)",
          run("-arg", "a", "-e", "x = command_line_args(set=['b', 'c']) & print, x, n_elements(x) & "
              "print, command_line_args(/reset, set='d', count=n), n & print, command_line_args(/reset, count=n), n")[1],
          "a b c\n           3\nd\n           1\n           0\n")


def test_statuses():
    check("EXIT, STATUS (manual)", run("-e", "exit, status=3")[0], 3)
    check("EXIT, STATUS wraps (manual: 0..255)", run("-e", "exit, status=260")[0], 4)
    check("EXIT (manual)", run("-e", "exit")[0], 0)
    check("EXIT after a failure says success (hand)", run(stdin="x = undefinedone\nexit\n")[0], 0)
    check("a failed statement (issue)", run("-e", "print, undefinedone")[0], 1)
    check("a handled failure (issue)", run("-e", "catch, e & if e eq 0 then print, undefinedone else print, 'caught'"),
          (0, "caught\n", ""))
    check("a syntax error (issue)", run("-e", "print, (1")[0], 1)
    check("EXIT in a routine (manual)", run(file("ex.pro", "pro inner\nexit, status=9\nend\ninner\nprint, 'no'\nend\n")),
          (9, "", ""))


def test_files():
    whole = file("whole.pro", "function twice, x\n return, 2*x\nend\nprint, twice(21)\nend\n")
    check("routines and main program: compiled whole (issue)", run(whole), (0, "      42\n", ""))
    check(".run (manual)", run(stdin=".run whole\n"), (0, "      42\n", "% Compiled module: TWICE.\n% Compiled module: $MAIN$.\n"))
    check(".compile (manual)", run(stdin=".compile whole\nprint, twice(2)\n")[1], "       4\n")
    check(".rnew forgets variables (manual)", run(stdin="zz = 1\n.rnew whole\nhelp, zz\n")[1],
          "      42\nZZ              UNDEFINED = <Undefined>\n")
    batch = file("batch.pro", "a = 1\nfor i=1,2 do begin\n  a = a + i\nendfor\nprint, a, $\n  'x'\n")
    check("a batch with blocks and $ (issue)", run(batch), (0, "       4x\n", ""))
    check("@FILE (manual)", run(stdin="@batch\nprint, a\n")[1], "       4x\n       4\n")
    check("@FILE with a comment (manual)", run(stdin="@batch.pro ; again\n")[1], "       4x\n")
    check("called by name along !PATH (manual)", run("-e", "print, path_one(3)", env={"HELIO_PATH": "+" + DIR})[1], "")
    file("path_one.pro", "function path_one, x\nreturn, x+1\nend\n")
    check("called by name along !PATH (manual)", run("-e", "print, path_one(3)", env={"HELIO_PATH": "+" + DIR}, cwd="/")[1],
          "       4\n")
    check("stdin: IDL> dropped (issue)", run(stdin="IDL> x = 5\nIDL> print, x\n"), (0, "       5\n", ""))
    check("stdin: CR LF (hand)", run(stdin="x = 5\r\nprint, x\r\n"), (0, "       5\n", ""))
    check("stdin: no last LF (hand)", run(stdin="print, 7"), (0, "       7\n", ""))
    check("stdin: READ takes the next line (issue)", run(stdin="read, v\n17\nprint, v*2\n")[1], "      34.0000\n")
    has("stdin: ends in a block (issue)", run(stdin="if 1 then begin\nprint, 1\n")[2], "% Syntax error.")
    check("stdin: PRO typed in lines (issue)", run(stdin="pro hey, a\n print, a\nend\nhey, 3\n")[1], "       3\n")


HALT = "% Execution halted at: "


def test_question_mark():
    # manual, Special Command Line Characters: ? NAME, ? .RUN; the texts are ours
    check("?NAME, built in", run(stdin="?n_elements\n")[1].split("\n")[0], "Result = N_ELEMENTS(Expression)")
    check("?NAME, of the library", run(stdin="? identity\n")[1].split("\n")[0], "Result = IDENTITY(N [, /DOUBLE])")
    file("mine_too.pro", "pro mine_too, a, key=k\nend\n")
    check("?NAME, a program's", run(stdin="?mine_too\n")[1], f"MINE_TOO, a, KEY=k  [{DIR}/mine_too.pro]\n")
    check("?NAME, a method", run(stdin="?list::count\n")[1][:20], "Result = List::Count")
    check("?NAME explains a method", run(stdin="?list::count\n")[1].split("\n")[1], "Elements, or those equal to Value.")
    check("?NAME, an inherited method", run(stdin="?dictionary::keys\n")[1], "Result = Hash::Keys()\nLists, in the same order.\n")
    check("?.COMMAND", run(stdin="? .run\n")[1][:8], ".RUN [-t")
    has("? nothing of that name", run(stdin="?nelements\n")[2], "% No routine is called NELEMENTS.\n  Did you mean N_ELEMENTS?")
    # issue 17: what it does, from the comment at the definition, or at the head of a program's routine
    check("?NAME explains a builtin", run(stdin="?strjoin\n")[1].split("\n")[1], "Texts joined to one; of an array of more dimensions along the first.")
    check("?NAME explains the library's", run(stdin="?crossp\n")[1].split("\n")[1], "The cross product of two vectors of three elements.")
    heads = {"doc_a": ";+\n; NAME: one\n;-\npro doc_a\nend\n", "doc_b": "pro doc_b\n;+\n; two\n;-\nend\n",
             "doc_c": "; other\npro doc_other\nend\n\n; three\n\npro doc_c\n; not this\nend\n", "doc_d": "function doc_d, x\n\n  ; four\n  return, x\nend\n"}
    for (name, text), says in zip(heads.items(), (" NAME: one", " two", " three", " four")):
        file(name + ".pro", text)
        check(f"?NAME explains a program's {name}", run(stdin=f"?{name}\n")[1].split("\n")[1:], [says, ""])
    status, out, err = run(stdin="?*fit\n?doc_?\n?zz*zz\n")
    check("?*fit", [x.split()[0] for x in out.split("\n")[:-1]], ["COMFIT", "CURVEFIT", "GAUSS2DFIT", "GAUSSFIT", "LADFIT", "LINFIT", "LMFIT", "POLY_FIT", "SFIT", "SVDFIT", "DOC_A", "DOC_B", "DOC_C", "DOC_D"])
    check("?PATTERN that matches nothing", err, "% No routine matches ZZ*ZZ.\n")
    check("doc/routines.md is up to date", subprocess.run([sys.executable, os.path.join(HERE, "..", "..", "tools", "routines.py"), HELIO, "--check"],
                                                         capture_output=True, text=True, check=False).stdout, "")
    # issue 17: what IDL has, what other languages have
    has("?NAME, a class of the library", run(stdin="?idlneturl\n")[1], "made by OBJ_NEW('IDLnetURL'")
    has("?NAME, a class built in", run(stdin="?idl_idlbridge\n")[1], "Result = IDL_IDLBridge::Init(")
    has("?NAME, IDL's", run(stdin="?xroi\n")[2], "% No routine is called XROI.\n  XROI is a procedure of IDL's, and not here yet (planned).")
    has("a class of IDL's", run("-e", "x = obj_new('IDLgrWindow')")[2], "\n  IDLGRWINDOW is a class of IDL's, and not here yet (planned).\n")
    has("wrong number of arguments: the usage", run("-e", "x = strmid()")[2], "arguments.\n  Result = STRMID(")
    has("? alone", run(stdin="?\n")[1], "?NAME shows how a routine is called and what it does")


def test_errors():
    # seen gdl#805: an error does not end a batch; the text and the columns of the traceback
    f = file("goon.pro", "print, 1\nundefinedpro, 3\nprint, 2\n")
    check("an error does not end a batch (seen)", run(f),
          (1, "       1\n       2\n", "% Attempt to call undefined procedure: 'UNDEFINEDPRO'.\n" + HALT + "$MAIN$          \n"))
    sub = file("sub.pro", "pro sub, a\n  b = a*2\n  c = missing_one\n  print, 'after', b\nend\n")
    # the line and the caret in between are ours (issue 17)
    halted = "% Variable is undefined: MISSING_ONE.\n    c = missing_one\n    ^\n" + HALT + f"SUB                 3 {sub}\n%                      $MAIN$          \n"
    r = run(stdin=".compile sub\nsub, 5\nprint, b\nreturn\nhelp, b\n")
    check("after an error: the stopped frame (seen)", r[1], "      10\nB               UNDEFINED = <Undefined>\n")
    has("traceback columns (seen gdl#805)", r[2], halted)
    check(".continue runs the failed statement again (manual: .SKIP)",
          run(stdin=".compile sub\nsub, 5\nmissing_one=0\n.continue\nprint, 'main'\n")[1], "after      10\nmain\n")
    check(".skip (manual: .SKIP)", run(stdin=".compile sub\nsub, 5\n.skip\n.continue\n")[1], "after      10\n")
    check("retall (manual)", run(stdin=".compile sub\nsub, 5\nretall\nhelp, b\n")[1], "B               UNDEFINED = <Undefined>\n")
    check("keyword (seen)", run("-e", "openr, 1, 'x', /lemons")[2].splitlines()[0],
          "% Keyword LEMONS not allowed in call to: OPENR")
    # issue: "did you mean"; it is no part of the message
    has("did you mean: function", run("-e", "x = n_elemnts(3)")[2], "'N_ELEMNTS'.\n  Did you mean N_ELEMENTS?\n")
    has("did you mean: procedure", run("-e", "raed_jpeg, 'x', y")[2], "\n  Did you mean READ_JPEG?\n")
    has("did you mean: keyword", run("-e", "tv, bytarr(3,3), /ordr")[2], "call to: TV\n  Did you mean ORDER?\n")
    has("did you mean: variable", run("-e", "data=3 & x = daat+1")[2], "undefined: DAAT.\n  Did you mean DATA?\n")
    check("advice is not in the message (hand)",
          run("-e", "catch,e & if e ne 0 then print, !error_state.msg else raed_jpeg")[1],
          "Attempt to call undefined procedure: 'RAED_JPEG'.\n")


def test_syntax_errors():
    # seen: source line, caret, text, file and line
    f = file("syn.pro", "print, 1\nx = (2 +\nprint, 3\n")
    code, out, err = run(f)
    check("the other lines run (seen)", (code, out), (1, "       1\n       3\n"))
    has("line, caret, text, place (seen)", err, "x = (2 +\n        ^\n% Syntax error. Something is missing behind +; a statement that goes on in the next line ends this "
        "one with $.\n  At: " + f + ", Line 2\n")
    f = file("syn2.pro", "pro broken\n  y = = 2\nend\nprint, 1\nend\n")
    code, out, err = run(f)
    has("count in a file (known practice)", err, "% 1 Compilation error(s) in module")
    has("place in a file (seen)", err, f"  y = = 2\n      ^\n% Syntax error. Something is missing between = and =.\n  At: {f}, Line 2\n")
    f = file("syn3.pro", "pro good\nend\npro bad1\n  x = = 1\nend\nfunction bad2\n  compile_opt none\nend\n")
    check("a count for each module (known practice)",
          [x for x in run(stdin=".compile syn3\n")[2].splitlines() if "ompil" in x and x[0] == "%"],
          ["% 1 Compilation error(s) in module BAD1.", "% 1 Compilation error(s) in module BAD2.", "% Compiled module: GOOD."])
    check("nothing of it runs (known practice)", (code, out), (1, ""))
    has("typographic quotes (issue)", run("-e", "print, \u201chello\u201d")[2], "typographic")


def test_mistakes():
    # issue 17: what beginners write, and what they are told (tests/cli/mistakes.txt); the sentences are ours
    blocks = open(os.path.join(HERE, "mistakes.txt"), encoding="utf-8").read().split("\n\n")[1:]  # behind what the file is
    count = 0
    for block in blocks:
        lines = [x for x in block.split("\n") if x]
        typed = [x for x in lines if not x.startswith("    ")]
        if typed[0] == "FILE":
            _, _, err = run(file("mistake.pro", "\n".join(x.lstrip("|") for x in typed[1:]) + "\n"))
        else:
            _, _, err = run(stdin="\n".join(typed) + "\n")
        has(f"mistake: {typed}", err, "\n".join(x[4:] for x in lines if x.startswith("    ")) + "\n")
        count += 1
    check("a hundred mistakes", count >= 100, True)


def test_transcripts_of_errors():
    # issue 17, and IDL's words (seen gdl#805): a stop in a routine shows its line
    f = file("stops.pro", "pro stops, x\n  y = x\n  stop\n  if x then z = y + nosuch\nend\n")
    s = file("sbatch", ".compile stops\nstops, 1\n")
    _, _, err = run("-i", s, stdin=".step\n.continue\n")
    check("STOP, .STEP and an error show their lines", err.split("\n")[1:], [
        f"% Stop encountered: STOPS               3 {f}", "%                      $MAIN$          ", "    stop", "    ^",
        f"% Prematurely closing batch file: {s}.", f"% Stepped to: STOPS               4 {f}", "%                      $MAIN$          ", "    if x then z = y + nosuch", "    ^",
        "% Variable is undefined: NOSUCH.", "    if x then z = y + nosuch", "    ^",
        f"% Execution halted at: STOPS               4 {f}", "%                      $MAIN$          ", ""])
    m = file("mainstop.pro", "x = 1\n\ty = x + nosuch\nend\n")
    has("a main program's line, with a tab", run(m)[2].replace("\n   /", " /"), "NOSUCH.\n  \ty = x + nosuch\n  \t^\n% Execution halted at: $MAIN$              2 ")
    check("what is typed is not repeated", run("-e", "x = nosuch")[2], "% Variable is undefined: NOSUCH.\n" + HALT + "$MAIN$          \n")
    f = file("quitter.pro", "pro quitter\n  on_error, 2\n  message, 'no'\nend\npro caller\n  quitter\nend\n")
    has("ON_ERROR, 2: the caller's line, and where the error was", run(stdin=".compile quitter\ncaller\n")[2],
        f"% QUITTER: no\n    quitter\n    ^\n% Error occurred at: QUITTER             3 {f}\n%                      CALLER              6 {f}\n"
        f"%                      $MAIN$          \n% Execution halted at: CALLER              6 {f}\n")


def test_first_half_hour():
    # issue 17, cases 101, 102, 106, 107, 110 and 065
    check("-e twice", run("-e", "print, 1", "-e", "print, 2"), (0, "       1\n       2\n", ""))
    check("-e, a block over three", run("-e", "for i = 0, 1 do begin", "-e", "print, i", "-e", "endfor"), (0, "       0\n       1\n", ""))
    check("a failure in the first -e", run("-e", "print, nosuch", "-e", "print, 2")[:2], (1, "       2\n"))
    check("FILE -: standard input, with arguments", run("-", "a", "b", stdin="print, command_line_args()\nread, x\n5\nprint, x\n")[:2],
          (0, "a b\n      5.00000\n"))
    os.makedirs(os.path.join(DIR, "folder"), exist_ok=True)
    check("a folder as FILE", run("folder"), (1, "", "% Error opening file. File: folder is a folder; name a program in it, as folder/NAME.pro.\n"))
    f = file("only.pro", "pro only\nprint, 'never'\nend\n")
    check("routines only", run(f), (0, "", f"% There is no main program in {f}: nothing has run (helio -i {f}, then the name of a routine).\n"))
    check("routines only, and then a prompt", run("-i", f, stdin="only\n"), (0, "never\n", ""))
    check("-quiet: !QUIET is not changed (manual)", run("-quiet", "-e", "print, !quiet")[1], "           0\n")
    for what in ("print, findgen(1000000)", "for i = 0L, 1000000 do print, i", "print, indgen(2000000), format='(i6)'"):
        p = subprocess.Popen([HELIO, "-e", what], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=DIR)
        p.stdout.readline()
        p.stdout.close()
        check(f"nobody reads: {what}", (p.stderr.read(), p.wait()), (b"", -signal.SIGPIPE))
        p.stderr.close()
    kept = os.path.join(DIR, "kept.txt")
    p = subprocess.Popen([HELIO, "-e", f"openw, 1, '{kept}' & printf, 1, 'kept' & print, findgen(1000000)"], stdout=subprocess.PIPE, cwd=DIR)
    p.stdout.close()
    check("nobody reads: other files are written", (p.wait(), open(kept).read()), (-signal.SIGPIPE, "kept\n"))


def test_replaced_while_active():
    # case 107: IDL's words; the level is left
    f = file("ed.pro", "pro ed, x\nz = x + nosuch\nprint, z\nend\npro outer\ned, 1\nprint, 'outer goes on'\nend\n")
    new = f"openw, 1, '{f}' & printf, 1, format='(a)', ['pro ed, x', 'print, x + 10', 'end'] & close, 1\n"
    _, out, err = run(stdin=f".r ed\ned, 5\n{new}.r ed\nhelp, /traceback\n.c\ned, 5\n")
    check("what runs", out.split("\n")[-2], "      15")
    has("what is said", err, "% Compiled module: ED.\n% Procedure was compiled while active: ED. Returning.\n% Can't continue from this point")
    file("ed.pro", "pro ed, x\nz = x + nosuch\nprint, z\nend\npro outer\ned, 1\nprint, 'outer goes on'\nend\n")
    check("the caller goes on behind the call", run(stdin=f".r ed\nouter\n{new}.r ed\n.c\n")[1], "outer goes on\n")
    file("ed.pro", "pro ed, x\nz = x + nosuch\nprint, z\nend\npro outer\ned, 1\nprint, 'outer goes on'\nend\n")
    check("typed anew", run(stdin=".r ed\nouter\npro ed, x\nend\nhelp, /traceback\n.c\n")[1].split("\n")[-2], "outer goes on")
    f = file("fun.pro", "function fun, x\nreturn, x + nosuch\nend\n")
    new = f"openw, 1, '{f}' & printf, 1, format='(a)', ['function fun, x', 'return, x + 10', 'end'] & close, 1\n"
    _, out, err = run(stdin=f".r fun\ny = fun(5)\n{new}.r fun\ny = fun(5)\nprint, y\n")
    has("a function", err, "% Function was compiled while active: FUN. Returning.\n")
    check("a function, again", out, "      15\n")


def test_stop():
    # seen gdl#1604
    f = file("stopping.pro", "print, 1\nstop\nprint, 2\n")
    check("STOP ends a batch file", run(f), (0, "       1\n", "% Stop encountered: $MAIN$          \n"
                                             f"% Prematurely closing batch file: {f}.\n"))
    r = run("-i", f, stdin="print, 3\n")
    check("-i goes on with standard input (issue)", r[1], "       1\n       3\n")
    f2 = file("stop2.pro", "pro stopper, a\n b = a + 1\n stop\n print, 'went on', b\nend\n")
    r = run("-i", file("stop3.pro", ".compile stop2\nstopper, 4\nprint, 'not here'\n"), stdin="print, b\n.continue\nhelp, b\n")
    check("STOP in a routine leaves its frame (manual: STOP)", r[1],
          "       5\nwent on       5\nB               UNDEFINED = <Undefined>\n")
    f = file("elses.pro", "pro elses\n if 1 then stop else print, 'wrong'\n print, 'right'\nend\n")
    check(".continue after STOP in IF (hand)", run("-i", file("e2.pro", ".compile elses\nelses\n"), stdin=".continue\n")[1], "right\n")


def test_environment():
    f = file("startup.pro", "print, 'startup'\n")
    check("IDL_STARTUP only for a prompt (manual)", run("-e", "print, 1", env={"IDL_STARTUP": f})[1], "       1\n")
    check("IDL_STARTUP: not for stdin (manual)", run(stdin="print, 1\n", env={"IDL_STARTUP": f})[1], "       1\n")
    check("$command (manual)", run(stdin="$echo shell\nprint, 1\n")[1], "shell\n       1\n")


def test_help():
    has("?name (issue)", "".join(run(stdin="?n_elements\n")[1:]), "Result = N_ELEMENTS(Expression)")
    has("?name, unknown (issue)", "".join(run(stdin="?n_elemnts\n")[1:]), "Did you mean N_ELEMENTS?")
    # idl-facts 9, GDL agrees
    check("HELP of variables", run("-e", "a=5 & b=[1,2] & c='s' & a_name_longer_than_15=1b & help, a, b, c, a_name_longer_than_15")[1],
          "A               INT       =        5\nB               INT       = Array[2]\nC               STRING    = 's'\n"
          "A_NAME_LONGER_THAN_15\n                BYTE      =    1\n")
    # seen gdl#1121
    check("bare HELP", run("-e", "x = 1L & help")[1], "% At $MAIN$          \nX               LONG      =            1\n"
          "Compiled Procedures:\n    $MAIN$\n\nCompiled Functions:\n\n")
    check("HELP of a structure in common", run("-e", "common blk, u, v & u = 2 & help, u")[1], "U (BLK)         INT       =        2\n")
    file("mine.pro", "pro mine, first, second, KEY=key\nend\n")
    r = run(stdin=".compile mine\nhelp, /routines\n?mine\n")
    has("HELP, /ROUTINES (issue)", r[1], "MINE            first second KEY\n")
    has("?name of a compiled routine (issue)", r[1] + r[2], "MINE, first, second, KEY=")


def nested(n):
    """Programs nested n deep, by what nests."""
    return {"(": "print, " + "(" * n + "1" + ")" * n, "[": "x = " + "[" * n + "1" + "]" * n, "{": "x = " + "{a:" * n + "1" + "}" * n,
            "BEGIN": "begin\n" * n + "end\n" * n, "IF": "if 1 then " * n + "print, 1", "IF BEGIN": "if 1 then begin\n" * n + "endif\n" * n,
            "CASE": "case 1 of\n1: " * n + "\nendcase" * n, "?:": "print, " + "0 ? 1 : " * n + "2", "-": "print, " + "- " * n + "1",
            "NOT": "print, " + "not " * n + "1", "a[": "a = [0] & print, " + "a[" * n + "0" + "]" * n,
            "call": "print, " + "abs(" * n + "1" + ")" * n, "`${": "print, " + "`${" * n + "1" + "}`" * n,
            "=": "x = " + "(a = " * n + "1" + ")" * n, "FOR": "for i = 0, 0 do " * n + "print, 1"}


def test_nesting():
    # issue 6: a clear error or success, never a crash, in a time that grows with the length (seconds at 100,000)
    limits = ("nested too deeply", "too long", "temporary values", "ends inside a block", "At most 8", "at most 8")
    for what, text in nested(100000).items():
        status, out, err = run(file("nested.pro", text + "\nend\n"))
        check(f"100,000 deep {what}", (status, any(limit in err for limit in limits)), (1, True))
        status, out, err = run(stdin=text + "\n")
        check(f"100,000 deep {what}, typed", (status, any(limit in err for limit in limits)), (1, True))
    for op, last in ("+", "      100001\n"), ("&&", "   1\n"), ("||", "   1\n"):
        chain = f"print, 1L {op}" + f" 1 {op}" * 99999 + " 1\n"
        check(f"100,000 times {op} (hand)", run(file("chain.pro", chain + "end\n")), (0, last, ""))
    deep = nested(1000)
    check("1,000 parentheses", run("-e", deep["("]), (0, "       1\n", ""))
    check("1,000 subscripts", run("-e", deep["a["]), (0, "       0\n", ""))
    check("1,000 conditions", run("-e", deep["?:"]), (0, "       2\n", ""))
    check("1,000 blocks", run(file("blocks.pro", deep["BEGIN"] + "end\n")), (0, "", ""))


def test_end_of_file():
    # NUL and Ctrl-Z at a file's end are blanks (public files of SolarSoft, which IDL compiles every day)
    for end in ("\0\x1a", "\x1a", "\0", "\n\0\0\n"):
        check(f"{end!r} at the end", run(file("nul.pro", "print, 1\nend\n" + end)), (0, "       1\n", ""))


def test_path_cache():
    # issue 15: what a big !PATH holds is kept between runs, and right when a file appears, goes or moves; a spoiled file is not
    # believed
    tree, cache = os.path.join(DIR, "tree"), os.path.join(DIR, "cache")
    for k in range(40):
        os.makedirs(os.path.join(tree, f"d{k}", "inner"))
    env = {"HELIO_PATH": "+" + tree, "XDG_CACHE_HOME": cache}

    def write(place, word):
        file(os.path.join("tree", place, "told.pro"), f"pro told\n print, '{word}'\nend\n")

    def told():
        p = subprocess.run([HELIO, "-e", "told"], capture_output=True, text=True, cwd=DIR, timeout=60, check=False,
                           env={**{k: v for k, v in os.environ.items() if k != "HELIO_PATH_CACHE"}, **env})
        return p.stdout.strip() or p.stderr.split("\n")[0].split("'")[-2]

    time.sleep(0.1)  # a folder that has just changed is not kept
    check("nothing there", told(), "TOLD")
    kept, = [os.path.join(cache, "helio", n) for n in os.listdir(os.path.join(cache, "helio"))]
    check("its mode", os.stat(kept).st_mode & 0o777, 0o600)
    first = os.stat(kept).st_ino
    check("nothing there, kept", (told(), os.stat(kept).st_ino), ("TOLD", first))
    for name, change, expected in [
            ("a file appears", lambda: write("d7/inner", "inner"), "inner"),
            ("one before it", lambda: write("d7", "outer"), "outer"),
            ("it goes", lambda: os.remove(os.path.join(tree, "d7", "told.pro")), "inner"),
            ("its folder is replaced", lambda: (os.rename(os.path.join(tree, "d7"), os.path.join(DIR, "away")),
                                                os.rename(os.path.join(tree, "d3"), os.path.join(tree, "d7"))), "TOLD"),
            ("a folder appears", lambda: (os.makedirs(os.path.join(tree, "new")), write("new", "new")), "new")]:
        change()
        check(name, told(), expected)
        time.sleep(0.1)
        told()
        check(name + ", kept", told(), expected)
    with open(kept, "rb") as f:
        whole = f.read()
    spoiled = [whole[:n] for n in (0, 5, 50, len(whole) - 1)] + [whole + b"x"]
    spoiled += [whole[:n] + bytes([whole[n] ^ 0xFF]) + whole[n + 1:] for n in range(0, len(whole), len(whole) // 40)]
    for k, data in enumerate(spoiled):
        with open(kept, "wb") as f:
            f.write(data)
        check(f"spoiled {k}", told(), "new")
    for name, mode in (("others may write", 0o666), ("unreadable", 0o200)):
        os.chmod(kept, mode)
        check(name, told(), "new")
    env["HELIO_PATH_CACHE"] = ""
    os.remove(kept)
    check("none is kept when it is turned off", (told(), os.path.exists(kept)), ("new", False))


def test_no_display():
    # hand (batch nodes): without a display a program that asks for X goes on; what was saved of !D.NAME can be set again
    status, out, err = run("-e", "erase & print, !d.name & d = !d.name & set_plot, 'png' & print, !d.name & set_plot, d & erase & print, !d.name")
    check("!D.NAME without a display", (status, out), (0, "X\nPNG\nX\n"))
    check("no display, said once", err.count("% No X display (DISPLAY is not set): pictures go to"), 1)


def test_interrupt():
    # hand: Ctrl-C inside EXECUTE ends the batch, in order
    p = subprocess.Popen([HELIO, "-e", "x = execute('x = execute(''wait, 30'')')"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True, cwd=DIR)
    time.sleep(1.5)
    p.send_signal(signal.SIGINT)
    err = p.communicate(timeout=20)[1]
    check("Ctrl-C inside EXECUTE", p.returncode in (1, 130), True)
    has("Ctrl-C inside EXECUTE, text", err, "% Interrupted at: $MAIN$")


DISASM = '''pro show, a, _extra=ex
  common block, x
  s = {name: 'it''s', v: [1, 2.5], inherits foo}
  for i = 0L, 10 do a[i, 2:*] = s.v[i:*:2].(1) + 3b
  foreach e, a, k do print, e, format='(a)'
  !p.multi = ~x & *p = n_elements(a)
  a = [a, 7d]
  l: o->draw, i++, /fill
  on_ioerror, l
end
print, fix(!null)
end
'''
LISTING = '''PRO SHOW, A, _EXTRA=EX  (FILE)
    2    common block, x
         COMMON          BLOCK, X
    3    s = {name: 'it''s', v: [1, 2.5], inherits foo}
         MOVE            %4 = 'it''s'
         MOVE            %7 = 1
         MOVE            %8 = float(2.5)
         CONCAT          %5 = [%7, %8] along dimension 1
         STRUCT          %3 = {NAME: %4, V: %5, INHERITS FOO}
         MOVE            S = %3
    4    for i = 0L, 10 do a[i, 2:*] = s.v[i:*:2].(1) + 3b
         MOVE            %3 = 0L
         MOVE            %0 = 10
         MOVE            %1 = 1
         FOR_PREP        I = %3, limit %0, step %1, past it to L2
     L1: PATH_GET        %4 = S.V[I:*:2].(1)
         ADD             %3 = %4, 3B
         PATH_SET        A[I, 2:*] = %3
    4    for i = 0L, 10 do a[i, 2:*] = s.v[i:*:2].(1) + 3b
         FOR_NEXT        I, limit %0, step %1, again to L1
    5    foreach e, a, k do print, e, format='(a)'
     L2: EACH_PREP       %0 = A
    5    foreach e, a, k do print, e, format='(a)'
     L3: EACH_NEXT       E, key K of %0, at its end to L4
         REF             %3 = reference to E
         MOVE            %4 = '(a)'
         CALL_PRO        PRINT, %3, FORMAT=%4
         JUMP            to L3
     L4: CLEAR           %0
    6    !p.multi = ~x & *p = n_elements(a)
         LNOT            %3 = X
         SYSVAR          %4 = reference to !P
         PATH_SET        %4.MULTI = %3
         SYSVAR_DONE     !P
         REF             %4 = reference to A
         CALL_FUN        %3 = N_ELEMENTS(%4)
         DEREF           %4 = reference to *P, kept by P
         SET_REF         what %4 refers to = %3
    7    a = [a, 7d]
         MOVE            %4 = A
         MOVE            %5 = double(7)
         CONCAT          %3 = [%4, %5] along dimension 1, may grow A
         MOVE            A = %3
    8    l: o->draw, i++, /fill
     L5: REF             %3 = reference to O
         MOVE            %4 = I
         INCR            I + 1, before it %4
         MOVE            %5 = 1
         METHOD          %3->DRAW, %4, FILL=%5
    9    on_ioerror, l
         ON_IOERROR      to L5
   10  end
         RETURN

$MAIN$  (FILE)
   11  print, fix(!null)
         SYSVAR          %2 = reference to !NULL
         MOVE            %1 = %2
         CALL_FUN        %0 = FIX(%1)
         CALL_PRO        PRINT, %0
         STOP_AT_END
'''


def test_disasm():
    f = file("disasm.pro", DISASM)
    for option in ("--disasm", "-disasm"):
        check(f"{option} (hand)", run(option, f), (0, LISTING.replace("FILE", f), ""))
    check("--disasm of a name (hand)", run("--disasm", "disasm")[1].splitlines()[0], f"PRO SHOW, A, _EXTRA=EX  ({f})")
    check("--disasm: nothing runs", run("--disasm", file("runs.pro", "openw, u, 'made', /get_lun\nexit, status=3\n"))[0], 0)
    check("and no file is made", os.path.exists(os.path.join(DIR, "made")), False)
    check("--disasm of no file", run("--disasm", "absent.pro"), (1, "", "% Error opening file. File: absent.pro\n"))
    check("--disasm without a word", run("--disasm")[0], 2)
    status, out, err = run("--disasm", file("wrong.pro", "pro good\nend\npro bad\n  x = = 1\nend\n"))
    check("--disasm of errors: the rest, and a status", (status, out.splitlines()[0].split()[:2]), (1, ["PRO", "GOOD"]))
    has("--disasm of errors, text", err, "% Syntax error.")


def test_timeit():
    # hand
    def timed(text):
        return run(stdin=f"{text}\n")
    number = r"\d+(\.\d+)?"
    status, out, err = timed(".timeit x = 2 & y = x + 1\nhelp, y")
    check("a fast statement", bool(re.match(rf"{number} ns a run \(best of 5 rounds of \d+; mean {number} ns\)\nY  ", out)), True)
    check("and its status", (status, err), (0, ""))
    check("a slow one", bool(re.match(rf"{number} ms a run \(best of 5 rounds of 1; mean {number} ms\)\n$", timed(".timeit wait, 0.3")[1])),
          True)
    check("a long one", bool(re.match(rf"{number} s \(run once\)\n$", timed(".ti wait, 1.02")[1])), True)
    check("an error", timed("x = 1\n.timeit x += nosuch\nprint, x"),
          (1, "       1\n", "% Variable is undefined: NOSUCH.\n% Execution halted at: $MAIN$          \n"))
    for text in (".timeit", ".timeit for i=0,1 do begin", ".timeit x = = 1", ".timeit return", ".timeit pro x", ".timeit ; x"):
        status, out, err = timed(text)
        check(f"{text}: refused", (status, out, "% " in err), (1, "", True))
    check("EXIT ends it", run("-e", ".timeit exit, status=4")[0], 4)
    check("?.timeit", timed("?.timeit")[1][:17], ".TIMEIT STATEMENT")


def test_appending():
    # hand: a = [a, x] grows in place, and keeps a when memory is out
    small = {"HELIO_MAX_MEMORY": "80M"}
    code = '''a = bytarr(20000000L)
catch, err
if err ne 0 then begin
  print, !error_state.msg, n_elements(a), a[0], total(memory(/current) lt 25000000LL)
  exit, status=0
endif
for i = 0, 9 do a = [a, bytarr(15000000L)]
end
'''
    status, out, _ = run(file("full.pro", code), env=small)
    check("memory runs out: the array as it was", (status, out.split()[-3:-1]), (0, ["35000000", "0"]))
    code = '''a = [0d] & before = memory(/current)
for i = 1L, 99999 do a = [a, i]
used = memory(/current) - before
print, used ge 800000LL && used le 1700000LL  ; room for as much again, at most
a = 0
print, memory(/current) - before lt 20000  ; what is left is the machine code of the loop
end
'''
    check("MEMORY counts the room", run(file("room.pro", code), )[1].split(), ["1", "1"])


LOOP = """pro hot
  s = 0d
  for i = 0L, 300000 do s = s + i
  for i = 0L, 3000 do s = s + strlen(string(i))
  print, s
end
hot
"""


def test_machine_code():
    # hand: the sum is that of the numbers to 300000, and 12 columns a number
    answer, report = "   4.5000186e+10\n", "help, /loops, names='hot'\n"
    status, out, err = run(stdin=LOOP + report)
    check("a hot loop", (status, out.split("\n")[0] + "\n"), (0, answer))
    has("HELP, /LOOPS", out, "HOT, loop at line 3: machine code, run to its end 1 times, left inside 0 times\n")
    has("HELP, /LOOPS, why not", out, "HOT, loop at line 4: ")
    has("HELP, /LOOPS, what", out, "line 4: a call of STRING\n")
    off = run(stdin=LOOP + report, env={"HELIO_JIT": "0"})
    check("HELIO_JIT=0", off[:2], (0, answer + "Machine code is off: HELIO_JIT is 0.\n"))
    has("TIC does not stop machine code", run(stdin="tic\n" + LOOP + report)[1], "line 3: machine code, run to its end 1 times")
    watched = {"the profiler": ("profiler", "profiler, /clear"), "the profiler of lines": ("profiler, /lines", "profiler, /clear"),
               "the profiler of builtins": ("profiler, /system", "profiler, /clear, /system"),
               "!EXCEPT = 2": ("!except = 2", "!except = 1")}
    for name, (on, off) in watched.items():
        definition, call = LOOP.rsplit("hot", 1)
        status, out, err = run(stdin=f"{definition}{on}\nhot{call}{report}{off}\nhot{call}{report}")
        first, _, second = out.partition(answer)[2].partition(answer)
        check(f"under {name} nothing runs as machine code", ("run to its end 1" in first, status), (False, 0))
        has(f"after {name} it does", second, "line 3: machine code, run to its end 1 times")
    maps = "openr, 1, '/proc/self/maps' & t = '' & n = 0\nwhile ~eof(1) do begin\nreadf, 1, t & n += strpos(t, 'wx') ge 0\nendwhile\nprint, n\n"
    check("no memory is writable and executable", run(stdin=LOOP + maps)[:2], (0, answer + "       0\n"))


FUNCTION = """function fib, n
  if n lt 2 then return, n
  return, fib(n-1) + fib(n-2)
end
pro hot
  s = 0L
  for i = 0L, 99 do s += i
  print, s, fib(12)
end
hot
hot
help, /loops
"""


MODULES = "% Compiled module: FIB.\n% Compiled module: HOT.\n"


def entries(out):
    """What each HELP, /LOOPS said of FIB and HOT."""
    return ["\n".join(part.split("\n")[:2]) for part in re.split("(?=FIB, function)", out)[1:]]


def test_machine_code_of_functions():
    # hand: the 12th Fibonacci number; the report is of machine code, the same numbers come without it
    status, out, err = run(stdin=FUNCTION, env={"HELIO_JIT": "1"})
    numbers = "        4950     144\n"
    check("a function that calls itself", (status, out[:2*len(numbers)], err), (0, 2*numbers, MODULES))
    has("HELP, /LOOPS", out, "\nFIB, function: machine code, called ")
    check("without", run(stdin=FUNCTION, env={"HELIO_JIT": "0"})[1][:2*len(numbers)], 2*numbers)
    deep = """function down, n
return, n le 0 ? 0 : 1 + down(n-1)
end
for i = 0, 9 do print, down(5000)
print, down(20000)
"""
    status, out, err = run(stdin=deep, env={"HELIO_JIT": "1"})
    check("recursion deeper than the code goes", out, 10*"    5000\n")
    has("recursion without end", err, "Calls are nested too deeply (limit 10000).")


def test_no_machine_code_when_watched():
    """Profiler and debugger see every line and every call; entries that HELP, /LOOPS counts stay what they were."""
    jit = {"HELIO_JIT": "1"}
    profile = FUNCTION + """profiler
hot
profiler, data=d, /code_coverage
i = where(d.name eq 'FIB') & j = where(d.name eq 'HOT')
print, d[i[0]].count, d[i[0]].lines_run, d[j[0]].lines_run
help, /loops
profiler, /clear
hot
hot
help, /loops
"""
    status, out, err = run(stdin=profile, env=jit)
    first, second, third = entries(out)
    counts = "\n         465           2           5\n"  # hand: fib(12) makes 465 calls
    has("PROFILER counts each call", out, counts)
    has("as without machine code", run(stdin=profile, env={"HELIO_JIT": "0"})[1], counts)
    check("no entry under the profiler", second, first)
    check("entries again behind it", third == first, False)
    with open(os.path.join(DIR, "watched.pro"), "w", encoding="ascii") as f:
        f.write(FUNCTION.split("hot\nhot")[0].replace("do s += i", "do begin\n    s += i\n  endfor"))
    walk = """.compile watched
hot
hot
help, /loops
breakpoint, 'watched.pro', 8, condition='i eq 60'
hot
.step
print, i
breakpoint, 'watched.pro', 3, condition='n eq 5', /once
.continue
print, n
.continue
help, /loops
breakpoint, /clear, 0
hot
hot
help, /loops
"""
    status, out, err = run(stdin=walk, env=jit)
    first, second, third = entries(out)
    has("a breakpoint in a loop", err, "% Breakpoint at: HOT                 8 ")
    has("stepping in a loop", out, "\n          60\n")
    has("a breakpoint in a function", err, "% Breakpoint at: FIB                 3 ")
    has("where the function stopped", out, "\n       5\n")
    check("no entry under the debugger", second, first)
    check("entries again behind it", third == first, False)


def refuse_executable_memory():
    ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)  # PR_SET_MDWE: what was written cannot be executed


def test_hardened_system():
    p = subprocess.run([HELIO], input=LOOP + "help, /loops, names='hot'\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=DIR,
                       preexec_fn=refuse_executable_memory, timeout=60, check=False)
    check("without executable memory", (p.returncode, p.stdout.split("\n")[0]), (0, "   4.5000186e+10"))
    kernel = [int(x) for x in os.uname().release.split(".")[:2]]
    if kernel >= [6, 3]:
        has("without executable memory, why", p.stdout, "loop at line 3: interpreted. At line 3: memory for machine code, which the system refuses\n")


def interrupted(program, question):
    """What a program says of itself when Ctrl-C has ended it."""
    p = subprocess.Popen([HELIO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=DIR)
    p.stdin.write(program)
    p.stdin.flush()
    time.sleep(1.5)
    p.send_signal(signal.SIGINT)
    return p.communicate(question, timeout=20)


def test_interrupted_loop():
    # hand: machine code answers Ctrl-C, and the variables are those of a whole number of turns
    out, err = interrupted("pro endless\ni = 0L & j = 0L\nwhile 1 do begin\ni = i xor 1 & j = i\nendwhile\nend\nendless\n", "print, i eq j\n")
    has("Ctrl-C in a compiled loop", err, "% Interrupted at: ENDLESS")
    # each element has been added to once more than those behind it, or the last turn has not ended
    elements = """pro endless
a = lonarr(4000, 3) & s = 0LL
for k = 0L, 1000000000 do for i = 0L, 3999 do begin
a[i, 1] = a[i, 1] + 1
s = s + 1
endfor
end
endless
"""
    out, err = interrupted(elements, "n = a[0, 1] & t = total(a, /integer)\n"
                           "print, n gt 1, n - a[3999, 1] le 1, t - s ge 0, t - s le 1, total(a[*, 1] eq n) + total(a[*, 1] eq n - 1)\n")
    has("Ctrl-C in a loop over elements", err, "% Interrupted at: ENDLESS")
    check("the elements then", out, "   1   1   1   1      4000.00\n")
    recursion = "function fib, n\nreturn, n lt 2 ? n : fib(n-1) + fib(n-2)\nend\nm = 5\nm = fib(70)\n"
    out, err = interrupted(recursion, "print, m\n")
    has("Ctrl-C in a compiled function", err, "% Interrupted at: FIB")


def test_interrupted_pipe():
    # hand: Ctrl-C ends the READF at once; lines that come through the pipe later are run, none is lost. At rest it ends the session.
    big = "x = bytarr(2, 60000000L) & x[0, *] = 49b & x[1, *] = 10b & openw, 1, 'ones' & writeu, 1, x & close, 1 & openr, 1, 'ones'\n"
    p = subprocess.Popen([HELIO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=DIR)
    p.stdin.write(big + "x = fltarr(60000000L)\nprint, 'ready' & flush, -1\nreadf, 1, x\n")
    p.stdin.flush()
    p.stdout.readline()
    time.sleep(0.4)
    p.send_signal(signal.SIGINT)
    has("Ctrl-C in READF", p.stderr.readline(), "% Interrupted at: $MAIN$")
    p.stdin.write("print, 5 & flush, -1\n")
    p.stdin.flush()
    check("the line after Ctrl-C in READF", p.stdout.readline(), "       5\n")
    time.sleep(0.4)
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=20)
    check("Ctrl-C while a pipe gives nothing", (p.returncode, out, err), (1, "", "% Interrupted.\n"))
    os.remove(os.path.join(DIR, "ones"))


def test_interrupted_threads():
    # hand: Ctrl-C ends a computation in threads between two of its pieces; nothing is changed, and the pool works on
    terms = " + ".join(f"gamma(a + {i})" for i in range(1, 20))
    for what, statement in ("an array", f"b = {terms}"), ("a sum", f"b = total({terms})"), ("WHERE", f"b = where({terms} gt 5)"), \
            ("a product", "m = dindgen(5000, 5000) & b = m # m"), ("whole numbers", "m = lindgen(2500, 2500) & b = m ## m"):
        p = subprocess.Popen([HELIO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=DIR,
                             env={**os.environ, "IDL_CPU_TPOOL_NTHREADS": "2"})
        p.stdin.write(f"a = fltarr(20000000L) + 2.5\nprint, 'ready' & flush, -1\n{statement}\n")
        p.stdin.flush()
        p.stdout.readline()
        time.sleep(0.7)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate("print, n_elements(b), total(a*0 + 1, /double), a[[0, 19999999]], !cpu.tpool_nthreads\n", timeout=60)
        has(f"Ctrl-C in threads, {what}", err, "% Interrupted at: $MAIN$")
        check(f"after Ctrl-C in threads, {what}", out.split(), ["0", "20000000.", "2.50000", "2.50000", "2"])


def test_no_false_flags():
    # hand: functions that are finite in all these points report no math error, whichever instructions the processor has
    text = """foreach name, ['sqrt', 'exp', 'alog', 'alog10', 'alog2', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', $
  'gamma', 'lngamma', 'erf', 'erfc'] do foreach t, [4, 5] do foreach n, [1, 2, 4, 16] do begin
  x = fix(rebin([0.0, 0.25, 0.5, 0, 1, 0.75, 0, 0.1, 0.9, 0.3], 10*n, /sample), type=t)
  if total(name eq ['alog', 'alog10', 'alog2', 'gamma', 'lngamma']) then x = x + 0.5
  d = check_math() & y = call_function(name, x) & c = check_math()
  if c ne 0 then print, name, t, n, c
  y = atan(x, reverse(x) + 1) & y = x^0.5 & y = x^2 & y = x^3 & z = dcomplex(x, x)/dcomplex(0, 2)/dcomplex(3, 0)
  c = check_math()
  if c ne 0 then print, 'two', t, n, c
endforeach
print, 'done'
end
"""
    path = os.path.join(DIR, "flags.pro")
    with open(path, "w", encoding="ascii") as out:
        out.write(text)
    for isa in "base", "v3", "v4":
        _, out, err = run("-quiet", path, env={"HELIO_ISA": isa})
        check(f"no false flags, {isa}", out + err, "done\n")


def test_memory_limit():
    # issue 4: where memory ends there is an error, told once, and everything else is alive
    env = {"HELIO_MAX_MEMORY": "100M"}
    full = "Unable to allocate memory"
    big = {"a string that doubles": "t = 'x' & for i = 0, 40 do t = t + t",
           "a text made": "t = strupcase(s) & t = t + s", "text behind text": "t = [s + 'a', s + 'b']",
           "a list": "t = list() & for i = 0L, 200 do t.add, bytarr(1000000L) + i",
           "a hash": "t = hash() & for i = 0L, 200 do t[i] = bytarr(1000000L)",
           "what a pointer has": "t = ptr_new(bytarr(10)) & for i = 0, 40 do *t = [*t, *t]",
           "numbers": "t = fltarr(10000000L) & t = fft(t)", "an expression": "t = findgen(9000000L) & t = [t + 1, t*2]",
           "READU": f"openr, u, '{DIR}/bytes', /get_lun & t = {{a: bytarr(60000000L)}} & readu, u, t & t = [t, t]",
           "RESTORE": f"restore, '{DIR}/big.sav'", "READ_JPEG": f"read_jpeg, '{DIR}/big.jpg', t, /true",
           "READ_PNG": f"t = read_png('{DIR}/big.png')", "a window": "set_plot, 'z' & device, set_resolution=[20000, 20000]",
           "CONGRID": "t = congrid(bytarr(1000, 1000), 20000, 20000)"}
    run(stdin=f"t = bytarr(120000000L) & save, t, /compress, filename='{DIR}/big.sav'\n"
        f"openw, u, '{DIR}/bytes', /get_lun & writeu, u, bytarr(60000000L)\n"
        f"t = bytarr(3, 6000, 6000) & write_jpeg, '{DIR}/big.jpg', t, /true & write_png, '{DIR}/big.png', t\n")
    for name, code in big.items():
        before = "s = 'x' & for i = 1, 25 do s = s + s\n" if "s" in re.findall(r"\bs\b", code) else ""
        status, out, err = run(stdin=f"k = lindgen(1000)\n{before}{code}\nprint, strlen('abc'), total(k, /integer)\n"
                               "t = 0 & s = 0\nt = bytarr(50000000L) & help, t\n", env=env)
        check(f"memory runs out: {name}", (status, out, err.count(full)),
              (1, "           3                499500\nT               BYTE      = Array[50000000]\n", 1))


def test_long_texts():
    # issue 6: neither a line for every continuation nor a block of a hundred thousand lines is read again and again
    check("100,000 continuations", run(stdin="x = [1 $\n" + ", 1 $\n" * 100000 + "]\nprint, n_elements(x)\n")[:2], (0, "      100001\n"))
    labels = "".join(f"l{i}: goto, l{i + 1}\n" for i in range(20000))
    check("20,000 labels, typed", run(stdin=f"pro q\n{labels}l20000: print, 'done'\nend\nq\n")[:2], (0, "done\n"))
    many = "for i = 0, 1 do begin\nif i then begin\nx = i\nendif\nendfor\n" * 20000
    check("100,000 lines of blocks, typed", run(stdin=f"pro q\n{many}print, x\nend\nq\n")[:2], (0, "       1\n"))
    check("a block's template", run(stdin="if 1 then begin\n" + ";" * 5000 + "\nprint, `begin\nend`\nendif\n")[:2], (0, "begin\nend\n"))
    check("a line of 10 MB", run(stdin='x = "' + "y" * 10000000 + '" & print, strlen(x)\n')[:2], (0, "    10000000\n"))


def test_key_with_pass_phrase():
    # issue 16: nothing asks on the terminal
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-keyout", "locked.pem", "-out", "cert.pem", "-days", "30", "-passout",
                    "pass:secret", "-subj", "/CN=localhost"], cwd=DIR, check=True, capture_output=True)
    _, _, err = run(stdin="socket, 1, /listen, 0, port=p\nsocket, 2, '127.0.0.1', p\nsocket, 3, accept=1, /tls, "
                           "cert_file='cert.pem', key_file='locked.pem', connect_timeout=2\n")
    has("a key with a pass phrase", err, "The key in locked.pem is protected by a pass phrase")


def test_moved_installation():
    # case 109: modules are found from where the program is, by the rules of test_modules_of_others
    build = os.path.dirname(HELIO)
    with open(os.path.join(build, "src", "sys", "module_dir.h"), encoding="ascii") as f:
        place = re.search(r'HELIO_MODULES_FROM_PROGRAM "(.*)"', f.read()).group(1)
    top = os.path.join(DIR, "moved")
    os.makedirs(os.path.join(top, "bin"))
    modules = os.path.normpath(os.path.join(top, "bin", place))
    shutil.copy(HELIO, os.path.join(top, "bin"))
    shutil.copytree(os.path.join(build, "modules"), modules, ignore=lambda d, n: [x for x in n if not x.endswith(".so")])
    os.symlink(os.path.join(top, "bin", "helio"), os.path.join(DIR, "linked"))
    for name in os.path.join(top, "bin", "helio"), os.path.join(DIR, "linked"):
        p = subprocess.run([name, "-e", "write_png, 'moved.png', bytarr(9, 9)"], capture_output=True, text=True, cwd=DIR, check=False)
        check(f"an installation elsewhere: {os.path.basename(name)}", (p.returncode, p.stderr), (0, ""))
    os.chmod(modules, 0o777)
    p = subprocess.run([name, "-e", "write_png, 'moved.png', bytarr(9, 9)"], capture_output=True, text=True, cwd=DIR, check=False)
    has("what others may write to is not taken", p.stderr, "or others may write there")


def test_do_without_root():
    # case 110: one message, and nothing is tried
    bin_dir = os.path.join(DIR, "few")
    os.makedirs(bin_dir)
    for tool in "sh", "dirname", "grep", "cat", "awk", "sed":
        os.symlink(shutil.which(tool), os.path.join(bin_dir, tool))
    for name, text in ("id", "echo 1000"), ("dpkg-query", "exit 1"), ("apt-get", "echo called"):
        with open(os.path.join(bin_dir, name), "w", encoding="ascii") as f:
            f.write(f"#!/bin/sh\n{text}\n")
        os.chmod(os.path.join(bin_dir, name), 0o755)
    for system, package in ("ID=debian", "libjpeg62-turbo-dev"), ("ID=ubuntu", "libjpeg-turbo8-dev"), ("ID=mint\nID_LIKE=\"ubuntu debian\"", "libjpeg-turbo8-dev"):
        release = file("os-release", system + "\n")
        p = subprocess.run(["sh", os.path.join(os.path.dirname(HERE), "..", "do"), "build"], capture_output=True, text=True, check=False,
                           env={"PATH": bin_dir, "HELIO_OS_RELEASE": release})
        lines = p.stderr.splitlines()
        check(f"./do without root, {system}", (p.returncode, p.stdout, len(lines)), (1, "", 2))
        has(f"./do without root, {system}: the packages", lines[-1], f"  apt-get install gcc libc6-dev meson ninja-build pkg-config {package} ")
    for command, package in ("deb", "dpkg-dev"), ("lint", "universal-ctags"), ("test", "tmux"), ("bench", "python3"), ("fuzz", "python3"):
        p = subprocess.run(["sh", os.path.join(os.path.dirname(HERE), "..", "do"), command], capture_output=True, text=True, check=False,
                           env={"PATH": bin_dir})
        asked = p.stderr.splitlines()[-1].split()
        check(f"./do {command} asks once, for everything", (p.returncode, "gcc" in asked, package in asked), (1, True, True))
    os.unlink(os.path.join(bin_dir, "dpkg-query"))
    p = subprocess.run(["sh", os.path.join(os.path.dirname(HERE), "..", "do"), "build"], capture_output=True, text=True, env={"PATH": bin_dir}, check=False)
    check("./do on another system", (p.returncode, p.stderr.split("\n")[0][:20]), (1, "meson is not there. "))


def test_bash_completion():
    # what dist/helio.bash offers (hand)
    script = os.path.join(os.path.dirname(HERE), "..", "dist", "helio.bash")
    file("program.pro", "")
    file("other.txt", "")
    os.mkdir(os.path.join(DIR, "subfolder"))

    def offered(*words):
        ask = f"source '{script}'; COMP_WORDS=(helio {' '.join(words)}); COMP_CWORD={len(words)}; compopt() {{ :; }}; _helio; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        return subprocess.run(["bash", "-c", ask], capture_output=True, text=True, cwd=DIR, check=False).stdout.split()

    check("programs", offered("prog"), ["program.pro"])
    check("no other files", offered("oth"), [])
    check("options", offered("-qu"), ["-quiet"])
    check("nothing behind -e", offered("-e", "''"), [])
    check("files behind -pref", offered("-pref", "oth"), ["other.txt"])
    # bash makes a word of "="
    check("files behind -pref=", offered("-pref", "=", "oth"), ["other.txt"])
    check("folders behind --safe=", offered("--safe", "=", "subf"), ["subfolder"])
    check("folders behind --safe=, none typed", "subfolder" in offered("--safe", "="), True)
    for before in ("-pref", "=", "other.txt"), ("--safe", "=", "subfolder"), ("-arch", "=", "x"), ("--safe",), ("--pref", "other.txt"):
        check(f"a program behind {before}", offered(*before, "prog"), ["program.pro"])


def test_manual_page():
    # each option that -help tells is in the manual page and in bash completion (hand)
    dist = os.path.join(os.path.dirname(HERE), "..", "dist")
    texts = {}
    for name in "helio.1", "helio.bash":
        with open(os.path.join(dist, name), encoding="ascii") as f:
            texts[name] = f.read().replace("\\-", "-")
    options = set(re.findall(r"(?<![\w-])-{1,2}[a-z]+", run("-help")[1].split("Options of idl")[0]))
    check("-help tells options", {"-quiet", "--safe", "-e", "-args", "--disasm"} <= options, True)
    for name, text in texts.items():
        missing = sorted(o for o in options if not re.search(rf"(?<![\w-]){o}(?![a-z])", text))
        check(f"options that {name} lacks", missing, [])


def test_modules_of_others():
    # issue 16: what others may write to is not loaded
    folder = os.path.join(DIR, "copy")
    os.mkdir(folder)
    shutil.copy(HELIO, folder)
    shutil.copytree(os.path.join(os.path.dirname(HELIO), "modules"), os.path.join(folder, "modules"), ignore=lambda d, n: [
        x for x in n if not x.endswith(".so")])
    modules = os.path.join(folder, "modules")
    ask = [os.path.join(folder, "helio"), "-e", "write_png, 'a.png', bytarr(2, 2)"]

    def said():
        return subprocess.run(ask, capture_output=True, text=True, cwd=DIR, timeout=60, check=False).stderr.split("\n")[0]

    check("a module of ours", said(), "")
    for name, path, mode in [("folder", modules, 0o755), ("module", os.path.join(modules, "png.so"), 0o755)]:
        os.chmod(path, 0o777)
        has(f"a {name} that all may write to", said(), "or others may write there")
        os.chmod(path, mode)
    check("a module of ours again", said(), "")


def main():
    global DIR
    with tempfile.TemporaryDirectory(prefix="helio-cli-") as DIR:
        for name, test in list(globals().items()):
            if name.startswith("test_") and (len(sys.argv) < 3 or name in sys.argv[2:]):
                test()
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
