"""Programs that go by a proxy: TLS through it, TLS to it, the environment's, redirects, what is never shown, nothing left over.

Each is a text for helio, and what it must print, in this order.  By hand; curl(1) for the environment."""
import pathlib
import re
import ssl
import subprocess

from listener import Listener, until
from tls_programs import missing

GET = '''t = '' & u = ''
socket, l, '{host}', {port}, /get_lun, read_timeout=20, proxy={proxy}{more}
printf, l, 'GET / HTTP/1.0'
printf, l, 'Host: {host}'
printf, l, ''
while ~eof(l) do begin & readf, l, t & if t ne '' then u = t & end
print, 'got ', u
'''
# Of the environment: variables, host, port, whether TLS is asked for; the proxy that is taken.  As curl 7.88 takes them.
WAYS = [
    ({'http_proxy': 'P'}, 'a.test', 80, False, True), ({'HTTP_PROXY': 'P'}, 'a.test', 80, False, False),
    ({'https_proxy': 'P'}, 'a.test', 80, False, False), ({'https_proxy': 'P'}, 'a.test', 443, False, True),
    ({'HTTPS_PROXY': 'P'}, 'a.test', 8443, True, True), ({'http_proxy': 'P'}, 'a.test', 443, True, False),
    ({'all_proxy': 'P'}, 'a.test', 80, False, True), ({'ALL_PROXY': 'P'}, 'a.test', 443, False, True),
    ({'http_proxy': 'P', 'all_proxy': 'http://127.0.0.1:1'}, 'a.test', 80, False, True), ({'https_proxy': 'P', 'HTTPS_PROXY': 'http://127.0.0.1:1'}, 'a.test', 443, False, True),
    ({'http_proxy': 'P', 'no_proxy': '*'}, 'a.test', 80, False, False), ({'http_proxy': 'P', 'no_proxy': 'b.test'}, 'a.test', 80, False, True),
    ({'http_proxy': 'P', 'no_proxy': 'x.test, A.TEST'}, 'a.test', 80, False, False), ({'http_proxy': 'P', 'no_proxy': '.test'}, 'a.test', 80, False, False),
    ({'http_proxy': 'P', 'no_proxy': 'test'}, 'a.test', 80, False, False), ({'http_proxy': 'P', 'no_proxy': 'est'}, 'a.test', 80, False, True),
    ({'http_proxy': 'P', 'NO_PROXY': 'a.test'}, 'a.test.', 80, False, False), ({'http_proxy': 'P', 'no_proxy': '127.0.0.0/8'}, '127.0.0.9', 80, False, False),
    ({'http_proxy': 'P', 'no_proxy': '126.0.0.0/8'}, '127.0.0.9', 80, False, True), ({'http_proxy': 'P', 'no_proxy': '127.0.0.9'}, '127.0.0.9', 80, False, False),
    ({'http_proxy': 'P', 'no_proxy': '::1'}, '[::1]', 80, False, False), ({}, 'a.test', 80, False, False), ({'http_proxy': ''}, 'a.test', 80, False, False),
]
LEAKS = '''pro try, n, host, port, _ref_extra=more
  for i = 1, n do begin
    socket, l, host, port, /get_lun, error=e, _extra=more
    if e eq 0 then begin & print, 'connected' & free_lun, l & endif
  endfor
end
function open_now
  return, n_elements(file_search('/proc/self/fd/*'))
end
function left, first  ; a look-up's thread may still have its own
  for i = 1, 100 do if open_now() gt first then wait, 0.05
  return, open_now() - first
end
'''


def web(certs, cert, text):
    """HTTPS that says `text`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certs.path(cert))

    def answer(s):
        with context.wrap_socket(s, server_side=True) as t:
            until(t, b'\r\n\r\n')
            t.sendall(b'HTTP/1.0 200 OK\r\n\r\n' + text + b'\n')
            t.unwrap()
    return Listener(answer)


def moved(s):
    until(s, b'\r\n\r\n')
    s.sendall(b'HTTP/1.1 301 Moved\r\nLocation: https://sun.test/\r\nContent-Length: 0\r\n\r\n')


def plain(s):
    until(s, b'\r\n\r\n')
    s.sendall(b'HTTP/1.0 200 OK\r\n\r\nplain page\n')


class Programs:
    def __init__(self, helio, env, folder, certs, kit):
        self.helio, self.env, self.folder, self.certs, self.kit, self.count, self.problems = helio, env, folder, certs, kit, 0, []

    def say(self, text, **env):
        r = subprocess.run([self.helio, '-quiet'], input=text, cwd=self.folder, env={**self.env, **env}, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, timeout=500)
        return ' '.join(r.stdout.split()) + (f' memory is left: {r.returncode}' if r.returncode in (-6, -11, 23, 99) else '')

    def check(self, name, text, wanted, never=(), **env):
        said = self.say(text, **env)
        problem = missing(said, wanted) or next((f'{x!r} in {said!r}' for x in never if x in said), None)
        self.count += 1
        if problem:
            self.problems.append(f'programs/{name}: {problem}')

    def tunnels(self):
        """TLS through each kind of proxy, with the target's name verified."""
        kit, good, wrong = self.kit, web(self.certs, 'good.pem', b'secret page'), web(self.certs, 'other.pem', b'no')
        page = Listener(plain)
        outer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        outer.load_cert_chain(self.certs.path('ip.pem'))
        bad = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        bad.load_cert_chain(self.certs.path('expired.pem'))
        ways = [('http', kit.Proxy(kit.http())), ('socks5h', kit.Proxy(kit.socks(first=False))), ('https', kit.Proxy(over_tls, outer))]
        ca = f", ca_file='{self.certs.path('ca.crt')}'"
        for scheme, proxy in ways:
            where = f"'{scheme}://127.0.0.1:{proxy.port}'"
            text = GET.format(host='sun.test', port=good.port, proxy=where, more=ca + ', /tls')
            self.check(f'tls-by-{scheme}', text + 'i = socket_info(l) & print, i.proxy, i.tls_version, i.certificate',
                       ['got secret page', f'{scheme}://127.0.0.1:{proxy.port}TLSv1.3/CN=sun.test'])
            self.check(f'tls-other-host-by-{scheme}', GET.format(host='sun.test', port=wrong.port, proxy=where, more=ca + ', /tls'),
                       ['The certificate is for another host than sun.test'])
            text = GET.format(host='sun.test', port=page.port, proxy=where, more=ca)
            self.check(f'plain-by-{scheme}', text, ['got plain page'])
            busy = 's = systime(1) & while systime(1) - s lt 0.2 do x = 1\n'  # the head may be sent meanwhile
            self.check(f'plain-by-{scheme}-busy', text.replace("printf, l, 'Host", busy + "printf, l, 'Host"), ['got plain page'])
        proxy = kit.Proxy(kit.http(), bad)
        self.check('proxy-other-host', f"socket, l, 'sun.test', 80, /get_lun, proxy='https://127.0.0.1:{proxy.port}', verify=0{ca}, error=e & "
                   'print, !error_state.name, " ", !error_state.sys_msg', [f'IDL_M_TLS_OTHER_HOST The proxy https://127.0.0.1:{proxy.port}: The certificate'],
                   never=['connects all the same'])
        not_tls = kit.Proxy(lambda s, seen: (s.sendall(b'HTTP/1.1 400 Bad Request\r\n\r\n'), s.recv(4096)))
        self.check('proxy-without-tls', GET.format(host='sun.test', port=page.port, proxy=f"'https://127.0.0.1:{not_tls.port}'", more=ca +
                   ', connect_timeout=5'), [f'The proxy https://127.0.0.1:{not_tls.port}: '])

    def follower(self):
        """A redirect to https goes by the same proxy."""
        kit, secure, first = self.kit, web(self.certs, 'good.pem', b'moved page'), Listener(moved)
        proxy = kit.Proxy(kit.http(user=kit.BASIC))
        where = f"'http://{kit.USER}127.0.0.1:{proxy.port}'"
        ca = f", ca_file='{self.certs.path('ca.crt')}'"
        maps = f'sun.test:80=127.0.0.1:{first.port},sun.test:443=127.0.0.1:{secure.port}'
        self.check('redirect', GET.format(host='sun.test', port=80, proxy=where, more=ca), ['connected there over TLS', 'got moved page'],
                   never=['sun%4spot', 'sun%254'], HELIO_NET_MAP=maps)
        self.count += 1
        if len(proxy.seen) != 2 or any(kit.BASIC not in x for x in proxy.seen):
            self.problems.append(f'programs/redirect-by-proxy: {proxy.seen}')

    def hidden(self):
        """User and password are shown nowhere."""
        kit, page = self.kit, Listener(plain)
        proxy = kit.Proxy(kit.http(user=kit.BASIC))
        where = f"'http://{kit.USER}127.0.0.1:{proxy.port}'"
        text = GET.format(host='sun.test', port=page.port, proxy=where, more='')
        self.check('shown', text + "help, /files & print, (fstat(l)).name & help, socket_info(l), /structure & help, !error_state, /str\n",
                   ['got plain page', f'PROXY STRING \'http://127.0.0.1:{proxy.port}\''], never=['wolf', 'spot'])
        self.check('hint', "socket, l, 'no-such-name.invalid', 80, /get_lun", ['http_proxy names a proxy, http://127.0.0.1:9;', '/PROXY goes by it'],
                   never=['wolf', 'spot'], http_proxy='http://wolf:spot@127.0.0.1:9')
        self.check('bad-url', "socket, l, 'x.test', 80, /get_lun, proxy='http://wolf:spot@ho st'", ['PROXY is not like'], never=['wolf', 'spot'])
        self.check('forms', "socket, l, 0, /listen, /get_lun, proxy='http://x:1'\nsocket, l, '/tmp/x', /unix, /get_lun, proxy='x'\n"
                   f"socket, l, '127.0.0.1', {page.port}, /get_lun, proxy='' & print, 'straight'\n"
                   f"socket, l, '127.0.0.1', {page.port}, /get_lun, proxy=0 & print, 'straight'\n"
                   f"socket, l, 'x' + string(7b) + 'y.test', {page.port}, /get_lun, proxy='http://127.0.0.1:{proxy.port}'\n"
                   f"socket, l, 'x' + string([13b,10b]) + 'y.test', {page.port}, /get_lun, proxy='http://127.0.0.1:{proxy.port}'\n",
                   ['PROXY is for connections', 'PROXY is for connections', 'straight', 'straight', 'control characters', 'Give the host alone'])

    def environment(self):
        kit = self.kit
        proxy = kit.Proxy(kit.says(b'HTTP/1.1 555 This way\r\n\r\n'))
        for i, (variables, host, port, tls, by_proxy) in enumerate(WAYS):
            env = {k: v.replace('P', f'http://127.0.0.1:{proxy.port}') for k, v in variables.items()}
            there = len(proxy.seen)
            said = self.say(f"socket, l, '{host}', {port}, /get_lun, /proxy{', /tls' if tls else ''}, error=e & print, e ne 0, ' ', "
                            "!error_state.sys_msg\n", HELIO_NET_MAP='a.test=127.0.0.1:1,a.test.=127.0.0.1:1', **env)
            self.count += 1
            if (len(proxy.seen) > there) != by_proxy or ('555 This way' in said) != by_proxy:
                self.problems.append(f'programs/environment-{i}: {variables} {host}: {said!r}')

    def leaks(self, n):
        """n failed connections of each kind leave neither a descriptor nor a unit."""
        kit = self.kit
        kinds = [('PROXY_AUTH', "'http://127.0.0.1:{p}'", kit.says(b'HTTP/1.1 407 No\r\n\r\n')), ('PROXY_REFUSED', "'http://127.0.0.1:{p}'",
                 kit.says(b'HTTP/1.1 403 No\r\n\r\n')), ('PROXY_CUT', "'http://127.0.0.1:{p}'", kit.says(b'')),
                 ('PROXY_REPLY', "'socks5h://127.0.0.1:{p}'", kit.socks(version=4)), ('PROXY_REFUSED', "'socks5h://127.0.0.1:{p}'", kit.socks(reply=5)),
                 ('PROXY_CONNECT', "'http://127.0.0.1:1'", kit.silent)]
        proxies = [kit.Proxy(k[2]) for k in kinds]
        gone = kit.Proxy(kit.http())
        plain_port = Listener(lambda s: s.sendall(b'no TLS\r\n')).port
        text = '.run leaks.pro\nfirst = open_now()\n'
        for (name, url, _), proxy in zip(kinds, proxies):
            text += (f"try, {n}, 'sun.test', 80, proxy={url.format(p=proxy.port)}\n"
                     f"print, '{name}', !error_state.name, left(first)\n")
        more = [('BIND', "'127.0.0.1', 1, bind='192.0.2.7'"), ('CONNECT', "'127.0.0.1', 1"), ('TLS', f"'127.0.0.1', {plain_port}, /tls"),
                ('TLS', f"'127.0.0.1', {plain_port}, /tls, proxy='http://127.0.0.1:{gone.port}'"), ('HOST', "'a b', 80"), ('VALUE', "'', 80, proxy=0"),
                ('BIND', "'127.0.0.1', 1, bind='nosuch0'"), ('HOST', "'no-such.invalid', 80, /udp")]
        for name, arguments in more:
            times = min(n, 2) if 'invalid' in arguments or 'nosuch' in arguments else n
            text += f"try, {times}, {arguments}\nprint, '{name}', !error_state.name, left(first)\n"
        text += (f"for i = 1, {n} do begin & socket, l, '/no/such', /unix, /get_lun, error=e & endfor & print, 'CONNECT', !error_state.name, left(first)\n"
                 f"for i = 1, {n} do begin & socket, l, '/etc/passwd', /unix, /listen, /get_lun, error=e & endfor & print, 'LISTEN', !error_state.name, left(first)\n"
                 f"for i = 1, {n} do begin & socket, l, 1, /listen, /udp, bind='192.0.2.7', /get_lun, error=e & endfor & print, 'BIND', !error_state.name, left(first)\n"
                 f"for i = 1, {n} do begin & socket, l, /listen, bind='192.0.2.7', /get_lun, error=e & endfor & print, 'BIND', !error_state.name, left(first)\n"
                 "get_lun, u & print, 'free', u\n")
        (self.folder / 'leaks.pro').write_text(LEAKS)
        said = self.say(text)
        found = re.findall(r'(\w+?)IDL_M_(\w+) +(-?\d+)', said)
        self.count += 1
        wrong = [x for x in found if x[2] != '0' or (x[0] not in x[1] and x[0] != 'VALUE')]
        if wrong or len(found) != len(kinds) + len(more) + 4 or 'free 100' not in said or 'connected' in said or missing(said, []):
            self.problems.append(f'programs/leaks: {wrong} {len(found)} {said!r}')


def over_tls(s, seen):
    """An HTTP proxy within TLS.  Python's sockets of TLS cannot be read and written by two threads: one loop for both ways."""
    import select
    import proxy
    head = proxy.connect_head(s, seen)
    host, _, port = head.split()[1].decode().rpartition(':')
    t = proxy.to(host, int(port))
    s.sendall(b'HTTP/1.1 200 OK\r\n\r\n')
    while True:
        ready = [s] if s.pending() else select.select([s, t], [], [], 20)[0]
        if not ready:
            return
        for x in ready:
            piece = x.recv(16384)
            if not piece and x is t:
                return
            (s if x is t else t).sendall(piece)


def run(helio, env, folder, certs, kit, n=40):
    """How many there were, and the problems."""
    p = Programs(helio, env, pathlib.Path(folder), certs, kit)
    p.tunnels()
    p.follower()
    p.hidden()
    p.environment()
    p.leaks(n)
    return p.count, p.problems
