#!/usr/bin/env python3
"""A server written in IDL (tests/net/faults/crowd.pro) under load.  crowd.py HELIO [CLIENTS [SECONDS]]

The clients are in processes of their own.  `steady`: each of them says something every second, while statements are typed at the
server's prompt (its callbacks run by a timer); printed: answers, their 50th, 99th and longest time in ms, and how long the prompt took
at most.  `full`: each asks again as soon as it is answered; printed: requests a second and the times.  Both with three clients besides
that are silent, that send a byte a second, and that never go on with a TLS handshake (`tls`)."""
import os
import pathlib
import selectors
import socket
import subprocess
import sys
import tempfile
import time

PRO = pathlib.Path(__file__).parents[2] / 'tests/net/faults/crowd.pro'


def clients(port, count, seconds, pause, started):
    """In a process of its own: the times of all answers, in seconds."""
    chosen, open_, times = selectors.DefaultSelector(), [], []
    for i in range(count):
        s = socket.create_connection(('127.0.0.1', port), timeout=60)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chosen.register(s, selectors.EVENT_READ, [s, i * pause / count, 0.0])
        open_.append(s)
    os.write(started, b'x')
    begun = now = time.monotonic()
    due = [(key.data[1], key.data) for key in chosen.get_map().values()]
    due = [d for _, d in sorted(due, key=lambda x: x[0])]
    waiting = 0
    while now - begun < seconds or (waiting and now - begun < seconds + 10):
        while due and now - begun >= due[0][1] and now - begun < seconds:
            d = due.pop(0)
            d[2] = time.monotonic()
            d[0].sendall(b'hello from a client\n')
            waiting += 1
        if now - begun >= seconds and not waiting:
            break
        left = max(0, min(0.05, due[0][1] - (now - begun))) if due else 0.05
        for key, _ in chosen.select(left):
            d = key.data
            if not d[0].recv(4096):
                sys.exit('a client was dropped')
            now = time.monotonic()
            times.append(now - d[2])
            d[1] = d[1] + pause if pause else now - begun
            waiting -= 1
            if pause:
                due.append(d)
            elif now - begun < seconds:
                d[2] = now
                d[0].sendall(b'hello from a client\n')
                waiting += 1
        now = time.monotonic()
    return times


def load(port, count, seconds, pause, processes, meanwhile):
    """Times of all processes; meanwhile() is called while they talk."""
    started = os.pipe()
    pipes = []
    for k in range(processes):
        r, w = os.pipe()
        if os.fork() == 0:
            times = clients(port, count // processes, seconds, pause, started[1])
            with os.fdopen(w, 'w') as f:
                f.write(' '.join(f'{t:.6f}' for t in times))
            os._exit(0)
        os.close(w)
        pipes.append(r)
    for _ in range(processes):
        os.read(started[0], 1)
    begun = time.monotonic()
    worst = meanwhile(begun + seconds)
    times = sorted(float(t) for r in pipes for t in os.fdopen(r).read().split())
    for _ in range(processes):
        os.wait()
    return times, worst


def shown(name, times, seconds, worst):
    p = [times[min(len(times) - 1, int(len(times) * q))] * 1000 for q in (0.5, 0.99, 1)]
    print(f'{name:12}{len(times):9} answers{len(times) / seconds:9.0f}/s   p50 {p[0]:7.1f}  p99 {p[1]:7.1f}  most {p[2]:7.1f} ms' +
          (f'   prompt at most {worst * 1000:.0f} ms' if worst else ''), flush=True)


class Troublesome:
    """Clients that are slow; tick() sends their next byte."""

    def __init__(self, port, hello=b''):
        self.silent = socket.create_connection(('127.0.0.1', port))
        self.slow = socket.create_connection(('127.0.0.1', port))
        self.stuck = socket.create_connection(('127.0.0.1', port))
        self.stuck.sendall(hello)
        self.next = 0

    def tick(self):
        if time.monotonic() >= self.next:
            self.slow.sendall(b'a')
            self.next = time.monotonic() + 1


def main():
    helio = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
    env = dict(os.environ, HELIO_PREFERENCES='')
    env.pop('DISPLAY', None)
    with tempfile.TemporaryDirectory(prefix='helio-crowd-') as folder:
        pathlib.Path(folder, 'crowd.pro').write_text(PRO.read_text())

        def serve(text):
            p = subprocess.Popen([helio, '-quiet'], cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
            p.stdin.write('!quiet = 1\n!net.hints = 0\n.run crowd.pro\n' + text)
            return p, int(p.stdout.readline().split()[1])
        p, port = serve("s = ptr_new(crowd_state(''))\nid = timer.set(0.005, 'crowd_tick', s, /repeat)\n")
        trouble = Troublesome(port, b'\x16\x03\x01')

        def typing(until):
            worst = 0
            while time.monotonic() < until:
                begun = time.monotonic()
                p.stdin.write('print, 6 * 7\n')
                if p.stdout.readline().strip() != '42':
                    sys.exit('the prompt does not answer')
                worst = max(worst, time.monotonic() - begun)
                trouble.tick()
                time.sleep(0.1)
            return worst
        shown('steady', *[(t, seconds, w) for t, w in [load(port, count, seconds, 1, 2, typing)]][0])
        p.kill()
        p.wait()
        p, port = serve("crowd, ''\n")
        trouble = Troublesome(port, b'\x16\x03\x01')

        def ticking(until):
            while time.monotonic() < until:
                trouble.tick()
                time.sleep(0.1)
        full = min(seconds, 10)
        shown('full', *[(t, full, w) for t, w in [load(port, count, full, 0, 2, ticking)]][0])
        p.kill()
        p.wait()


if __name__ == '__main__':
    main()
