"""Bad worlds for run.py: what servers, disks and files do wrong, and Ctrl-C in every blocking place.

Each case is one helio with a batch on standard input; its output must hold the expected texts in order, then the next
statement's.  No case depends on a duration: Ctrl-C is sent once the process sleeps, and only its answer is timed."""
import concurrent.futures
import fcntl
import os
import pathlib
import pty
import resource
import shutil
import signal
import socket
import subprocess
import termios
import threading
import time

from faults import server as faults
import ports
import servers

HOST = servers.HOST
UNIT = f'Unit: 100, File: {HOST}.80'
ANSWER = 0.2  # seconds until the prompt is back after Ctrl-C
STILL = "printf,-2,'still here'\n"
FREE = 'get_lun,u & printf,-2,u,format="(\'free \',i0)"\n'
HELLO = "printf,lun,'hello' & printf,lun,''\n"
TEXT = "t=''\n"
DNS_STUB = '''#include <netdb.h>
#include <unistd.h>
int getaddrinfo(const char *n, const char *s, const struct addrinfo *h, struct addrinfo **r)
{ (void)n, (void)s, (void)r; if (h && h->ai_flags & AI_NUMERICHOST) return EAI_NONAME; sleep(30); return EAI_AGAIN; }
'''


def is_asleep(pid):
    """The main thread waits in the kernel and has not run between two looks."""
    def look():
        stat = pathlib.Path(f'/proc/{pid}/task/{pid}/stat').read_text().rsplit(')', 1)[1].split()
        return stat[0], stat[11], stat[12]
    first = look()
    time.sleep(0.08)
    return first[0] == 'S' and look() == first


def wait_asleep(pid, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_asleep(pid) and is_asleep(pid):
            return True
    return False


def full_backlog():
    """A listener whose queue is full: further SYNs are dropped. Keep the sockets."""
    s = socket.socket()
    s.bind(('127.0.0.1', 0))
    s.listen(0)
    held = [s]
    for _ in range(4):
        c = socket.socket()
        c.setblocking(False)
        c.connect_ex(s.getsockname())
        held.append(c)
    time.sleep(0.1)
    return s.getsockname()[1], held


class Worlds:
    def __init__(self, runner, session, size):
        self.r, self.session, self.size = runner, session, size
        self.open = session.splitlines()[0] + '\n'
        self.header = session[:session.index('close,lun')]
        self.once = self.open + "printf,lun,'GET / HTTP/1.0' & printf,lun,'' & t='' & readf,lun,t & print,t\n"
        self.server = faults.FaultServer(runner.body)
        self.none = self.env(f'{HOST}:80=127.0.0.1:{ports.free_port()}')
        self.pool = concurrent.futures.ThreadPoolExecutor(4)
        self.jobs = []
        self.is_asan = b'__asan_init' in runner.helio.read_bytes()
        self.is_short = 'short' in os.environ.get('HELIO_STRESS', '')

    def env(self, maps, **more):
        return self.r.environment(HELIO_NET_MAP=maps, **more)

    def world(self, case, **more):
        port = self.server.ports[case]
        return self.env(f'{HOST}:80=127.0.0.1:{port},{HOST}:443=127.0.0.1:{self.server.ports["silent"]}', **more)

    def folder(self, name):
        folder = self.r.work / name.replace('/', '-')
        folder.mkdir()
        folder.chmod(0o777)
        return folder

    def start(self, folder, env, **more):
        return subprocess.Popen([str(self.r.helio), '-quiet'], cwd=folder, env=env, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)

    def judge(self, out, expected, absent=()):
        """The texts in order, then the next statement's; no report of a sanitizer."""
        joined, at = ' '.join(out.split()), 0
        for want in [*expected, 'still here']:
            at = joined.find(want, at)
            if at < 0:
                return f'{want!r} is missing in {out[-900:]!r}'
            at += len(want)
        bad = [a for a in [*absent, 'Sanitizer', 'runtime error:', 'allocations are left'] if a in joined]
        return f'{bad} in {out[-2000:]!r}' if bad else None

    def submit(self, name, work):
        name = 'fault/' + name
        if self.r.selects(name):
            self.jobs.append(self.pool.submit(self.guarded, name, work))

    def guarded(self, name, work):
        try:
            problem = work(self.folder(name))
        except Exception as e:  # noqa: BLE001: a case that breaks is a failure of that case
            problem = repr(e)
        self.r.check(name, problem)

    def fault(self, name, program, env, expected, absent=(), timeout=120, after=None, **more):
        def work(folder):
            p = self.start(folder, env, **more)
            try:
                out = p.communicate((program + STILL).encode(), timeout=timeout)[0].decode(errors='replace')
            except subprocess.TimeoutExpired:
                p.kill()
                return 'does not end: ' + p.communicate()[0].decode(errors='replace')[-500:]
            return self.judge(out, expected, absent) or (after(folder) if after else None)
        self.submit(name, work)

    def ctrl_c(self, name, program, env, blocking, then='', expected=('Interrupted',), absent=()):
        """Ctrl-C at a terminal while the line blocks: the prompt is back within ANSWER. Thrice if the machine was busy."""
        def work(folder):
            problem = None
            os.mkfifo(folder / 'f')
            (folder / 'before.pro').write_text(program)
            (folder / 'after.pro').write_text(then + STILL)
            for _ in range(3):
                problem = self.at_terminal(folder, dict(env, TERM='dumb', HOME=str(folder)), blocking, expected, absent)
                if not problem or 'answered after' not in problem:
                    break
            return problem
        self.submit('ctrl-c-' + name, work)

    def at_terminal(self, folder, env, blocking, expected, absent):
        master, slave = pty.openpty()

        def control():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        p = subprocess.Popen([str(self.r.helio), '-quiet'], cwd=folder, env=env, stdin=slave, stdout=slave, stderr=slave,
                             start_new_session=True, preexec_fn=control)
        os.close(slave)
        try:
            return self.converse(p, master, blocking, expected, absent)
        finally:
            p.kill()
            p.wait()
            os.close(master)

    def converse(self, p, tty, blocking, expected, absent):
        def typed(line, until):
            os.write(tty, line)
            return self.read_until(p, until, tty)
        said = typed(b'', b'IDL> ')
        said += typed(b'@before.pro\r', b'IDL> ')
        out = typed(b"printf,-2,'now','ready',format='(a,x,a)' & " + blocking.encode() + b'\r', b'now ready')
        if b'now ready' not in out or not wait_asleep(p.pid):
            return f'does not block: {(said + out)[-600:]!r}'
        pressed = time.monotonic()
        out += typed(b'\x03', b'IDL> ')
        took = time.monotonic() - pressed
        if b'IDL> ' not in out[out.index(b'now ready'):]:
            return f'no prompt after Ctrl-C: {(said + out)[-600:]!r}'
        if took > (1 if self.is_asan else ANSWER):
            return f'Ctrl-C was answered after {took:.2f} s: {out[-500:]!r}'
        out += typed(b'@after.pro\r', b'still here\r\n')
        out += typed(b'\rexit\r', b'never said')
        return self.judge(out.decode(errors='replace'), ['now ready', expected[0], 'IDL>', *expected[1:]], absent)

    @staticmethod
    def read_until(p, text, fd=None, seconds=60):
        """Output up to text, or what came; a watchdog ends a process that never says it."""
        out = b''
        watchdog = threading.Timer(seconds, p.kill)
        watchdog.start()
        while text not in out:
            try:
                piece = os.read(p.stdout.fileno() if fd is None else fd, 65536)
            except OSError:  # a terminal whose program has ended
                piece = b''
            if not piece:
                break
            out += piece
        watchdog.cancel()
        return out

    def connecting(self):
        program, freed = self.open + FREE, 'free 100'
        self.fault('refused', program, self.none,
                   ['Unable to connect to host. ' + UNIT, 'Connection refused', 'Nothing listens there', freed])
        self.fault('error-keyword', self.open.replace('/get_lun', '/get_lun,error=e') + "printf,-2,e ne 0\n" + FREE,
                   self.none, ['1', freed], absent=['Unable'])
        self.fault('unknown-host', program.replace(HOST, 'no-such-host.invalid'), self.none,
                   ['Unable to lookup host. Unit: 100, File: no-such-host.invalid.80', 'Check the spelling', freed])
        self.fault('no-unit', '!net.units=0\nfor i=100,128 do get_lun,u\n' + self.open, self.none,
                   ['All available logical units are currently in use.', 'FREE_LUN'])
        # the issue on SOCKET, 3 (case 131): 300 connections in one program; units 100 to 128 go first
        many = ("socket,l,/listen,/get_lun,port=p\nc=lonarr(300) & s=c & x=''\n"
                "for i=0,299 do begin & socket,u,'127.0.0.1',p,/get_lun & c[i]=u & socket,u,accept=l,/get_lun & s[i]=u & endfor\n"
                "for i=0,299 do printf,c[i],i\nr=file_poll_input(s,count=n,timeout=5)\nt=0L\n"
                "for i=0,299 do begin & readf,s[i],x & t+=long(x) & endfor\nprintf,-2,'units ',c[0],max(s),n,t,format='(a,4(i0,1x))'\n"
                "for i=0,299 do free_lun,c[i],s[i]\nget_lun,u & printf,-2,u,format=\"('free ',i0)\"\n"
                "socket,u,'127.0.0.1',p,/get_lun & printf,-2,u & get_lun,u & print,u\nsocket,150,'127.0.0.1',p\n"
                "printf,-2,!error_state.msg\n")
        self.fault('many-units', many, self.none, ['sockets get 129 and on', 'units 101 700 300 44850', 'free 101', '102', '103'])
        self.fault('connect-timeout', program.replace('/get_lun\n', '/get_lun,connect_timeout=0.5\n'), self.dropped,
                   ['Unable to connect to host. ' + UNIT, 'timed out', 'CONNECT_TIMEOUT', freed])
        tls = program.replace('80,/get_lun\n', '443,/get_lun,/tls,connect_timeout=0.5\n')
        self.fault('tls-silent', tls, self.world('silent'), ['Unable to connect to host.', 'handshake took too long', 'TLS port', freed])
        self.fault('tls-to-plain', tls.replace('0.5', '20'), self.env(
            f'{HOST}:443=127.0.0.1:{self.server.ports["not_found_at_once"]}'), ['does not speak TLS', freed])

    def certificates(self):
        """What TLS refuses, and an end that is none."""
        self.tls_servers = []

        def at(certificate, **more):
            server = faults.TlsServer(str(self.r.work / certificate), self.r.body, **more)
            self.tls_servers.append(server)
            return self.env(f'{HOST}:443=127.0.0.1:{server.port}')
        ca = f",/tls,ca_file='{self.r.work}/ca.pem'"
        tls = self.open.replace('80,/get_lun', '443,/get_lun' + ca) + FREE
        refused = ['Unable to connect to host. Unit: 100, File: ' + HOST + '.443']
        advice = 'VERIFY=0'
        for name, certificate, program, why in (
                ('expired', 'expired.pem', tls, 'has expired'),
                ('wrong-host', 'other.pem', tls, 'is for another host'),
                ('self-signed', 'self.pem', tls, 'is self-signed'),
                ('unknown-ca', 'good.pem', tls.replace(ca, ',/tls'), 'is not known here')):
            self.fault('certificate-' + name, program, at(certificate), [*refused, why, advice, 'free 100'])
            said = "printf,lun,'GET / HTTP/1.0' & printf,lun,'' & t='' & readf,lun,t & printf,-2,t\n"
            self.fault('certificate-' + name + '-verify-0', program.replace('/tls', '/tls,verify=0').replace(FREE, said),
                       at(certificate), ['HTTP/1.1 200 OK'], absent=['Unable'])
        self.fault('certificate-ca-file-missing', tls.replace('ca.pem', 'no.pem'), at('good.pem'), [*refused, 'CA_FILE', 'free 100'])
        # RFC 8446 6.1: an end without close_notify may be an attacker's
        read = self.header.replace('80,/get_lun', '443,/get_lun' + ca)
        cut = 'The TLS connection ended without notice: the data may be cut.'
        self.fault('tls-cut', read + "print,(fstat(lun)).transfer_count & print,data[0] eq 255 and data[1000] eq 0\nclose,lun\n",
                   at('good.pem', cut=True), ['200 OK', 'End of file encountered.', cut, '1000', '1'])
        text = (tls.replace(FREE, '') + "printf,lun,'GET / HTTP/1.0' & printf,lun,'' & t=''\nwhile ~eof(lun) do readf,lun,t\n"
                "free_lun,lun\n" + FREE)
        self.fault('tls-cut-text', text, at('good.pem', cut=True, length=False), ['CLOSE: unit 100: the TLS', 'free 100'])
        self.fault('tls-whole-text', text, at('good.pem', length=False), ['free 100'], absent=['may be cut'])

    def unsent(self):
        """CLOSE and EXIT after bytes that a peer never takes: they end."""
        fill = self.open.replace('/get_lun', '/get_lun,write_timeout=0.5') + 'writeu,lun,bytarr(60000000)\n'
        lost = ['Error encountered writing to file.', 'WRITE_TIMEOUT is over; the other side does not read.']
        self.fault('deaf-close', fill + 'free_lun,lun\n' + FREE, self.world('deaf'), [*lost, 'free 100'])
        count = "t=(fstat(lun)).transfer_count & printf,-2,t gt 10000 and t lt 60000000\nfree_lun,lun\n"
        self.fault('deaf-count', fill + count, self.world('deaf'), [*lost, '1'])
        small = fill.replace('writeu,lun,bytarr(60000000)', 'for i=0,99999 do writeu,lun,lonarr(1000)')
        self.fault('deaf-count-of-small', small + "t=(fstat(lun)).transfer_count & printf,-2,t ge 0 and t lt 1000\nfree_lun,lun\n",
                   self.world('deaf'), [*lost, '1'])
        self.large_write()
        self.fault('deaf-exit', fill + STILL + 'exit\n', self.world('deaf'), lost)

    def large_write(self):
        """The issue on SOCKET, 4: no second copy of what is written."""
        def work(folder):
            p = self.start(folder, self.world('deaf'))
            program = self.open.replace('/get_lun', '/get_lun,write_timeout=0.3') + "a=bytarr(300000000)+1b\nwriteu,lun,a\n"
            p.stdin.write((program + "free_lun,lun & printf,-2,'look'\n").encode())
            p.stdin.flush()
            out = self.read_until(p, b'look\n', seconds=120)
            peak = int(next(x for x in pathlib.Path(f'/proc/{p.pid}/status').read_text().splitlines() if x.startswith('VmHWM')).split()[1])
            out += p.communicate(STILL.encode(), timeout=60)[0]
            problem = self.judge(out.decode(errors='replace'), ['WRITE_TIMEOUT is over', 'look'])
            return problem or (f'{peak >> 10} MB at the peak' if peak >> 10 > (900 if self.is_asan else 400) else None)
        self.submit('large-write', work)

    def receiving(self):
        world, end, once = self.world, 'End of file encountered. ' + UNIT, self.once
        quick = self.session.replace('/get_lun\n', '/get_lun,read_timeout=0.5\n', 1)
        reset = ['Error encountered reading from file. ' + UNIT, 'Connection reset by peer',
                 'The other side broke the connection.']
        count = ("print,(fstat(lun)).transfer_count\nclose,lun\n"
                 "print,data[0] eq 255 and data[999] ne 0 and data[1000] eq 0\n")
        self.fault('silent', quick, world('silent'),
                   ['Error encountered reading from file. ' + UNIT, 'timed out', 'READ_TIMEOUT is over'])
        self.fault('slow', self.session.replace(str(self.size), '3000') + 'print,data[[0,1000,2999]]\n', world('slow'),
                   ['HTTP/1.1 200 OK', ' '.join(str(self.r.body[i]) for i in (0, 1000, 2999))])
        self.fault('close-in-header', once + 'readf,lun,t & print,t\nreadf,lun,t\n', world('close_in_header'),
                   ['HTTP/1.1 200 OK', 'Content-Le', end])
        self.fault('reset-in-header', once + 'readf,lun,t\nreadf,lun,t\n', world('reset_in_header'),
                   ['HTTP/1.1 200 OK', *reset])
        self.fault('close-at-once', once, world('close_at_once'), [end])
        self.fault('close-in-body', self.header + count, world('close_in_body'), ['200 OK', end, '1000', '1'])
        self.fault('reset-in-body', self.header + count, world('reset_in_body'), ['200 OK', *reset, '1000', '1'])
        self.fault('not-found', self.session, world('not_found'), ['404 Not Found', 'Check the path', end])
        self.fault('moved', self.session, world('moved_elsewhere'), ['301 Moved', 'https://other.test/x.jpg', end])
        self.fault('length-too-large', self.header + 'close,lun\n', world('length_too_large'),
                   ['200 OK', f'CLOSE: unit 100: only {self.size} of the reply\'s {self.size + 500} bytes'])
        self.fault('length-too-small', self.header, world('length_too_small'),
                   [f'READU: unit 100: {self.size} bytes are asked for, but 1000 are left', 'Content-Length: 1000'])
        self.fault('no-header', once, world('no_header'), ['no HTTP header'])
        self.fault('nul', once + "readf,lun,t & print,strlen(t)\n", world('nul_and_8_bit'), ['7'])
        if self.is_short:
            self.r.skip('fault/endless-line', 'a byte a call would take hours')
        else:
            self.endless_line()
        many = f"for i=0,9999 do begin & socket,l,'{HOST}',80,/get_lun & free_lun,l & endfor\n"
        self.ten_thousand(many.replace('9999', '999'), many)

    def endless_line(self):
        """A gigabyte without a line end: the line's limit, in bounded memory."""
        def bounded(pid):
            return int(next(x for x in pathlib.Path(f'/proc/{pid}/status').read_text().splitlines()
                            if x.startswith('VmHWM')).split()[1])

        def work(folder):
            p = self.start(folder, self.world('endless_line'))
            p.stdin.write((self.once + "readf,lun,t\nreadf,lun,t\nprintf,-2,'look'\n").encode())
            p.stdin.flush()
            out = self.read_until(p, b'look\n', seconds=120)
            peak = bounded(p.pid)
            out += p.communicate(STILL.encode(), timeout=60)[0]
            problem = self.judge(out.decode(errors='replace'), ['Input line too long. ' + UNIT, 'Read it with READU.'])
            most = 2000 if self.is_asan else 300
            return problem or (f'{peak >> 10} MB at the peak' if peak >> 10 > most else None)
        self.submit('endless-line', work)

    def ten_thousand(self, few, many):
        """Descriptors and memory after 10,000 connections are those after 1,000."""
        def state(p, program):
            p.stdin.write((program + FREE + "free_lun,u & printf,-2,'look'\n").encode())
            p.stdin.flush()
            out = self.read_until(p, b'look\n', seconds=400)
            pages = int(pathlib.Path(f'/proc/{p.pid}/statm').read_text().split()[1])
            return out, len(os.listdir(f'/proc/{p.pid}/fd')), pages * resource.getpagesize() >> 10

        def work(folder):
            p = self.start(folder, self.world('close_at_once'))
            out, fds, kb = state(p, few)
            more, fds_after, kb_after = state(p, many)
            out += more + p.communicate(STILL.encode(), timeout=60)[0]
            problem = self.judge(out.decode(errors='replace'), ['free 100', 'free 100'], ['Unable'])
            if fds_after != fds:
                problem = problem or f'{fds} descriptors, then {fds_after}'
            if not self.is_asan and kb_after - kb > 1024:  # a sanitizer's quarantine grows by itself
                problem = problem or f'{kb} KB, then {kb_after}'
            return problem
        self.submit('ten-thousand', work)

    def disks(self):
        write = 'Error encountered writing to file. Unit: 1, File: '
        self.fault('full-disk', "openw,1,'/dev/full' & writeu,1,bytarr(100000)\nclose,1,/force\n" + FREE, self.none,
                   [write + '/dev/full', 'No space left on device', 'The disk is full.', 'free 100'])
        self.fault('full-disk-text', "openw,1,'/dev/full'\nfor i=0,99999 do printf,1,i\nclose,1,/force\n", self.none,
                   [write + '/dev/full', 'No space left on device', 'The disk is full.'])
        self.fault('full-disk-jpeg', "write_jpeg,'/dev/full',bytarr(900,900)\n" + FREE, self.none,
                   ['WRITE_JPEG', 'No space left on device', 'free 100'])

        def limited():
            resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))

        def kept(folder):
            size = (folder / 'big').stat().st_size
            return None if size == 200000 else f'{size} bytes were written'
        self.fault('file-limit', "openw,1,'big'\nwriteu,1,bytarr(300000)\nclose,1,/force\n", self.none,
                   [write, 'File too large'], after=kept, preexec_fn=limited)
        locked = self.r.work / 'locked'
        locked.mkdir(mode=0o555)
        if os.getuid() == 0:
            locked = '/sys'  # where not even root may make a file
        self.fault('unwritable-folder', f"openw,lun,'{locked}/x',/get_lun\n{FREE}write_jpeg,'{locked}/x',bytarr(9,9)\n",
                   self.none, ['OPENW: Error opening file. Unit: 100, File: ', 'Permission denied', 'free 100',
                               'WRITE_JPEG', 'Permission denied'])
        self.fault('no-folder', "openw,1,'/no/such/folder/x'\n", self.none,
                   ['OPENW: Error opening file. Unit: 1, File: /no/such/folder/x', 'No such file or directory'])
        self.small_disk()

    def small_disk(self):
        """A file system of 1 MB, where this user may mount one."""
        small = self.r.work / 'small'
        small.mkdir()
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', str(small)],
                          capture_output=True).returncode:
            # A full disk is tested by /dev/full and RLIMIT_FSIZE as well; mounting is a luxury, not something to skip.
            print('small-disk is left out: this user cannot mount a tmpfs')
            return
        self.mounted = small
        self.fault('small-disk', f"openw,1,'{small}/x'\nwriteu,1,bytarr(3000000)\nclose,1,/force\n"
                   f"print,(file_info('{small}/x')).size\n", self.none,
                   ['Error encountered writing to file. Unit: 1', 'No space left', 'The disk is full.', '1048576'])

    def pictures(self):
        def read(name, data, expected):
            def work(folder):
                (folder / 'x.jpg').write_bytes(data)
                p = self.start(folder, self.none)
                out = p.communicate(("read_jpeg,'x.jpg',a,/true\nhelp,a\n" + FREE + STILL).encode(), timeout=60)[0]
                return self.judge(out.decode(errors='replace'), [*expected, 'free 100'])
            self.submit(name, work)
        body = self.r.body
        at = body.index(b'\xff\xc0')

        def bomb(side):
            return body[:at + 5] + side.to_bytes(2, 'big') * 2 + body[at + 9:at + 1500]
        self.fault('not-a-jpeg', self.session, self.world('not_a_jpeg'), ['READ_JPEG', 'Not a JPEG'])
        read('jpeg-bomb', bomb(30000), ['READ_JPEG', 'too short for the size it declares', 'A UNDEFINED'])
        read('jpeg-too-large', bomb(65500), ['READ_JPEG', 'too large', 'A UNDEFINED'])
        read('jpeg-empty', b'', ['READ_JPEG', 'A UNDEFINED'])
        read('jpeg-header-only', body[:300], ['READ_JPEG', 'A UNDEFINED'])
        read('jpeg-cut', body[:-2000], ['READ_JPEG', 'A BYTE = Array[3, 512, 512]'])
        self.fault('jpeg-missing', "read_jpeg,'none.jpg',a\n" + FREE, self.none,
                   ['READ_JPEG', 'none.jpg', 'No such file', 'free 100'])

    def interrupts(self):
        world, kept = self.world, 'Interrupted'
        self.ctrl_c('connect', '', self.dropped, self.open.strip(), FREE, [kept, 'free 100'])
        tls = self.open.replace('80,/get_lun', '443,/get_lun,/tls')
        self.ctrl_c('tls', '', world('silent'), tls.strip(), FREE, [kept, 'free 100'])
        self.ctrl_c('readf', self.open + HELLO + TEXT + 'readf,lun,t & printf,-2,t\n', world('half_line'), 'readf,lun,t',
                    "printf,lun,'go' & readf,lun,t & printf,-2,t\n", [kept, 'half a line'])
        self.ctrl_c('readf-header', self.open + HELLO + TEXT, world('silent'), 'readf,lun,t',
                    "printf,-2,(fstat(lun)).open\n", [kept, '1'])
        self.ctrl_c('readu', self.header[:self.header.index('readu')], world('stall_in_body'), 'readu,lun,data',
                    "printf,-2,(fstat(lun)).transfer_count,data[0] eq 255 and data[999] ne 0 and data[1000] eq 0,"
                    "(fstat(lun)).open\n", [kept, '1000', '1 1'])
        self.ctrl_c('eof', self.open + HELLO, world('silent'), 'e=eof(lun)')
        self.ctrl_c('writeu', self.open + 'data=bytarr(60000000)\n', world('deaf'), 'writeu,lun,data', 'free_lun,lun\n'
                    + FREE, [kept, 'free 100'])
        self.ctrl_c('printf', self.open + 'line=string(bytarr(60000)+65b)\n', world('deaf'),
                    'for i=0,999 do printf,lun,line')
        self.ctrl_c('upgrade', self.open + f"printf,lun,'GET / HTTP/1.0' & printf,lun,'Host: {HOST}' & printf,lun,''\n"
                    + TEXT, world('moved_to_silence'), 'readf,lun,t', FREE, [kept, 'free 101'])
        self.ctrl_c('accept', 'socket,l,/listen,/get_lun,port=p\n', self.none, 'socket,c,accept=l,/get_lun', FREE,
                    [kept, 'free 101'])
        self.ctrl_c('poll', self.open + HELLO, world('silent'), 'n=file_poll_input(lun)')
        self.ctrl_c('wait', '', self.none, 'wait,60')
        self.ctrl_c('fifo-open', '', self.none, "openr,1,'f'",
                    'printf,-2,(fstat(1)).open\n', [kept, '0'])
        self.ctrl_c('fifo-read', "openu,1,'f'\n" + TEXT, self.none, 'readf,1,t')
        self.dns()

    def dns(self):
        """A resolver that does not answer, by a library loaded before libc."""
        stub, source = self.r.work / 'slow_dns.so', self.r.work / 'slow_dns.c'
        source.write_text(DNS_STUB)
        if not shutil.which('cc') or subprocess.run(['cc', '-shared', '-fPIC', '-o', stub, source]).returncode:
            self.r.skip('fault/ctrl-c-dns', 'no C compiler for the stub')
            return
        env = self.r.environment(LD_PRELOAD=str(stub), HELIO_NET_MAP='')
        options = os.environ.get('ASAN_OPTIONS', '')
        env['ASAN_OPTIONS'] = (options + ':' if options else '') + 'verify_asan_link_order=0'
        self.ctrl_c('dns', '', env, self.open.strip(), FREE, ['Interrupted', 'free 100'])
        self.fault('dns-timeout', self.open.replace('/get_lun', '/get_lun,connect_timeout=0.5') + FREE, env,
                   ['Unable to lookup host. ' + UNIT, 'took too long', 'free 100'])

    def run(self):
        port, held = full_backlog()
        self.mounted = None
        self.dropped = self.env(f'{HOST}:80=127.0.0.1:{port}')
        try:
            for group in (self.receiving, self.connecting, self.certificates, self.unsent, self.disks, self.pictures, self.interrupts):
                group()
            concurrent.futures.wait(self.jobs)
        finally:
            self.pool.shutdown(cancel_futures=True)
            self.server.stop()
            for s in held:
                s.close()
            if self.mounted:
                subprocess.run(['umount', str(self.mounted)])
