"""A small FTP server on loopback (RFC 959, 2428): files of a dictionary, one user, passive and active."""
import re
import socket

from faults.listener import Listener


class FtpServer(Listener):
    """files: name to bytes. said: the commands that have come, without passwords. evil_pasv: PASV names another host."""

    def __init__(self, files, user='me', password='secret', evil_pasv=False):
        self.files, self.user, self.password, self.evil_pasv = files, user, password, evil_pasv
        self.said = []
        super().__init__(self.serve_one)

    def serve_one(self, s):
        self.lines(s, '220 here\r\n')
        state = {'data': None, 'user': ''}
        with s.makefile('rb') as lines:
            for raw in lines:
                command, _, rest = raw.decode().rstrip('\r\n').partition(' ')
                self.said.append(command if command == 'PASS' else f'{command} {rest}'.strip())
                if not self.one(s, command.upper(), rest, state):
                    return

    @staticmethod
    def lines(s, text):
        s.sendall(text.encode())

    def one(self, s, command, rest, state):
        say = lambda text: self.lines(s, text + '\r\n')  # noqa: E731
        simple = {'SYST': '215 UNIX', 'TYPE': '200 ok', 'NOOP': '200 ok', 'CWD': '250 ok', 'MKD': '257 "made"', 'RMD': '250 ok', 'PWD': '257 "/"',
                  'REST': '350 ok', 'OPTS': '200 ok'}
        if command == 'USER':
            state['user'] = rest
            say('331 password')
        elif command == 'PASS':
            say('230 in' if (state['user'], rest) == (self.user, self.password) or state['user'] == 'anonymous' else '530 no')
        elif command in simple:
            say(simple[command])
        elif command == 'QUIT':
            say('221 bye')
            return False
        elif command in ('EPSV', 'PASV'):
            state['data'] = socket.create_server(('127.0.0.1', 0))
            port = state['data'].getsockname()[1]
            host = '10,255,255,1' if self.evil_pasv else '127,0,0,1'
            if command == 'EPSV' and self.evil_pasv:
                say('500 no')
            else:
                say(f'229 (|||{port}|)' if command == 'EPSV' else f'227 ({host},{port >> 8},{port & 255})')
        elif command in ('EPRT', 'PORT'):
            found = re.match(r'\|1\|([^|]*)\|(\d+)\|', rest)
            parts = rest.split(',')
            state['data'] = (found[1], int(found[2])) if found else ('.'.join(parts[:4]), int(parts[4]) * 256 + int(parts[5]))
            say('200 ok')
        elif command == 'SIZE':
            name = rest.lstrip('/')
            say(f'213 {len(self.files[name])}' if name in self.files else '550 none')
        elif command == 'MDTM':
            say('213 20200101100000' if rest.lstrip('/') in self.files else '550 none')
        elif command == 'DELE':
            say('250 gone' if self.files.pop(rest.lstrip('/'), None) is not None else '550 none')
        elif command in ('RETR', 'STOR', 'LIST', 'NLST'):
            self.transfer(s, command, rest.lstrip('/'), state)
        else:
            say('502 unknown')
        return True

    def transfer(self, s, command, name, state):
        if command == 'RETR' and name not in self.files:
            return self.lines(s, '550 no such file\r\n')
        self.lines(s, '150 now\r\n')
        data = socket.create_connection(state['data']) if isinstance(state['data'], tuple) else state['data'].accept()[0]
        with data:
            if command == 'STOR':
                got = b''
                while piece := data.recv(65536):
                    got += piece
                self.files[name] = got
            elif command == 'RETR':
                data.sendall(self.files[name])
            elif command == 'NLST':
                data.sendall(''.join(n + '\r\n' for n in sorted(self.files)).encode())
            else:
                data.sendall(''.join(f'-rw-r--r-- 1 me me {len(b):8d} Jan  1  2020 {n}\r\n' for n, b in sorted(self.files.items())).encode())
        return self.lines(s, '226 done\r\n')
