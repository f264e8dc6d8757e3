#!/usr/bin/env python3
"""One table of benchmarks: ours beside GDL and standard tools. bench.py HELIO [-n RUNS] [BENCHMARK...]

Each pair of programs runs alternately, several times; a row shows the medians and their ratio. What is missing (GDL,
nginx, djpeg, a routine) is said in its row. Start reading at main; each bench_ function gives rows."""
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests/net"))
BODY = 200_000_000
LINES = 1_000_000
LOOP = 40_000_000


class Missing(Exception):
    pass


class Bench:
    def __init__(self, helio, runs):
        self.helio, self.runs = str(helio), runs
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="helio-bench-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        self.work.chmod(0o755)
        self.files = self.work / "files"
        self.files.mkdir()
        self.gdl = shutil.which("gdl")
        self.nginx = None

    # --- running -----------------------------------------------------------------------------------------------------

    def spawn(self, command, text=None):
        """Seconds, the most memory in bytes, and seconds of the processor, of one run."""
        env = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
        if command[0] == self.gdl:
            command = ["timeout", "60", *command]
        source = tempfile.TemporaryFile()
        source.write((text or "").encode())
        source.seek(0)
        with tempfile.TemporaryFile() as out:
            start = time.perf_counter()
            p = subprocess.Popen(command, stdin=source, stdout=out, stderr=out, cwd=self.work, env=env)
            _, status, usage = os.wait4(p.pid, 0)
            seconds = time.perf_counter() - start
            p.returncode = os.waitstatus_to_exitcode(status)
            if p.returncode:
                out.seek(0)
                raise Missing(f"{os.path.basename(command[0])}: {out.read()[-200:].decode(errors='replace').strip()}")
        return seconds, usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime

    def pair(self, ours, theirs, runs=None):
        """Medians of alternating runs of two callables that give seconds."""
        a, b = [], []
        for _ in range(runs or self.runs):
            a.append(ours())
            if theirs:
                b.append(theirs())
        return statistics.median(a), statistics.median(b) if b else None

    def program(self, text):
        path = self.work / "program.pro"
        path.write_text(text)
        return self.spawn([self.helio, "-quiet", str(path)])

    def in_gdl(self, text):
        """A program under GDL, by .run: routines and a main program."""
        if not self.gdl:
            raise Missing("GDL is not installed")
        (self.work / "other.pro").write_text(text)
        return self.spawn([self.gdl, "-quiet"], ".run other.pro\nexit\n")

    def net(self, run, text, empty, which=0):
        """Seconds (which 2: of the processor) of a program beyond those of an empty one."""
        seconds = run(text)[which] - run(empty)[which]
        if seconds <= 0:
            raise Missing("no longer than an empty program")
        return seconds

    def server(self):
        if not self.nginx:
            import servers
            try:
                root = servers.fetch(pathlib.Path(self.helio).parent)
                servers.make_ca(self.work)
                self.nginx = servers.Nginx(root, self.work, self.files, self.work)
                self.nginx.start()
            except Exception as e:
                self.nginx = None
                raise Missing(f"nginx: {e}") from e
        return self.nginx.plain

    def close(self):
        if self.nginx:
            self.nginx.stop()
        shutil.rmtree(self.work, ignore_errors=True)


# --- Benchmarks: each gives rows (name, ours, theirs, who they are, unit, target ratio theirs/ours or None) ------------

EMPTY = "end\n"
REQUEST = """socket,u,'127.0.0.1',{port},/get_lun
printf,u,'GET /{name} HTTP/1.0'
printf,u,'Host: localhost'
printf,u,''
text='x'
while text ne '' do readf,u,text
"""


def bench_start(b):
    source = b.work / "empty.c"
    source.write_text("int main(void) { return 0; }\n")
    if subprocess.run(["gcc", "-O2", source, "-o", b.work / "empty"]).returncode:
        raise Missing("gcc")
    ours = [b.helio, "-e", "exit"]
    theirs = [str(b.work / "empty")]
    a, c = b.pair(lambda: spawn_bare(ours), lambda: spawn_bare(theirs), 200)
    yield "start-up: helio -e exit", a, c, "empty C program", "s", 1 / 2.5


def spawn_bare(command):
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ,
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    os.waitpid(pid, 0)
    return time.perf_counter() - start


def bench_download(b):
    port = b.server()
    block = os.urandom(1_000_000)
    with open(b.files / "body", "wb") as f:
        for _ in range(BODY // len(block)):
            f.write(block)
    text = REQUEST.format(port=port, name="body") + f"data=bytarr({BODY},/nozero)\nreadu,u,data\nfree_lun,u\nend\n"
    most = []

    def ours():
        seconds, memory, _ = b.program(text)
        most.append(memory)
        return seconds

    curl = ["curl", "-s", "-f", "-o", str(b.work / "out"), f"http://127.0.0.1:{port}/body"]
    a, c = b.pair(ours, lambda: b.spawn(curl)[0])
    yield "200 MB from nginx: SOCKET, one READU", a, c, "curl -o /dev/shm", "s", 0.9
    yield "  peak memory beyond the array", (max(most) - BODY) / 1e6, None, "", "MB", None
    os.unlink(b.files / "body")


def bench_lines(b):
    path = b.files / "lines"
    with open(path, "w") as f:
        for i in range(LINES):
            f.write(f"line {i}\n")
    loop = f"text=''\nfor i=1L,{LINES} do readf,u,text\nend\n"
    port = b.server()
    socket = REQUEST.format(port=port, name="lines") + loop
    file = f"openr,u,'{path}',/get_lun\n" + loop
    gdl = (lambda: b.net(b.in_gdl, file, EMPTY)) if b.gdl else None
    a, c = b.pair(lambda: b.net(b.program, socket, EMPTY), gdl, 3)
    yield "READF of 1e6 short lines, socket", a, c, "GDL, a file (its sockets fail)", "s", 20
    a, _ = b.pair(lambda: b.net(b.program, file, EMPTY), None, 3)
    yield "READF of 1e6 short lines, file", a, c, "GDL, a file", "s", 20


def bench_jpeg(b):
    for tool in ("cjpeg", "djpeg"):
        if not shutil.which(tool):
            raise Missing(tool + " (libjpeg-turbo-progs)")
    n = 4096
    noise = os.urandom(3 * 509)
    row = bytes((i // 48 + noise[i % len(noise)] // 8) % 256 for i in range(3 * n))
    ppm = b.work / "big.ppm"
    with open(ppm, "wb") as f:
        f.write(f"P6 {n} {n} 255\n".encode())
        for y in range(n):
            k = 3 * (y * 7 % n)
            f.write(row[k:] + row[:k])
    with open(b.work / "big.jpg", "wb") as f:
        subprocess.run(["cjpeg", "-quality", "90", ppm], stdout=f, check=True)
    text = f"read_jpeg,'{b.work}/big.jpg',image,/true\nend\n"
    djpeg = ["djpeg", "-ppm", "-outfile", str(b.work / "out.ppm"), str(b.work / "big.jpg")]
    a, c = b.pair(lambda: b.program(text)[0], lambda: b.spawn(djpeg)[0])
    yield "READ_JPEG of 4096x4096", a, c, "djpeg to /dev/shm", "s", 1 / 1.15


def compare(b, name, text, empty, target, scale=1.0, unit="s", which=2):
    """A program beside GDL, less what an empty one takes, times scale. By processor time, unless GDL uses threads."""
    gdl = (lambda: b.net(b.in_gdl, text, empty, which)) if b.gdl else None
    try:
        a, c = b.pair(lambda: b.net(b.program, text, empty, which), gdl, 3)
    except Missing as e:
        return name, None, None, f"not measured: {str(e).splitlines()[-1][:60]}", "", None
    return name, a * scale, c * scale if c is not None else None, "GDL", unit, target


def bench_loop(b):
    loop = "for i=0L,{n} do s=s+i*0.5d\n"
    forms = {
        "locals of a routine": "pro p\ns=0d\n" + loop + "end\np\nend\n",
        "parameters": "pro p, s, i\n" + loop + "end\ns=0d & i=0L\np, s, i\nend\n",
        "$MAIN$": "s=0d\n" + loop + "end\n",
    }
    for where, text in forms.items():
        yield compare(b, "s=s+i*0.5d, " + where, text.format(n=LOOP - 1), text.format(n=0), 15, 1e9 / LOOP, "ns")


def bench_other(b):
    calls = 2_000_000
    yield compare(b, "function call f(i)", f"function f, x\nreturn, x+1\nend\ns=0L\nfor i=1L,{calls} do s=f(s)\nend\n",
                  "function f, x\nreturn, x+1\nend\nend\n", None, 1e9 / calls, "ns")
    n = 200_000
    yield compare(b, "PRINTF of 2e5 lines by format", f"openw,u,'out.txt',/get_lun\nfor i=0L,{n} do "
                  "printf,u,i,i*0.5d,format='(i8,f14.3)'\nend\n", EMPTY, None, 1e9 / n, "ns")
    yield compare(b, "STRING of 1e6 floats", "s=string(findgen(1000000L))\nend\n", EMPTY, None)
    yield compare(b, "s=s+'x' 2e5 times", f"s=''\nfor i=0L,{n} do s=s+'x'\nend\n", EMPTY, None, 1e9 / n, "ns")
    yield compare(b, "a*2.0+a/3.0-sqrt(a), 1e6 doubles, 50 times",
                  "a=dindgen(1000000L)\nfor k=1,50 do b=a*2.0+a/3.0-sqrt(a)\nend\n", "a=dindgen(1000000L)\nend\n", None,
                  1e9 / 50e6, "ns", 0)


BENCHMARKS = {"start": bench_start, "download": bench_download, "lines": bench_lines, "jpeg": bench_jpeg,
              "loop": bench_loop, "other": bench_other}


# --- The table -----------------------------------------------------------------------------------------------------------

def amount(v, unit):
    if v is None:
        return "-"
    if unit == "s" and v < 0.1:
        return f"{v * 1e3:.2f} ms"
    return f"{v:.3g} {unit}" if v < 1000 else f"{v:.0f} {unit}"


def show(row):
    name, ours, theirs, who, unit, target = row
    ratio = theirs / ours if ours and theirs is not None else None
    verdict = ""
    if target and ratio is not None:
        verdict = f"{'met' if ratio >= target else 'MISSED'} (>= {target:.3g}x)"
    print(f"{name:44} {amount(ours, unit):>10} {amount(theirs, unit):>10}  {f'{ratio:.2f}x' if ratio else '-':>8}  "
          f"{verdict:18} {who}", flush=True)


def main():
    args = sys.argv[1:]
    runs = 5
    if "-n" in args:
        k = args.index("-n")
        runs = int(args[k + 1])
        del args[k:k + 2]
    b = Bench(pathlib.Path(args[0]).resolve(), runs)
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    print(f"{os.cpu_count()} CPUs {cpu.group(1) if cpu else ''}, load {os.getloadavg()[0]:.1f}; medians; ratio = theirs / ours")
    print(f"{'':44} {'ours':>10} {'theirs':>10}  {'ratio':>8}  {'target':18} beside")
    try:
        for name in args[1:] or BENCHMARKS:
            try:
                for row in BENCHMARKS[name](b):
                    show(row)
            except Missing as e:
                print(f"{name:44} not measured: {' '.join(str(e).split())[:100]}", flush=True)
    finally:
        b.close()


if __name__ == "__main__":
    main()
