"""Programs over TLS: what is data and what is not, limits, sessions, STARTTLS, pass phrases, what is said once.

Each is a text for helio with {port} and {f}, and what it must print, in this order.  By hand; RFC 8446 for tickets."""
import os
import pathlib
import pty
import socket
import ssl
import subprocess
import time

import crowd
import leaks
from listener import Listener, until

DATA = b'0123456789'
OPEN = "socket, l, '127.0.0.1', {port}, /get_lun, /tls, ca_file='{f}/ca.crt', read_timeout=20"


class Talker(Listener):
    """A TLS server whose talk(connection) is a function of the test."""

    def __init__(self, certs, talk, cert='ip.pem', start=None, version=None, optional=False):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certs.path(cert))
        if optional:
            self.context.verify_mode = ssl.CERT_OPTIONAL
            self.context.load_verify_locations(certs.path('ca.crt'))
        if version:
            self.context.maximum_version = version
        self.converse, self.start, self.sessions = talk, start, []
        super().__init__(self.encrypt)

    def encrypt(self, s):
        if self.start:
            self.start(s)
        with self.context.wrap_socket(s, server_side=True) as t:
            self.sessions.append(t.session_reused)
            self.converse(t)


def quiet(t):
    until(t, b'go\n')
    t.sendall(DATA)
    until(t, b'end\n')


def short(t):
    until(t, b'\n')
    t.sendall(b'hello\n')
    t.unwrap()


def refuse(t):
    until(t, b'\r\n\r\n')
    t.sendall(b'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    t.unwrap()


def smtp(s):
    s.sendall(b'220 mail.test\r\n')
    until(s, b'STARTTLS')
    s.sendall(b'220 ready\r\n')


def injected(s):
    s.sendall(b'220 mail.test\r\n')
    until(s, b'STARTTLS')
    s.sendall(b'220 ready\r\n250 not from the server\r\n')


def quit_after(t):
    until(t, b'QUIT')
    t.sendall(b'221 bye over ' + t.version().encode() + b'\r\n')


TICKETS = OPEN + '''
wait, 0.3
print, 'quiet', file_poll_input(l, timeout=0.3), (fstat(l)).size
printf, l, 'go'
print, 'data', file_poll_input(l, timeout=20), (fstat(l)).size
b = bytarr(4) & readu, l, b
print, 'left', file_poll_input(l, timeout=0), (fstat(l)).size
b = bytarr(6) & readu, l, b
print, 'then', file_poll_input(l, timeout=0.1), (fstat(l)).size
printf, l, 'end'
print, 'closed', file_poll_input(l, timeout=20), (fstat(l)).size, eof(l)
free_lun, l
'''
SHOWN = ['quiet 0 0', 'data 1 10', 'left 1 6', 'then 0 0', 'closed 1 0 1']
MANY = '''t = '' & s = 0L
for i = 0, 19 do begin & ''' + OPEN + ''' & printf, l, 'x' & readf, l, t & s += t eq 'hello' & free_lun, l & endfor
print, 'got', s
'''
START = '''t = ''
socket, l, '127.0.0.1', {port}, /get_lun, /crlf, read_timeout=20
readf, l, t & print, t
printf, l, 'STARTTLS'
wait, 0.3
readf, l, t & print, t
socket, l, /tls, ca_file='{f}/ca.crt', host='sun.test', error=e
print, 'error', e ne 0, ' ', !error_state.msg
if e eq 0 then printf, l, 'QUIT' & if e eq 0 then readf, l, t & print, t
print, 'open', (fstat(l)).open
'''
ACCEPT = '''socket, s, 0, /listen, port=p, /get_lun
socket, c, '127.0.0.1', p, /get_lun
t0 = systime(1)
socket, a, accept=s, /get_lun, /tls, cert_file='{f}/good.pem', read_timeout=0.5, error=e
print, 'error', e ne 0, ' ', !error_state.name, systime(1) - t0 lt 20
'''
POLLED = '''socket, s, 0, /listen, port=p, /get_lun
socket, c, '127.0.0.1', p, /get_lun
x = file_poll_input(s, timeout=20)
socket, a, accept=s, /get_lun, /tls, cert_file='{f}/good.pem', read_timeout=0.5, error=e
printf, a, 'a greeting waits for the handshake'
print, 'accepted', e, file_poll_input(a, timeout=0), (fstat(a)).size
print, 'over', file_poll_input(a, timeout=20)
t = ''
readf, a, t
print, !error_state.name
free_lun, a
printf, c, 'this is no TLS'
socket, d, '127.0.0.1', p, /get_lun
free_lun, d
x = file_poll_input(s, timeout=20)
socket, a, accept=s, /get_lun, /tls, cert_file='{f}/good.pem', error=e
print, 'gone', e, file_poll_input(a, timeout=20)
readf, a, t
free_lun, a
socket, d, '127.0.0.1', p, /get_lun
printf, d, 'this is no TLS'
x = file_poll_input(s, timeout=20)
socket, a, accept=s, /get_lun, /tls, cert_file='{f}/good.pem', error=e
print, 'plain', e, file_poll_input(a, timeout=20)
readu, a, x
print, !error_state.name
'''
LIMITS = '''!net.handshake = 1
socket, s, 0, /listen, port=p, /get_lun
socket, c, '127.0.0.1', p, /get_lun
t0 = systime(1)
socket, a, accept=s, /get_lun, /tls, cert_file='{f}/good.pem', error=e
print, 'server ', !error_state.name, systime(1) - t0 gt 0.9
t0 = systime(1)
socket, d, '127.0.0.1', p, /get_lun, /tls, error=e
print, 'client ', !error_state.name, systime(1) - t0 gt 0.9
!net.handshake = 0 & print, !net.handshake
'''
# What ACCEPT= says of clients that openssl plays: the client's options, further keywords, what is printed.  RFC 5280, RFC 8446 4.4.2.
CLIENT = '''socket, s, 0, /listen, port=p, /get_lun
spawn, '{ (echo hello; sleep 2) | timeout 20 openssl s_client -quiet -connect 127.0.0.1:' + strtrim(p, 2) + ' {options}; } >{f}/client.out 2>&1 </dev/null &'
socket, a, accept=s, /get_lun, /tls, cert_file='{f}/good.pem', read_timeout=20, connect_timeout=20{keywords}, error=e
t = ''
if e ne 0 then print, 'refused ', !error_state.name, ' ', !error_state.sys_msg, (fstat(101)).open else readf, a, t
if e eq 0 then print, 'read ', t, ' of ', (socket_info(a)).certificate
socket, b, '127.0.0.1', p, /get_lun & print, 'goes on'
'''
CA = ", ca_file='{f}/ca.crt'"
OWN = '-cert {f}/%s.crt -key {f}/key.pem'
CLIENTS = [
    ('good', OWN % 'client', CA, 'read hello of /CN=user'), ('good-verify', OWN % 'client', CA + ', /verify', 'read hello of /CN=user'),
    ('good-1.2', '-tls1_2 ' + OWN % 'client', CA, 'read hello of /CN=user'), ('none', '', CA, 'refused IDL_M_TLS_CLIENT The client has shown no certificate'),
    ('none-1.2', '-tls1_2', CA, 'refused IDL_M_TLS_CLIENT'), ('strange', OWN % 'client-strange', CA, 'refused IDL_M_TLS_ISSUER The issuer of the certificate of the client'),
    ('expired', OWN % 'client-expired', CA, 'refused IDL_M_TLS_EXPIRED The certificate of the client has expired'),
    ('self-signed', OWN % 'self', CA, 'refused IDL_M_TLS_'), ('of-a-server', OWN % 'good', CA, 'refused IDL_M_TLS_PURPOSE The certificate of the client is not one for clients'),
    ('revoked', OWN % 'client-revoked', CA + ", crl_file='{f}/ca.crl'", 'refused IDL_M_TLS_REVOKED The certificate of the client has been revoked'),
    ('not-revoked', OWN % 'client', CA + ", crl_file='{f}/ca.crl'", 'read hello of /CN=user'),
    ('not-asked', OWN % 'client-strange', '', 'read hello of'), ('believed', OWN % 'client-strange', CA + ', verify=0', 'read hello of'),
    ('no-file', OWN % 'client', ', /verify', 'refused IDL_M_TLS_FILE VERIFY=1 with ACCEPT= needs CA_FILE='),
    ('wrong-file', OWN % 'client', ", ca_file='{f}/no.crt'", 'refused IDL_M_TLS_FILE CA_FILE'),
]
REFUSED = 't = ' + "''\n" + OPEN + '''
printf, l, 'GET / HTTP/1.1'
printf, l, 'Host: x'
printf, l, ''
readf, l, t
free_lun, l
print, 'done'
'''
CAUGHT = '''pro try
  catch, e
  if e ne 0 then begin
    print, '% error'
    print, !error_state.name
    print, !error_state.sys_msg
    return
  endif
''' + '  ' + OPEN + '''
end
try
print, 'go on'
'''
ONCE = '''for i = 0, 2 do begin & socket, l, '127.0.0.1', {port}, /get_lun, /tls, verify=0 & printf, l, 'x' & free_lun, l & endfor
print, 'done'
'''
WRONG = '''socket, l, /listen, /get_lun
socket, l, /tls, error=e & print, !error_state.msg, ' ', !error_state.sys_msg
socket, 55, /tls, error=e & print, !error_state.msg
'''
CHANGED = OPEN.replace('ca.crt', 'now.crt').replace('get_lun', 'get_lun, ca_only=1') + ''', error=e
print, 'before', e, ' ', !error_state.name
file_copy, '{f}/ca.crt', '{f}/now.crt', /overwrite
''' + OPEN.replace('ca.crt', 'now.crt').replace('get_lun', 'get_lun, ca_only=1') + ''', error=e
print, 'after', e
'''


def ask(helio, env, certs, text, server=None):
    program = text.replace('{port}', str(server.port if server else 0)).replace('{f}', str(certs.folder))
    r = subprocess.run([helio, '-quiet'], input=program, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
    leaks = f'status {r.returncode}: memory is left' if r.returncode in (-6, -11, 23, 99) else ''
    return ' '.join(r.stdout.split()) + leaks


def missing(said, wanted):
    if any(x in said for x in ('Sanitizer', 'runtime error:', 'memory is left')):
        return said[-3000:]
    at = 0
    for want in wanted:
        found = said.find(want, at)
        if found < 0:
            return f'{want!r} is missing in {said!r}'
        at = found + len(want)
    return None


def at_terminal(helio, env, certs):
    """A key with a pass phrase, at a terminal: nothing waits for the keyboard."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(helio, [helio, '-quiet', '-e', f"socket, 1, '127.0.0.1', 1, /tls, cert_file='{certs.path('client.crt')}', "
                          f"key_file='{certs.path('locked-key.pem')}'"], env)
    deadline, said = time.monotonic() + 30, b''
    while time.monotonic() < deadline:
        try:
            piece = os.read(fd, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    os.close(fd)
    return 'asks for the pass phrase' if b'Enter' in said else None


def run(helio, env, certs):
    """How many there were, and the problems."""
    problems = []

    def check(name, problem):
        problems.append(f'programs/{name}: {problem}' if problem else None)

    def shows(name, text, wanted, server=None):
        said = ask(helio, env, certs, text, server)
        check(name, missing(said, wanted))
        return said
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        server = Talker(certs, quiet, version=version)
        shows(f'tickets-{version.name}', TICKETS, SHOWN, server)
        server = Talker(certs, short, version=version)
        shows(f'sessions-{version.name}', MANY, ['got 20'], server)
        check(f'resumed-{version.name}', None if server.sessions.count(True) >= 15 else f'{server.sessions}')
    shows('accept-silent', ACCEPT, ['error 1 IDL_M_TLS_TIMEOUT 1'])
    shows('accept-polled', POLLED, ['accepted 0 0 0', 'over 1', 'took too long', 'IDL_M_TLS_TIMEOUT', 'gone 0 1', 'closed the connection',
                                    'plain 0 1', 'IDL_M_TLS_ABSENT'])
    shows('handshake-limit', LIMITS, ['server IDL_M_TLS_TIMEOUT 1', 'client IDL_M_TLS_TIMEOUT 1', ' 1'])
    for name, options, keywords, wanted in CLIENTS:
        shows('client-' + name, CLIENT.replace('{options}', options).replace('{keywords}', keywords), [wanted, 'goes on'])
    shows('starttls', START, ['220 mail.test', '220 ready', 'error 0', '221 bye over TLSv1', 'open 1'],
          Talker(certs, quit_after, 'good.pem', smtp))
    shows('starttls-injected', START, ['error 1 SOCKET: Unable to start TLS.', 'open 1'], Talker(certs, quit_after, 'good.pem', injected))
    shows('starttls-other-host', START, ['error 1 SOCKET: Unable to connect', 'open 0'], Talker(certs, quit_after, 'other.pem', smtp))
    shows('starttls-wrong', WRONG, ['Unable to start TLS.', 'no connection', 'File unit is not open'])
    said = shows('verify-once', ONCE, ['VERIFY=0', 'done'], Talker(certs, short))
    check('verify-said-once', None if said.count('VERIFY=0') == 1 else said)
    pathlib.Path(certs.path('now.crt')).write_text(pathlib.Path(certs.path('stranger.crt')).read_text())
    shows('file-changed', CHANGED, ['before -', 'IDL_M_TLS_ISSUER', 'after 0'], Talker(certs, short))
    home = {**env, 'HOME': str(certs.folder)}
    check('tilde', missing(ask(helio, home, certs, OPEN.replace('{f}/', '~/') + "\nprint, 'open'\n", Talker(certs, short)), ['open']))
    no_system = {**env, 'SSL_CERT_FILE': '/no/such', 'SSL_CERT_DIR': '/no/such'}
    check('no-system', missing(ask(helio, no_system, certs, OPEN.replace(", ca_file='{f}/ca.crt'", '') + '\n', Talker(certs, short)),
                               ['this system has no certificates', 'ca-certificates']))
    shows('400-without-certificate', REFUSED, ['answers HTTP/1.1 400', 'asked for a client certificate', 'CERT_FILE=', 'done'],
          Talker(certs, refuse, optional=True))
    shows('catch', CAUGHT, ['% error', 'IDL_M_TLS_OTHER_HOST', 'The certificate is for another host', 'go on'], Talker(certs, short, 'good.pem'))
    check('terminal', at_terminal(helio, env, certs))
    check('leaks', leaks.run(helio, env, certs, 57)[0])
    check('crowd', crowd.over_tls(helio, env, certs.folder, certs))
    return len(problems), [p for p in problems if p]
