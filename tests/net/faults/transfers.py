#!/usr/bin/env python3
"""IDLnetURL against replies of all kinds.  transfers.py HELIO [CASE...]

One helio asks for all of them with one object. A reply that is whole makes the file that is asked for; any other one is an error and
leaves no file, and the object serves the next case.  Expectations: network.md 6.3, the column "ours"; RFC 9112 and 9110; the codes
are libcurl's (its manual, libcurl-errors). That the file holds BODY is the server's own word for it."""
import gzip
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from certificates import Certificates  # noqa: E402
from listener import Listener, until  # noqa: E402
import replies  # noqa: E402
from replies import BODY, BROTLI, BROTLI_BOMB, GZIP, OK, ZSTD, bare, chunked, coded, field, keeps, length, moved, trickle  # noqa: E402

WHOLE, LATER = 'whole', 'later'  # LATER: judged by the program itself
HERE = b'http://127.0.0.1:%d'

# name: reply, what must come: WHOLE, or the code and words of the error
CASES = {
    'plain': (length(), WHOLE), 'close': (OK + b'\r\n' + BODY, WHOLE), 'http-1.0': (b'HTTP/1.0 200 OK\r\n\r\n' + BODY, WHOLE),
    '1-short': (length()[:-1], (18, 'transfer closed with')),
    '2-too-much': (length() + BODY, WHOLE),
    '3-two-lengths': (field(b'Content-Length: 10\r\nContent-Length: 100'), (8, 'two different Content-Length')),
    '4-length-twice': (field(b'Content-Length: 100\r\nContent-Length: 100'), WHOLE),
    '5-length-list': (field(b'Content-Length: 100, 100'), WHOLE),
    '6-length-negative': (field(b'Content-Length: -5'), (8, '')),
    '7-length-words': (field(b'Content-Length: abc'), (8, '')),
    '8-length-huge': (field(b'Content-Length: 12345678901234567890123'), (8, 'beyond all bounds')),
    '9-length-plus': (field(b'Content-Length: +100'), (8, 'no number')),
    '10-chunked-and-length': (keeps(chunked(BODY, more=b'Content-Length: 3\r\n')), WHOLE),
    '11-extension': (OK + b'Transfer-Encoding: chunked\r\n\r\n64;a="b"\r\n' + BODY + b'\r\n0\r\nX: y\r\n\r\n', WHOLE),
    '12-cut-in-chunk': (chunked(BODY)[:-50], (18, '')), '13-no-last-chunk': (chunked(BODY, end=b''), (18, '')),
    '14-chunk-zz': (OK + b'Transfer-Encoding: chunked\r\n\r\nzz\r\n', (56, '')),
    '15-chunk-huge': (OK + b'Transfer-Encoding: chunked\r\n\r\n' + b'F' * 18 + b'\r\n', (56, '')),
    '16-chunk-minus': (OK + b'Transfer-Encoding: chunked\r\n\r\n-1\r\n', (56, '')),
    '17-chunk-too-long': (OK + b'Transfer-Encoding: chunked\r\n\r\n63\r\n' + BODY + b'\r\n0\r\n\r\n', (56, '')),
    '18-bare-lf': (b'HTTP/1.1 200 OK\nContent-Length: 100\n\n' + BODY, WHOLE),
    '19-folded': (field(b'A: b\r\n c\r\nContent-Length: 100'), WHOLE),
    '20-no-colon': (field(b'this is no header\r\nContent-Length: 100'), (8, '')),
    '21-nul': (field(b'A: b\0c\r\nContent-Length: 100'), (8, '')),
    '22-blank': (field(b'Content-Length : 100'), (8, 'a blank before the colon')),
    '23-long-line': (OK + b'A: %s\r\n\r\n' % (b'x' * 200000), (27, 'too long')),
    '24-many-fields': (OK + b'A: b\r\n' * 20000 + b'\r\n', (8, 'longer than 65536 bytes')),
    '26-interim': (b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' + length(), WHOLE),
    '27-endless-interim': (b'HTTP/1.1 102 Processing\r\n\r\n' * 3000, (8, 'More than 100 replies 1xx')),
    '28-http-0.9': (b'just the body', (1, 'HTTP/0.9')), '29-http-9.9': (b'HTTP/9.9 200 OK\r\n\r\n', (1, '')),
    '30-status-99': (b'HTTP/1.1 99 Low\r\n\r\n', (None, '')), '31-status-1000': (b'HTTP/1.1 1000 High\r\n\r\n', (None, '')),
    '32-no-reason': (b'HTTP/1.1 200\r\nContent-Length: 100\r\n\r\n' + BODY, WHOLE),
    '33-nothing': (b'', (52, 'Empty reply')),
    '36-cut-in-head': (b'HTTP/1.1 200 OK\r\nContent-Ty', (18, "within the reply's head")),
    '38-stall': (lambda s: (s.sendall(length()[:-1]), time.sleep(2.2)), (28, 'timed out')),
    '39-trickle': (trickle(length(), 0.001), WHOLE),
    '41-no-content': (keeps(b'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'), LATER),
    '42-not-modified': (keeps(b'HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n'), (304, 'returned error: 304')),
    '43-bad-gzip': (coded(b'gzip', BODY), (61, 'damaged (gzip)')),
    '44-gzip-without-its-end': (coded(b'gzip', GZIP[:-8]), (18, 'end too early')),
    '44b-gzip-half': (OK + b'Content-Encoding: gzip\r\n\r\n' + GZIP[:40], (18, 'end too early')),
    '45-unknown-coding': (coded(b'compress', b'x'), (61, 'not known here: compress')),
    '47-moved-nowhere': (b'HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n', (302, 'returned error: 302')),
    '48-moved-to-file': (moved(b'302 Found', b'file:///etc/passwd'), (1, 'A redirect to file: is not followed')),
    '48b-moved-to-ftp': (moved(b'302 Found', b'ftp://127.0.0.1/x'), (1, 'A redirect to ftp: is not followed')),
    '49-bad-port': (moved(b'302 Found', b'http://127.0.0.1:99999/x'), (3, 'leads to no URL')),
    '55-transfer-gzip-bad': (OK + b'Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', (None, '')),
    '56-transfer-unknown': (OK + b'Transfer-Encoding: lzma, chunked\r\n\r\n0\r\n\r\n', (None, '')),
    '58-long-cookie': (OK + b'Set-Cookie: a=%s\r\n\r\n' % (b'x' * 1000000), (27, 'too long')),
    '60-switch': (b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', (8, '(101)')),
    '69-gzip-bomb': (coded(b'gzip', gzip.compress(bytes(5000000))), (61, '1000 times as many')),
    '69b-br-bomb': (coded(b'br', BROTLI_BOMB), (61, '1000 times as many')),
    'gzip': (keeps(coded(b'gzip', GZIP)), WHOLE), 'deflate': (keeps(coded(b'deflate', zlib.compress(BODY))), WHOLE),
    'deflate-bare': (keeps(coded(b'deflate', bare(BODY))), WHOLE), 'br': (keeps(coded(b'br', BROTLI)), WHOLE),
    'zstd': (keeps(coded(b'zstd', ZSTD)), WHOLE),
    'not-found': (length(b'no', start=b'HTTP/1.1 404 Not Found\r\n'), (404, 'returned error: 404')),
    'unavailable': (length(b'', b'Retry-After: 3\r\n', b'HTTP/1.1 503 Busy\r\n'), (503, 'returned error: 503')),
}

PROGRAM = '''pro ask, o, url, file
  common said, text
  catch, failed
  if failed ne 0 then begin
    catch, /cancel
    o->getproperty, response_code=code
    printf, -2, 'error ', strtrim(code, 2), ' ', !error_state.msg
    return
  endif
  name = o->get(url=url, filename=file)
  o->getproperty, response_code=code
  printf, -2, 'got ', strtrim(code, 2), ' ', name
end
'''


# The same by HttpRequest and by a unit: what came is written to the file.
OTHERS = '''pro keep, file, bytes
  openw, l, file, /get_lun
  writeu, l, bytes
  free_lun, l
end
pro ask_request, o, url, file
  r = HttpRequest.Get(url, options={timeout_ms: 2000, accept_encoding: 'gzip, deflate, br, zstd'})
  if r.status_code eq 200 then keep, file, r.content
  if r.status_code lt 200 then printf, -2, 'error ', strtrim(r.status_code, 2), ' ', r.text else printf, -2, 'got ', strtrim(r.status_code, 2)
end
pro ask_unit, o, url, file
  catch, failed
  if failed ne 0 then begin
    catch, /cancel
    printf, -2, 'error ', !error_state.msg
    if n_elements(l) gt 0 then free_lun, l
    return
  endif
  openr, l, url, /get_lun
  b = bytarr((fstat(l)).size)
  readu, l, b
  free_lun, l
  keep, file, b
  printf, -2, 'got 200'
end
'''
CODED = ('gzip', 'deflate', 'br', 'zstd', '43', '44', '45', '69')  # a unit gives the body as it comes


def run(helio, text, folder, env, timeout=120):
    r = subprocess.run([helio, '-quiet'], input=text, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                       errors='replace', timeout=timeout)
    return r.stdout


def parts_of(said):
    return dict(p.partition('\n')[::2] for p in said.split('== ')[1:])


def judge(want, said, file):
    words = ' '.join(said.split())
    if want == WHOLE:
        return None if words.startswith('got 200') and file.exists() and file.read_bytes() == BODY else words[-300:]
    code, text = want
    if file.exists():
        return f'there is a file: {words[-300:]}'
    if not words.startswith('error ' + ('' if code is None else f'{code} ')) or text not in words or 'CCurlException' not in words:
        return f'{want} expected: {words[-300:]}'
    return None


def judge_other(way, name, want, said, file):
    words = ' '.join(said.split())
    if want == WHOLE:
        return None if words.startswith('got 200') and file.exists() and file.read_bytes() == BODY else words[-300:]
    code, text = want
    if way == 'ask_request' and code is not None and code >= 100:
        return None if words.startswith(f'got {code}') else words[-300:]
    if file.exists():
        return f'there is a file: {words[-300:]}'
    if way == 'ask_unit':
        return None if words.startswith('error ') and 'Error opening file' in words else words[-300:]
    return None if words.startswith('error ' + ('' if code is None else f'{code} ')) and text in words else f'{want} expected: {words[-300:]}'


def other_cases(helio, env, folder):
    server, problems, count = Server(), [], 0
    (folder / 'others.pro').write_text(OTHERS)
    for way in ('ask_request', 'ask_unit'):
        names = [n for n in CASES if CASES[n][1] != LATER and not (way == 'ask_unit' and (n.startswith(CODED) or n == '38-stall'))]
        text = f".run others.pro\no = 0 & u = 'http://127.0.0.1:{server.port}/'\n"
        for n in names:
            text += f"printf, -2, '== {n}'\n{way}, o, u + '{n}', '{n}.{way}'\n"
        parts = parts_of(run(helio, text + "printf, -2, '== end'\n", folder, env))
        for n in names:
            count += 1
            problem = judge_other(way, n, CASES[n][1], parts.get(n, 'not reached'), folder / f'{n}.{way}')
            if problem:
                problems.append(f'{way} {n}: {problem}')
    server.stop()
    return count, problems


class Server(replies.ReplyServer):
    """Answers of CASES; /hop/N leads to /hop/N-1, /hop/0 to /plain."""

    def reply(self, s):
        request = until(s, b'\r\n\r\n')
        name = request.split()[1].decode()[1:] if request else ''
        self.requests[name] = request
        if name.startswith('hop/'):
            n = int(name[4:])
            answer = moved(b'302 Found', b'/hop/%d' % (n - 1) if n else b'/plain')
        else:
            answer = self.cases[name][0]
        if callable(answer):
            answer(s)
        else:
            s.sendall(answer)

    def __init__(self):
        self.cases, self.requests = CASES, {}
        Listener.__init__(self, self.reply)


def fault_cases(helio, env, folder, wanted):
    server = Server()
    names = [n for n in CASES if not wanted or any(w in n for w in wanted)]
    text = f'.run ask.pro\no = obj_new("IDLnetURL", encode=3, timeout=2)\nu = \'http://127.0.0.1:{server.port}/\'\n'
    for n in names:
        text += f"printf, -2, '== {n}'\nask, o, u + '{n}', '{n}.got'\n"
    for n in (10, 11):
        text += f"printf, -2, '== hops-{n}'\nask, o, u + 'hop/{n - 1}', 'hops-{n}.got'\n"
    text += "printf, -2, '== end'\n"
    parts = parts_of(run(helio, text, folder, env))
    wants = {n: CASES[n][1] for n in names} | {'hops-10': WHOLE, 'hops-11': (47, 'More than 10 redirects')}
    problems = []
    for n, want in wants.items():
        problem = judge(want, parts[n], folder / f'{n}.got') if n in parts and want != LATER else None if n in parts else 'not reached'
        if problem:
            problems.append(f'{n}: {problem}')
    if not wanted and parts.get('41-no-content', '').split()[:2] != ['got', '204']:
        problems.append('41: ' + parts.get('41-no-content', ''))
    server.stop()
    return len(wants), problems


# --- TLS ---

TLS = {'good': WHOLE, 'expired': (60, 'certificate has expired'), 'other': (60, 'no alternative certificate subject name matches'),
       'by-stranger': (60, 'unable to get local issuer certificate')}


def tls_server(context, answer):
    def talk(s):
        with context.wrap_socket(s, server_side=True) as t:
            until(t, b'\r\n\r\n')
            answer(t)
    return Listener(talk)


def tls_cases(helio, env, folder):
    import ssl
    made = Certificates(folder)
    listeners, text, wants = [], '.run ask.pro\n', {}
    for n, want in TLS.items():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.path(n + '.pem'))
        listeners.append(tls_server(context, lambda t: t.sendall(length())))
        for how, options in (('', ''), ('-any', ', ssl_verify_peer=0, ssl_verify_host=0')):
            name = n + how
            wants[name] = want if not how else WHOLE
            text += f"o = obj_new('IDLnetURL', ssl_certificate_file='{made.path('ca.crt')}', timeout=5{options})\n" \
                f"printf, -2, '== {name}'\nask, o, 'https://sun.test:{listeners[-1].port}/x', '{name}.got'\n"
    cut = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cut.load_cert_chain(made.path('good.pem'))

    def cuts(t):
        t.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n' + BODY[:50])
        t.shutdown(2)
    listeners.append(tls_server(cut, cuts))
    listeners.append(tls_server(cut, lambda t: t.sendall(moved(b'301 Moved', b'http://sun.test/x'))))
    listeners.append(Listener(lambda s: s.sendall(length())))
    opened = f"o = obj_new('IDLnetURL', ssl_certificate_file='{made.path('ca.crt')}', timeout=5)\n"
    for name, at, want in (('tls-cut', -3, (56, '')), ('downgrade', -2, (1, 'from https to plain http')), ('plain-port', -1, (35, ''))):
        wants[name] = want
        text += f"{opened}printf, -2, '== {name}'\nask, o, 'https://sun.test:{listeners[at].port}/x', '{name}.got'\n"
    maps = ','.join(f'sun.test:{x.port}=127.0.0.1:{x.port}' for x in listeners)
    parts = parts_of(run(helio, text, folder, env | {'HELIO_NET_MAP': maps}))
    problems = [f'{n}: {p}' for n, want in wants.items() for p in [judge(want, parts.get(n, ''), folder / f'{n}.got')] if p]
    for x in listeners:
        x.stop()
    return len(wants), problems


def main():
    helio = os.path.abspath(sys.argv[1])
    env = {k: v for k, v in os.environ.items() if k != 'DISPLAY' and not k.lower().endswith('_proxy')}
    count, problems = 0, []
    with tempfile.TemporaryDirectory(prefix='helio-transfers-') as name:
        folder = pathlib.Path(name)
        (folder / 'ask.pro').write_text(PROGRAM)
        count, problems = fault_cases(helio, env, folder, sys.argv[2:])
        if not sys.argv[2:]:
            for cases in (tls_cases, other_cases):
                more, failures = cases(helio, env, folder)
                count += more
                problems += failures
        left = [p.name for p in folder.iterdir() if '.part' in p.name or p.name.startswith('.')]
        if left:
            problems.append(f'left behind: {left}')
    for p in problems:
        print('FAILED transfers/' + p)
    print(f'{count + 1 - len(problems)} passed, {len(problems)} failed')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
