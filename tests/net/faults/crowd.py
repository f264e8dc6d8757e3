"""Servers written in IDL (crowd.pro) and many clients, some of which are slow.  The issue on SOCKET, "what it must show".

By FILE_POLL_INPUT alone, by a timer while statements are typed, and over TLS with clients that stop in the middle of a handshake.
How fast it is bench/net/crowd.py measures."""
import pathlib
import selectors
import socket
import ssl
import subprocess
import time

CLIENTS, ROUNDS, PATIENCE = 200, 5, 60


class Server:
    def __init__(self, helio, env, folder, text):
        (folder / 'crowd.pro').write_text(pathlib.Path(__file__).with_name('crowd.pro').read_text())
        self.p = subprocess.Popen([helio, '-quiet'], cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.p.stdin.write('!quiet = 1\n!net.hints = 0\n.run crowd.pro\n' + text)
        self.port = int(self.line().split()[1])

    def line(self):
        """The next one that is no notice."""
        for line in self.p.stdout:
            if not line.startswith('%'):
                return line.strip()
        return ''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.p.kill()
        self.p.wait()
        self.p.stdin.close()
        self.p.stdout.close()


def connect(port, context=None):
    s = socket.create_connection(('127.0.0.1', port), timeout=PATIENCE)
    return context.wrap_socket(s, server_hostname='sun.test') if context else s


def slow_ones(port):
    """Silent, half a line, the beginning of a handshake."""
    three = [connect(port) for _ in range(3)]
    three[1].sendall(b'half a li')
    three[2].sendall(b'\x16\x03\x01\x00')
    return three


def talk(clients, rounds, meanwhile=lambda: None):
    """Each says something as often as that; what is wrong, or None."""
    for k in range(rounds):
        with selectors.DefaultSelector() as chosen:
            for i, c in enumerate(clients):
                c.sendall(b'%d %d\n' % (k, i))
                chosen.register(c, selectors.EVENT_READ, b'you said %d %d\n' % (k, i))
            meanwhile()
            deadline = time.monotonic() + PATIENCE
            while chosen.get_map():
                if time.monotonic() > deadline:
                    return f'{len(chosen.get_map())} of {len(clients)} clients wait for ever'
                for key, _ in chosen.select(1):
                    wanted = key.data
                    got = key.fileobj.recv(4096)
                    if got != wanted[:len(got)] or not got:
                        return f'{got!r} came where {wanted!r} was to come'
                    chosen.unregister(key.fileobj)
                    if got != wanted:
                        chosen.register(key.fileobj, selectors.EVENT_READ, wanted[len(got):])
    return None


def polling(helio, env, folder):
    with Server(helio, env, folder, "crowd, ''\n") as server:
        slow = slow_ones(server.port)
        clients = [connect(server.port) for _ in range(CLIENTS)]
        problem = talk(clients, ROUNDS)
        for c in clients[::2]:  # their units and descriptors are for the next
            c.close()
        clients = clients[1::2] + [connect(server.port) for _ in range(CLIENTS // 2)]
        problem = problem or talk(clients, ROUNDS)
        slow[1].sendall(b'ne\n')
        problem = problem or (None if slow[1].recv(100) == b'you said half a line\n' else 'half a line got lost')
        for c in clients:
            c.close()
        slow[0].sendall(b'stop\n')
        said = server.line().split()
        wanted = ['served', str(2 * ROUNDS * CLIENTS + 2)]
        return problem or (None if said[:2] == wanted else f'{said} at the end')


def typing(helio, env, folder):
    def type_and_see():
        server.p.stdin.write('print, 6 * 7\n')
        if server.line() != '42':
            raise ValueError('the prompt does not answer')
    with Server(helio, env, folder, "s = ptr_new(crowd_state(''))\nid = timer.set(0.005, 'crowd_tick', s, /repeat)\n") as server:
        slow = slow_ones(server.port)
        clients = [connect(server.port) for _ in range(CLIENTS)]
        try:
            problem = talk(clients, ROUNDS, type_and_see)
        except ValueError as e:
            problem = str(e)
        for c in clients + slow:
            c.close()
        return problem


def over_tls(helio, env, folder, certs):
    context = ssl.create_default_context(cafile=certs.path('ca.crt'))
    with Server(helio, env, folder, f"crowd, '{certs.path('good.pem')}'\n") as server:
        slow = [connect(server.port), connect(server.port)]
        slow[1].sendall(b'\x16\x03\x01\x00')  # before anybody else
        begun = time.monotonic()
        clients = [connect(server.port, context) for _ in range(20)]
        plain = connect(server.port)
        plain.sendall(b'this is no TLS\n')
        problem = talk(clients, ROUNDS)
        took = time.monotonic() - begun
        if not problem and took > 40:  # a handshake has 60 s
            problem = f'it took {took:.0f} s'
        try:
            said = plain.recv(100)
        except ConnectionResetError:
            said = b''
        if not problem and said[:1] not in (b'', b'\x15'):  # an alert
            problem = f'what is no TLS was answered: {said!r}'
        slow += clients
        for c in slow:
            c.close()
        return problem


def run(helio, env, folder):
    """How many there were, and the problems."""
    found = [(f.__name__, f(helio, env, folder)) for f in (polling, typing)]
    return len(found), [f'crowd/{name}: {problem}' for name, problem in found if problem]
