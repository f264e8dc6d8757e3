#!/usr/bin/env python3
"""The tutorial's session over real servers and over broken ones.  run.py HELIO [CASE...]

Cases are named server/way/mode (nginx/plain/stdin) and fault/NAME; an argument selects those that contain it.
Expectations: hand (network.md 1.3, 5, 6.3), djpeg for the pixels, the served file for the bytes."""
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import faults  # noqa: E402
import servers  # noqa: E402

HOST = servers.HOST
PATH = '/assets/img/latest/f_211_193_171_512.jpg'
SIZE = 62458
OPEN = f"socket,lun,'{HOST}',80,/get_lun\n"
SESSION = OPEN + f'''printf,lun,'GET {PATH} HTTP/1.1'
printf,lun,'Host: {HOST}:80'
printf,lun,string(10b)
header=''
text='xxx'
while text ne '' do begin
 readf,lun,text
 header=[header,text]
endwhile
print, header
data=bytarr({SIZE})
readu,lun,data
close,lun
openw,lun,"output.jpeg",/get_lun
writeu,lun,data
close,lun
read_jpeg,"output.jpeg",image,/true
tv,image,/true
'''
PIXELS = "openw,1,'pixels.raw'\nwriteu,1,image\nclose,1\n"


def picture(folder):
    """A JPEG of exactly SIZE bytes: a disk of light, padded with comments."""
    n = 512
    rows = bytearray()
    for y in range(n):
        for x in range(n):
            r = ((x - 256) ** 2 + (y - 256) ** 2) ** 0.5
            light = max(0, 255 - int(r * 0.9)) if r < 200 else max(0, 60 - int((r - 200) * 0.5))
            rows += bytes((light, (light * 3 + (x * 7 + y * 13) % 40) // 4, (light + x % 64) // 3))
    ppm = folder / 'sun.ppm'
    ppm.write_bytes(b'P6 512 512 255\n' + bytes(rows))
    jpeg = subprocess.run(['cjpeg', '-quality', '80', str(ppm)], check=True, capture_output=True).stdout
    pad, out = SIZE - len(jpeg), jpeg[:2]
    assert pad >= 4, len(jpeg)
    while pad:
        k = pad if pad <= 60000 else min(60000, pad - 4)
        out += b'\xff\xfe' + (k - 2).to_bytes(2, 'big') + b' ' * (k - 4)
        pad -= k
    return out + jpeg[2:]


class Runner:
    def __init__(self, helio, build, wanted):
        self.helio, self.build, self.wanted = helio, build, wanted
        self.work = pathlib.Path(tempfile.mkdtemp(prefix='helio-net-'))
        self.work.chmod(0o755)
        self.passed, self.failed = 0, []
        self.body = picture(self.work)
        self.files = self.work / 'files'
        target = self.files / PATH[1:]
        target.parent.mkdir(parents=True)
        target.write_bytes(self.body)
        jpeg = self.work / 'sun.jpg'
        jpeg.write_bytes(self.body)
        ppm = subprocess.run(['djpeg', '-ppm', str(jpeg)], check=True, capture_output=True).stdout[-512 * 512 * 3:]
        line = 512 * 3
        self.pixels = b''.join(ppm[i:i + line] for i in range(len(ppm) - line, -1, -line))  # row 0 is the bottom
        servers.make_ca(self.work)

    def selects(self, name):
        return not self.wanted or any(w in name for w in self.wanted)

    def check(self, name, problem):
        if problem:
            self.failed.append(name)
            print(f'FAILED {name}: {problem}')
        else:
            self.passed += 1

    def environment(self, **more):
        env = {k: v for k, v in os.environ.items() if k not in ('DISPLAY', 'WAYLAND_DISPLAY')}
        return dict(env, **more)

    def run(self, program, mode, env, folder, timeout=60):
        args, text = [str(self.helio), '-quiet'], None
        if mode == 'stdin':
            text = program
        elif mode == 'main':
            (folder / 'session.pro').write_text(program + 'end\n')
            args.append('session.pro')
        elif mode == 'batch':
            (folder / 'session.pro').write_text(program)
            args.append('session.pro')
        elif mode == 'at':
            (folder / 'session.pro').write_text(program)
            text = '@session.pro\n'
        elif mode == 'run':
            (folder / 'session.pro').write_text(program + 'end\n')
            text = '.run session.pro\n'
        elif mode == 'e':
            joined = '&'.join(line.strip() for line in program.splitlines()).replace('begin&', 'begin&')
            args += ['-e', joined]
        return subprocess.run(args, input=text, cwd=folder, env=env, capture_output=True, text=True, errors='replace',
                              timeout=timeout)

    def result_problem(self, folder, r):
        said = f'status {r.returncode}; {r.stdout[-200:]!r} {r.stderr[-300:]!r}'
        got = folder / 'output.jpeg'
        if not got.exists() or got.read_bytes() != self.body:
            return 'output.jpeg is not the served file: ' + said
        raw = folder / 'pixels.raw'
        if not raw.exists() or raw.read_bytes() != self.pixels:
            return 'image differs from djpeg: ' + said
        return f'unexpected failure: {said}' if r.returncode or '200' not in r.stdout else None

    def way(self, server, way):
        """Program text and environment of one way to the picture."""
        if way == 'plain':
            return SESSION, self.environment(HELIO_NET_MAP=f'{HOST}:80=127.0.0.1:{server.plain}')
        if way == 'tls':
            first = f"socket,lun,'{HOST}',443,/get_lun,/tls,ca_file='{self.work}/ca.pem'\n"
            return SESSION.replace(OPEN, first), self.environment(HELIO_NET_MAP=f'{HOST}:443=127.0.0.1:{server.tls}')
        maps = f'{HOST}:80=127.0.0.1:{server.redirect},{HOST}:443=127.0.0.1:{server.tls}'
        return SESSION, self.environment(HELIO_NET_MAP=maps, HELIO_CA_FILE=f'{self.work}/ca.pem')

    def session(self, server, way, mode):
        name = f'{server.name}/{way}/{mode}'
        if not self.selects(name):
            return
        folder = self.work / name.replace('/', '-')
        folder.mkdir()
        program, env = self.way(server, way)
        try:
            if mode == 'tmux':
                self.check(name, self.in_terminal(program + PIXELS, env, folder))
                return
            r = self.run(program + PIXELS, mode, env, folder)
            problem = self.result_problem(folder, r)
            if way == 'redirect' and not problem and 'moved to https' not in r.stderr:
                problem = 'the redirect is not told: ' + r.stderr[-300:]
            self.check(name, problem)
        except subprocess.TimeoutExpired:
            self.check(name, 'does not end')

    def in_terminal(self, program, env, folder):
        """Typed into a real terminal, with the prompts that the tutorial shows."""
        tmux = ['tmux', '-L', f'helio{os.getpid()}']
        carry = ' '.join(f'{k}={shlex.quote(v)}' for k, v in env.items() if k.startswith('HELIO'))
        command = f'cd {folder} && env -u DISPLAY HELIO_HISTORY= {carry} {self.helio} -quiet 2>err'
        subprocess.run([*tmux, 'new-session', '-d', '-x', '100', '-y', '40', command], check=True)
        try:
            time.sleep(1)
            for line in program.splitlines():
                subprocess.run([*tmux, 'send-keys', '-l', line], check=True)
                subprocess.run([*tmux, 'send-keys', 'Enter'], check=True)
                time.sleep(0.05)
            for _ in range(100):
                raw = folder / 'pixels.raw'
                if raw.exists() and raw.stat().st_size == len(self.pixels):
                    break
                time.sleep(0.1)
            screen = subprocess.run([*tmux, 'capture-pane', '-p'], capture_output=True, text=True).stdout
            r = subprocess.CompletedProcess([], 0, '200' + screen, (folder / 'err').read_text(errors='replace'))
            return self.result_problem(folder, r)
        finally:
            subprocess.run([*tmux, 'kill-server'])

    def servers(self):
        root = None
        for kind in servers.ALL:
            modes = [(w, 'stdin') for w in ('plain', 'tls', 'redirect')]
            if kind is servers.Nginx:
                modes += [('plain', m) for m in ('main', 'batch', 'at', 'run', 'e', 'tmux')]
            if not any(self.selects(f'{kind.name}/{w}/{m}') for w, m in modes):
                continue
            root = root or servers.fetch(self.build)
            server = kind(root, self.work, self.files, self.work)
            try:
                server.start()
                for w, m in modes:
                    self.session(server, w, m)
            except (RuntimeError, OSError) as e:
                self.check(kind.name, str(e))
            finally:
                server.stop()

    def fault(self, name, program, env, expected, absent=(), interrupt=0, timeout=60):
        """The program's error output holds the expected texts in order; the prompt goes on."""
        name = 'fault/' + name
        if not self.selects(name):
            return
        folder = self.work / name.replace('/', '-')
        folder.mkdir()
        text = program + "print,'still here'\n"
        args = [str(self.helio), '-quiet']
        p = subprocess.Popen(args, cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
        try:
            if interrupt:
                p.stdin.write(text.encode())
                p.stdin.flush()
                time.sleep(interrupt)
                pressed = time.time()
                p.send_signal(signal.SIGINT)
                out = p.communicate(timeout=timeout)[0].decode(errors='replace')
                if time.time() - pressed > 0.5:
                    self.check(name, f'Ctrl-C took {time.time() - pressed:.2f} s')
                    return
            else:
                out = p.communicate(text.encode(), timeout=timeout)[0].decode(errors='replace')
        except subprocess.TimeoutExpired:
            p.kill()
            out = p.communicate()[0].decode(errors='replace')
            self.check(name, 'does not end: ' + out[-500:])
            return
        at = 0
        joined = ' '.join(out.split())
        for want in [*expected, 'still here']:
            at = joined.find(want, at)
            if at < 0:
                self.check(name, f'{want!r} is missing in {out[-900:]!r}')
                return
        bad = [a for a in absent if a in joined]
        self.check(name, f'{bad} in {out[-900:]!r}' if bad else None)

    def faults(self):
        server = faults.FaultServer(self.body)

        def world(case):
            return self.environment(HELIO_NET_MAP=f'{HOST}:80=127.0.0.1:{server.ports[case]}')

        free = 'get_lun,u & print,u\n'
        none = self.environment(HELIO_NET_MAP=f'{HOST}:80=127.0.0.1:{servers.free_port()}')
        quick = SESSION.replace('/get_lun\n', '/get_lun,read_timeout=1\n', 1)
        stuck = 'Error encountered reading from file. Unit: 100, File: sdo.gsfc.nasa.gov.80'
        end = 'End of file encountered. Unit: 100, File: sdo.gsfc.nasa.gov.80'
        broken = 'Connection reset by peer'
        self.fault('refused', OPEN + free, none, ['Unable to connect to host. Unit: 100, File: sdo.gsfc.nasa.gov.80',
                                                  'Connection refused', '100'])
        self.fault('error-keyword', OPEN.replace('/get_lun', '/get_lun,error=e') + 'print,e ne 0\n' + free, none,
                   ['1', '100'], absent=['Unable'])
        self.fault('unknown-host', OPEN.replace(HOST, 'no-such-host.invalid') + free, none,
                   ['Unable to lookup host. Unit: 100, File: no-such-host.invalid.80', '100'])
        self.fault('silent', quick, world('silent'), [stuck, 'timed out'])
        self.fault('slow', SESSION.replace(str(SIZE), '3000') + 'print,data[[0,1000,2999]]\n', world('slow'),
                   ['HTTP/1.1 200 OK', ' '.join(str(self.body[i]) for i in (0, 1000, 2999))])
        once = OPEN + "printf,lun,'GET / HTTP/1.0' & printf,lun,'' & t='' & readf,lun,t & print,t\n"
        self.fault('close-in-header', once + 'readf,lun,t & print,t\nreadf,lun,t\n', world('close_in_header'),
                   ['HTTP/1.1 200 OK', 'Content-Le', end])
        self.fault('reset-in-header', once + 'readf,lun,t\nreadf,lun,t\n', world('reset_in_header'), ['HTTP/1.1 200 OK', broken])
        self.fault('close-at-once', once, world('close_at_once'), [end])
        count = 'print,(fstat(lun)).transfer_count\nclose,lun\nprint,data[0] eq 255 and data[999] ne 0 and data[1000] eq 0\n'
        header = SESSION[:SESSION.index('close,lun')]
        self.fault('close-in-body', header + count, world('close_in_body'), ['200 OK', end, '1000', '1'])
        self.fault('reset-in-body', header, world('reset_in_body'), ['200 OK', broken])
        self.fault('not-found', SESSION, world('not_found'), ['404 Not Found', 'Check the path', end])
        self.fault('moved', SESSION, world('moved_elsewhere'), ['301 Moved', 'https://other.test/x.jpg', end])
        self.fault('length-too-large', header, world('length_too_large'), ['200 OK'])
        self.fault('length-too-small', header, world('length_too_small'), ['Content-Length: 1000'])
        self.fault('endless-line', once + "readf,lun,t\n", world('endless_line'), ['Input line too long. Unit: 100'])
        self.fault('not-a-jpeg', SESSION, world('not_a_jpeg'), ['READ_JPEG'])
        self.fault('no-header', once, world('no_header'), ['no HTTP header'])
        self.fault('nul', once + "readf,lun,t & print,strlen(t)\n", world('nul_and_8_bit'), ['7'])
        self.fault('full-disk', "openw,1,'/dev/full' & writeu,1,bytarr(100000)\nclose,1,/force\n", none,
                   ['Error encountered writing to file. Unit: 1, File: /dev/full', 'No space left on device'])
        self.fault('no-folder', "openw,1,'/no/such/folder/x'\n", none,
                   ['OPENW: Error opening file. Unit: 1, File: /no/such/folder/x', 'No such file or directory'])
        self.fault('no-unit', 'for i=100,128 do get_lun,u\n' + OPEN, none,
                   ['All available logical units are currently in use.', 'FREE_LUN'])
        self.fault('interrupt-read', SESSION.splitlines()[0] + '\nt=\'\' & readf,lun,t\n', world('silent'), [],
                   interrupt=1.5)
        many = f"for i=0,9999 do begin & socket,l,'{HOST}',80,/get_lun & free_lun,l & endfor\n" + free
        self.fault('ten-thousand', many, world('close_at_once'), ['100'], absent=['Unable'], timeout=300)
        server.stop()

    def report(self):
        shutil.rmtree(self.work, ignore_errors=True)
        print(f'{self.passed} passed, {len(self.failed)} failed')
        return 1 if self.failed else 0


def main():
    helio = pathlib.Path(sys.argv[1]).resolve()
    runner = Runner(helio, helio.parent, sys.argv[2:])
    runner.servers()
    runner.faults()
    return runner.report()


if __name__ == '__main__':
    sys.exit(main())
