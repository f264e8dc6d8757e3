#!/usr/bin/env python3
"""SAVE files: hostile ones run nothing and end no session; what SAVE writes RESTORE reads; the old file's name, owner, links
and bytes stay. Usage: run.py HELIO. Source of all expectations: by hand (the rules of lib/save and io/save_out.c)."""
import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

HELIO = os.path.abspath(sys.argv[1])
passed = failed = 0


def run(*args, stdin="", env=None, cwd=None):
    e = {k: v for k, v in os.environ.items() if not k.startswith(("IDL_", "HELIO_PATH")) and k != "DISPLAY"}
    e.update(HELIO_HISTORY="", HELIO_PREFERENCES="", **(env or {}))
    p = subprocess.run([HELIO, *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=e,
                       cwd=cwd or DIR, timeout=120)
    return p.returncode, p.stdout


def check(name, got, expected):
    global passed, failed
    ok = got == expected
    passed, failed = passed + ok, failed + (not ok)
    if not ok:
        print(f"FAILED {name}\n  got      {got!r}\n  expected {expected!r}")


def has(name, text, part):
    check(name, part if part in text else text, part)


# --- A small writer of the format ------------------------------------------------------------------------------------

def long(*values):
    return b"".join(struct.pack(">I", v & 0xFFFFFFFF) for v in values)


def text(s):
    s = s.encode()
    return long(len(s)) + s + bytes(-len(s) % 4)


def scalar_shape():
    return long(8, 4, 4, 1, 1, 0, 0, 8, 1, 1, 1, 1, 1, 1, 1, 1)


def definition(name, flags, tags):
    """tags: (name, type, inner definition)"""
    d = long(9) + text(name) + long(flags, len(tags), 0)
    d += b"".join(long(0, t, 0x34 if t == 8 else 0) for _, t, _ in tags) + b"".join(text(n) for n, _, _ in tags)
    d += b"".join(scalar_shape() for _, t, _ in tags if t == 8)
    return d + b"".join(inner for _, _, inner in tags if inner)


def again(name):
    return long(9) + text(name) + long(9, 1, 0)


def variable(name, description, data):
    return text(name) + long(8, 0x34) + scalar_shape() + description + long(7) + data


def save_file(path, *records, compressed=False):
    out = bytearray(b"SR\0\6" if compressed else b"SR\0\4")
    for kind, body in records:
        body += bytes(-len(body) % 4)
        if compressed:
            body = zlib.compress(body)
        out += long(kind, len(out) + 16 + len(body), 0, 0) + body
    with open(os.path.join(DIR, path), "wb") as f:
        f.write(out + long(6, 0, 0, 0))


VARIABLE, HEAP_HEADER, HEAP_DATA, SOURCE = 2, 15, 16, 0x48454C49


def class_of(name, tag="X"):
    return definition(name, 2, [(tag, 3, None)]) + text(name) + long(0)


def routine(name, lines, is_function=0):
    return SOURCE, text(name) + long(is_function, 1) + text("") + text("\n".join(lines) + "\n")


def write(path, content):
    path = os.path.join(DIR, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(content)


# --- RESTORE runs nothing ----------------------------------------------------------------------------------------------

def test_nothing_runs():
    bang = "print, 'RAN'"
    define = routine("EVIL__DEFINE", ["pro evil__define", bang, "s = {evil, x: 0}", "end"])
    cleanup = routine("EVIL::CLEANUP", ["pro evil::cleanup", bang, "end"])
    data = VARIABLE, variable("DATA", class_of("EVIL"), long(1))
    save_file("define.sav", define, data)
    check("a class defined in the file", run("-e", "restore, 'define.sav' & print, data.x"), (0, "           1\n"))
    write("evil__define.pro", f"pro evil__define\n{bang}\ns = {{evil, x: 0L}}\nend\n")
    save_file("data.sav", data)
    check("a class defined along the path", run("-e", "restore, 'data.sav' & print, data.x"), (0, "           1\n"))
    heap = [(HEAP_HEADER, long(1, 1)), (HEAP_DATA, long(1, 2, 8, 0x34) + scalar_shape() + class_of("EVIL") + long(7, 5))]
    save_file("lost.sav", cleanup, *heap, (VARIABLE, text("P") + long(10, 0, 7, 0)))
    check("an object that nothing refers to", run("-e", "restore, 'lost.sav' & print, 'end'"), (0, "end\n"))
    save_file("object.sav", cleanup, *heap, (VARIABLE, text("O") + long(11, 0, 7, 1)))
    check("an object that is dropped", run("-e", "restore, 'object.sav' & print, obj_valid(o) & o = 0"), (0, "   1\n"))
    check("one that is destroyed", run("-e", "restore, 'object.sav' & obj_destroy, o"), (0, "RAN\n"))
    save_file("main.sav", routine("X", [bang, "end"]), routine("Y", ["pro y", "end", bang, "end"]), data)
    check("a main program", run("-e", "restore, 'main.sav' & print, 'end'"), (0, "end\n"))
    twice = [(VARIABLE, variable("A", class_of("EVIL"), long(1))), (VARIABLE, variable("B", class_of("EVIL", "Y"), long(1)))]
    save_file("twice.sav", define, *twice)
    check("two definitions of one class", "RAN" in run("-e", "restore, 'twice.sav'")[1], False)


def test_names():
    write("sub/evil__define.pro", "pro evil__define\nprint, 'RAN'\nend\n")
    for name in (f"{DIR}/sub/EVIL".upper(), "SUB/EVIL", "A B", "1A", "A,B", "A\n"):
        save_file("name.sav", (VARIABLE, variable("DATA", class_of(name), long(1))))
        has(f"a class named {name!r}", run("-e", "restore, 'name.sav'")[1], "illegal name of a structure")
        super_ = definition("GOOD", 2, [("X", 3, None)]) + text("GOOD") + long(1) + text(name) + class_of(name)
        save_file("name.sav", (VARIABLE, variable("DATA", super_, long(1))))
        has(f"a superclass named {name!r}", run("-e", "restore, 'name.sav'")[1], "illegal name of a structure")
    has("OBJ_NEW takes no path", run("-e", f"o = obj_new('{DIR}/sub/evil')")[1], "Attempt to call undefined procedure")


def test_methods_of_restored_objects():
    write("counted__define.pro", "function counted::twice\ncompile_opt hidden\nreturn, 2*self.n\nend\npro counted__define\n"
          "compile_opt hidden\nprint, 'defined'\ns = {counted, n: 0}\nend\n")
    run("-e", "o = obj_new('counted') & save, o, file='counted.sav'")
    check("methods beside the definition", run("-e", "restore, 'counted.sav' & print, o.twice()"), (0, "       0\n"))


# --- Depth, length, memory -------------------------------------------------------------------------------------------

def test_depth():
    for n in (1100, 45000):
        records = [(VARIABLE, variable("V0", definition("S0", 8, [("A", 3, None)]), long(1)))]
        records += [(VARIABLE, variable(f"V{i}", definition(f"S{i}", 8, [("A", 8, again(f"S{i - 1}"))]), long(1)))
                    for i in range(1, n)]
        save_file("deep.sav", *records)
        has(f"{n} structures by reference", run("-e", "restore, 'deep.sav'")[1], "structures are nested too deeply")
    records = [(VARIABLE, variable("V0", class_of("S0"), long(1)))]
    records += [(VARIABLE, variable(f"V{i}", definition(f"S{i}", 2, [("X", 3, None)]) + text(f"S{i}") + long(1) +
                                    text(f"S{i - 1}") + again(f"S{i - 1}"), long(1))) for i in range(1, 3000)]
    save_file("deep.sav", *records)
    has("3000 superclasses", run("-e", "restore, 'deep.sav'")[1], "structures are nested too deeply")
    for n in (100, 999):
        code = f"s = {{a: 1}}\nfor i = 2, {n} do s = {{a: s}}\nsave, s, file='nest.sav'\nt = s & s = 0\nrestore, 'nest.sav'\n"
        check(f"{n} levels written and read", run(stdin=code + "print, array_equal(tag_names(s), 'A')\n"), (0, "   1\n"))


def test_nested_definitions():
    """A named structure with a structure in it is the session's own, not another one of its name."""
    run("-e", "v = {nested, a: 1, b: {c: 2}, d: replicate({c: 3}, 2)} & save, v, file='nested.sav'")
    check("a definition that is there", run(stdin="s = {nested, a: 4, b: {c: 5}, d: replicate({c: 6}, 2)}\nrestore, 'nested.sav'\n"
          "help, [v, s]\nprint, v.b.c, v.d.c\n"), (0, "<Expression>    STRUCT    = -> NESTED Array[2]\n       2       3       3\n"))


def test_lengths():
    check("a long description", run(stdin="save, file='d.sav', description=strjoin(replicate('x', 3000000L)), /variables\n"
          "restore, 'd.sav', description=d\nprint, strlen(d)\n"), (0, "     3000000\n"))
    filler = "a = 1  ; and a comment that makes the line long enough to matter\n" * 30000
    write("bigone.pro", f"pro bigone\ncompile_opt hidden\n{filler}print, 'big'\nend\n")
    run(stdin=".compile bigone\nsave, /routines, 'bigone', file='big.sav'\n")
    os.remove(os.path.join(DIR, "bigone.pro"))
    check("a long routine", run(stdin="restore, 'big.sav'\nbigone\n"), (0, "big\n"))


def test_memory():
    tags = [(f"T{i}" + "X" * 1000000, 3, None) for i in range(300)]
    save_file("names.sav", (VARIABLE, variable("V", definition("BIG", 8, tags), long(*[1] * 300))), compressed=True)
    write("caught.pro", "precious = findgen(100)\ncatch, e\nif e ne 0 then print, 'caught', total(precious) else restore, "
          "'names.sav'\nend\n")
    check("names that fill the memory", run("caught.pro", env={"HELIO_MAX_MEMORY": "200M"}), (0, "caught      4950.00\n"))


def test_two_heap_headers():
    save_file("two.sav", (HEAP_HEADER, long(0)), (HEAP_HEADER, long(1, 1)))
    has("two heap headers", run("-e", "restore, 'two.sav'")[1], "impossible sizes")


# --- Where SAVE writes -------------------------------------------------------------------------------------------------

def path(name):
    return os.path.join(DIR, name)


def test_places():
    os.symlink("nowhere", path("dangling"))
    os.mkdir(path("inner"))
    os.symlink("../there", path("inner/link"))
    run("-e", "a = 1 & save, a, file='dangling' & save, a, file='inner/link'")
    check("links stay", [os.path.islink(path(p)) for p in ("dangling", "inner/link", "nowhere", "there")],
          [True, True, False, False])
    check("what links name is written", run("-e", "restore, 'there' & print, a"), (0, "       1\n"))
    name = "n" * 250
    check("a long name", run("-e", f"a = 7 & save, a, file='{name}' & a = 0 & restore, '{name}' & print, a"), (0, "       7\n"))
    write("x.sav", "old")
    os.chmod(path("x.sav"), 0o640)
    run("-e", "a = 3 & save, a, file='x.sav'")
    check("permissions stay", os.stat(path("x.sav")).st_mode & 0o777, 0o640)
    if os.geteuid() == 0:
        write("z.sav", "old")
        os.chown(path("z.sav"), 65534, 65534)
        run("-e", "a = 3 & save, a, file='z.sav'")
        check("the owner stays", os.stat(path("z.sav")).st_uid, 65534)
    check("no other files", [f for f in os.listdir(DIR) if ".tmp" in f], [])


def test_killed():
    before = set(os.listdir(DIR))
    write("kill.pro", "a = bytarr(600000000)\nsave, a, file='killed.sav'\nend\n")
    for wait in (0.3, 0.6):
        p = subprocess.Popen([HELIO, "kill.pro"], cwd=DIR, stdin=subprocess.DEVNULL)
        time.sleep(wait)
        p.send_signal(signal.SIGKILL)
        p.wait()
    check("nothing is left of a killed SAVE", set(os.listdir(DIR)) - before - {"kill.pro", "killed.sav"}, set())


def test_full_disk():
    run("-e", "a = 1 & save, a, file='full.sav'")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
    subprocess.run([HELIO, "-e", "a = bytarr(10000000) & save, a, file='full.sav'"], cwd=DIR, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, preexec_fn=limit, timeout=60)
    check("a failure leaves the old file", run("-e", "restore, 'full.sav' & print, a"), (0, "       1\n"))


def main():
    global DIR
    with tempfile.TemporaryDirectory(prefix="helio-save-") as DIR:
        for name, test in list(globals().items()):
            if name.startswith("test_") and (len(sys.argv) < 3 or name in sys.argv[2:]):
                test()
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
