#!/usr/bin/env python3
"""The tutorial's session over real servers and over broken ones.  run.py HELIO [CASE...]

Cases are named server/way/mode (nginx/plain/stdin) and fault/NAME; an argument selects those that contain it.
fault/ is in worlds.py.  Expectations: hand (network.md 1.3, 5, 6.3), djpeg for the pixels, the served file."""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import servers  # noqa: E402
import worlds  # noqa: E402

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
        self.passed, self.failed, self.skipped = 0, [], 0
        self.lock = threading.Lock()
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
        with self.lock:
            if problem:
                self.failed.append(name)
                print(f'FAILED {name}: {problem}', flush=True)
            else:
                self.passed += 1

    def skip(self, name, why):
        if self.selects(name):
            self.skipped += 1
            print(f'skipped {name}: {why}')

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
        said = f'status {r.returncode}; {r.stdout[-200:]!r} {r.stderr[-3000:]!r}'
        if 'Sanitizer' in r.stderr or 'runtime error:' in r.stderr:
            return r.stderr[-3000:]
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

    def report(self):
        shutil.rmtree(self.work, ignore_errors=True)
        print(f'{self.passed} passed, {len(self.failed)} failed' + (f', {self.skipped} skipped' if self.skipped else ''))
        return 1 if self.failed else 0


def main():
    helio = pathlib.Path(sys.argv[1]).resolve()
    runner = Runner(helio, helio.parent, sys.argv[2:])
    runner.servers()
    worlds.Worlds(runner, SESSION, SIZE).run()
    return runner.report()


if __name__ == '__main__':
    sys.exit(main())
