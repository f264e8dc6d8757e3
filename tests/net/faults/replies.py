"""What servers answer, case by case: each a reply (bytes, or a function that talks), and what helio must show for it.

The server reads byte by byte until the request's empty line and nothing behind it, as some do, so that one byte more of the
request makes its close a reset.  `shows` are texts that must come in this order, `hides` must not come.
Expectations: RFC 9112 and 9110 (the paragraph beside the case), network.md 6.3, the issue on SOCKET; the sentences are ours."""
import base64
import dataclasses
import gzip
import time
import typing
import zlib

from listener import Listener

BODY = bytes(range(32, 132))
OK = b'HTTP/1.1 200 OK\r\n'


def length(body=BODY, more=b'', start=OK):
    return start + more + b'Content-Length: %d\r\n\r\n' % len(body) + body


def field(line, body=BODY):
    return OK + line + b'\r\n\r\n' + body


def chunked(*pieces, end=b'0\r\n\r\n', more=b''):
    return OK + more + b'Transfer-Encoding: chunked\r\n\r\n' + b''.join(b'%x\r\n%s\r\n' % (len(p), p) for p in pieces) + end


def moved(status, where):
    return b'HTTP/1.1 %s\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n' % (status, where)


@dataclasses.dataclass
class Case:
    name: str
    reply: object
    shows: typing.Sequence[str]
    hides: typing.Sequence[str] = ()
    ask: str = 'GET'
    fields: typing.Sequence[str] = ()
    opens: str = ''


def trickle(text, pause=0.2, then=b''):
    def talk(s):
        s.sendall(text[:20])
        for i in range(20, len(text)):
            time.sleep(pause)
            s.sendall(text[i:i + 1])
        s.sendall(then)
    return talk


END = 'End of file encountered.'


FAULTY = 'nobody knows where its body ends'
ALL = 'body 100'
CASES = [
    Case('plain', length(), [ALL, END], ['SOCKET:']),
    Case('empty', length(b''), ['body 0'], ['SOCKET:']),
    Case('bare-lf', b'HTTP/1.1 200 OK\nContent-Length: 100\n\n' + BODY, [ALL], ['SOCKET:']),  # RFC 9112, 2.2
    Case('no-reason', b'HTTP/1.1 200\r\nContent-Length: 100\r\n\r\n' + BODY, ['HTTP/1.1 200', ALL], ['SOCKET:']),
    Case('http-1.0', b'HTTP/1.0 200 OK\r\n\r\n' + BODY, [ALL], ['SOCKET:']),
    # RFC 9110, 15.2: interim replies; the program sees the reply alone
    Case('early-hints', b'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' + length(), ['head HTTP/1.1 200 OK', ALL], ['103']),
    Case('continue', b'HTTP/1.1 100 Continue\r\n\r\n' + length(), ['head HTTP/1.1 200 OK', ALL], ['100 Cont']),
    Case('many-interim', b'HTTP/1.1 102 Processing\r\n\r\n' * 100 + length(), ['head HTTP/1.1 200 OK', ALL], ['102']),
    Case('interim-in-pieces', trickle(b'HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n' + length(), 0.001),
         ['head HTTP/1.1 200 OK', ALL], ['103']),
    Case('endless-interim', b'HTTP/1.1 102 Processing\r\n\r\n' * 3000,
         ['more than 100 interim replies', '!NET.MAX_INTERIM'], ['102 Processing']),
    Case('interim-alone', b'HTTP/1.1 103 Early Hints\r\n\r\n', [END], ['103']),
    Case('interim-then-silence', lambda s: (s.sendall(b'HTTP/1.1 102 Processing\r\n\r\n'), time.sleep(1.2)),
         ['Error encountered reading', 'timed out']),
    Case('expected', b'HTTP/1.1 100 Continue\r\n\r\n' + length(), ['head HTTP/1.1 100 Continue'], ask='POST',
         fields=('Expect: 100-continue', 'Content-Length: 0')),
    Case('interim-of-post', b'HTTP/1.1 100 Continue\r\n\r\n' + length(), ['head HTTP/1.1 200 OK', ALL], ['100 Cont'],
         ask='POST', fields=('Content-Length: 0',)),
    Case('switch', b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', ['head HTTP/1.1 101', ], []),
    # RFC 9112, 6.3: framing
    Case('chunked', chunked(BODY), ['the body comes in chunks', 'HTTP/1.0']),
    Case('chunked-gzip', chunked(gzip.compress(BODY), more=b'Content-Encoding: gzip\r\n'), ['in chunks', 'compressed (gzip)']),
    Case('chunked-and-length', OK + b'Content-Length: 100\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', ['in chunks']),
    Case('transfer-gzip', OK + b'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n', ['in chunks']),
    Case('gzip', length(gzip.compress(BODY), b'Content-Encoding: gzip\r\n'), ['the body is compressed', 'gzip', 'Accept-Encoding']),
    Case('br', length(b'x', b'Content-Encoding: br\r\n'), ['the body is compressed', 'br']),
    Case('zstd', length(b'x', b'content-encoding: ZSTD\r\n'), ['the body is compressed', 'zstd']),
    Case('deflate', length(zlib.compress(BODY), b'Content-Encoding: deflate\r\n'), ['the body is compressed', 'deflate']),
    Case('two-codings', length(b'x', b'Content-Encoding: gzip, br\r\n'), ['the body is compressed']),
    Case('identity', length(BODY, b'Content-Encoding: identity\r\n'), [ALL], ['SOCKET:']),
    Case('two-lengths', field(b'Content-Length: 10\r\nContent-Length: 100'), ['two different Content-Length', FAULTY]),
    Case('length-twice', field(b'Content-Length: 100\r\nContent-Length: 100'), [ALL], ['SOCKET:']),
    Case('length-list', field(b'Content-Length: 100, 100'), [ALL], ['SOCKET:']),
    Case('length-list-differs', field(b'Content-Length: 100, 10'), ['two different Content-Length', FAULTY]),
    Case('length-negative', field(b'Content-Length: -5'), ['Content-Length that is no number', FAULTY]),
    Case('length-plus', field(b'Content-Length: +100'), ['Content-Length that is no number', FAULTY]),
    Case('length-words', field(b'Content-Length: abc'), ['Content-Length that is no number', FAULTY]),
    Case('length-hex', field(b'Content-Length: 0x64'), ['Content-Length that is no number', FAULTY]),
    Case('length-nothing', field(b'Content-Length:'), ['Content-Length that is no number', FAULTY]),
    Case('length-huge', field(b'Content-Length: 12345678901234567890123'), ['beyond all bounds', FAULTY]),
    Case('blank-before-colon', field(b'Content-Length : 100'), ['a blank before the colon', FAULTY]),  # RFC 9112, 5.1
    Case('no-colon', field(b'this is no header\r\nContent-Length: 100'), ['without a name and a colon', FAULTY]),
    Case('no-name', field(b': x\r\nContent-Length: 100'), ['without a name and a colon', FAULTY]),
    Case('folded', field(b'A: b\r\n c\r\nContent-Length: 100'), [ALL], ['SOCKET:']),
    Case('nul', field(b'A: b\0c\r\nContent-Length: 100'), ['a NUL in its head', FAULTY]),
    Case('204', b'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', ['head HTTP/1.1 204', 'body 0'], ['SOCKET:']),
    Case('304', b'HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n', ['head HTTP/1.1 304', 'body 0'], ['SOCKET:']),
    Case('head', b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n', ['head HTTP/1.1 200', 'body 0'], ['SOCKET:'], ask='HEAD'),
    # what is no HTTP/1 reply
    Case('http-0.9', b'just the body', ['no HTTP header', 'head just the body']),
    Case('http-9.9', b'HTTP/9.9 200 OK\r\n\r\n', ['its status line is not one of HTTP/1.', 'head HTTP/9.9 200 OK']),
    Case('status-99', b'HTTP/1.1 99 Low\r\n\r\n', ['its status line is not one of HTTP/1.']),
    Case('status-1000', b'HTTP/1.1 1000 High\r\n\r\n', ['its status line is not one of HTTP/1.', 'head HTTP/1.1 1000 High']),
    Case('http-2', b'\0\0\x12\x04\0\0\0\0\0' + b'x' * 18, ['speaks HTTP/2']),
    Case('tls-record', b'\x15\x03\x03\0\2\2\x28', ['speaks TLS on this port', '/TLS']),
    Case('nothing', b'', [END], ['SOCKET:']),
    Case('half-a-line', b'HTTP/1.1 2', ['head HTTP/1.1 2', END]),
    # limits
    Case('long-head', OK + b'A: %s\r\n\r\n' % (b'x' * 70000), ['longer than 65536 bytes', '!NET.MAX_HEAD']),
    Case('many-fields', OK + b'A: b\r\n' * 20000 + b'\r\n', ['longer than 65536 bytes', '!NET.MAX_HEAD']),
    Case('long-head-allowed', OK + b'A: %s\r\n' % (b'x' * 60000) + b'Content-Length: 100\r\n\r\n' + BODY, [ALL], ['SOCKET:']),
    # redirects: what is not followed is said
    Case('post-moved', moved(b'302 Found', b'https://127.0.0.1/b'), ['302 Found', 'Only GET and HEAD', 'head HTTP/1.1 302'],
         ask='POST', fields=('Content-Length: 0',)),
    Case('post-moved-308', moved(b'308 Permanent Redirect', b'/b'), ['308', 'Only GET and HEAD'], ask='POST',
         fields=('Content-Length: 0',)),
    Case('moved-to-file', moved(b'302 Found', b'file:///etc/passwd'), ['refused', 'head HTTP/1.1 302']),
    Case('moved-to-ftp', moved(b'302 Found', b'ftp://h/x'), ['refused']),
    Case('moved-to-http', moved(b'301 Moved', b'http://other.test/x'), ['http://other.test/x', 'Ask for that address']),
    Case('moved-to-a-bad-port', moved(b'301 Moved', b'https://127.0.0.1:99999/x'), ['Ask there', 'head HTTP/1.1 301']),
    Case('moved-nowhere', b'HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n', ['Location nowhere', 'head HTTP/1.1 302']),
    Case('moved-with-a-blank', moved(b'301 Moved', b'https://127.0.0.1/a b'), ['head HTTP/1.1 301']),
    Case('moved-with-a-password', moved(b'301 Moved', b'https://u:p@127.0.0.1/'), ['head HTTP/1.1 301']),
    Case('moved-slowly', trickle(b'HTTP/1.1 301 Moved  \r\nLocation: https://127.0.0.1/b\r\n\r\n', 0.05),
         ['head HTTP/1.1 301 Moved', 'body 0'], opens=',read_timeout=0.3'),
    Case('refused-page', length(b'no', start=b'HTTP/1.1 403 Forbidden\r\n'), ['403 Forbidden', 'explanation', 'body 2']),
    Case('unavailable', length(b'', b'Retry-After: 3\r\n', b'HTTP/1.1 503 Busy\r\n'), ['503 Busy', 'head HTTP/1.1 503']),
]

# The same body by other tools: brotli 1.0.9, zstd 1.5.4; 30 MB of zeros by brotli, 300 KB with a window of 128 MB by zstd --long=27.
BROTLI = base64.b64decode('H2MA+I2UqtujgXmmOlkXS4YWx4UW5pOhUwAgABCCERTDCZKiGZbjBVGSFVXTDdOyHdfzgzCKkzTLi7Kqm7brh3Gal9V6s93tD8fT'
                          '+XK93QGJRc35EFMutfUx1z73/cfz9f58f38=')
ZSTD = base64.b64decode('KLUv/QRoIQMAICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj9AQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2BhYmNk'
                        'ZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCg97PTpI=')
BROTLI_BOMB = base64.b64decode('z///f/gnAOKxQCD3/j//hpPxTwDEYQGAzm4y')


def coded(name, data):
    return length(data, b'Content-Encoding: %s\r\n' % name)


def bare(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


WHOLE = [ALL, 'sum 8150', END]  # sum of 32 to 131: by hand
GZIP = gzip.compress(BODY)


def keeps(*replies):
    """Bytes, and the connection stays open: only the reply itself tells where it ends."""
    def talk(s):
        for r in replies:
            s.sendall(r)
        time.sleep(0.4)
    return talk


# SOCKET, /DECODE: the body is what was sent, and ends where it ends. ours: error texts
DECODED = [
    ('plain', keeps(length()), WHOLE),
    ('close', OK + b'\r\n' + BODY, WHOLE),
    ('http-1.0', b'HTTP/1.0 200 OK\r\n\r\n' + BODY, WHOLE),
    ('empty', keeps(length(b'')), ['body 0', END]),
    ('204', keeps(b'HTTP/1.1 204 No\r\n\r\n'), ['body 0', END]),
    ('304', keeps(b'HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n'), ['body 0', END]),
    ('interim', keeps(b'HTTP/1.1 103 Early Hints\r\n\r\n' + length()), ['head HTTP/1.1 200', *WHOLE]),
    ('chunked', keeps(chunked(BODY)), WHOLE),
    ('chunks', keeps(chunked(BODY[:1], BODY[1:50], BODY[50:])), WHOLE),
    ('chunks-of-one', keeps(chunked(*(BODY[i:i + 1] for i in range(100)))), WHOLE),
    ('chunks-in-pieces', trickle(chunked(BODY[:7], BODY[7:]), 0.001), WHOLE),
    ('chunk-extension', keeps(OK + b'Transfer-Encoding: chunked\r\n\r\n64;a="b;c"\r\n' + BODY + b'\r\n0;x\r\n\r\n'), WHOLE),
    ('chunk-trailer', keeps(chunked(BODY, end=b'0\r\nDigest: x\r\nContent-Length: 3\r\n\r\n')), WHOLE),
    ('chunk-capitals', keeps(OK + b'transfer-ENCODING: Chunked\r\n\r\n0000064\r\n' + BODY + b'\r\n0\r\n\r\n'), WHOLE),
    ('chunk-bare-lf', keeps(OK + b'Transfer-Encoding: chunked\r\n\r\n64\n' + BODY + b'\n0\n\n'), WHOLE),
    ('chunked-and-length', keeps(chunked(BODY, more=b'Content-Length: 3\r\n')), WHOLE),  # RFC 9112, 6.3: chunks win
    ('bytes-behind', keeps(length() + b'HTTP/1.1 200 OK\r\n'), WHOLE),
    ('bytes-behind-chunks', keeps(chunked(BODY) + b'more'), WHOLE),
    ('gzip', keeps(coded(b'gzip', GZIP)), WHOLE),
    ('x-gzip', keeps(coded(b'x-gzip', GZIP)), WHOLE),
    ('gzip-two-members', keeps(coded(b'gzip', gzip.compress(BODY[:40]) + gzip.compress(BODY[40:]))), WHOLE),
    ('gzip-to-the-end', OK + b'Content-Encoding: gzip\r\n\r\n' + GZIP, WHOLE),
    ('gzip-in-chunks', keeps(chunked(GZIP[:5], GZIP[5:30], GZIP[30:], more=b'Content-Encoding: gzip\r\n')), WHOLE),
    ('transfer-gzip', keeps(OK + b'Transfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n' % (len(GZIP), GZIP)), WHOLE),
    ('gzip-of-nothing', keeps(coded(b'gzip', b'')), ['body 0', END]),
    ('deflate', keeps(coded(b'deflate', zlib.compress(BODY))), WHOLE),
    ('deflate-bare', keeps(coded(b'deflate', bare(BODY))), WHOLE),
    ('br', keeps(coded(b'br', BROTLI)), WHOLE),
    ('zstd', keeps(coded(b'zstd', ZSTD)), WHOLE),
    ('identity', keeps(length(BODY, b'Content-Encoding: identity\r\n')), WHOLE),
    # what is wrong is an error
    ('short', length()[:-1], ['body 99', 'the reply has only 99 of its 100 bytes']),
    ('no-last-chunk', chunked(BODY, end=b''), [ALL, 'no last chunk: the connection ended after 100 bytes']),
    ('cut-in-chunk', chunked(BODY)[:-50], ['no last chunk: the connection ended after ']),
    ('chunk-zz', OK + b'Transfer-Encoding: chunked\r\n\r\nzz\r\n', ['a chunk whose size is no number']),
    ('chunk-nothing', OK + b'Transfer-Encoding: chunked\r\n\r\n\r\n', ['a chunk whose size is no number']),
    ('chunk-minus', OK + b'Transfer-Encoding: chunked\r\n\r\n-1\r\n', ['a chunk whose size is no number']),
    ('chunk-0x', OK + b'Transfer-Encoding: chunked\r\n\r\n0x64\r\n', ['a chunk whose size is no number']),
    ('chunk-18-f', OK + b'Transfer-Encoding: chunked\r\n\r\n' + b'F' * 18 + b'\r\n', ['a chunk beyond all bounds']),
    ('chunk-too-long', OK + b'Transfer-Encoding: chunked\r\n\r\n63\r\n' + BODY + b'\r\n0\r\n\r\n', ['a chunk that is longer than its size']),
    ('endless-extension', OK + b'Transfer-Encoding: chunked\r\n\r\n1;' + b'x' * 70000, ['65536 bytes of chunk extensions', '!NET.MAX_HEAD']),
    ('endless-trailer', chunked(BODY, end=b'0\r\n' + b'A: b\r\n' * 20000), ['65536 bytes of chunk extensions and trailers']),
    ('two-lengths', field(b'Content-Length: 10\r\nContent-Length: 100'), ['the reply has two different Content-Length']),
    ('length-minus', field(b'Content-Length: -5'), ['the reply has a Content-Length that is no number']),
    ('chunked-not-last', OK + b'Transfer-Encoding: chunked, gzip\r\n\r\n', ['the reply has ']),
    ('unknown-transfer', OK + b'Transfer-Encoding: lzma, chunked\r\n\r\n0\r\n\r\n', ['a content coding that is not known here: lzma']),
    ('unknown-coding', coded(b'compress', b'x'), ['a content coding that is not known here: compress']),
    ('two-codings', coded(b'gzip, br', b'x'), ['not known here: several']),
    ('not-gzip', coded(b'gzip', BODY), ['compressed data that are damaged (gzip)']),
    ('gzip-damaged', coded(b'gzip', GZIP[:-8] + b'12345678'), ['compressed data that are damaged (gzip)']),
    ('gzip-without-its-end', coded(b'gzip', GZIP[:-8]), ['compressed data that end too early']),
    ('gzip-half', OK + b'Content-Encoding: gzip\r\n\r\n' + GZIP[:40], ['compressed data that end too early']),
    ('gzip-and-more', coded(b'gzip', GZIP + b'junk'), [ALL, 'bytes behind the end of its compressed data']),
    ('br-damaged', coded(b'br', b'\xff' * 20), ['compressed data that are damaged (br)']),
    ('br-half', coded(b'br', BROTLI[:50]), ['compressed data that end too early']),
    ('zstd-damaged', coded(b'zstd', ZSTD[:-4] + b'xxxx'), ['compressed data that are damaged (zstd)']),
    ('zstd-half', coded(b'zstd', ZSTD[:50]), ['compressed data that end too early']),
    ('br-bomb', coded(b'br', BROTLI_BOMB), ['unpack to more than 1000 times as many', '!NET.MAX_RATIO']),
    ('gzip-bomb', coded(b'gzip', gzip.compress(bytes(5000000))), ['unpack to more than 1000 times as many', '!NET.MAX_RATIO']),
    ('silence', lambda s: (s.sendall(length()[:-1]), time.sleep(1.3)), ['body 99', 'Error encountered reading', 'timed out']),
    ('not-http', b'just text', ['no HTTP header', 'head just text']),
    ('nothing', b'', [END]),
]
CASES += [Case('decode-' + name, reply, shows, ['SOCKET:'] if shows == WHOLE else [], opens=',/decode') for name, reply, shows in DECODED]
CASES += [Case('decode-head', keeps(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'), ['body 0', END], ask='HEAD', opens=',/decode')]


class ReplyServer(Listener):
    """Answers by the path of the request: /NAME. `sent` has what came behind the request's empty line, by name."""

    def __init__(self, cases):
        self.cases = {c.name: c for c in cases}
        self.requests, self.sent = {}, {}
        super().__init__(self.reply)

    def reply(self, s):
        request = b''
        while not request.endswith(b'\r\n\r\n'):
            byte = s.recv(1)
            if not byte:
                return
            request += byte
        name = request.split()[1].decode()[1:]
        self.requests[name] = request
        reply = self.cases[name].reply
        if callable(reply):
            reply(s)
        else:
            s.sendall(reply)
        s.setblocking(False)
        time.sleep(0.02)
        try:
            self.sent[name] = s.recv(4096)
        except OSError:
            self.sent[name] = b''
