#!/usr/bin/env python3
"""SOCKET's BIND, half-close, Unix-domain sockets and datagrams, against sockets of Python's.  ends.py HELIO [CASE...]

Each case is a program for helio with {names} of the server that it gets, and what it must print, in this order, or a function of
the test.  By hand; socket(7), ip(7), unix(7), udp(7), RFC 8446 6.1."""
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1])]
from certificates import Certificates  # noqa: E402
from listener import Listener, until  # noqa: E402
from ports import free_port  # noqa: E402
from tls_programs import missing  # noqa: E402

SAY = "\nprint, '{', !error_state.name, '|', !error_state.sys_msg, '}', format='(5a)'\n"
LOCAL = [
    ('unix', '''socket, s, '{f}/a', /unix, /listen, /get_lun
socket, c, '{f}/a', /unix, /get_lun
print, file_poll_input(s, timeout=20)
socket, a, accept=s, /get_lun
printf, c, 'line', 1 & t = '' & readf, a, t & print, '[' + t + ']'
writeu, a, [1L, 2, 3] & wait, 0.1 & print, file_poll_input(c, timeout=20), (fstat(c)).size
b = lonarr(3) & readu, c, b, transfer_count=n & print, n, b
print, (fstat(s)).name, ' ', (fstat(c)).name, ' ', (fstat(a)).name
i = socket_info(a) & print, i.protocol, ' ', i.local_host, ' ', i.listening, (socket_info(s)).listening
free_lun, c & print, 'end', eof(a)
print, file_test('{f}/a', /socket) & free_lun, s & print, file_test('{f}/a')
''', ['1', '[line', '1]', '1 12', '3 1 2 3', '<LISTENER>.{f}/a {f}/a <SERVER>.{f}/a', 'unix {f}/a 0 1', 'end 1', '1', '0']),
    ('unix-rawio', '''socket, s, '{f}/a', /unix, /listen, /get_lun & socket, c, '{f}/a', /unix, /get_lun, /rawio & socket, a, accept=s, /get_lun, /rawio
writeu, c, bindgen(5) & b = bytarr(9) & readu, a, b, transfer_count=n & print, n, b[4]
printf, a, 'x'
''', ['5 4', 'Formatted I/O is not allowed']),
    ('unix-abstract', '''socket, s, '@helio{p}', /unix, /listen, /get_lun & socket, c, '@helio{p}', /unix, /get_lun & socket, a, accept=s, /get_lun
printf, c, 'x' & t = '' & readf, a, t & print, t, (socket_info(c)).peer_host
socket, d, '@helio{p}', /unix, /listen, /get_lun, error=e''' + SAY + '''free_lun, s
socket, c, '@helio{p}', /unix, /get_lun, error=e''' + SAY, ['x@helio{p}', '{IDL_M_LISTEN|Address already in use}', '{IDL_M_CONNECT|Connection refused}']),
    ('unix-live', '''socket, s, '{f}/a', /unix, /listen, /get_lun
socket, d, '{f}/a', /unix, /listen, /get_lun, error=e''' + SAY + '''print, file_test('{f}/a', /socket)''', ['{IDL_M_LISTEN|Address already in use}', '1']),
    ('unix-stale', '''socket, c, '{f}/stale', /unix, /get_lun, error=e''' + SAY + '''socket, s, '{f}/stale', /unix, /listen, /get_lun & print, 'replaced'
socket, c, '{f}/stale', /unix, /get_lun & print, 'connected'
''', ['{IDL_M_CONNECT|Connection refused}', 'replaced', 'connected']),
    ('unix-no-socket', '''socket, s, '{f}/file', /unix, /listen, /get_lun, error=e''' + SAY + '''socket, s, '{f}', /unix, /listen, /get_lun, error=e''' + SAY +
     '''socket, s, '{f}/link', /unix, /listen, /get_lun, error=e''' + SAY + '''socket, c, '{f}/file', /unix, /get_lun, error=e''' + SAY +
     '''t = '' & openr, u, '{f}/file', /get_lun & readf, u, t & print, t, file_test('{f}/link', /symlink)
''', ['{IDL_M_LISTEN|Socket operation on non-socket}'] * 3 + ['{IDL_M_CONNECT|Socket operation on non-socket}', 'kept 1']),
    ('unix-paths', '''socket, c, '{f}/none', /unix, /get_lun, error=e''' + SAY + '''socket, c, '{f}/no/dir', /unix, /listen, /get_lun, error=e''' + SAY +
     '''socket, c, '', /unix, /get_lun & socket, c, '@', /unix, /get_lun
p = '{f}/' & p += strjoin(replicate('x', 107 - strlen(p))) & socket, s, p, /unix, /listen, /get_lun & socket, c, p, /unix, /get_lun & print, 'longest'
socket, c, p + 'x', /unix, /listen, /get_lun & socket, c, p + 'x', /unix, /get_lun
socket, s, '~/home.sock', /unix, /listen, /get_lun & print, file_test('{h}/home.sock', /socket)
socket, c, '{f}/a', /unix, /get_lun, bind='127.0.0.1' & socket, c, '{f}/a', /unix, /udp, /get_lun & get_lun, u & print, u
''', ['{IDL_M_CONNECT|No such file or directory}', '{IDL_M_LISTEN|No such file or directory}', 'is empty', 'is empty', 'longest',
      'at most 107 bytes; this one has 108', 'at most 107 bytes; this one has 108', '1', 'UNIX and BIND', 'UNIX and UDP', '103']),
    ('unix-folder-left', '''cd, '{f}' & socket, s, 'b', /unix, /listen, /get_lun & cd, '/' & free_lun, s & print, file_test('{f}/b')''', ['0']),
    ('unix-taken-over', '''socket, s, '{f}/b', /unix, /listen, /get_lun & file_delete, '{f}/b' & openw, u, '{f}/b', /get_lun & free_lun, u, s
print, file_test('{f}/b')''', ['1']),
    ('unix-tls', '''socket, c, '{tls}', /unix, /get_lun, /tls, error=e''' + SAY + '''socket, c, '{tls}', /unix, /get_lun, /tls, host='sun.test', ca_file='{f}/ca.crt'
t = '' & printf, c, 'hello' & readf, c, t & print, t, ' ', (socket_info(c)).tls_version
''', ['HOST= has to say', 'HELLO TLSv1.3']),
    ('unix-http', '''socket, c, '{http}', /unix, /get_lun & t = '' & u = ''
printf, c, 'GET / HTTP/1.1' & printf, c, 'Host: x' & printf, c, '' & while ~eof(c) do begin & readf, c, t & u += t + '|' & end & print, u
''', ['HTTP/1.1 301 Moved|Location: https://x/||']),
]
BIND = [
    ('bind-client', '''socket, l, '127.0.0.1', {tcp}, /get_lun, bind='127.0.0.3' & i = socket_info(l) & print, i.local_host, ' ', i.peer_host, i.peer_port eq {tcp}, i.protocol
t = '' & readf, l, t & print, t
socket, m, '127.0.0.1', {tcp}, /get_lun, bind='lo' & readf, m, t & print, t
socket, n, '::1', {tcp6}, /get_lun, bind='::1' & readf, n, t & print, t
socket, o, '127.0.0.1', {tcp}, /get_lun, bind='localhost' & readf, o, t & print, t
socket, q, '127.0.0.1', {tcp}, /get_lun, bind='127.0.0.1:{free}' & readf, q, t & print, t eq '127.0.0.1 {free}'
free_lun, q & wait, 0.2 & socket, q, 'localhost', {tcp}, /get_lun, bind=['127.0.0.1', '{free2}'] & readf, q, t & print, t eq '127.0.0.1 {free2}'
''', ['127.0.0.3 127.0.0.1 1tcp', '127.0.0.3', '127.0.0.1', '::1', '127.0.0.1', '1', '1']),
    ('bind-bad', '''socket, l, '127.0.0.1', {tcp}, /get_lun, bind='192.0.2.9', error=e''' + SAY + '''socket, l, '127.0.0.1', {tcp}, /get_lun, bind='192.0.2.9'
socket, l, '127.0.0.1', {tcp}, /get_lun, bind='127.0.0.1:{tcp}' & socket, l, '127.0.0.1', {tcp}, /get_lun, bind='::1', error=e''' + SAY +
     '''socket, l, '127.0.0.1', {tcp}, /get_lun, bind='nosuch0' & socket, l, '127.0.0.1', {tcp}, /get_lun, bind='a:b:0'
socket, l, '127.0.0.1', {tcp}, /get_lun, bind=['127.0.0.1', 'x y'] & socket, l, 0, /listen, bind='127.0.0.1:9', /get_lun & get_lun, u & print, u
''', ['{IDL_M_BIND|Cannot assign requested address}', 'Cannot assign requested address', 'BIND: 192.0.2.9 cannot be used', 'Address already in use',
      'BIND: 127.0.0.1, port {tcp} cannot be used', '{IDL_M_BIND|Address family not supported by protocol}', 'no interface of this machine', 'BIND: a:b:0',
      'is no port', 'BIND of a listener is an address', '100']),
    ('bind-listener', '''socket, l, /listen, /get_lun, bind='127.0.0.1', port=p & socket, c, '127.0.0.2', p, /get_lun, error=e''' + SAY +
     '''socket, c, '127.0.0.1', p, /get_lun & print, 'connected ', (socket_info(l)).local_host
socket, m, p, /listen, /get_lun, bind='127.0.0.1' & socket, m, p, /listen, /get_lun, bind='127.0.0.2' & print, 'beside it'
socket, m, p, /listen, /get_lun, bind='::1' & socket, c, '::1', p, /get_lun & print, 'six'
socket, m, p, /listen, /get_lun, bind='192.0.2.9' & socket, m, 0, /listen, /get_lun, bind='lo', port=q & print, q gt 0
''', ['{IDL_M_CONNECT|Connection refused}', 'connected 127.0.0.1', 'Address already in use', 'BIND: 127.0.0.1, port', 'beside it', 'six',
      'Cannot assign requested address', 'BIND: 192.0.2.9', '1']),
]
HALF = [
    ('half-close', '''socket, l, '127.0.0.1', {echo}, /get_lun & printf, l, 'GET held' & writeu, l, 'back' & socket, l, /shutdown
t = '' & while ~eof(l) do begin & readf, l, t & print, t & end & print, (fstat(l)).write, (fstat(l)).read
socket, l, /shutdown & printf, l, 'x' & writeu, l, 1b
''', ['bytes 13', 'GET held', 'back', '0 1', 'not open for writing', '/SHUTDOWN has ended writing', 'not open for writing']),
    ('half-close-tls', '''socket, l, '127.0.0.1', {echo_tls}, /get_lun, /tls, ca_file='{f}/ca.crt' & printf, l, 'over TLS' & socket, l, /shutdown
t = '' & while ~eof(l) do begin & readf, l, t & print, t & end & writeu, l, 1b
''', ['bytes 9 notified', 'over TLS', 'not open for writing']),
    ('half-close-tls-1.2', '''socket, l, '127.0.0.1', {echo_tls12}, /get_lun, /tls, ca_file='{f}/ca.crt' & printf, l, 'over TLS' & socket, l, /shutdown
t = '' & while ~eof(l) do begin & readf, l, t & print, t & end
''', ['bytes 9 notified', 'over TLS']),
    ('half-close-theirs', '''socket, l, '127.0.0.1', {ends}, /get_lun & t = '' & readf, l, t & print, t, eof(l) & printf, l, 'still' & wait, 0.2
socket, l, /shutdown & print, file_poll_input(l, timeout=0)''', ['first 1', '1']),
    ('half-close-rawio', '''socket, l, '127.0.0.1', {echo}, /get_lun, /rawio & writeu, l, 'raw' & socket, l, /shutdown & b = bytarr(20) & wait, 0.3
readu, l, b, transfer_count=n & print, string(b[0:n - 1]) & writeu, l, 1b''', ['bytes 3', 'not open for writing']),
    ('half-close-wrong', '''socket, s, /listen, /get_lun & socket, s, /shutdown & openw, u, '{f}/x', /get_lun & socket, u, /shutdown & socket, 77, /shutdown
socket, d, '127.0.0.1', 9, /udp, /get_lun & socket, d, /shutdown & socket, l, '127.0.0.1', {echo}, /get_lun, /shutdown
socket, l, '127.0.0.1', {gone}, /get_lun, write_timeout=5 & wait, 0.3 & b = bytarr(9) & socket, l, /shutdown
''', ['no connection', 'no connection', 'not open: 77', 'no connection', 'is for a unit that is open']),
    ('half-close-unix', '''socket, l, '{echo_unix}', /unix, /get_lun & printf, l, 'x' & socket, l, /shutdown & t = '' & readf, l, t & print, t''', ['bytes 2']),
]
UDP = [
    ('udp', '''socket, l, '127.0.0.1', {udp}, /udp, /get_lun, read_timeout=20 & writeu, l, [1b, 2b, 3b] & b = bytarr(100) + 9b
readu, l, b, transfer_count=n & print, n, (fstat(l)).transfer_count, b[0:3], b[99] & writeu, l, 'ab', 5b & readu, l, b, transfer_count=n & print, total(b gt 0)
printf, l, 'three', 'words', format='(a)' & t = '' & readf, l, t & print, t & readf, l, t & print, t
writeu, l, '' & print, file_poll_input(l, timeout=20), eof(l) & readu, l, b, transfer_count=n & print, n
writeu, l, '' & readf, l, t & print, '[' + t + ']' & x = 0 & y = 0L & writeu, l, 7s, 8L & readu, l, x, y, transfer_count=n & print, x, y, n
s = string(replicate(32b, 50)) & writeu, l, 'shorter' & readu, l, s & print, '[' + s + ']' & writeu, l, bytarr(9) & print, file_poll_input(l, timeout=20), (fstat(l)).size
i = socket_info(l) & print, i.protocol, i.peer_port eq {udp}, ' ', i.peer_host, (fstat(l)).name eq '127.0.0.1.{udp}'
''', ['3 3 1 2 3 0 0', '3', 'three', 'words', '1 0', '0', '[]', '7 8 1', '[shorter]', '1 9', 'udp 1 127.0.0.1 1']),
    ('udp-long', '''socket, l, '127.0.0.1', {udp}, /udp, /get_lun, read_timeout=20 & writeu, l, bytarr(65508) & writeu, l, bytarr(60000), bytarr(6000) & printf, l, strjoin(replicate('x', 66000))
writeu, l, bytarr(65507) + 1b & b = bytarr(65507) & readu, l, b & print, long(total(b)) & writeu, l, bytarr(100) & c = bytarr(99)
readu, l, c & writeu, l, 'next' & s = '    ' & readu, l, s & print, s & writeu, l, 'x' & e = '' & readu, l, e
''', ['a datagram of 65508 bytes cannot be sent: the longest has 65507', 'a datagram of 66000 bytes', 'a datagram of 66001 bytes', '65507',
      'the datagram has 100 bytes, and what is to be read 99', 'next', 'the datagram has 1 bytes, and what is to be read 0']),
    ('udp-six', '''socket, s, /listen, /udp, bind='::1', port=p, /get_lun & socket, l, '::1', p, /udp, /get_lun & writeu, l, bytarr(65520) & b = bytarr(65520)
readu, s, b, transfer_count=n & print, n, ' ', (socket_info(s)).peer_host
''', ['65520 ::1']),
    ('udp-bound', '''socket, s, /listen, /udp, port=p, /get_lun, read_timeout=20 & print, p gt 0 & writeu, s, 'x' & socket, c, '127.0.0.1', p, /udp, /get_lun, read_timeout=20
socket, d, '127.0.0.1', p, /udp, /get_lun, read_timeout=20, bind='127.0.0.5' & t = ''
printf, c, 'of c' & readf, s, t & printf, s, 'to c: ' + t & printf, d, 'of d' & readf, s, t & printf, s, 'to d: ' + t & i = socket_info(s) & print, i.peer_host
readf, c, t & print, t & readf, d, t & print, t & socket, e, p, /listen, /udp, /get_lun & socket, e, accept=s, /get_lun & print, (fstat(s)).name eq '<UDP>.' + strtrim(p, 2)
''', ['1', 'nobody has sent a datagram yet', '127.0.0.5', 'to c: of c', 'to d: of d', 'Address already in use', 'not a listening socket', '1']),
    ('udp-refused', '''socket, l, '127.0.0.1', {nobody}, /udp, /get_lun, read_timeout=20 & writeu, l, 'x' & b = 0b & readu, l, b & writeu, l, 'x' & wait, 0.2 & writeu, l, 'y'
''', ['reading from file', 'Connection refused', 'writing to file', 'Connection refused']),
    ('udp-timeout', '''socket, l, '127.0.0.1', {udp}, /udp, /get_lun, read_timeout=0.2 & b = 0b & readu, l, b & t = '' & readf, l, t & print, file_poll_input(l, timeout=0)
''', ['Connection timed out', 'Connection timed out', '0']),
    ('udp-wrong', '''socket, l, 'h', 1, /udp, /tls, /get_lun & socket, l, 'h', 1, /udp, /decode, /get_lun & socket, l, '127.0.0.1', 70000, /udp, /get_lun & socket, l, 99999, /listen, /udp, /get_lun
socket, l, 'no-such.invalid', 7, /udp, /get_lun & socket, l, 'http://x/', 7, /udp, /get_lun & socket, l, '127.0.0.1', 7, /udp, bind='192.0.2.9', /get_lun & get_lun, u & print, u
''', ['without TLS', 'without TLS', 'Ports are 1', 'Ports are 0', 'Unable to lookup', 'Give the host alone', 'BIND: 192.0.2.9', '100']),
    ('udp-struct', '''socket, l, '127.0.0.1', {udp}, /udp, /get_lun, /swap_endian, read_timeout=20 & s = {a: 1s, b: [2., 3.], c: 'xyz'} & writeu, l, s & q = {a: 0s, b: [0., 0.], c: '...'}
readu, l, q, transfer_count=n & print, q.a, q.b, q.c, n & writeu, l, 258s & r = replicate({a: 9s, b: 9L}, 2) & readu, l, r, transfer_count=n & print, r[0].a, r[0].b, r[1].a, n
''', ['1 2.00000 3.00000 xyz', '1', '258 0 0', '0']),
    ('info-wrong', '''print, socket_info(-1) & print, socket_info(55) & print, socket_info(1000)''', ['That unit is no socket', 'File unit is not open: 55', 'Invalid logical unit']),
    ('info-tls', '''socket, l, '127.0.0.1', {echo_tls}, /get_lun, /tls, ca_file='{f}/ca.crt', alpn=['x', 'imap'] & i = socket_info(l) & print, i.tls_version, ' ', i.alpn, ' ', i.certificate
print, strlen(i.cipher) gt 5, i.proxy eq ''
''', ['TLSv1.3 imap /CN=x', '1 1']),
]


def echo(s):
    got = b''
    while piece := s.recv(4096):
        got += piece
    note = b' notified' if isinstance(s, ssl.SSLSocket) else b''  # else the end would have been an error
    s.sendall(b'bytes %d' % len(got) + note + b'\n' + got + b'\n')
    if note:
        s.unwrap()


def over(context, talk):
    def answer(s):
        with context.wrap_socket(s, server_side=True, suppress_ragged_eofs=False) as t:
            talk(t)
    return answer


def capitals(s):
    s.sendall(until(s, b'\n').upper())
    s.unwrap()


def ends(s):
    s.sendall(b'first\n')
    s.shutdown(socket.SHUT_WR)
    until(s, b'never')


def http(s):
    until(s, b'\r\n\r\n')
    s.sendall(b'HTTP/1.1 301 Moved\r\nLocation: https://x/\r\n\r\n')


def name_of(s):
    s.sendall('{} {}\n'.format(*s.getpeername()[:2]).encode())


class Local(Listener):
    """The same at a path."""

    def __init__(self, path, answer):
        self.answer = answer
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        self.socket.listen(50)
        threading.Thread(target=self.serve, daemon=True).start()


def datagrams():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('127.0.0.1', 0))

    def repeat():
        while True:
            data, who = s.recvfrom(70000)
            s.sendto(data, who)
    threading.Thread(target=repeat, daemon=True).start()
    return s.getsockname()[1]


def servers(folder, certs):
    def context(version=None):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(certs.path('ip.pem'))
        c.set_alpn_protocols(['imap'])
        if version:
            c.maximum_version = version
        return c
    good = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    good.load_cert_chain(certs.path('good.pem'))
    Local(f'{folder}/tls.sock', over(good, capitals))
    Local(f'{folder}/http.sock', http)
    Local(f'{folder}/echo.sock', echo)
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(f'{folder}/stale')
    (folder / 'file').write_text('kept\n')
    (folder / 'link').symlink_to('file')
    return {'f': folder, 'h': folder / 'home', 'p': os.getpid(), 'tls': folder / 'tls.sock', 'http': folder / 'http.sock', 'echo_unix': folder / 'echo.sock',
            'tcp': Listener(name_of).port, 'tcp6': Listener(name_of, '::1').port, 'free': free_port(), 'free2': free_port(), 'echo': Listener(echo).port,
            'echo_tls': Listener(over(context(), echo)).port, 'echo_tls12': Listener(over(context(ssl.TLSVersion.TLSv1_2), echo)).port,
            'ends': Listener(ends).port, 'gone': Listener(lambda s: None).port, 'udp': datagrams(), 'nobody': free_port(socket.SOCK_DGRAM)}


def fill(text, names):
    """With the names put in, a statement a line: an error ends its line."""
    lines = [x if 'begin' in x else x.replace(' & ', '\n') for x in text.split('\n')]
    text = '\n'.join(lines)
    for k, v in names.items():
        text = text.replace('{' + k + '}', str(v))
    return text


def said(helio, text, env, folder, user=None):
    r = subprocess.run([helio, '-quiet'], input=text, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100,
                       user=user)
    return ' '.join(r.stdout.split()) + (f' memory is left: {r.returncode}' if r.returncode in (-6, -11, 23, 99) else '')


def at_the_end(helio, env, folder):
    """The listener's file goes however the program ends; its mode is as umask has it."""
    text = f"socket, s, '{folder}/end', /unix, /listen, /get_lun & print, 'there'\n"
    for how in ('exit', 'end', signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        with subprocess.Popen([helio, '-quiet'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env,
                              preexec_fn=lambda: os.umask(0o027)) as p:
            p.stdin.write(text)
            p.stdin.flush()
            p.stdout.readline()
            mode = os.stat(f'{folder}/end').st_mode & 0o777
            if how == signal.SIGINT:
                p.send_signal(how)
                time.sleep(0.2)
            if isinstance(how, signal.Signals) and how != signal.SIGINT:
                p.send_signal(how)
            else:
                p.stdin.write('exit\n' if how == 'exit' else '')
                p.stdin.close()
            p.wait(30)
        if os.path.exists(f'{folder}/end') or mode != 0o750:
            return f'after {how}: {os.path.exists(f"{folder}/end")} {mode:o}'
    return None


def not_allowed(helio, env, folder):
    """A port below 1024, of one who is not root; needs root to try it."""
    if os.getuid() or int(pathlib.Path('/proc/sys/net/ipv4/ip_unprivileged_port_start').read_text()) < 80:
        return None
    text = "socket, l, 79, /listen, /get_lun, bind='127.0.0.1'\nsocket, l, '127.0.0.1', 1, /get_lun, bind='127.0.0.1:79', error=e" + SAY
    try:
        shown = said(helio, text, env, '/', 65534)
    except PermissionError:  # helio lies where others may not read
        return None
    return missing(shown, ['Permission denied', 'BIND: 127.0.0.1, port 79 cannot be used', '{IDL_M_BIND|Permission denied}'])


def main():
    helio, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix='helio-ends-'))
    failed, count = [], 0
    (folder / 'home').mkdir()
    env = {**{k: v for k, v in os.environ.items() if k != 'DISPLAY' and 'proxy' not in k.lower()}, 'HOME': str(folder / 'home')}
    try:
        names = servers(folder, Certificates(folder))
        for name, text, shows in LOCAL + BIND + HALF + UDP:
            if wanted and not any(w in name for w in wanted):
                continue
            count += 1
            problem = missing(said(helio, fill(text, names) + '\n', env, folder), [fill(x, names) for x in shows])
            failed += [f'{name}: {problem}'] if problem else []
        for test in (at_the_end, not_allowed):
            if wanted and test.__name__ not in wanted:
                continue
            count += 1
            problem = test(helio, env, folder)
            failed += [f'{test.__name__}: {problem}'] if problem else []
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for f in failed:
        print('FAILED ends/' + f)
    print(f'{count - len(failed)} passed, {len(failed)} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
