#!/usr/bin/env python3
"""SOCKET, PROXY= against proxies that work and proxies that do not.  proxy.py HELIO [CASE...]; `programs` are
those of proxy_programs.py, `programs many` fails 1,000 times in each way.

Each case has a proxy of its own; one helio connects by all of them and says NAME and SYS_MSG of what failed, and curl is asked the
same where it can be.  What is expected: RFC 9110 9.3.6, RFC 1928, RFC 1929, curl(1), by hand."""
import base64
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import typing

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from certificates import Certificates  # noqa: E402
from listener import Listener, until  # noqa: E402
import proxy_programs  # noqa: E402

REST = threading.Event()
OK = 'OK'
GREETING = b'hello from the other side\n'
BASIC = b'Basic ' + base64.b64encode(b'wolf:sun%4spot')


@dataclasses.dataclass
class Case:
    name: str
    want: str                      # OK, or what stands behind IDL_M_
    proxy: str                     # with {port}
    serve: typing.Callable         # of a connection of the proxy
    target: str = "'127.0.0.1', {target}"
    keywords: str = ''
    shows: typing.Sequence[str] = ()   # in SYS_MSG
    curl: bool | None = True       # whether it succeeds as curl does; None: curl is not asked
    asked: typing.Sequence[bytes] = ()  # what the proxy must have been sent


def exactly(s, n):
    got = b''
    while len(got) < n:
        piece = s.recv(n - len(got))
        if not piece:
            raise OSError('cut off')
        got += piece
    return got


def relay(a, b):
    """Both ways, half-closes passed on."""
    def one(x, y):
        try:
            while piece := x.recv(65536):
                y.sendall(piece)
            y.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    t = threading.Thread(target=one, args=(a, b), daemon=True)
    t.start()
    one(b, a)
    t.join()
    b.close()


def to(host, port):
    """Every name of the tests is this machine."""
    return socket.create_connection((host if host[0] in '1:' else '127.0.0.1', port), timeout=20)


def connect_head(s, seen):
    head = until(s, b'\r\n\r\n')
    seen.append(head)
    return head


def http(reply=b'HTTP/1.1 200 Connection established\r\n\r\n', user=None, with_target=True, behind=b''):
    """An HTTP proxy that answers so."""
    def serve(s, seen):
        head = connect_head(s, seen)
        if user and user not in head:
            s.sendall(b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')
            return
        if not with_target:
            s.sendall(reply)
            return
        host, _, port = head.split()[1].decode().rpartition(':')
        t = to(host.strip('[]'), int(port))
        s.sendall(reply + behind + (t.recv(100) if behind else b''))  # in one piece
        relay(s, t)
    return serve


def says(reply, then=None):
    def serve(s, seen):
        connect_head(s, seen)
        s.sendall(reply)
        if then:
            then(s)
    return serve


def slowly(s, seen):
    """A reply of single bytes."""
    connect_head(s, seen)
    for b in b'HTTP/1.0 200 OK\r\nVia: x\r\n\r\n' + GREETING:
        s.sendall(bytes([b]))
    s.sendall(until(s, b'\n'))


def silent(s, seen):
    REST.wait(60)


def endless(s, seen):
    connect_head(s, seen)
    s.sendall(b'HTTP/1.1 200 OK\r\n')
    for _ in range(100000):
        s.sendall(b'X: ' + b'y' * 1000 + b'\r\n')


def socks(method=0, reply=0, version=5, user=None, kind=1, accepts=True, replies=None, first=True):
    """A SOCKS5 proxy; replies: these bytes are all of the answer to the request; first: the target speaks first."""
    def serve(s, seen):
        _, n = exactly(s, 2)
        offered = exactly(s, n)
        seen.append(b'methods ' + bytes(offered))
        s.sendall(bytes([version, method if method != 2 or 2 in offered else 0xff]))
        if method == 2 and 2 in offered:
            _, k = exactly(s, 2)
            name = exactly(s, k)
            word = exactly(s, exactly(s, 1)[0])
            seen.append(b'user ' + name + b' ' + word)
            s.sendall(bytes([1, 0 if accepts and (name, word) == user else 1]))
        _, command, _, form = exactly(s, 4)
        size = {1: 4, 4: 16}.get(form) or exactly(s, 1)[0]
        address, port = exactly(s, size), int.from_bytes(exactly(s, 2), 'big')
        host = address.decode() if form == 3 else socket.inet_ntop({1: socket.AF_INET, 4: socket.AF_INET6}[form], address)
        seen.append(b'connect %d %d ' % (command, form) + host.encode())
        if replies is not None:
            s.sendall(replies)
            return
        bound = {1: bytes(6), 4: bytes(18), 3: b'\x04name\0\0', 9: bytes(6)}[kind]
        if reply:
            s.sendall(bytes([5, reply, 0, kind]) + bound)
            return
        t = to(host, port)
        s.sendall(bytes([5, 0, 0, kind]) + bound + (t.recv(100) if first else b''))
        relay(s, t)
    return serve


HTTP, SOCKS, SOCKSH = 'http://127.0.0.1:{port}', 'socks5://127.0.0.1:{port}', 'socks5h://127.0.0.1:{port}'
USER = 'wolf:sun%254spot@'
NAMES = (b'wolf', b'sun%4spot')
CASES = [
    Case('connect', OK, HTTP, http(), asked=[b'CONNECT 127.0.0.1:{target} HTTP/1.1\r\nHost: 127.0.0.1:{target}\r\n']),
    Case('no-scheme', OK, '127.0.0.1:{port}', http()), Case('slash', OK, HTTP + '/', http()), Case('capitals', OK, 'HTTP://127.0.0.1:{port}', http()),
    Case('name', OK, HTTP, http(), "'sun.test', {target}", asked=[b'CONNECT sun.test:{target} ']),
    Case('ip6', OK, HTTP, http(), "'[::1]', {target6}", asked=[b'CONNECT [::1]:{target6} ']),
    Case('ip6-bare', OK, HTTP, http(), "'::1', {target6}", asked=[b'CONNECT [::1]:{target6} '], curl=None),
    Case('idna', OK, HTTP, http(), "'sünde.test', {target}", asked=[b'CONNECT xn--snde-0ra.test:{target} '], curl=None),
    Case('behind-the-head', OK, HTTP, http(behind=b' ')), Case('slow', OK, HTTP, slowly),
    Case('interim', OK, HTTP, http(b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n'), curl=None),
    Case('length-ignored', OK, HTTP, http(b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n')),
    Case('bare-lf', OK, HTTP, http(b'HTTP/1.0 200 OK\n\n')), Case('201', OK, HTTP, http(b'HTTP/1.1 201 Created\r\n\r\n')),
    Case('user', OK, 'http://' + USER + '127.0.0.1:{port}', http(user=BASIC), asked=[b'\r\nProxy-Authorization: ' + BASIC + b'\r\n']),
    Case('user-missing', 'PROXY_AUTH', HTTP, http(user=BASIC), shows=['wants a user and password (407)', 'user:password@']),
    Case('user-wrong', 'PROXY_AUTH', 'http://wolf:secret@127.0.0.1:{port}', http(user=BASIC), shows=['does not take this user and password']),
    Case('digest-only', 'PROXY_AUTH', HTTP, says(b'HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm="x"\r\n\r\n'), shows=['only Basic']),
    Case('403', 'PROXY_REFUSED', HTTP, says(b'HTTP/1.1 403 Not by me\r\nX: y\r\n\r\n'), shows=['does not connect: "HTTP/1.1 403 Not by me"']),
    Case('502', 'PROXY_REFUSED', HTTP, says(b'HTTP/1.0 502 Bad Gateway\r\n\r\n<html>'), shows=['502 Bad Gateway']),
    Case('302', 'PROXY_REFUSED', HTTP, says(b'HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n'), shows=['302']),
    Case('101', 'PROXY_REFUSED', HTTP, says(b'HTTP/1.1 101 Switching\r\n\r\n'), shows=['101'], curl=None),
    Case('escapes', 'PROXY_REFUSED', HTTP, says(b'HTTP/1.1 500 \x1b[31mred\r\n\r\n'), shows=['500 ?[31mred']),
    Case('no-http', 'PROXY_REPLY', HTTP, says(b'220 mail.test ESMTP\r\n'), shows=['does not answer in HTTP/1', '220 mail.test']),
    Case('ssh', 'PROXY_REPLY', HTTP, says(b'SSH-2.0-x\r\n', silent and (lambda s: REST.wait(60))), shows=['does not answer in HTTP/1'], curl=None),
    Case('http-9', 'PROXY_REPLY', HTTP, says(b'HTTP/9.9 200 OK\r\n\r\n'), shows=['does not answer in HTTP/1']),
    Case('status-2', 'PROXY_REPLY', HTTP, says(b'HTTP/1.1 20\r\n\r\n'), shows=['does not answer in HTTP/1']),
    Case('cut-at-once', 'PROXY_CUT', HTTP, says(b''), shows=['closed the connection without a reply']),
    Case('cut-in-head', 'PROXY_CUT', HTTP, says(b'HTTP/1.1 200 OK\r\nVia: '), shows=['closed the connection within its reply']),
    Case('long-head', 'PROXY_REPLY', HTTP, endless, shows=['longer than 65536 bytes', 'MAX_HEAD']),
    Case('silent', 'PROXY_TIMEOUT', HTTP, silent, keywords='connect_timeout=0.5', shows=['did not answer in time'], curl=None),
    Case('silent-read', 'PROXY_TIMEOUT', HTTP, silent, keywords='read_timeout=0.5', shows=['did not answer in time'], curl=None),
    Case('silent-net', 'PROXY_TIMEOUT', HTTP, silent, keywords='dummy', shows=['did not answer in time'], curl=None),
    Case('refused', 'PROXY_CONNECT', 'http://127.0.0.1:1', silent, shows=['Connection refused']),
    Case('unknown', 'PROXY_HOST', 'http://no-such-proxy.invalid:80', silent, shows=['name of the proxy', 'no-such-proxy.invalid']),
    Case('scheme', 'PROXY', 'ftp://127.0.0.1:{port}', silent, shows=['ftp:// is not one of']),
    Case('port', 'PROXY', 'http://127.0.0.1:99999', silent, shows=['is not like']), Case('nothing', 'PROXY', 'http://', silent, shows=['is not like']),
    Case('user-control', 'PROXY', 'http://a%0d%0aX:b@127.0.0.1:{port}', silent, shows=['no control characters'], curl=None),
    Case('password-long', 'PROXY', 'http://a:' + 'x'*300 + '@127.0.0.1:{port}', silent, shows=['at most 255'], curl=None),
    Case('socks', OK, SOCKS, socks(), asked=[b'methods \0', b'connect 1 1 127.0.0.1']),
    Case('socks-name-here', OK, SOCKS, socks(), "'localhost', {target}", asked=[b'connect 1 1 127.0.0.1']),
    Case('socks-unknown-here', 'HOST', SOCKS, socks(), "'no-such-name.invalid', {target}"),
    Case('socksh-name', OK, SOCKSH, socks(), "'sun.test', {target}", asked=[b'connect 1 3 sun.test']),
    Case('socksh-address', OK, SOCKSH, socks(), asked=[b'connect 1 1 127.0.0.1']),
    Case('socksh-ip6', OK, SOCKSH, socks(), "'::1', {target6}", asked=[b'connect 1 4 ::1'], curl=None),
    Case('socks-bound-6', OK, SOCKSH, socks(kind=4)), Case('socks-bound-name', OK, SOCKSH, socks(kind=3)),
    Case('socks-bound-9', 'PROXY_REPLY', SOCKSH, socks(kind=9), shows=['unknown kind: 9']),
    Case('socks-user', OK, 'socks5h://' + USER + '127.0.0.1:{port}', socks(2, user=NAMES), asked=[b'methods \0\2', b'user wolf sun%4spot']),
    Case('socks-user-not-asked', OK, 'socks5h://' + USER + '127.0.0.1:{port}', socks(0)),
    Case('socks-user-missing', 'PROXY_AUTH', SOCKSH, socks(2, user=NAMES), shows=['wants a user and password: PROXY=']),
    Case('socks-user-wrong', 'PROXY_AUTH', 'socks5h://wolf:secret@127.0.0.1:{port}', socks(2, user=NAMES), shows=['does not take this user']),
    Case('socks-none-fits', 'PROXY_AUTH', 'socks5h://' + USER + '127.0.0.1:{port}', socks(0xff), shows=['neither']),
    Case('socks-unasked-2', 'PROXY_AUTH', SOCKSH, lambda s, seen: (exactly(s, 3), s.sendall(b'\5\2')), shows=['wants a user'], curl=None),
    Case('socks-strange-method', 'PROXY_REPLY', SOCKSH, socks(7), shows=['not offered: 7']),
    Case('socks-4', 'PROXY_REPLY', SOCKSH, socks(version=4), shows=['version 4']),
    Case('socks-is-http', 'PROXY_REPLY', SOCKSH, lambda s, seen: s.sendall(b'HTTP/1.1 400 Bad Request\r\n\r\n'), shows=['version 72']),
    Case('socks-cut-0', 'PROXY_CUT', SOCKSH, lambda s, seen: exactly(s, 3), shows=['without a reply']),
    Case('socks-cut-1', 'PROXY_CUT', SOCKSH, lambda s, seen: (exactly(s, 3), s.sendall(b'\5')), shows=['within its reply']),
    Case('socks-cut-2', 'PROXY_CUT', SOCKSH, socks(replies=b''), shows=['instead of connecting']),
    Case('socks-cut-3', 'PROXY_CUT', SOCKSH, socks(replies=b'\5\0\0\1\0\0'), shows=['within its reply']),
    Case('socks-short-refusal', 'PROXY_REFUSED', SOCKSH, socks(replies=b'\5\5'), shows=['refused the connection (5)'], curl=None),
    Case('socks-silent', 'PROXY_TIMEOUT', SOCKSH, silent, keywords='connect_timeout=0.5', shows=['in time'], curl=None),
    *(Case(f'socks-reply-{i}', 'PROXY_REFUSED', SOCKSH, socks(reply=i), shows=[f'{words} ({i})']) for i, words in enumerate((
        'general failure', 'its rules forbid it', 'the network cannot be reached', 'the host cannot be reached',
        'the host refused the connection', 'the time to live is over', 'it cannot do CONNECT', 'this kind of address',
        'a reason that RFC 1928 does not have'), 1)),
]


class Proxy(Listener):
    """seen: what was asked of it."""

    def __init__(self, serve, context=None):
        self.seen = []

        def answer(s):
            if context:
                with context.wrap_socket(s, server_side=True) as t:
                    serve(t, self.seen)
            else:
                serve(s, self.seen)
        super().__init__(answer)


def target(s):
    """Says hello, and repeats what it is told."""
    s.sendall(GREETING)
    while piece := s.recv(65536):
        s.sendall(piece)


def hello(s):
    """For curl, which ends when the other side does."""
    s.sendall(GREETING)
    s.shutdown(socket.SHUT_WR)
    until(s, b'\n')


PROGRAM = '''pro ask, l
  t = '' & u = ''
  on_ioerror, failed
  readf, l, t
  printf, l, 'and back' & socket, l, /shutdown
  readf, l, u
  print, '{read|', t, '|', u, '|', eof(l), '}', format='(5a,i0,a)'
  free_lun, l
  return
failed:
  print, '{failed|', !error_state.name, '|', !error_state.sys_msg, '}', format='(5a)'
  free_lun, l
end
pro show
  print, '{open|', !error_state.name, '|', !error_state.sys_msg, '}', format='(5a)'
end
'''


def statement(case, fill):
    where, proxy, keywords = case.target.format(**fill), case.proxy.format(**fill), case.keywords
    before = '!net.handshake = 1' if keywords == 'dummy' else '!net.handshake = 60'
    more = ',' + keywords if keywords and keywords != 'dummy' else ''
    return (f"print, '== {case.name}' & message, /reset & {before}\nsocket, l, {where}, /get_lun, proxy='{proxy}'{more}, error=e\n"
            f"if e ne 0 then show else ask, l\n")


def helio_says(helio, cases, fills, folder, env):
    (folder / 'ask.pro').write_text(PROGRAM)
    text = '.run ask.pro\n' + ''.join(statement(c, f) for c, f in zip(cases, fills)) + "print, '== end'\nget_lun, u & print, 'free', u\n"
    r = subprocess.run([helio, '-quiet'], input=text, cwd=folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       timeout=120)
    return dict(p.partition('\n')[::2] for p in r.stdout.split('== ')[1:]), r.stdout + f'\nstatus {r.returncode}'


def judge(case, said, proxy, fill):
    found = re.search(r'\{(open|read|failed)\|(.*)\}', said)
    if not found:
        return f'nothing found in {said!r}'
    what, rest = found.groups()
    if 'secret' in said or 'sun%' in said:
        return f'the password is shown: {said!r}'
    if case.want != OK:
        name, _, reason = rest.partition('|')
        if what != 'open' or name != 'IDL_M_' + case.want:
            return f'{what}: {rest}'
        missing = [x for x in case.shows if x not in reason]
        return f'{missing} missing in {reason!r}' if missing else None
    if what != 'read' or rest.strip() != GREETING.decode().strip() + '|and back|1':
        return f'{what}: {rest}'
    sent = b'\n'.join(proxy.seen)
    missing = [x for x in case.asked if x.replace(b'{target}', b'%d' % fill['target']).replace(b'{target6}', b'%d' % fill['target6']) not in sent]
    return f'{missing} missing in {sent!r}' if missing else None


def curl_differs(case, fill):
    if case.curl is None:
        return None
    host, port = [x.strip(" '") for x in case.target.format(**fill).rsplit(',', 1)]
    proxy = case.proxy.format(**fill)
    r = subprocess.run(['curl', '-sS', '-m', '20', '--noproxy', '', '-p', '--proxy', proxy, f'telnet://{host}:{port}'], input=b'and back\n',
                       capture_output=True, env={**os.environ, 'LC_ALL': 'C.UTF-8'})
    got = GREETING in r.stdout
    return None if got == (case.want == OK) else f'curl ends with {r.returncode}: {r.stdout!r} {r.stderr!r}'


def main():
    helio, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix='helio-proxy-'))
    failed, count = [], 0
    env = {k: v for k, v in os.environ.items() if k not in ('DISPLAY', 'SSL_CERT_FILE', 'SSL_CERT_DIR') and 'proxy' not in k.lower()}
    four, six, hello4, hello6 = Listener(target), Listener(target, '::1'), Listener(hello), Listener(hello, '::1')
    try:
        cases = [c for c in CASES if not wanted or any(w in c.name for w in wanted)]
        proxies = [Proxy(c.serve) for c in cases]
        fills = [{'port': p.port, 'target': four.port, 'target6': six.port} for p in proxies]
        parts, whole = helio_says(helio, cases, fills, folder, env)
        problems = [judge(c, parts[c.name], p, f) if c.name in parts else 'helio did not come to it: ' + whole[-500:]
                    for c, p, f in zip(cases, proxies, fills)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            curls = list(pool.map(curl_differs, cases, [{**f, 'target': hello4.port, 'target6': hello6.port} for f in fills]))
        for c, problem, differs in zip(cases, problems, curls):
            failed += [f'{c.name}: {x}' for x in (problem, differs) if x]
            count += 1
        if '100' not in parts.get('end', '') or 'Sanitizer' in whole or 'runtime error:' in whole or 'status 0' not in whole:
            failed.append('end: ' + whole[-3000:])
        if not wanted or 'programs' in wanted:
            n, more = proxy_programs.run(helio, env, folder, Certificates(folder), sys.modules[__name__], 1000 if 'many' in wanted else 40)
            count += n
            failed += more
    finally:
        REST.set()
        shutil.rmtree(folder, ignore_errors=True)
    for f in failed:
        print('FAILED proxy/' + f)
    print(f'{count - len(failed)} passed, {len(failed)} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
