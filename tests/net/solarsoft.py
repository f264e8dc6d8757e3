#!/usr/bin/env python3
"""SolarSoft's network routines, unmodified, against a server here: a table of calls.  solarsoft.py HELIO FOLDER... [-v]

FOLDERs are searched in order (the later tree first: dzarro/IDL, then SolarSoft's gen/idl); nothing of them is kept. Each call is a line
of IDL that prints a verdict of its own; what must come is by hand, from what the server has been told to send."""
import base64
import gzip
import hashlib
import http.server
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import threading
import time

BODY = bytes(range(256)) * 40
TEXT = 'first line\nsecond line\nthird\n'
DATE = 'Wed, 01 Jan 2020 10:00:00 GMT'
INDEX = '<html><head><title>Index of /data</title></head><body><h1>Index of /data</h1><pre><a href="../">../</a>\n' + ''.join(
    f'<a href="{n}">{n}</a>   01-Jan-2020 10:00   {s}\n' for n, s in (
        ('aia_20200101_100000.fits', 5760), ('aia_20200101_110000.fits', 5760), ('notes.txt', 29), ('eit_20200101.fits', 5760))) + '</pre></body></html>\n'


def fits():
    cards = ['SIMPLE  =                    T', 'BITPIX  =                   16', 'NAXIS   =                    2',
             'NAXIS1  =                    4', 'NAXIS2  =                    3', "DATE-OBS= '2020-01-01T10:00:00'", "TELESCOP= 'SUN     '", 'END']
    head = ''.join(c.ljust(80) for c in cards).ljust(2880)
    return head.encode() + struct.pack('>12h', *range(12)).ljust(2880, b'\0')


APACHE = '<html><body><table>\n' + ''.join(f'<tr><td><a href="{n}">{n}</a></td><td align="right">{d} </td><td>5K</td></tr>\n' for n, d in (
    ('a.fits', '2020-01-01 10:00'), ('b.fits', '2020-01-02 10:00'))) + '</table></body></html>\n'
FILES = {
    '/apache/': APACHE.encode(),
    '/data/image.bin': BODY, '/data/notes.txt': TEXT.encode(), '/data/aia_20200101_100000.fits': fits(), '/data/aia_20200101_110000.fits': fits(),
    '/data/eit_20200101.fits': fits(), '/data/': INDEX.encode(), '/data': INDEX.encode(), '/': b'<html>home</html>\n',
    '/data/packed.txt.gz': gzip.compress(TEXT.encode()), '/data/empty.txt': b'', '/data/data.json': b'{"a": [1, 2.5, "x"], "b": null}',
    '/data/a b.txt': b'blank\n', '/data/large.bin': BODY * 400,
}
TYPES = {'.txt': 'text/plain', '.json': 'application/json', '.fits': 'application/fits', '.gz': 'application/gzip', '.bin': 'application/octet-stream'}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    seen = []

    def log_message(self, *args):
        pass

    def answer(self, status, body, kind='text/html', more=()):
        self.send_response(status)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(body)))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            for at in range(0, len(body), 100000):  # what is large takes its time
                self.wfile.write(body[at:at + 100000])
                time.sleep(0.01 if len(body) > 100000 else 0)

    def do_GET(self):
        path, _, query = self.path.partition('?')
        Handler.seen.append((self.command, self.path, dict(self.headers)))
        path = path.replace('%20', ' ')
        if path == '/moved':
            self.answer(302, b'', more=[('Location', 'http://' + self.headers['Host'] + '/data/notes.txt')])
        elif path == '/agent':
            self.answer(200, self.headers.get('User-Agent', '').encode(), 'text/plain')
        elif path == '/browsers':  # refuses what is no browser
            is_browser = 'Mozilla' in self.headers.get('User-Agent', '')
            self.answer(200 if is_browser else 403, TEXT.encode() if is_browser else b'no', 'text/plain')
        elif path == '/query':
            self.answer(200, ('query ' + query + '\n').encode(), 'text/plain')
        elif path == '/chunked':
            self.send_response(200)
            self.send_header('Content-Type', 'text/plain')
            self.send_header('Transfer-Encoding', 'chunked')
            self.end_headers()
            for line in TEXT.splitlines(True):
                self.wfile.write(b'%x\r\n%s\r\n' % (len(line), line.encode()))
            self.wfile.write(b'0\r\n\r\n')
        elif path == '/disposed':
            self.answer(200, TEXT.encode(), 'text/plain', [('Content-Disposition', 'attachment; filename="named.txt"')])
        elif path == '/encoded':
            self.answer(200, gzip.compress(TEXT.encode()), 'text/plain', [('Content-Encoding', 'gzip')])
        elif path == '/echo' or path == '/echo/put.txt':
            size = int(self.headers.get('Content-Length', 0))
            data = self.rfile.read(size)
            self.answer(201 if self.command == 'PUT' else 200, f'{self.command} {len(data)} {hashlib.md5(data).hexdigest()} {self.headers.get("Content-Type")}\n'.encode(), 'text/plain')
        elif path == '/json':
            size = int(self.headers.get('Content-Length', 0))
            self.answer(200, self.rfile.read(size) or b'{"ok": 1}', 'application/json')
        elif path in FILES:
            self.file(FILES[path], TYPES.get(pathlib.Path(path).suffix, 'text/html'))
        else:
            self.answer(404, b'<html>not found</html>')

    def file(self, body, kind):
        more = [('Last-Modified', DATE), ('Accept-Ranges', 'bytes')]
        part = re.match(r'bytes=(\d+)-(\d*)$', self.headers.get('Range', ''))
        if part:
            first, last = int(part[1]), min(int(part[2]) if part[2] else len(body) - 1, len(body) - 1)
            more.append(('Content-Range', f'bytes {first}-{last}/{len(body)}'))
            return self.answer(206, body[first:last + 1], kind, more)
        self.answer(200, body, kind, more)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET


# name, statements that leave a truth in `ok`. U is the server's URL.
CALLS = [
    ('sock_list', "sock_list, U + '/data/notes.txt', x & ok = array_equal(x[0:2], ['first line', 'second line', 'third'])"),
    ('sock_list chunked', "sock_list, U + '/chunked', x & ok = n_elements(x) ge 3 && x[1] eq 'second line'"),
    ('sock_list moved', "sock_list, U + '/moved', x & ok = x[0] eq 'first line'"),
    ('sock_list missing', "sock_list, U + '/nothing', x, err=err & ok = x[0] eq '' && err ne ''"),
    ('sock_list query', "sock_list, U + '/query?a=1&b=2', x & ok = x[0] eq 'query a=1&b=2'"),
    ('sock_list gzip', "sock_list, U + '/encoded', x & ok = x[0] eq 'first line'"),
    ('sock_list cache', "sock_list, U + '/data/notes.txt', x, /cache & sock_list, U + '/data/notes.txt', y, /cache & ok = array_equal(x, y) && x[2] eq 'third'"),
    ('sock_cat', "sock_cat, U + '/data/notes.txt', x & ok = x[0] eq 'first line'"),
    ('sock_stream', "x = sock_stream(U + '/data/image.bin') & ok = array_equal(x, body)"),
    ('sock_stream compress', "x = sock_stream(U + '/data/notes.txt', /compress) & ok = n_elements(x) gt 3 && string(zlib_uncompress(x, /gzip)) eq text"),
    ('sock_head', "x = sock_head(U + '/data/image.bin', code=code, size=size) & ok = code eq 200 && size eq 10240"),
    ('sock_head missing', "x = sock_head(U + '/nothing', code=code) & ok = code eq 404"),
    ('sock_head moved', "x = sock_head(U + '/moved', code=code, location=l) & ok = code eq 200 || stregex(l, 'notes.txt', /bool)"),
    ('sock_head browser', "x = sock_head(U + '/browsers', code=code) & ok = code eq 200"),
    ('sock_check', "ok = sock_check(U + '/data/notes.txt') && ~sock_check(U + '/nothing')"),
    ('sock_check size', "ok = sock_check(U + '/data/image.bin', size=s, date=d) && s eq 10240 && stregex(d, '2020', /bool)"),
    ('sock_check refused', "ok = ~sock_check('http://127.0.0.1:1/x', err=err) && err ne ''"),
    ('sock_ping', "sock_ping, U, status & ok = status eq 1"),
    ('have_network', "ok = have_network(U) eq 1"),
    ('have_network refused', "ok = have_network('http://127.0.0.1:1', err=err) eq 0"),
    ('sock_size', "ok = sock_size(U + '/data/image.bin') eq 10240"),
    ('sock_size list', "ok = array_equal(sock_size([U + '/data/image.bin', U + '/data/notes.txt']), [10240, 29])"),
    ('sock_time', "t = sock_time(U + '/data/notes.txt') & ok = stregex(t, '2020', /bool)"),
    ('sock_content', "x = sock_head(U + '/data/notes.txt') & sock_content, x, type=t, size=s, date=d & ok = strpos(t, 'text') ge 0 && s eq 29"),
    ('sock_code', "o = obj_new('idlneturl2', U + '/data/notes.txt') & x = o->get(/buffer) & ok = sock_code(o) eq 200 & obj_destroy, o"),
    ('is_url', "ok = is_url(U + '/x') && ~is_url('nothing', /scheme) && ~is_url('')"),
    ('url_parse', "s = url_parse('https://u:p@h.test:8080/a/b?c=d') & ok = s.host eq 'h.test' && s.port eq '8080' && s.path eq 'a/b' && s.query eq 'c=d'"),
    ('url_fix', "ok = url_fix('h.test/x') eq 'http://h.test/x'"),
    ('is_ssl', "ok = is_ssl('https://h.test') && ~is_ssl('http://h.test')"),
    ('sock_get', "sock_get, U + '/data/image.bin', out_dir=dir, local_file=f, status=s, /verbose & ok = s eq 1 && same(f, body)"),
    ('sock_get again', "sock_get, U + '/data/image.bin', out_dir=dir, local_file=f, status=s & ok = s eq 2 && file_basename(f) eq 'image.bin'"),
    ('sock_get clobber', "sock_get, U + '/data/image.bin', out_dir=dir, local_file=f, status=s, /clobber & ok = s eq 1 && same(f, body)"),
    ('sock_get time', "ok = (file_info(concat_dir(dir, 'image.bin'))).mtime eq 1577872800"),
    ('sock_get name', "sock_get, U + '/data/notes.txt', 'other.txt', out_dir=dir, local_file=f & ok = file_basename(f) eq 'other.txt' && file_test(f)"),
    ('sock_get list', "sock_get, U + ['/data/notes.txt', '/data/image.bin'], out_dir=dir, local_file=f, status=s, /clobber & ok = array_equal(s, [1, 1]) && n_elements(f) eq 2"),
    ('sock_get missing', "sock_get, U + '/nothing', out_dir=dir, local_file=f, status=s, err=e & ok = s eq 0 && e ne '' && ~file_test(concat_dir(dir, 'nothing'))"),
    ('sock_get disposition', "sock_get, U + '/disposed', out_dir=dir, local_file=f, status=s & ok = s eq 1 && file_basename(f) eq 'named.txt'"),
    ('sock_get moved', "sock_get, U + '/moved', out_dir=dir, local_file=f, status=s & ok = s eq 1 && file_test(f)"),
    ('sock_get query', "sock_get, U + '/query?a=1&b=2', 'q.txt', out_dir=dir, local_file=f, status=s & ok = s eq 1 && file_lines(f) eq 1"),
    ('sock_get empty', "sock_get, U + '/data/empty.txt', out_dir=dir, local_file=f, status=s & ok = s eq 1 && (file_info(f)).size eq 0"),
    ('sock_get no directory', "sock_get, U + '/data/notes.txt', out_dir='/nonexistent', local_file=f, status=s, err=e & ok = s eq 0 && stregex(e, 'directory', /bool)"),
    ('sock_get progress', "sock_get, U + '/data/image.bin', out_dir=dir, local_file=f, status=s, progress=10, /clobber & ok = s eq 1 && same(f, body)"),
    ('sock_get background', "sock_get, U + '/data/image.bin', 'back.bin', out_dir=dir, /background & for i = 0, 100 do begin & wait, 0.1 & if file_test(concat_dir(dir, 'back.bin')) then break & endfor & ok = same(concat_dir(dir, 'back.bin'), body)"),
    # IDL's Get throws when it is cancelled. The newer tree's CATCH then returns at once (its STATUS=3 cannot be reached), the older one goes on.
    ('sock_get cancelled', "!path = hands + ':' + !path & sock_get, U + '/data/large.bin', out_dir=dir, local_file=f, status=s, cancelled=c, err=e, "
     "progress=10, /clobber & left = file_search(get_temp_dir(), 'large.bin_*', count=n) & ok = n eq 0 && s eq 0 && "
     "(stregex(e, 'Curl Error Code = 42', /bool) || (c eq 1 && e eq 'Download cancelled.')) && "
     "~file_test(concat_dir(dir, 'large.bin'))"),
    ('sock_get not cancelled', "!path = hands + ':' + !path & setenv, 'PATIENT=1' & sock_get, U + '/data/large.bin', out_dir=dir, local_file=f, status=s, "
     "cancelled=c, progress=10, /clobber & ok = s eq 1 && c eq 0 && (file_info(f)).size eq 4096000"),
    ('sock_copy', "sock_copy, U + '/data/notes.txt', out_dir=dir, local_file=f, /clobber & ok = file_lines(f) eq 3"),
    ('sock_copy old', "sock_copy, U + '/data/image.bin', 'old.bin', out_dir=dir, local_file=f, /old_way & ok = same(f, body)"),
    ('sock_find', "f = sock_find(U, 'aia*.fits', path='/data', count=n) & ok = n eq 2 && stregex(f[0], 'aia_20200101_100000.fits$', /bool)"),
    ('sock_search', "sock_search, U + '/apache/', r, count=n, dates=d & ok = n eq 2 && file_basename(r[0]) eq 'a.fits' && d[1] eq '2020-01-02 10:00'"),
    ('sock_dir', "sock_dir, U + '/data/', list & ok = n_elements(list) ge 4 && total(stregex(list, 'notes.txt', /bool)) ge 1"),
    ('sock_post', "x = sock_post(U + '/echo', 'a=1&b=2') & ok = stregex(x[0], '^POST 7 " + hashlib.md5(b'a=1&b=2').hexdigest() + "', /bool)"),
    ('sock_put', "openw, l, concat_dir(dir, 'put.txt'), /get_lun & printf, l, 'to be put' & free_lun, l & sock_put, concat_dir(dir, 'put.txt'), U + '/echo/x', err=e & ok = e eq ''"),
    ('sock_json', "x = sock_json(U + '/json', '{\"q\": 5}') & ok = stregex(strjoin([string(x)]), '5', /bool)"),
    ('sock_fits', "sock_fits, U + '/data/eit_20200101.fits', d, header=h & ok = array_equal(d, reform(indgen(12), 4, 3)) && n_elements(h) ge 8"),
    ('sock_fits_head', "sock_fits_head, U + '/data/eit_20200101.fits', h & ok = strmid(h[0], 0, 6) eq 'SIMPLE'"),
    ('sock_fits_key', "x = sock_fits_key(U + '/data/eit_20200101.fits', 'TELESCOP') & ok = strtrim(x[0], 2) eq 'SUN'"),
    ('sock_files', "x = sock_files('1-jan-2020', '2-jan-2020', server=U, path='/data') & ok = n_elements(x) ge 0"),
    ('HTTP class list', "o = obj_new('http') & o->list, U + '/data/notes.txt', x & ok = x[0] eq 'first line' & obj_destroy, o"),
    ('HTTP class copy', "o = obj_new('http') & o->copy, U + '/data/image.bin', 'http.bin', out_dir=dir, local_file=f & ok = same(f, body) & obj_destroy, o"),
    ('HTTP class head', "o = obj_new('http') & o->head, U + '/data/image.bin', x & ok = stregex(strjoin(x), '10240', /bool) & obj_destroy, o"),
    ('idlneturl2 agent', "o = obj_new('idlneturl2', U + '/agent', user_agent='me/1') & x = o->get(/string_array) & ok = x[0] eq 'me/1' & obj_destroy, o"),
    ('idlneturl2 range', "o = obj_new('idlneturl2', U + '/data/image.bin') & o->setproperty, range=[0, 9] & x = o->get(/buffer) & ok = n_elements(x) eq 10 && x[9] eq 9 & obj_destroy, o"),
    ('use_network', "use_network & ok = idl_network() eq 1 || 1"),
    ('sock_idl_agent', "ok = stregex(sock_idl_agent(), 'IDL', /bool)"),
]

SETUP = '''function same, file, body
  if ~file_test(file) then return, 0
  openr, l, file, /get_lun
  x = bytarr((fstat(l)).size)
  readu, l, x
  free_lun, l
  return, array_equal(x, body)
end
'''

# A user's hand where there is no display: the meter's button is pressed when it has begun to move, unless he is patient.
HANDS = {
    'progmeter': "function progmeter, id, value, init=i, button=b, input=t, destroy=d, _extra=e\n  if keyword_set(i) then return, 7L\n"
                 "  return, value gt 0 && getenv('PATIENT') eq '' ? 'Cancel' : ''\nend\n",
    'widget_valid': "function widget_valid, id\n  return, id eq 7\nend\n", 'xkill': "pro xkill, id\n  id = 0L\nend\n",
    'allow_windows': "function allow_windows, err=e\n  e = ''\n  return, 1b\nend\n",
}


def main():
    verbose = '-v' in sys.argv
    words = [a for a in sys.argv[1:] if a != '-v']
    helio, folders = os.path.abspath(words[0]), [os.path.abspath(f) for f in words[1:] if os.path.isdir(f)]
    wanted = [w for w in words[1:] if not os.path.isdir(w)]
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    failed = 0
    with tempfile.TemporaryDirectory(prefix='helio-ssw-') as folder:
        pathlib.Path(folder, 'same.pro').write_text(SETUP)
        pathlib.Path(folder, 'hands').mkdir()
        for name, text in HANDS.items():
            pathlib.Path(folder, 'hands', name + '.pro').write_text(text)
        env = {k: v for k, v in os.environ.items() if k != 'DISPLAY' and not k.lower().endswith('_proxy')}
        env['IDL_PATH'] = folder + ':' + ':'.join('+' + f for f in folders) + ':<IDL_DEFAULT>'
        head = f"U = 'http://127.0.0.1:{server.server_address[1]}'\nbody = byte(lindgen(10240) mod 256)\ntext = string([byte('first line'), 10b, " \
            f"byte('second line'), 10b, byte('third'), 10b])\ndir = '{folder}/out' & hands = '{folder}/hands'\nfile_mkdir, dir\n"
        for name, line in CALLS:
            if wanted and not any(w in name for w in wanted):
                continue
            r = subprocess.run([helio, '-quiet'], input=head + 'ok = 0\n' + line + "\nprint, ok ? '<<right>>' : '<<wrong>>'\n", cwd=folder, env=env,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace', timeout=120)
            is_right = '<<right>>' in r.stdout
            failed += not is_right
            print(f'{name:28s} {"right" if is_right else "WRONG"}')
            if verbose or not is_right:
                lines = [x for x in r.stdout.splitlines() if 'Compiled module' not in x and '<<' not in x]
                print('\n'.join('    ' + x for x in lines[-15:]))
    print(f'{len(CALLS) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
