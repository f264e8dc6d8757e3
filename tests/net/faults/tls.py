#!/usr/bin/env python3
"""SOCKET, /TLS against good and bad servers.  tls.py HELIO [CASE...]

Each case has a server of its own; one helio opens them all and says the name of the error, and curl is asked the same.
What is expected: RFC 5280, 6125, 6066, 7633, by hand; `curl` is what curl does where it is not the same (ours is stricter, or curl
has no such question)."""
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
import time
import typing
import warnings

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1])]
from certificates import Certificates  # noqa: E402
from listener import Listener, until  # noqa: E402
from ports import free_port  # noqa: E402

warnings.simplefilter('ignore', DeprecationWarning)  # old versions are asked for on purpose
OK = 'OK'
REST = threading.Event()


@dataclasses.dataclass
class Case:
    name: str
    want: str                     # OK, or what stands behind IDL_M_TLS_
    cert: str = 'good.pem'
    host: str = 'sun.test'
    keywords: str = ''            # besides ca_file and ca_only
    ca: str = 'ca.crt'            # '': no keyword
    shows: typing.Sequence[str] = ()  # in SYS_MSG
    reads: str = ''               # what is read, or the NAME of reading's error
    curl: str = 'same'            # same, ok, bad, or '' where curl is not asked
    curl_args: typing.Sequence[str] = ()
    serve: dict = dataclasses.field(default_factory=dict)  # what the server does
    sni: str | None = None        # what it must have been asked for; None: whatever


def old(version):
    return {'max': version, 'min': ssl.TLSVersion.TLSv1}


STAPLE = ['--cert-status']
PIN = "pin='sha256//{pin}'"
BAD_PIN = 'sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
CASES = [
    Case('good', OK), Case('two-names', OK, 'two.pem'), Case('capitals', OK, host='SUN.TEST', sni='SUN.TEST'),
    Case('expired', 'EXPIRED', 'expired.pem', shows=['has expired']), Case('early', 'NOT_YET', 'early.pem', shows=['not valid yet']),
    Case('other-host', 'OTHER_HOST', 'other.pem', shows=['for another host']),
    Case('self-signed', 'SELF_SIGNED', 'self.pem', shows=['is self-signed']),
    Case('self-signed-trusted', OK, 'self.pem', ca='self.crt'), Case('leaf-trusted', OK, 'by-between-alone.pem', ca='by-between.crt'),
    Case('stranger', 'ISSUER', 'by-stranger.pem', shows=['issuer', 'is not known here', 'CA_FILE']),
    Case('between', OK, 'by-between.pem'), Case('between-missing', 'ISSUER', 'by-between-alone.pem'),
    Case('constraint-kept', OK, 'by-permits.pem'), Case('constraint-broken', '', 'by-forbids.pem', shows=['permitted subtree']),
    Case('key-1024', 'WEAK', 'weak.pem', serve={'weak': True}, shows=['too short']),
    Case('sha-1', 'WEAK', 'sha1.pem', serve={'weak': True}, shows=['SHA-1']),
    Case('for-clients', 'PURPOSE', 'for-clients.pem', shows=['not one for servers']), Case('for-both', OK, 'for-both.pem'),
    Case('by-leaf', 'PURPOSE', 'by-leaf.pem', shows=['may not sign']), Case('by-mute', 'PURPOSE', 'by-mute.pem', shows=['may not sign']),
    Case('path-kept', OK, 'by-short.pem'), Case('path-broken', 'PURPOSE', 'by-below.pem', shows=['more authorities']),
    Case('wild', OK, 'wild.pem', 'a.sun.test'), Case('wild-deep', 'OTHER_HOST', 'wild.pem', 'a.b.sun.test'),
    Case('wild-bare', 'OTHER_HOST', 'wild.pem'), Case('wild-part', 'OTHER_HOST', 'part.pem', 'foo.sun.test'),
    Case('wild-top', 'OTHER_HOST', 'top.pem'), Case('wild-inner', 'OTHER_HOST', 'inner.pem', 'a.sun.test'),
    Case('ip', OK, 'ip.pem', '127.0.0.1', sni=''), Case('ip-as-name', 'OTHER_HOST', 'ip-as-name.pem', '127.0.0.1'),
    Case('ip-in-cn', 'OTHER_HOST', 'ip-in-cn.pem', '127.0.0.1', curl='ok'), Case('name-for-ip', 'OTHER_HOST', 'good.pem', '127.0.0.1'),
    Case('ip6', OK, 'ip6.pem', '::1', serve={'ip6': True}, sni=''), Case('ip6-brackets', OK, 'ip6.pem', '[::1]', serve={'ip6': True}, sni=''),
    Case('ip6-other', 'OTHER_HOST', 'ip.pem', '::1', serve={'ip6': True}),
    Case('cn', OK, 'cn.pem'), Case('cn-other', 'OTHER_HOST', 'cn-other.pem'), Case('mail', 'OTHER_HOST', 'mail.pem'),
    Case('dot', OK, host='sun.test.', sni='sun.test'), Case('idna', OK, 'idna.pem', 'sünde.test', sni='xn--snde-0ra.test'),
    Case('idna-ascii', OK, 'idna.pem', 'xn--snde-0ra.test', sni='xn--snde-0ra.test'),
    Case('crl-good', OK, keywords="crl_file='{f}/ca.crl'", curl_args=['--crlfile', '{f}/ca.crl']),
    Case('crl-revoked', 'REVOKED', 'revoked.pem', keywords="crl_file='{f}/ca.crl'", curl_args=['--crlfile', '{f}/ca.crl']),
    Case('crl-old', 'CRL', keywords="crl_file='{f}/old.crl'", curl_args=['--crlfile', '{f}/old.crl'], shows=['out of date']),
    Case('crl-stranger', 'CRL', keywords="crl_file='{f}/stranger.crl'", curl_args=['--crlfile', '{f}/stranger.crl'], shows=['no list']),
    Case('crl-missing', 'FILE', keywords="crl_file='{f}/no.crl'", curl_args=['--crlfile', '{f}/no.crl'],
         shows=['CRL_FILE', 'no.crl', 'No such file']),
    Case('crl-is-none', 'FILE', keywords="crl_file='{f}/ca.crt'", curl_args=['--crlfile', '{f}/ca.crt'], shows=['CRL_FILE']),
    Case('staple-good', OK, 'stapled.pem', serve={'staple': 'staple-good'}, curl_args=STAPLE),
    Case('staple-revoked', 'REVOKED', 'revoked.pem', serve={'staple': 'staple-revoked'}, curl_args=STAPLE, shows=['OCSP']),
    Case('staple-old', 'STAPLE', 'stapled.pem', serve={'staple': 'staple-old'}, curl_args=STAPLE, shows=['out of date']),
    Case('staple-other', 'STAPLE', 'stapled.pem', serve={'staple': 'staple-must'}, curl_args=STAPLE, shows=['another one']),
    Case('staple-strange', 'STAPLE', 'stapled.pem', serve={'staple': 'staple-strange'}, curl_args=STAPLE, shows=['not signed']),
    Case('must-staple', OK, 'must-staple.pem', serve={'staple': 'staple-must'}, curl_args=STAPLE),
    Case('must-staple-none', 'STAPLE', 'must-staple.pem', curl='ok', shows=['sent none']),
    Case('tls-1.1', 'VERSION', serve=old(ssl.TLSVersion.TLSv1_1), shows=['old versions']),
    Case('tls-1.2', OK, serve=old(ssl.TLSVersion.TLSv1_2)),
    Case('plain', 'ABSENT', serve={'plain': b'HTTP/1.0 400 Bad Request\r\n\r\n'}, shows=['does not speak TLS']),
    Case('smtp', 'ABSENT', serve={'plain': b'220 mail.test ESMTP\r\n'}, shows=['does not speak TLS']),
    Case('hangs-up', '', serve={'plain': b''}, shows=['closed the connection']),
    Case('silent', 'TIMEOUT', serve={'silent': True}, keywords='read_timeout=0.4', curl=''),
    Case('silent-connect', 'TIMEOUT', serve={'silent': True}, keywords='read_timeout=60,connect_timeout=0.4', curl=''),
    Case('client-given', OK, serve={'asks': True}, keywords="cert_file='{f}/client.crt',key_file='{f}/key.pem'", reads='hello client=yes',
         curl_args=['--cert', '{f}/client.crt', '--key', '{f}/key.pem']),
    Case('client-missing', OK, serve={'asks': True}, reads='IDL_M_TLS_CLIENT', curl='bad'),
    Case('client-missing-1.2', 'CLIENT', serve={'asks': True, 'max': ssl.TLSVersion.TLSv1_2}, shows=['CERT_FILE=', 'KEY_FILE=']),
    Case('client-strange', OK, serve={'asks': True}, keywords="cert_file='{f}/client-strange.crt',key_file='{f}/key.pem'",
         reads='IDL_M_', curl='bad', curl_args=['--cert', '{f}/client-strange.crt', '--key', '{f}/key.pem']),
    Case('client-not-asked', OK, keywords="cert_file='{f}/client.pem'", reads='hello client=no'),
    Case('key-other', 'FILE', keywords="cert_file='{f}/client.crt',key_file='{f}/other-key.pem'", shows=['is not the key'],
         curl_args=['--cert', '{f}/client.crt', '--key', '{f}/other-key.pem']),
    Case('key-missing', 'FILE', keywords="cert_file='{f}/client.crt',key_file='{f}/no.pem'", shows=['KEY_FILE', 'no.pem', 'No such'],
         curl_args=['--cert', '{f}/client.crt', '--key', '{f}/no.pem']),
    Case('key-locked', 'FILE', keywords="cert_file='{f}/client.crt',key_file='{f}/locked-key.pem'", shows=['pass phrase', 'KEY_PASSWORD'],
         curl=''),
    Case('key-wrong-password', 'FILE', keywords="cert_file='{f}/client.crt',key_file='{f}/locked-key.pem',key_password='x'",
         shows=['KEY_PASSWORD is wrong'], curl=''),
    Case('key-password', OK, serve={'asks': True}, reads='hello client=yes',
         keywords="cert_file='{f}/client.crt',key_file='{f}/locked-key.pem',key_password='geheim'",
         curl_args=['--cert', '{f}/client.crt', '--key', '{f}/locked-key.pem', '--pass', 'geheim']),
    Case('alpn', OK, serve={'alpn': ['x', 'http/1.1']}, keywords="alpn=['h2','http/1.1'],alpn_chosen=a", reads='hello alpn=http/1.1 a=http/1.1'),
    Case('alpn-scalar', OK, serve={'alpn': ['imap']}, keywords="alpn='imap',alpn_chosen=a", reads='a=imap', curl=''),
    Case('alpn-none', OK, serve={'alpn': ['x']}, keywords="alpn='http/1.1',alpn_chosen=a", reads='alpn=None'),
    Case('pin', OK, keywords=PIN, curl_args=['--pinnedpubkey', 'sha256//{pin}']),
    Case('pin-second', OK, keywords=f"pin=['{BAD_PIN}','sha256//{{pin}}']", curl_args=['--pinnedpubkey', BAD_PIN + ';sha256//{pin}']),
    Case('pin-wrong', 'PIN', keywords=f"pin='{BAD_PIN}'", curl_args=['--pinnedpubkey', BAD_PIN], shows=['sha256//{pin}']),
    Case('pin-unverified', 'PIN', keywords=f"verify=0,pin='{BAD_PIN}'", curl_args=['-k', '--pinnedpubkey', BAD_PIN]),
    Case('verify-0', OK, 'expired.pem', keywords='verify=0', curl_args=['-k']),
    Case('sni', OK, keywords="sni='moon.test'", sni='moon.test'),
    Case('sni-none', OK, keywords="sni=''", sni=''), Case('sni-default', OK, sni='sun.test'),
    Case('system-only', 'ISSUER', ca=''), Case('ca-missing', 'FILE', ca='no.crt', shows=['CA_FILE', 'no.crt', 'No such file']),
    Case('ca-is-folder', 'FILE', ca='db', shows=['Is a directory']), Case('ca-is-none', 'FILE', ca='ca.ext', shows=['CA_FILE', 'no certificate']),
    Case('ca-besides', OK, keywords='ca_only=0'),
]


def context_for(certs, case):
    how, c = case.serve, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if how.get('weak') or 'min' in how:
        c.set_ciphers('ALL:@SECLEVEL=0')
    c.minimum_version = how.get('min', ssl.TLSVersion.TLSv1_2)
    c.maximum_version = how.get('max', ssl.TLSVersion.TLSv1_3)
    c.load_cert_chain(certs.path(case.cert))
    if how.get('asks'):
        c.verify_mode = ssl.CERT_REQUIRED
        c.load_verify_locations(certs.path('ca.crt'))
    if 'alpn' in how:
        c.set_alpn_protocols(how['alpn'])
    return c


class Server:
    """One case's. asked: the names of SNI, resumed: whether a session was taken up, connection by connection."""

    def __init__(self, certs, case):
        self.case, self.asked, self.resumed, self.process = case, [], [], None
        if 'staple' in case.serve:
            self.external(certs)
            return
        if not {'plain', 'silent'} & set(case.serve):
            self.context = context_for(certs, case)
            self.context.sni_callback = lambda s, name, c: self.asked.append(name)
        self.listener = Listener(self.answer, '::1' if case.serve.get('ip6') else '127.0.0.1')
        self.port = self.listener.port

    def external(self, certs):
        """Python cannot staple."""
        self.port = free_port()
        c = self.case
        self.process = subprocess.Popen(
            ['openssl', 's_server', '-quiet', '-accept', f'127.0.0.1:{self.port}', '-cert', certs.path(c.cert), '-key',
             certs.path('key.pem'), '-cert_chain', certs.path('ca.crt'), '-status_file', certs.path(c.serve['staple'] + '.der'), '-www'],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self):
        for _ in range(200 if self.process else 0):
            try:
                socket.create_connection(('127.0.0.1', self.port)).close()
                return
            except OSError:
                time.sleep(0.05)

    def answer(self, s):
        how = self.case.serve
        if 'silent' in how:
            REST.wait(60)
        elif 'plain' in how:
            s.sendall(how['plain'])
            s.recv(4096)
        else:
            with self.context.wrap_socket(s, server_side=True) as t:
                self.resumed.append(t.session_reused)
                until(t, b'\n\r\n')
                text = f"hello client={'yes' if t.getpeercert() else 'no'} alpn={t.selected_alpn_protocol()}"
                t.sendall(b'HTTP/1.0 200 OK\r\n\r\n' + text.encode() + b'\n')
                t.unwrap()

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        else:
            self.listener.stop()


PROGRAM = '''pro show, what
  print, '{', what, '|', !error_state.name, '|', !error_state.sys_msg, '}', format='(7a)'
end
pro ask, l, a
  t = '' & u = ''
  on_ioerror, failed
  printf, l, 'GET / HTTP/1.0'
  printf, l, ''
  while ~eof(l) do begin & readf, l, t & if t ne '' then u = t & end
  print, '{read|', u, ' a=', n_elements(a) ? a : '', '}', format='(5a)'
  free_lun, l
  return
failed:
  show, 'read'
  free_lun, l
end
'''


def statement(case, server, fill):
    ca = f"ca_file='{fill['f']}/{case.ca}'" if case.ca else ''
    only = 'ca_only=1' if case.ca and 'ca_only' not in case.keywords else ''
    words = ','.join(filter(None, [f"'{case.host}'", str(server.port), '/get_lun', '/tls', ca, only, case.keywords.format(**fill)]))
    return (f"print, '== {case.name}' & message, /reset & a = ''\nsocket, l, {words}, error=e\n"
            f"if e ne 0 then show, 'open' else ask, l, a\n")


def helio_says(helio, cases, servers, fill, env):
    where = '127.0.0.1'
    hosts = {c.host for c in cases} - {'127.0.0.1', '::1', '[::1]'}
    maps = ','.join(f'{c.host}:{s.port}={where}:{s.port}' for c, s in zip(cases, servers) if c.host in hosts)
    folder = pathlib.Path(fill['f'])
    (folder / 'ask.pro').write_text(PROGRAM)
    text = '.run ask.pro\n!except = 0\n' + ''.join(statement(c, s, fill) for c, s in zip(cases, servers))
    r = subprocess.run([helio, '-quiet'], input=text + "print, '== end'\nget_lun, u & print, 'free', u\n", cwd=folder, text=True,
                       env={**env, 'HELIO_NET_MAP': maps}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    parts = dict(p.partition('\n')[::2] for p in r.stdout.split('== ')[1:])
    return parts, r.stdout + (f'runtime error: status {r.returncode}' if r.returncode not in (0, 1) else '')


def curl_says(case, server, fill):
    """Whether curl gets the answer."""
    six = '[::1]' if case.serve.get('ip6') else '127.0.0.1'
    host = {'::1': '[::1]', 'sünde.test': 'xn--snde-0ra.test'}.get(case.host, case.host)
    ca = ['--cacert', f"{fill['f']}/{case.ca}"] if case.ca else []
    argv = ['curl', '-sS', '-m', '20', '--noproxy', '*', *ca, '--capath', fill['f'] + '/db', '--connect-to',
            f'{host}:{server.port}:{six}:{server.port}', *(a.format(**fill) for a in case.curl_args), f'https://{host}:{server.port}/']
    return subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, env={**os.environ, 'LC_ALL': 'C.UTF-8'}).returncode


def judge(case, said, server, fill):
    found = re.search(r'\{(open|read)\|(.*)\}', said)
    if not found:
        return f'nothing found in {said!r}'
    what, rest = found.groups()
    if case.want != OK:
        name, _, reason = rest.partition('|')
        if what != 'open' or name != 'IDL_M_TLS' + ('_' + case.want if case.want else ''):
            return f'{what}: {rest}'
        missing = [x for x in case.shows if x.format(**fill) not in reason and case.want != 'TIMEOUT']
        return f'{missing} missing in {reason!r}' if missing else None
    if what != 'read':
        return f'{what}: {rest}'
    if case.reads.startswith('IDL_M'):
        if not rest.startswith(case.reads):
            return f'reading: {rest}'
        return None if 'CLIENT' not in case.reads or 'CERT_FILE=' in rest else f'no advice: {rest}'
    if rest.startswith('IDL_M') or any(x not in rest for x in case.reads.split()):
        return f'read: {rest}'
    if case.sni is not None and (server.asked[0] or '') != case.sni:
        return f'SNI {server.asked}'
    return None


def curl_differs(case, server, fill):
    if not case.curl:
        return None
    code = curl_says(case, server, fill)
    expected = {'ok': True, 'bad': False, 'same': case.want == OK}[case.curl]
    return None if (code == 0) == expected else f'curl ends with {code}'


def main():
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    import tls_programs
    helio, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    folder = tempfile.mkdtemp(prefix='helio-tls-')
    failed, count = [], 0
    try:
        certs = Certificates(folder)
        pub = subprocess.run(f'openssl pkey -pubin -in {folder}/key.pub -outform der | openssl dgst -sha256 -binary | base64', shell=True,
                             capture_output=True, text=True, check=True).stdout.strip()
        fill = {'f': folder, 'pin': pub}
        env = {k: v for k, v in os.environ.items() if k not in ('DISPLAY', 'SSL_CERT_FILE', 'SSL_CERT_DIR')}
        cases = [c for c in CASES if not wanted or any(w in c.name for w in wanted)]
        servers = [Server(certs, c) for c in cases]
        for s in servers:
            s.wait()
        more = concurrent.futures.ThreadPoolExecutor(1)
        programs = more.submit(tls_programs.run, helio, env, certs) if not wanted or 'programs' in wanted else None
        parts, whole = helio_says(helio, cases, servers, fill, env)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            curls = pool.map(curl_differs, cases, servers, [fill]*len(cases))
        for c, s, differs in zip(cases, servers, curls):
            problem = judge(c, parts[c.name], s, fill) if c.name in parts else 'helio did not come to it: ' + whole[-500:]
            failed += [f'{c.name}: {x}' for x in (problem, differs) if x]
            count += 1
        if 'free' not in parts.get('end', '') or '100' not in parts['end'] or 'Sanitizer' in whole or 'runtime error:' in whole:
            failed.append('end: ' + whole[-3000:])
        for s in servers:
            s.stop()
        if programs:
            n, problems = programs.result()
            count += n
            failed += problems
    finally:
        REST.set()
        shutil.rmtree(folder, ignore_errors=True)
    for f in failed:
        print('FAILED tls/' + f)
    print(f'{count - len(failed)} passed, {len(failed)} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
