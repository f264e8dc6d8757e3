#!/usr/bin/env python3
"""Downloads beside curl, from one nginx on loopback.  transfers.py HELIO [ROUNDS]

1,000 files of 4 kB and of 100 kB, a connection each and kept alive, over http and https, and 200 MB in one piece.  Each round runs
both programs once, the order changes from round to round, and 1 GB of memory is touched before (the first touch of cold pages costs
whoever comes first).  Printed: the medians in seconds, and ours divided by curl's; of the large file the peak of memory, too."""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / 'tests/net'))
import servers  # noqa: E402

FILES = 1000
SIZES = {'4k': 4096, '100k': 102400, '200M': 200 << 20}
EACH = '''pro fetch, port, path, size, count{more}
  b = bytarr(size) & t = ''
  for i = 0, count - 1 do begin
    socket, l, '{host}', port, /get_lun{how}
    printf, l, 'GET ' + path + ' HTTP/1.1'
    printf, l, 'Host: {host}'
    printf, l, 'Connection: close'
    printf, l, string(10b)
    t = 'x'
    while t ne '' do readf, l, t
    readu, l, b
    free_lun, l
  endfor
end
'''
KEPT = '''pro fetch, port, path, size, count{more}
  b = bytarr(size) & t = ''
  socket, l, '{host}', port, /get_lun{how}
  for i = 0, count - 1 do begin
    printf, l, 'GET ' + path + ' HTTP/1.1'
    printf, l, 'Host: {host}'
    printf, l, string(10b)
    t = 'x'
    while t ne '' do readf, l, t
    readu, l, b
  endfor
  free_lun, l
end
'''
LARGE = '''pro fetch, port, path, size, count
  b = bytarr(1048576, /nozero) & t = 'x'
  socket, l, '{host}', port, /get_lun{how}
  printf, l, 'GET ' + path + ' HTTP/1.1'
  printf, l, 'Host: {host}'
  printf, l, string(10b)
  while t ne '' do readf, l, t
  for i = 1L, size / 1048576 do readu, l, b
  free_lun, l
end
'''


class Bench:
    def __init__(self, helio, work):
        self.helio, self.work = helio, work
        www = work / 'www'
        www.mkdir()
        for name, size in SIZES.items():
            (www / name).write_bytes(os.urandom(size) if size < 1 << 20 else os.urandom(1 << 20) * (size >> 20))
        servers.make_ca(work)
        self.http, self.https = servers.free_port(), servers.free_port()
        (work / 'nginx.conf').write_text(f'''daemon off; pid {work}/pid; error_log {work}/err; worker_processes 1;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000; sendfile on; client_body_temp_path {work}/a; proxy_temp_path {work}/b;
fastcgi_temp_path {work}/c; uwsgi_temp_path {work}/d; scgi_temp_path {work}/e;
server {{ listen 127.0.0.1:{self.http}; listen 127.0.0.1:{self.https} ssl; ssl_certificate {work}/good.pem;
ssl_certificate_key {work}/good.pem; root {www}; }} }}''')
        work.chmod(0o755)
        self.server = subprocess.Popen([shutil.which('nginx') or '/usr/sbin/nginx', '-c', work / 'nginx.conf', '-p', work])
        time.sleep(0.5)
        self.env = dict(os.environ, HELIO_NET_MAP=f'{servers.HOST}:{self.http}=127.0.0.1:{self.http},'
                        f'{servers.HOST}:{self.https}=127.0.0.1:{self.https}', HELIO_PREFERENCES='')

    def programs(self, name, is_tls, is_kept):
        port = self.https if is_tls else self.http
        count = 1 if name == '200M' else FILES
        how = f", /tls, ca_file='{self.work}/ca.pem', /ca_only" if is_tls else ''
        text = LARGE if count == 1 else KEPT if is_kept else EACH
        source = self.work / f'{name}{is_tls}{is_kept}.pro'
        source.write_text(text.format(host=servers.HOST, how=how, more='') +
                          f"!net.hints = 0\nfetch, {port}, '/{name}', {SIZES[name]}L, {count}\nend\n")
        url = f'http{"s" if is_tls else ""}://{servers.HOST}:{port}/{name}'
        config = self.work / f'{name}{is_tls}{is_kept}.curl'
        config.write_text((f'url = "{url}"\noutput = "/dev/null"\n') * count)
        curl = ['curl', '-s', '-K', config, '--resolve', f'{servers.HOST}:{port}:127.0.0.1', '--cacert', self.work / 'ca.pem']
        return [self.helio, '-quiet', source], curl + ([] if is_kept or count == 1 else ['-H', 'Connection: close'])

    def run(self, command):
        begun = time.monotonic()
        subprocess.run(command, env=self.env, stdout=subprocess.DEVNULL, check=True)
        return time.monotonic() - begun

    def peak(self, command):
        """MB. What the system says at a process's end counts this one, from which it was forked."""
        most = 0
        with subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL) as p:
            while p.poll() is None:
                status = pathlib.Path(f'/proc/{p.pid}/status').read_text()
                if pathlib.Path(f'/proc/{p.pid}/comm').read_text().startswith('python'):
                    continue  # not yet that program
                lines = [line for line in status.splitlines() if line.startswith('VmHWM')]
                most = max(most, int(lines[0].split()[1]) / 1024 if lines else 0)
                time.sleep(0.005)
        return most


def main():
    helio = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    subprocess.run([sys.executable, '-c', 'b = bytearray(1 << 30); b[::4096] = b"x" * len(b[::4096])'], check=True)
    with tempfile.TemporaryDirectory(prefix='helio-bench-net-') as folder:
        bench = Bench(helio, pathlib.Path(folder))
        print(f'{"":22}{"helio":>8}{"curl":>8}{"ratio":>8}')
        try:
            for name in SIZES:
                for is_tls in (False, True):
                    for is_kept in ((True,) if name == '200M' else (False, True)):
                        measure(bench, name, is_tls, is_kept, rounds)
        finally:
            bench.server.terminate()
            bench.server.wait()


def measure(bench, name, is_tls, is_kept, rounds):
    ours, curl = bench.programs(name, is_tls, is_kept)
    times = ([], [])
    for i in range(rounds):
        for k in ((0, 1), (1, 0))[i % 2]:
            times[k].append(bench.run((ours, curl)[k]))
    a, b = statistics.median(times[0]), statistics.median(times[1])
    what = f'{name} {"https" if is_tls else "http"} {"kept" if is_kept else "each"}'
    memory = f'   {bench.peak(ours):.0f} and {bench.peak(curl):.0f} MB at the peak' if name == '200M' else ''
    print(f'{what:22}{a:8.3f}{b:8.3f}{a / b:8.2f}{memory}', flush=True)


if __name__ == '__main__':
    main()
