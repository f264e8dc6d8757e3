"""Ports for servers that must be told theirs: below those that the system hands out by itself, so that no other test's takes it between."""
import itertools
import random
import socket

LAST = 32000
NUMBERS = itertools.chain.from_iterable(range(LAST - 12000, LAST) for _ in itertools.count())
next(itertools.islice(NUMBERS, random.SystemRandom().randrange(12000), None))


def free_port(kind=socket.SOCK_STREAM):
    """One that nobody listens on now; never the same twice here."""
    for port in itertools.islice(NUMBERS, 12000):
        with socket.socket(socket.AF_INET, kind) as s:
            try:
                s.bind(('127.0.0.1', port))
                return port
            except OSError:
                continue
    raise RuntimeError('no port is free')
