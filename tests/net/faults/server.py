"""A server that misbehaves on purpose: each case is a function that gets the accepted connection after the request."""
import functools
import socket
import ssl
import struct
import threading
import time

from faults.listener import Listener

HEAD = b'HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n'
REST = threading.Event()  # set at the end: lets silent cases go


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))


def silent(s, body):
    REST.wait(60)


def slow(s, body):
    small = body[:3000]
    for byte in HEAD % len(small) + small:
        s.sendall(bytes([byte]))


def close_in_header(s, body):
    s.sendall(b'HTTP/1.1 200 OK\r\nContent-Le')


def reset_in_header(s, body):
    s.sendall(b'HTTP/1.1 200 OK\r\nContent-Le')
    time.sleep(0.1)
    reset(s)


def close_in_body(s, body):
    s.sendall(HEAD % len(body) + body[:1000])


def reset_in_body(s, body):
    s.sendall(HEAD % len(body) + body[:1000])
    time.sleep(0.1)
    reset(s)


def close_at_once(s, body):
    pass


def not_found(s, body):
    text = b'<html>no such file</html>'
    s.sendall(b'HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n' % len(text) + text)


def moved_elsewhere(s, body):
    s.sendall(b'HTTP/1.1 301 Moved Permanently\r\nLocation: https://other.test/x.jpg\r\nContent-Length: 0\r\n\r\n')


def length_too_large(s, body):
    s.sendall(HEAD % (len(body) + 500) + body)


def length_too_small(s, body):
    s.sendall(HEAD % 1000 + body)


def endless_line(s, body):
    piece = b'x' * (1 << 20)
    s.sendall(b'HTTP/1.1 200 OK\r\n\r\n')
    for _ in range(1024):
        s.sendall(piece)


def not_a_jpeg(s, body):
    s.sendall(HEAD % len(body) + b'This is not a picture.'.ljust(len(body), b'.'))


def no_header(s, body):
    s.sendall(body)


def nul_and_8_bit(s, body):
    s.sendall(b'HTTP/1.1 200 OK\r\nX: a\0b\xe9\r\n\r\nbody')


def not_found_at_once(s, body):
    not_found(s, body)


def half_line(s, body):
    s.sendall(b'first\r\nhalf a l')
    s.recv(100)
    s.sendall(b'ine\r\n')
    REST.wait(60)


def stall_in_body(s, body):
    s.sendall(HEAD % len(body) + body[:1000])
    REST.wait(60)


def deaf(s, body):
    REST.wait(60)


def moved_to_silence(s, body):
    s.sendall(b'HTTP/1.1 301 Moved\r\nLocation: https://sdo.gsfc.nasa.gov/\r\nContent-Length: 0\r\n\r\n')
    REST.wait(60)


class TlsServer(Listener):
    """HTTPS with one certificate. cut: after half of the body the connection goes without the end that TLS asks for."""

    def __init__(self, certificate, body, cut=False, length=True):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.body, self.cut, self.length = body, cut, length
        super().__init__(self.encrypt)

    def encrypt(self, s):
        with self.context.wrap_socket(s, server_side=True) as t:
            if has_asked(t):
                self.reply(t)

    def reply(self, t):
        head = HEAD % len(self.body) if self.length else b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'
        t.sendall(head + (self.body[:1000] if self.cut else self.body))
        if self.cut:
            t.setblocking(False)
            try:
                t.recv(4096)  # the rest of the request, or the close would be a reset
            except (ssl.SSLError, OSError):
                pass
            t.shutdown(socket.SHUT_WR)  # the TCP end alone
            time.sleep(0.1)
        else:
            t.unwrap()


def has_asked(s):
    """A request has come, as far as its empty line."""
    request = b''
    while b'\n\r\n' not in request and b'\n\n' not in request:
        piece = s.recv(4096)
        if not piece:
            return False
        request += piece
    return True


class FaultServer:
    """A port for each case."""

    def __init__(self, body):
        self.body = body
        self.listeners = [Listener(functools.partial(self.answer, case), backlog=1024) for case in (
            silent, slow, close_in_header, reset_in_header, close_in_body, reset_in_body, close_at_once, not_found, moved_elsewhere,
            length_too_large, length_too_small, endless_line, not_a_jpeg, no_header, nul_and_8_bit, not_found_at_once, half_line,
            stall_in_body, deaf, moved_to_silence)]
        self.ports = {x.answer.args[0].__name__: x.port for x in self.listeners}

    def answer(self, case, s):
        if case not in (deaf, not_found_at_once):
            has_asked(s)
        time.sleep(0.05)
        s.setblocking(False)
        try:
            s.recv(4096)  # what came behind the request: unread bytes would turn a close into a reset
        except OSError:
            pass
        s.setblocking(True)
        case(s, self.body)

    def stop(self):
        REST.set()
        for x in self.listeners:
            x.stop()
