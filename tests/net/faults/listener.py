"""A server on loopback: each connection is answered in a thread of its own."""
import socket
import threading


def until(connection, what):
    """What has come when `what` is in it, or at the end."""
    got = b''
    while what not in got:
        piece = connection.recv(4096)
        if not piece:
            break
        got += piece
    return got


class Listener:
    """answer(connection) is what it does; a connection that breaks ends its thread, and is closed in any case."""

    def __init__(self, answer, host='127.0.0.1', backlog=256):
        family = socket.AF_INET6 if ':' in host else socket.AF_INET
        self.answer = answer
        self.socket = socket.create_server((host, 0), family=family, backlog=backlog)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        try:
            connection.settimeout(60)
            self.answer(connection)
        except (OSError, ValueError):  # the other side has gone, or TLS was not agreed on
            pass
        finally:
            connection.close()

    def stop(self):
        self.socket.close()
