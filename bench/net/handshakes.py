#!/usr/bin/env python3
"""How long a TLS connection takes to be set up, beside curl.  handshakes.py HELIO [ROUNDS]

200 connections in a row to one server, a short request and reply over each; curl does the same in one process.  Each round runs both
once, the order changes from round to round, and 1 GB of memory is touched before.  What a program takes without connections is
subtracted.  Printed: the medians in milliseconds a connection, and ours divided by curl's; `cold` is one connection, start included."""
import os
import pathlib
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / 'tests/net'))
import servers  # noqa: E402

COUNT = 200
REPLY = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'
PROGRAM = '''!net.hints = 0 & t = ''
for i = 1, {count} do begin
  socket, l, '{host}', {port}, /get_lun, /tls, ca_file='{ca}'
  printf, l, 'GET / HTTP/1.1'
  printf, l, 'Host: {host}'
  printf, l, ''
  while ~eof(l) do readf, l, t
  free_lun, l
endfor
end
'''


def serve(certificate):
    """In a process of its own, so that the clients are not held up by this one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(('127.0.0.1', 0), backlog=512)
    pid = os.fork()
    if pid:
        return pid, listener.getsockname()[1]

    def answer(s):
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with context.wrap_socket(s, server_side=True) as t:
                t.recv(4096)
                t.sendall(REPLY)
                t.unwrap()
        except OSError:
            pass
    while True:
        s, _ = listener.accept()
        threading.Thread(target=answer, args=(s,), daemon=True).start()


def timed(command, env):
    begun = time.monotonic()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return time.monotonic() - begun


def commands(helio, work, port, count):
    source, config = work / f'{count}.pro', work / f'{count}.curl'
    source.write_text(PROGRAM.format(count=count, host=servers.HOST, port=port, ca=work / 'ca.pem'))
    config.write_text(f'url = "https://{servers.HOST}:{port}/"\noutput = "/dev/null"\n' * count or 'url = "file:///dev/null"\n')
    curl = ['curl', '-s', '-K', str(config), '--resolve', f'{servers.HOST}:{port}:127.0.0.1', '--cacert', str(work / 'ca.pem')]
    return [helio, '-quiet', str(source)], curl


def main():
    helio = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    subprocess.run([sys.executable, '-c', 'b = bytearray(1 << 30); b[::4096] = b"x" * len(b[::4096])'], check=True)
    with tempfile.TemporaryDirectory(prefix='helio-bench-tls-') as folder:
        work = pathlib.Path(folder)
        servers.make_ca(work)
        pid, port = serve(work / 'good.pem')
        env = dict(os.environ, HELIO_NET_MAP=f'{servers.HOST}:{port}=127.0.0.1:{port}', HELIO_PREFERENCES='')
        env.pop('DISPLAY', None)
        try:
            took = {(n, who): [] for n in (0, 1, COUNT) for who in (0, 1)}
            for i in range(rounds):
                for n in (0, 1, COUNT):
                    for who in ((0, 1), (1, 0))[i % 2]:
                        took[n, who].append(timed(commands(helio, work, port, n)[who], env))
        finally:
            os.kill(pid, 15)
            os.waitpid(pid, 0)
    m = {k: statistics.median(v) for k, v in took.items()}
    print(f'load {os.getloadavg()[0]:.1f}\n{"":14}{"helio":>8}{"curl":>8}{"ratio":>8}')
    each = [(m[COUNT, who] - m[0, who]) / COUNT * 1000 for who in (0, 1)]
    for name, (ours, curl) in (('a connection', each), ('cold', [m[1, who] * 1000 for who in (0, 1)])):
        print(f'{name:14}{ours:8.2f}{curl:8.2f}{ours / curl:8.2f}')


if __name__ == '__main__':
    main()
