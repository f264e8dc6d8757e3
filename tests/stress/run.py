#!/usr/bin/env python3
"""The stress switches: HELIO_STRESS=copy (nothing is changed in place), short (transfers of one byte), oom:N (the Nth
allocation fails). Meant for an ASan build with -Dchecks=true, whose status is 99 when a block is left alive.

Usage: run.py HELIO [GROUP...]; groups: copy short oom deep. Ends with "N passed, N failed". About four minutes.
Group deep: the programs of hostile.py, which must end with an error or succeed, in two minutes each (under ASan too),
with a stack of 512 KB (ASan: the usual one).
Expectations: the tests' own under copy and short; under oom an error about memory or the undisturbed output (hand)."""
import concurrent.futures
import glob
import http.server
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading

from hostile import HOSTILE, PROGRAMS

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
POINTS = 16  # failing allocations tried in each script
EACH = {"caught"}  # scripts in which every one is tried
os.environ["HELIO_PREFERENCES"] = ""  # the user's own are not a test's
TROUBLE = re.compile(r"ERROR: (?:Address|Leak)Sanitizer|runtime error:|^census:", re.M)
PASSED = re.compile(r"^(\d+) passed, (\d+) failed", re.M)

SCRIPTS = {
    "threads": """cpu, tpool_nthreads=3, tpool_min_elts=1024
a=findgen(30000) & b=a*2+a & print, b[29999], total(a*b), max(a-b), mean(b)
w=where(a gt 29990 and b gt 0, n) & print, n, w[0]
m=fltarr(300,100)+1 & print, (total(m,1))[7], (max(m,dimension=2))[7], (m # transpose(m))[5]
c=complex(a,b) & print, total(c), (c*c+c)[3]
""",
    "caught": """n=0
for i=0,2 do begin
catch, e
n++
if n gt 20 then exit, status=23
if e ne 0 then message, /info, !error_state.msg
if e ne 0 then continue
print, i, (findgen(300))[299]
endfor
print, 'end'
end
""",
    "loops": """s='' & for i=0,3000 do s=s+'ab'
a=[0L] & for i=1L,3000 do a=[a,i]
print, strlen(s), n_elements(a), a[2999]
r=replicate({x:0.0,k:0L},200) & for j=0,20 do for i=0,199 do r[i].x=r[i].x*0.5+i
p=ptr_new({v:findgen(500)}) & for j=0,20 do for i=0,498 do (*p).v[i]=(*p).v[i+1]
t=0d & for i=0,3000 do t+=sin(i)*atan(i,2)
foreach y,(*p).v do t+=y
print, r[7].x, (*p).v[3], t
""",
    "language": """pro fill, a, k=k
  for i=0,n_elements(a)-1 do a[i]=i*k
end
a=fltarr(300) & fill, a, k=2.5 & print, a[0:5]
s={x: 1, y: [1.,2,3], t: 'text'} & s.y[1]=7 & print, s
r=replicate(s,40) & r[3].t='other' & print, r[3].t
t='' & for i=0,40 do t=t+string(i)
print, strlen(t), strsplit(t,' ',/extract)
b=[[a],[a]] & b=b+complex(a[0:1],1)#[1,2] & help, b
p=ptr_new(lindgen(500)) & (*p)[3:7]=1 & print, (*p)[0:9]
x=strjoin(strtrim(sindgen(200),2),',') & print, strlen(x)
c=string(a,format='(10f8.2)') & print, c[2]
end
""",
    "files": """openw,u,'t.txt',/get_lun
printf,u,findgen(300) & printf,u,'last',format='(a)'
free_lun,u
openr,u,'t.txt',/get_lun & v=fltarr(300) & readf,u,v & t='' & readf,u,t & free_lun,u
print, v[299], t, file_lines('t.txt')
openw,u,'t.gz',/get_lun,/compress & writeu,u,lindgen(20000) & free_lun,u
openr,u,'t.gz',/get_lun,/compress & w=lonarr(20000) & readu,u,w & free_lun,u
print, w[19999]
reads,'1 2 3',i,j,k & print,i,j,k
print, file_test('t.txt'), n_elements(file_search('*.txt'))
""",
    "pictures": """set_plot,'z' & device,set_pixel_depth=24
image=bytarr(3,64,48) & image[0,*,*]=200b & image[1,10:20,*]=90b
write_jpeg,'a.jpg',image,true=1
read_jpeg,'a.jpg',back,/true & help, back
tv,back,/true & print, max_of(tvrd())
write_png,'a.png',back & q=read_png('a.png') & help, q
loadct,3,/silent & tvlct,r,g,b,/get & print, r[0:3]
""".replace("max_of(tvrd())", "(tvrd())[0]"),
    "session": """socket,lun,'127.0.0.1',@PORT@,/get_lun,read_timeout=3
printf,lun,'GET /file HTTP/1.0'
printf,lun,'Host: 127.0.0.1'
printf,lun,''
header='' & text='x'
while text ne '' do begin
 readf,lun,text
 header=[header,text]
endwhile
data=bytarr(5000)
readu,lun,data
close,lun
print, n_elements(header) gt 2, data[0], data[4999]
""",
}
class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5000")
        self.end_headers()
        try:
            self.wfile.write(b"A" * 4999 + b"Z")
        except OSError:  # a client that ends early is what is tried here
            pass

    def log_message(self, *args):
        pass


STACK = 512 << 10  # bytes that the deep programs get; what a sanitizer needs is not counted


def small_stack():
    resource.setrlimit(resource.RLIMIT_STACK, (STACK, STACK))


def run(helio, text, stress=None, timeout=30, before=None):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "t.pro"), "w") as f:
            f.write(text)
        env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "HELIO_STRESS")}
        if stress:
            env["HELIO_STRESS"] = stress
        try:
            done = subprocess.run([helio, "t.pro"], cwd=folder, env=env, stdin=subprocess.DEVNULL, timeout=timeout, preexec_fn=before,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            return None, "no end"
        return done.returncode, done.stdout.decode("utf-8", "replace").replace(folder, "FOLDER")


def trouble(code, text):
    """Why a run is no good, whatever it printed."""
    if code is None:
        return text
    if code < 0 or code in (23, 99, 134, 139) or TROUBLE.search(text):
        return f"exit status {code}\n" + "\n".join(text.splitlines()[-30:])
    return None


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def note(self, name, problem):
        if problem:
            self.failed += 1
            print(f"FAILED {name}: {problem}", flush=True)
        else:
            self.passed += 1


def suite(tally, name, command, stress, closing):
    done = subprocess.run(command, cwd=TOP, env=dict(os.environ, HELIO_STRESS=stress), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    counts = PASSED.findall(done.stdout) if closing else [("1", "0") if done.returncode == 0 else ("0", "1")]
    passed, failed = (int(x) for x in counts[-1]) if counts else (0, 1)
    tally.passed += passed
    tally.failed += failed
    if failed or done.returncode:
        print(f"FAILED {name} under {stress}:\n{done.stdout[-4000:]}", flush=True)


# What these do with their arguments is in the other topics' tests as well: drawing, and routines written in IDL.
UNSHARED = ("covered.txt", "contour", "graphics", "gridding", "math", "surface")


def routines(helio, *topics, without=()):
    files = [f for t in topics for f in sorted(glob.glob(os.path.join(TOP, "tests/pro", t, "*.pro")))]
    files = [f for f in files if os.path.basename(f) not in without]
    return [sys.executable, "tests/run_pro.py", helio, *files]


def network(helio):
    return [sys.executable, "tests/net/run.py", helio]


def group_copy(tally, helio):
    # most of their time these wait for the clock or for other processes
    idle = ["idl_idlbridge.pro", "spawn.pro", "timer.pro", "timer_late.pro", "timer_waits.pro"]
    topics = [t for t in sorted(os.listdir(os.path.join(TOP, "tests/pro"))) if t not in UNSHARED]
    suite(tally, "routines", routines(helio, *topics, without=idle), "copy", True)
    for test in ("base", "core", "fmt", "kern", "io", "image", "gfx"):
        path = os.path.join(os.path.dirname(helio), "tests/unit/test_" + test)
        if os.path.exists(path):
            suite(tally, path, [path], "copy", False)


def group_short(tally, helio):
    # these tell how much one raw transfer brings, which is one byte here
    suite(tally, "routines", routines(helio, "io", "format", without=["openr.pro", "rawio.pro"]), "short", True)
    suite(tally, "net", network(helio), "short", True)
    for test in ("io", "net"):
        path = os.path.join(os.path.dirname(helio), "tests/unit/test_" + test)
        if os.path.exists(path):
            suite(tally, path, [path], "short", False)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    session = SCRIPTS["session"].replace("@PORT@", str(server.server_address[1]))
    code, text = run(helio, session, "short")
    tally.note("session under short", trouble(code, text) or ("" if code == 0 and "65  90" in text else text))
    server.shutdown()


def last_allocation(helio, text, plain):
    """The first power of two from which no allocation fails any more."""
    n = 64
    while n < 1 << 22 and run(helio, text, f"oom:{n}")[1] != plain:
        n *= 2
    return n


def oom_point(helio, text, plain, n):
    code, out = run(helio, text, f"oom:{n}")
    bad = trouble(code, out)
    if not bad and out != plain and not re.search(r"^% .*memory", out, re.M | re.I):
        bad = f"no error about memory (status {code}):\n" + "\n".join(out.splitlines()[-12:])
    return bad


def group_oom(tally, helio):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for name, text in SCRIPTS.items():
            text = text.replace("@PORT@", str(server.server_address[1]))
            code, plain = run(helio, text)
            tally.note(f"{name} undisturbed", trouble(code, plain) or (plain if code else ""))
            top = last_allocation(helio, text, plain)
            tried = top if name in EACH else POINTS
            points = sorted({max(1, int(top * (k + 0.5) / tried)) for k in range(tried)})
            found = pool.map(lambda n: (n, oom_point(helio, text, plain, n)), points)
            for n, bad in found:
                tally.note(f"{name} with oom:{n}", bad)
    server.shutdown()


def is_sanitized(helio):
    """Whose frames are several times as large."""
    with open(helio, "rb") as f:
        return b"__asan_init" in f.read()


def group_deep(tally, helio):
    for name, (text, wanted) in {**HOSTILE, **PROGRAMS}.items():
        code, out = run(helio, text, timeout=120, before=None if is_sanitized(helio) else small_stack)
        bad = trouble(code, out)
        if not bad and wanted not in out:
            bad = f"[{wanted}] is not in the output (status {code}): {out[-600:]}"
        tally.note(name, bad)


def main():
    helio = os.path.abspath(sys.argv[1])
    groups = {"copy": group_copy, "short": group_short, "oom": group_oom, "deep": group_deep}
    tally = Tally()
    for name in sys.argv[2:] or groups:
        groups[name](tally, helio)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed != 0


if __name__ == "__main__":
    sys.exit(main())
