"""What goes out for what is printed: a server that notes each piece as it arrives, and the pieces that must come.

Expectations: the issue on SOCKET ("A head goes out in one write when its empty line is printed, or FLUSH, a read, or 50 ms come
first"), RFC 9112, 2.2 (no CR LF beyond the one that ends a head)."""
import threading

from listener import Listener

HEAD = "printf, l, 'GET /a HTTP/1.1' & printf, l, 'Host: x'\n"
WHOLE = b'GET /a HTTP/1.1\r\nHost: x\r\n\r\n'
PART = b'GET /a HTTP/1.1\r\nHost: x\r\n'
REST = [PART, b'\r\n']
# name, statements between SOCKET and FREE_LUN, the pieces
CASES = [
    ('one-write', HEAD + "printf, l, string(10b)\nwait, 0.1\n", [WHOLE]),
    ('one-blank-line', HEAD + "printf, l, ''\nwait, 0.1\n", [WHOLE]),
    ('many-blank-lines', HEAD + "for i = 0, 9 do printf, l, ''\nwait, 0.1\n", [WHOLE]),
    ('two-requests', HEAD + "printf, l, string(10b)\nwait, 0.3\n" + HEAD + "printf, l, string(10b)\nwait, 0.1\n", [WHOLE, WHOLE]),
    ('wait', HEAD + "wait, 0.4\nprintf, l, ''\nwait, 0.1\n", REST),
    ('computes', HEAD + "t = systime(1) & while systime(1) - t lt 0.7 do x = 1\nprintf, l, ''\nwait, 0.1\n", REST),
    ('computes-fast', HEAD + "s = 0d & for i = 0LL, 300000000LL do s += i * 0.5\nprintf, l, ''\nwait, 0.1\n", REST),
    ('computes-twice', "for k = 0, 1 do begin & printf, l, 'GET /a HTTP/1.1' & printf, l, 'Host: x' & t = systime(1) & "
     "while systime(1) - t lt 0.4 do x = 1 & printf, l, '' & wait, 0.2 & endfor\n", REST + REST),
    ('flush', HEAD + "flush, l\nwait, 0.02\nprintf, l, ''\nwait, 0.1\n", REST),
    ('close', HEAD, [PART]),
    ('poll', HEAD + "x = file_poll_input(l, timeout=0.02)\nprintf, l, ''\nwait, 0.1\n", REST),
    ('crlf-printed', "printf, l, 'GET /a HTTP/1.1' + string(13b) & printf, l, 'Host: x' + string(13b) & printf, l, string(13b)\n"
     "printf, l, string(13b)\nwait, 0.1\n", [WHOLE]),
    ('in-one-string', "printf, l, 'GET /a HTTP/1.1' + string([13b, 10b]) + 'Host: x' + string([13b, 10b, 13b, 10b])\nwait, 0.1\n", [WHOLE]),
    ('body', "printf, l, 'POST /a HTTP/1.1' & printf, l, 'Content-Length: 5' & printf, l, '' & wait, 0.3 & printf, l, 'hello', format='(a,$)'\n"
     "wait, 0.1\n", [b'POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\n', b'hello']),
    ('not-http', "printf, l, 'hello' & wait, 0.2 & printf, l, '' & wait, 0.1\n", [b'hello\n', b'\n']),
    ('writeu', "writeu, l, byte('GET /a HTTP/1.1') & wait, 0.2 & writeu, l, [10b, 10b, 10b] & wait, 0.1\n",
     [b'GET /a HTTP/1.1', b'\n\n\n']),
    ('rawio', "writeu, l, [10b, 10b, 13b]\nwait, 0.1\n", [b'\n\n\r'], ',/rawio'),
    ('crlf', "printf, l, 'GET /a HTTP/1.1' & printf, l, ''\nwait, 0.1\n", None, ',/crlf'),
    ('long-lines', "printf, l, 'GET /a HTTP/1.1' & printf, l, 'A: ' + string(bytarr(50000) + 65b) & printf, l, ''\nwait, 0.3\n", None),
]
JOINED = {
    'crlf': b'GET /a HTTP/1.1\r\n\r\n',
    'long-lines': b'GET /a HTTP/1.1\r\nA: ' + b'A' * 50000 + b'\r\n\r\n',
}


class PieceServer(Listener):
    """Notes what each recv gives, a connection after the other."""

    def __init__(self):
        self.pieces = []
        self.ended = threading.Event()
        super().__init__(self.note)

    def note(self, s):
        pieces = []
        try:
            while piece := s.recv(1 << 20):
                pieces.append(piece)
        except OSError:
            pieces.append(b'reset')
        self.pieces = pieces
        self.ended.set()

    def take(self):
        self.ended.wait(20)
        self.ended.clear()
        return self.pieces


def program(case, port):
    how = case[3] if len(case) > 3 else ''
    return f"socket, l, '127.0.0.1', {port}, /get_lun{how}\n{case[1]}free_lun, l\n"


def judge(case, pieces):
    if case[2] is None:
        joined = b''.join(pieces)
        return None if joined == JOINED[case[0]] else f'{joined[:300]!r} came'
    return None if pieces == case[2] else f'{pieces!r} came, not {case[2]!r}'
