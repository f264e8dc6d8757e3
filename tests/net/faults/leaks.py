#!/usr/bin/env python3
"""Connections that fail in every way leave nothing behind.  leaks.py HELIO [N]

N connections (190, when not given) by one helio, of all kinds of leaks.pro in turn, and some that Ctrl-C ends.  Before (after each kind
has been there several times) and behind them: descriptors, resident memory, the unit that is free, timers."""
import os
import pathlib
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1])]
import certificates  # noqa: E402
from listener import Listener, until  # noqa: E402
from ports import free_port  # noqa: E402

KINDS = ('refused', 'host', 'no host', 'map', 'silence', 'no tls', 'certificate', 'handshake reset', 'handshake stalls', 'accept',
         'accept tls', 'accept no file', 'closed', 'head cut', 'decode', 'readu', 'tls cut', 'read timeout', 'callback')
MAY_GROW = 1500  # kB


def reset(s):
    s.recv(100)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))


def cut(s):
    until(s, b'\r\n\r\n')
    s.sendall(b'HTTP/1.1 200 OK\r\nContent-Le')


def gzip(s):
    until(s, b'\r\n\r\n')
    s.sendall(b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n\x1f\x8b\x08\0\0\0\0\0\0\3no deflate')


def encrypted(certs, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certs.path(name))

    def answer(s):
        t = context.wrap_socket(s, server_side=True)
        t.sendall(b'hello')
        os.close(t.detach())
    return answer


def full():
    """A port that answers no more: its queue is full, and nobody takes from it."""
    s = socket.create_server(('127.0.0.1', 0), backlog=0)
    waiting = [socket.socket() for _ in range(4)]  # kept open
    for c in waiting:
        c.setblocking(False)
        c.connect_ex(s.getsockname())
    return s, waiting


class Helio:
    def __init__(self, helio, env, folder):
        self.p = subprocess.Popen([helio, '-quiet'], cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True, bufsize=1)
        self.said = []

    def say(self, text):
        self.p.stdin.write(text + '\n')

    def ask(self, text, mark):
        self.say(text)
        for line in self.p.stdout:
            if line.startswith(mark):
                return line.split()
            self.said.append(line.strip())
        raise EOFError(f'helio has ended: {self.said[-3:]}')

    def holds(self):
        status = pathlib.Path(f'/proc/{self.p.pid}/status').read_text()
        kilobytes = int([x for x in status.splitlines() if x.startswith('VmRSS')][0].split()[1])
        return len(os.listdir(f'/proc/{self.p.pid}/fd')), kilobytes

    def is_checked(self):
        return 'asan' in pathlib.Path(f'/proc/{self.p.pid}/maps').read_text()


def interrupt(h, statements):
    """Ctrl-C in a statement that waits for ever; the seconds until the next one is answered."""
    h.say(statements)
    time.sleep(0.1)
    begun = time.monotonic()
    os.kill(h.p.pid, signal.SIGINT)
    h.ask("print, 'here'", 'here')
    return time.monotonic() - begun


def serve(certs):
    answers = {'hello': lambda s: s.sendall(b'220 hello\r\n'), 'silent': lambda s: s.recv(1 << 16) and s.recv(1 << 16), 'reset': reset,
               'closes': lambda s: None, 'cut': cut, 'gzip': gzip, 'stranger': encrypted(certs, 'good.pem'), 'good': encrypted(certs, 'ip.pem')}
    return {name: Listener(answer) for name, answer in answers.items()}


def run(helio, env, certs, n):
    """What is wrong, and the figures."""
    listeners = serve(certs)
    blocked, waiting = full()
    ports = {name: x.port for name, x in listeners.items()}
    ports.update(full=blocked.getsockname()[1], refused=free_port())
    with tempfile.TemporaryDirectory(prefix='helio-leaks-') as folder:
        pathlib.Path(folder, 'leaks.pro').write_text(pathlib.Path(__file__).with_name('leaks.pro').read_text())
        h = Helio(helio, env, folder)
        fields = ', '.join(f'{k}: {v}' for k, v in ports.items())
        h.say('!quiet = 1\n!net.hints = 0\n.run leaks.pro\nsocket, l, /listen, /get_lun, port=own')
        h.say(f"p = {{{fields}, listener: l, own: own}}\nfiles = {{ca: '{certs.path('ca.crt')}', certificate: '{certs.path('good.pem')}'}}")
        h.say('kinds = [' + ', '.join(f"'{k}'" for k in KINDS) + ']')
        rounds = max(1, n // len(KINDS))
        warm = h.ask(f'leaks, kinds, {min(20, max(3, rounds // 10))}, p, files', 'round')
        before, begun = h.holds(), time.monotonic()
        done = h.ask(f'leaks, kinds, {rounds}, p, files', 'round')
        late = max(interrupt(h, f"socket, u, '127.0.0.1', {ports['full']}, /get_lun") for _ in range(3))
        h.say(f"socket, u, '127.0.0.1', {ports['silent']}, /get_lun\nid = timer.set(0.001, 'leaks_tick', /repeat)\nt = ''")
        late = max(late, *[interrupt(h, x) for x in ('readf, u, t', 'readu, u, kinds', 'x = eof(u)', 'socket, v, accept=l, /get_lun')])
        late = max(late, interrupt(h, "id = timer.set(0.05, 'leaks_hang', u)\nx = file_poll_input(l)"))
        h.say('timer.cancel, lindgen(1000000) + 1\nfree_lun, u')
        time.sleep(0.2)  # a look-up's thread may still be on its way out
        after, took = h.holds(), time.monotonic() - begun
        free = h.ask("get_lun, u & print, 'free', u", 'free')
        grown = 0 if h.is_checked() else after[1] - before[1]
        h.p.stdin.close()
        status = h.p.wait()
    for x in listeners.values():
        x.stop()
    figures = (f'{rounds * len(KINDS)} connections in {took:.0f} s: descriptors {before[0]} and {after[0]}, memory {before[1]} and {after[1]} kB, '
               f'free unit {warm[3]} and {free[1]}, timers left {done[4]}, Ctrl-C answered in {late:.2f} s')
    wrong = [x for x in h.said if not x.startswith('%') and x]
    is_fine = before[0] == after[0] and warm[3] == free[1] and done[4] == '0' and grown < MAY_GROW and late < 10 and not wrong and status in (0, 1)
    return None if is_fine else f'leaks: {figures}, status {status} {wrong[:5]}', figures


def main():
    env = dict(os.environ, HELIO_PREFERENCES='')
    with tempfile.TemporaryDirectory(prefix='helio-leaks-certs-') as folder:
        certs = certificates.Certificates(pathlib.Path(folder))
        problem, figures = run(os.path.abspath(sys.argv[1]), env, certs, int(sys.argv[2]) if len(sys.argv) > 2 else 190)
    print(problem or figures)
    return 1 if problem else 0


if __name__ == '__main__':
    sys.exit(main())
