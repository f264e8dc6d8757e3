"""SOCKET, /DECODE against Python's own HTTP/1.1 server, several requests on a connection.

Paths: /length/N, /chunks/N, /gzip/N: N lines "line 0" and on.  Expectations: by hand, from N."""
import gzip
import http.server
import threading

PROGRAM = '''pro ask, l, path
  printf, l, 'GET ' + path + ' HTTP/1.1'
  printf, l, 'Host: x'
  printf, l, string(10b)
  t = 'x'
  while t ne '' do readf, l, t
end
pro lines, l, path
  ask, l, path
  n = 0L & t = ''
  while ~eof(l) do begin
    readf, l, t
    n++
  endwhile
  print, path, n, t, format='(a,1x,i0,1x,a)'
end
pro keep, port
  socket, l, '127.0.0.1', port, /get_lun, /decode, read_timeout=5
  lines, l, '/length/10'
  lines, l, '/chunks/1000'
  lines, l, '/gzip/1000'
  lines, l, '/length/0'
  lines, l, '/chunks/0'
  lines, l, '/gzip/20000'
  ask, l, '/chunks/30000'   ; not read: the next reply is the next one's
  lines, l, '/gzip/5'
  ask, l, '/gzip/200000'
  t = '' & readf, l, t & print, 'then ', t
  lines, l, '/length/3'
  ask, l, '/gzip/1000'
  b = bytarr(8890)
  readu, l, b
  print, 'bytes ', string(b[0:5]), string(b[8881:8888]), eof(l), file_poll_input(l, timeout=0)
  on_ioerror, over
  readu, l, b
over:
  print, (fstat(l)).transfer_count
  ask, l, '/length/2'
  x = file_poll_input(l, timeout=5)
  print, 'waiting', (fstat(l)).size, x
  free_lun, l
end
keep, %d
end
'''
SHOWS = '''/length/10 10 line 9
/chunks/1000 1000 line 999
/gzip/1000 1000 line 999
/length/0 0
/chunks/0 0
/gzip/20000 20000 line 19999
/gzip/5 5 line 4
then line 0
/length/3 3 line 2
bytes line 0line 999 1 1
0
waiting 14 1
'''


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        kind, count = self.path.split('/')[1:]
        body = b''.join(b'line %d\n' % i for i in range(int(count)))
        self.send_response(200)
        if kind == 'gzip':
            body = gzip.compress(body)
            self.send_header('Content-Encoding', 'gzip')
        if kind != 'length':
            self.send_header('Transfer-Encoding', 'chunked')
            body = b''.join(b'%x\r\n%s\r\n' % (len(body[i:i + 777]), body[i:i + 777]) for i in range(0, len(body), 777)) + b'0\r\n\r\n'
        else:
            self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def serve():
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
