#!/usr/bin/env python3
"""IDLnetURL, HttpRequest and WGET against servers that behave: a table of calls.  transfers.py HELIO [NAME...]

Each call is a line of IDL that leaves a truth in `ok`. Expectations: the manual's pages (IDLnetURL, HttpRequest, WGET), RFC 9110 and 959,
libcurl's manual for codes; what the servers send and have received is by hand."""
import base64
import gzip
import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from ftp_server import FtpServer  # noqa: E402

BODY = bytes(range(256)) * 100
TEXT = b'one\r\ntwo\n\nfour'
REALM, NONCE = 'sun', 'abc123'


PARTS = {'long': bytes(i * 7 & 255 for i in range(3000000)), 'lines': b''.join(b'line %d\n' % i for i in range(50000)), 'empty': b'',
         'small': b'abc\n', 'packed': gzip.compress(b'one\ntwo\n'), 'exact': bytes(65536)}


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def digest_is_right(given, method, path):
    parts = dict(p.strip().split('=', 1) for p in given.partition(' ')[2].split(','))
    v = {k: x.strip('"') for k, x in parts.items()}
    return v['response'] == md5(':'.join([md5(f'me:{REALM}:secret'), NONCE, v['nc'], v['cnonce'], v['qop'], md5(f'{method}:{path}')]))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    asked = []  # Range fields of /parts/

    def log_message(self, *args):
        pass

    def answer(self, status, body=b'', more=(), kind='text/plain'):
        self.send_response(status)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(body)))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def receive(self):
        if self.headers.get('Transfer-Encoding') == 'chunked':
            got = b''
            while size := int(self.rfile.readline().split(b';')[0], 16):
                got += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return got
        return self.rfile.read(int(self.headers.get('Content-Length', 0)))

    def do_GET(self):
        path, data = self.path.partition('?')[0], self.receive()
        given = self.headers.get('Authorization', '')
        if self.path.startswith('http:'):  # as a proxy
            who = self.headers.get('Proxy-Authorization', '')
            asks = 'secret' in self.path and not who
            more = [('Proxy-Authenticate', 'Basic realm="p"')] if asks else []
            return self.answer(407 if asks else 200, f'proxied {self.path} {base64.b64decode(who[6:]).decode()}'.encode(), more)
        if path == '/basic':
            right = given == 'Basic ' + base64.b64encode(b'me:secret').decode()
            return self.answer(200 if right else 401, b'in' if right else b'', [] if right else [('WWW-Authenticate', 'Basic realm="sun"')])
        if path == '/digest':
            right = given.startswith('Digest') and digest_is_right(given, self.command, self.path)
            asks = f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm=MD5'
            return self.answer(200 if right else 401, b'in' if right else b'', [] if right else [('WWW-Authenticate', asks)])
        if path.startswith('/to/'):  # /to/STATUS/PATH
            _, _, status, rest = path.split('/', 3)
            return self.answer(int(status), b'', [('Location', '/' + rest)])
        if path == '/away':  # another host by name
            return self.answer(302, b'', [('Location', f'http://localhost:{self.server.server_address[1]}/echo')])
        if path == '/cookie':
            return self.answer(302, b'', [('Set-Cookie', 'k=v; Path=/'), ('Location', '/echo')])
        if path == '/echo':
            seen = {'method': self.command, 'path': self.path, 'size': len(data), 'md5': hashlib.md5(data).hexdigest(),
                    'headers': {k.lower(): v for k, v in self.headers.items()}, 'text': data[:400].decode('latin1')}
            return self.answer(200, json.dumps(seen).encode(), kind='application/json')
        if path == '/json':
            return self.answer(200, b'{"a": {"b": 5}, "c": [1, 2]}', kind='application/json')
        if path == '/attached':
            return self.answer(200, TEXT, [('Content-Disposition', 'attachment; filename="../.so me.txt"')])
        if path == '/png':
            return self.answer(200, PARTS['png'], kind='image/png')
        if path == '/text':
            return self.answer(200, TEXT)
        if path.startswith('/parts/') or path == '/changing':
            return self.parts(path)
        if path in ('/body.bin', '/a%20b.bin', '/[1,2/3h]'):
            return self.answer(200, BODY, kind='application/octet-stream')
        return self.answer(404, b'no such page')

    def parts(self, path):
        body = PARTS[path[7:]] if path != '/changing' else bytes(300000)
        Handler.asked.append(self.headers.get('Range'))
        tag = '"%d"' % len(Handler.asked) if path == '/changing' else '"one"'
        if 'Range' not in self.headers:
            return self.answer(200, body)
        first, last = (int(x) for x in self.headers.get('Range', 'bytes=0-%d' % (len(body) - 1))[6:].split('-'))
        if first >= len(body):
            return self.answer(416, b'', [('Content-Range', f'bytes */{len(body)}')])
        last = min(last, len(body) - 1)
        return self.answer(206, body[first:last + 1], [('Content-Range', f'bytes {first}-{last}/{len(body)}'), ('ETag', tag)])

    do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = do_GET


# What is used below: o is a fresh IDLnetURL, u the server's URL, dir a folder of its own.
URL = [
    ('buffer', "ok = array_equal(o->get(url=u + 'body.bin', /buffer), body)"),
    ('file', "f = o->get(url=u + 'body.bin', filename=dir + 'x.bin') & ok = f eq dir + 'x.bin' && same(f, body)"),
    ('default file', "cd, dir & f = o->get(url=u + 'body.bin') & ok = f eq dir + 'idl.dat' && same(f, body)"),
    ('lines', "ok = array_equal(o->get(url=u + 'text', /string_array), ['one', 'two', '', 'four'])"),
    ('properties', "o->setproperty, url_host='127.0.0.1', url_port=port, url_path='echo', url_query='a=1&b=2' & "
                   "j = json_parse(string(o->get(/buffer))) & ok = j['path'] eq '/echo?a=1&b=2' && j['method'] eq 'GET'"),
    ('unknown property', "s = execute('o->setproperty, nonsense=1', 1, 1) & a = !error_state.msg & s = execute('o->getproperty, nonsense=x', 1, 1) & "
                         "ok = strpos(a, 'NONSENSE') gt 0 && strpos(!error_state.msg, 'NONSENSE') gt 0"),
    ('port as string', "o->setproperty, url_hostname='127.0.0.1', url_port=strtrim(port, 2), url_path='text' & ok = (o->get(/string_array))[0] eq 'one'"),
    ('init', "o = obj_new('IDLnetURL', url_host='127.0.0.1', url_port=port, url_path='text') & ok = (o->get(/string))[1] eq 'two'"),
    ('defaults', "o = obj_new('IDLnetURL') & o->getproperty, authentication=a, connect_timeout=c, timeout=t, url_port=p, url_scheme=s, proxy_port=q, headers=h, encode=e, ssl_verify_peer=v & "
                 "ok = a eq 0 && c eq 180 && t eq 1800 && p eq '80' && s eq 'http' && q eq '80' && h eq '' && e eq 0 && v eq 1"),
    ('headers', "o->setproperty, headers=['A: 1', 'B: 2'] & o->setproperty, headers='C: 3' & o->getproperty, headers=h & "
                "j = json_parse(string(o->get(url=u + 'echo', /buffer))) & k = j['headers'] & ok = array_equal(h, ['A: 1', 'B: 2', 'C: 3']) && k['a'] eq '1' && k['b'] eq '2' && k['c'] eq '3'"),
    ('headers cleared', "o->setproperty, headers=['A: 1'] & o->setproperty, headers='' & o->getproperty, headers=h & ok = h eq ''"),
    ('headers once', "o->setproperty, headers='A: 1' & x = o->get(url=u + 'echo', /buffer) & o->getproperty, headers=h & k = (json_parse(string(o->get(url=u + 'echo', /buffer))))['headers'] & "
                     "ok = h eq '' && ~k.haskey('a')"),
    ('host header', "o->setproperty, headers='Host: sun.test' & j = json_parse(string(o->get(url=u + 'echo', /buffer))) & ok = (j['headers'])['host'] eq 'sun.test'"),
    ('response', "x = o->get(url=u + 'text', /buffer) & o->getproperty, response_code=c, response_header=h, content_type=t & "
                 "ok = c eq 200 && strmid(h, 0, 15) eq 'HTTP/1.1 200 OK' && t eq 'text/plain' && strpos(h, 'Content-Length: 14') gt 0"),
    ('hops in the header', "x = o->get(url=u + 'to/302/to/301/text', /buffer) & o->getproperty, response_header=h & "
                           "ok = strpos(h, '302 Found') gt 0 && strpos(h, '301 Moved') gt 0 && strpos(h, '200 OK') gt 0"),
    ('response filename', "f = o->get(url=u + 'text', filename=dir + 'r') & o->getproperty, response_filename=n & ok = n eq dir + 'r'"),
    ('blanks', "ok = array_equal(o->get(url=u + 'a b.bin', /buffer), body)"),
    ('brackets', "ok = array_equal(o->get(url=u + '[1,2/3h]', /buffer), body)"),
    ('query with brackets', "j = json_parse(string(o->get(url=u + 'echo?ds=hmi.M_720s[2020.01.01_TAI/1h]&key=T_OBS,NAXIS', /buffer))) & "
                            "ok = j['path'] eq '/echo?ds=hmi.M_720s[2020.01.01_TAI/1h]&key=T_OBS,NAXIS'"),
    ('shell words', "j = json_parse(string(o->get(url=u + 'echo?a=1;touch+' + dir + 'bad&b=$(id)', /buffer))) & ok = ~file_test(dir + 'bad') && strpos(j['path'], '$(id)') gt 0"),
    ('beyond ASCII', "j = json_parse(string(o->get(url=u + 'echo?q=' + string([195b, 188b]), /buffer))) & ok = j['path'] eq '/echo?q=%C3%BC'"),
    ('put file', "openw, l, dir + 'p', /get_lun & writeu, l, body & free_lun, l & f = o->put(dir + 'p', url=u + 'echo', filename=dir + 'answer') & "
                 "j = json_parse(text_of(f)) & ok = j['method'] eq 'PUT' && j['size'] eq 25600 && j['md5'] eq '" + hashlib.md5(BODY).hexdigest() + "'"),
    ('put buffer', "f = o->put(bytarr(3) + 65b, /buffer, url=u + 'echo', filename=dir + 'a') & j = json_parse(text_of(f)) & ok = j['text'] eq 'AAA'"),
    ('post string', "f = o->put('a=1&b=2', /buffer, /post, url=u + 'echo', /string_array) & j = json_parse(f[0]) & ok = j['method'] eq 'POST' && j['text'] eq 'a=1&b=2' && "
                    "(j['headers'])['content-type'] eq 'application/x-www-form-urlencoded' && ~(j['headers']).haskey('expect')"),
    ('post file', "openw, l, dir + 'p', /get_lun & writeu, l, body & free_lun, l & f = o->put(dir + 'p', /post, url=u + 'echo', /string_array) & j = json_parse(f[0]) & "
                  "ok = j['method'] eq 'POST' && j['size'] eq 25600"),
    ('post with a type', "o->setproperty, headers='Content-Type: text/xml' & f = o->put('<a/>', /buffer, /post, url=u + 'echo', /string_array) & "
                         "ok = ((json_parse(f[0]))['headers'])['content-type'] eq 'text/xml'"),
    ('post nothing', "f = o->put('', /buffer, /post, url=u + 'echo', /string_array) & j = json_parse(f[0]) & ok = j['method'] eq 'POST' && j['size'] eq 0"),
    ('post moved by 302', "f = o->put('a=1', /buffer, /post, url=u + 'to/302/echo', /string_array) & ok = (json_parse(f[0]))['method'] eq 'GET'"),
    ('post moved by 307', "f = o->put('a=1', /buffer, /post, url=u + 'to/307/echo', /string_array) & j = json_parse(f[0]) & ok = j['method'] eq 'POST' && j['text'] eq 'a=1'"),
    ('put moved by 308', "f = o->put('abc', /buffer, url=u + 'to/308/echo', /string_array) & j = json_parse(f[0]) & ok = j['method'] eq 'PUT' && j['text'] eq 'abc'"),
    ('put moved by 303', "f = o->put('abc', /buffer, url=u + 'to/303/echo', /string_array) & ok = (json_parse(f[0]))['method'] eq 'GET'"),
    ('delete', "o->delete, url=u + 'echo' & o->getproperty, response_code=c & ok = c eq 200"),
    ('basic', "o->setproperty, authentication=1, url_username='me', url_password='secret' & ok = string(o->get(url=u + 'basic', /buffer)) eq 'in'"),
    ('digest', "o->setproperty, authentication=2, url_username='me', url_password='secret' & ok = string(o->get(url=u + 'digest', /buffer)) eq 'in'"),
    ('either', "o->setproperty, authentication=3, url_username='me', url_password='secret' & ok = string(o->get(url=u + 'digest', /buffer)) eq 'in' && string(o->get(url=u + 'basic', /buffer)) eq 'in'"),
    ('digest put', "o->setproperty, authentication=2, url_username='me', url_password='secret' & x = o->put(body, /buffer, url=u + 'digest', /string_array) & ok = x[0] eq 'in'"),
    ('no authentication', "o->setproperty, url_username='me', url_password='secret' & code = failure(o, u + 'basic') & ok = code eq 401"),
    ('passwords stay here', "o->setproperty, authentication=1, url_username='me', url_password='secret', headers=['Authorization: Bearer x', 'Cookie: c=1', 'X: y'] & "
                            "k = (json_parse(string(o->get(url=u + 'away', /buffer))))['headers'] & ok = ~k.haskey('authorization') && ~k.haskey('cookie') && k['x'] eq 'y'"),
    ('cookies', "k = (json_parse(string(o->get(url=u + 'cookie', /buffer))))['headers'] & ok = k['cookie'] eq 'k=v'"),
    ('cookies forgotten', "x = o->get(url=u + 'cookie', /buffer) & o->closeconnections & k = (json_parse(string(o->get(url=u + 'echo', /buffer))))['headers'] & ok = ~k.haskey('cookie')"),
    ('proxy', "o->setproperty, proxy_hostname='127.0.0.1', proxy_port=port & x = string(o->get(url='http://far.test/x', /buffer)) & ok = x eq 'proxied http://far.test/x '"),
    ('proxy name', "o->setproperty, proxy_hostname='127.0.0.1', proxy_port=port, proxy_authentication=1, proxy_username='p', proxy_password='q' & "
                   "x = string(o->get(url='http://far.test/secret', /buffer)) & ok = x eq 'proxied http://far.test/secret p:q'"),
    ('no proxy', "setenv, 'http_proxy=http://127.0.0.1:1' & o->setproperty, proxy_hostname='' & ok = array_equal(o->get(url=u + 'body.bin', /buffer), body)"),
    ('callback', "c = ptr_new(list()) & o->setproperty, callback_function='takes', callback_data=c & x = o->get(url=u + 'body.bin', /buffer) & "
                 "p = (*c)[-1] & ok = n_elements(p) eq 5 && size(p, /type) eq 14 && p[0] eq 1 && p[1] eq 25600 && p[2] eq 25600"),
    ('callback of put', "c = ptr_new(list()) & o->setproperty, callback_function='takes', callback_data=c & x = o->put(body, /buffer, url=u + 'echo', /string_array) & "
                        "p = (*c)[-1] & ok = p[3] eq 25600 && p[4] eq 25600"),
    ('callback cancels', "o->setproperty, callback_function='cancels' & code = failure(o, u + 'body.bin', dir + 'c.bin', msg) & "
                         "ok = code eq 42 && strpos(msg, 'CCurlException:') gt 0 && strpos(msg, 'Curl Error Code = 42..') gt 0 && ~file_test(dir + 'c.bin')"),
    ('callback fails', "o->setproperty, callback_function='fails' & code = failure(o, u + 'body.bin', dir + 'c.bin', msg) & o->setproperty, callback_function='' & "
                       "ok = strpos(msg, 'on purpose') ge 0 && ~file_test(dir + 'c.bin') && array_equal(o->get(url=u + 'body.bin', /buffer), body)"),
    ('callback data undefined', "o->setproperty, callback_function='has_data' & x = o->get(url=u + 'text', /buffer) & ok = n_elements(x) eq 14"),
    ('verbose', "c = ptr_new(list()) & o->setproperty, callback_function='hears', callback_data=c, /verbose & x = o->get(url=u + 'text', /buffer) & "
                "ok = total(strmatch((*c).toarray(), 'Verbose:*')) gt 2"),
    ('old file stays', "openw, l, dir + 'k', /get_lun & printf, l, 'kept' & free_lun, l & code = failure(o, u + 'nothing', dir + 'k') & ok = code eq 404 && text_of(dir + 'k') eq 'kept'"),
    ('no folder', "code = failure(o, u + 'text', dir + 'no/x', msg) & ok = strpos(msg, 'Error opening file') ge 0"),
    ('refused', "code = failure(o, 'http://127.0.0.1:1/') & ok = code eq 7"),
    ('no host', "code = failure(o, 'http://nosuch.invalid/') & ok = code eq 6"),
    ('no scheme', "code = failure(o, 'gopher://127.0.0.1/') & ok = code eq 1"),
    ('local files', "code = failure(o, 'file:///etc/passwd') & ok = code eq 1 || code eq 3"),
    ('line end in URL', "code = failure(o, u + 'text' + string([13b, 10b]) + 'X: y', '', msg) & ok = strpos(msg, 'line end') gt 0"),
    ('line end in header', "o->setproperty, headers='A: b' + string([13b, 10b]) + 'C: d' & code = failure(o, u + 'text', '', msg) & ok = strpos(msg, 'line end') gt 0"),
    ('line end in file', "code = failure(o, u + 'text', dir + 'a' + string(10b) + 'b', msg) & ok = strpos(msg, 'line end') gt 0"),
    ('NUL in URL', "s = u + 'tex' + string(1b) + 't' & code = failure(o, s) & ok = code eq 404 || code eq 3"),
    ('inherits', "p = obj_new('mine', u + 'text') & ok = (p->get(/string_array))[0] eq 'one' && p.count eq 1 & obj_destroy, p"),
    ('many', "for i = 0, 29 do x = o->get(url=u + 'text', /buffer) & ok = n_elements(x) eq 14"),
    ('leaks', "for i = 0, 29 do begin & q = obj_new('IDLnetURL') & x = q->get(url=u + 'text', /buffer) & obj_destroy, q & endfor & ok = n_elements(x) eq 14"),
    ('dot syntax', "o.url_host = '127.0.0.1' & o.url_port = port & o.url_path = 'text' & x = o.get(/string_array) & ok = x[0] eq 'one' && o.response_code eq 200"),
    ('encode', "ok = IDLnetURL.URLEncode('a b&c/d-~') eq 'a%20b%26c%2Fd-~' && o->URLDecode('a%20b%26c%2Fd+') eq 'a b&c/d+'"),
    ('ftp get', "ok = array_equal(o->get(url=ftp + 'body.bin', /buffer), body)"),
    ('ftp properties', "o->setproperty, url_scheme='ftp', url_host='127.0.0.1', url_port=ftp_port, url_path='body.bin', url_username='me', url_password='secret' & "
                       "f = o->get(filename=dir + 'f') & o->getproperty, response_code=c & ok = same(f, body) && c eq 226"),
    ('ftp active', "o->setproperty, ftp_connection_mode=1 & ok = array_equal(o->get(url=ftp + 'body.bin', /buffer), body)"),
    ('ftp put', "x = o->put(body, /buffer, url=ftp + 'up.bin', filename=dir + 'n') & y = o->get(url=ftp + 'up.bin', /buffer) & ok = array_equal(y, body) & if ~ok then help, y"),
    ('ftp list', "x = o->getftpdirlist(url=ftp) & ok = total(strmatch(x, '*25600*body.bin')) eq 1"),
    ('ftp names', "x = o->getftpdirlist(url=ftp, /short) & ok = total(x eq 'body.bin') eq 1"),
    ('ftp command', "x = o->ftpcommand(['MKD new'], url=ftp) & ok = total(strmatch(x, '257*')) ge 1"),
    ('ftp missing', "code = failure(o, ftp + 'none.bin', '', msg) & ok = strpos(msg, 'CCurlException') gt 0 && code eq 78 || code eq 550"),
    ('ftp password', "o->setproperty, url_username='me', url_password='wrong' & code = failure(o, ftp0 + 'body.bin', '', msg) & ok = code eq 67"),
    ('ftp elsewhere', "ok = array_equal(o->get(url=evil + 'body.bin', /buffer), body)"),
]
REQUEST = [
    ('get', "r = HttpRequest.Get(u + 'text') & ok = r.status_code eq 200 && r.ok && r.text eq string([byte('one'), 13b, 10b, byte('two'), 10b, 10b, byte('four')]) && n_elements(r.content) eq 14"),
    ('headers', "r = HttpRequest.Get(u + 'text') & h = r.headers & ok = isa(h, 'OrderedHash') && h['content-type'] eq 'text/plain' && h['content-length'] eq '14'"),
    ('not found', "r = HttpRequest.Get(u + 'nothing') & ok = r.status_code eq 404 && ~r.ok && r.text eq 'no such page'"),
    ('refused', "r = HttpRequest.Get('http://127.0.0.1:1/') & ok = r.status_code eq 7 && ~r.ok && strpos(r.text, 'connect') gt 0 && size(r.content, /n_dim) eq 0 && n_elements(r.headers) eq 0"),
    ('json', "r = HttpRequest.Get(u + 'echo') & j = r.json() & ok = isa(j, 'HASH') && j['method'] eq 'GET'"),
    ('json structure', "s = (HttpRequest.Get(u + 'echo')).json(/struct) & ok = size(s, /type) eq 8 && s.method eq 'GET'"),
    ('json dictionary', "s = (HttpRequest.Get(u + 'json')).json(/dictionary) & ok = s.a.b eq 5"),
    ('no json', "ok = (HttpRequest.Get(u + 'text')).json(/quiet) eq !null"),
    ('params', "r = HttpRequest.Get(u + 'echo', params={a: 1, b: 'x y'}) & ok = (r.json())['path'] eq '/echo?a=1&b=x%20y' && strpos(r.url, 'echo?a=1') gt 0"),
    ('params escaped', "r = HttpRequest.Get(u + 'echo?z=0', params=orderedhash('a&', 'b/c', 'n', 2.5), /escape) & ok = (r.json())['path'] eq '/echo?z=0&a%26=b%2Fc&n=2.5000000' || "
                       "(r.json())['path'] eq '/echo?z=0&a%26=b%2Fc&n=2.50000'"),
    ('request headers', "r = HttpRequest.Get(u + 'echo', headers=hash('X-A', 1, 'Accept', 'text/x')) & k = (r.json())['headers'] & ok = k['x-a'] eq '1' && k['accept'] eq 'text/x'"),
    ('headers of a structure', "r = HttpRequest.Get(u + 'echo', headers={user_agent: 'me'}) & ok = ((r.json())['headers'])['user-agent'] eq 'me'"),
    ('redirects', "r = HttpRequest.Get(u + 'to/302/text') & ok = r.status_code eq 200 && r.redirect_count eq 1 && strmatch(r.url, '*/text')"),
    ('redirect time and place', "r = HttpRequest.Get(u + 'to/302/text') & s = HttpRequest.Get(u + 'to/302/text', options={maxredirs: 0}) & "
                                "ok = r.redirect_time gt 0 && r.total_time gt r.redirect_time && r.redirect_url eq '' && s.status_code eq 302 && s.redirect_url eq u + 'text'"),
    ('maxredirs', "r = HttpRequest.Get(u + 'to/302/to/302/text', options={maxredirs: 1}) & s = HttpRequest.Get(u + 'to/302/to/302/text', options={maxredirs: 2}) & ok = r.status_code eq 47 && s.status_code eq 200"),
    ('not followed', "r = HttpRequest.Get(u + 'to/302/text', options={followlocation: 0}) & ok = r.status_code eq 302 && r.ok && (r.headers)['location'] eq '/text'"),
    ('post', "r = HttpRequest.Post(u + 'echo', 'a=1') & j = r.json() & ok = j['method'] eq 'POST' && j['text'] eq 'a=1'"),
    ('post bytes', "r = HttpRequest.Post(u + 'echo', body) & j = r.json() & ok = j['size'] eq 25600"),
    ('post json', "r = HttpRequest.Post(u + 'echo', hash('q', 5)) & j = r.json() & ok = j['text'] eq '{\"q\":5}' && (j['headers'])['content-type'] eq 'application/json'"),
    ('post multipart', "r = HttpRequest.Post(u + 'echo', multipart=hash('one', 'first', 'two', {filename: 't.txt', content_type: 'text/x', content: 'second'})) & j = r.json() & "
                       "t = j['text'] & ok = strmatch((j['headers'])['content-type'], 'multipart/form-data; boundary=*') && strpos(t, 'name=\"one\"') gt 0 && strpos(t, 'first') gt 0 && "
                       "strpos(t, 'filename=\"t.txt\"') gt 0 && strpos(t, 'text/x') gt 0"),
    ('put', "r = HttpRequest.Put(u + 'echo', 'abc') & ok = (r.json())['method'] eq 'PUT' && (r.json())['text'] eq 'abc'"),
    ('patch', "r = HttpRequest.Patch(u + 'echo', 'abc') & ok = (r.json())['method'] eq 'PATCH' && (r.json())['text'] eq 'abc'"),
    ('delete', "r = HttpRequest.Delete(u + 'echo') & ok = (r.json())['method'] eq 'DELETE'"),
    ('user', "r = HttpRequest.Get(u + 'basic', options={userpwd: 'me:secret'}) & ok = r.text eq 'in'"),
    ('unknown option', "s = execute('r = HttpRequest.Get(u + ''text'', options={nonsense: 1})', 1, 1) & ok = strpos(!error_state.msg, 'Unknown option: NONSENSE') ge 0"),
    ('callback', "c = list() & r = HttpRequest.Get(u + 'body.bin', callback_function='counts', callback_data=c) & ok = n_elements(c) ge 1 && array_equal(c[-1], [25600, 25600, 0, 0])"),
    ('callback cancels', "r = HttpRequest.Get(u + 'body.bin', callback_function='stops') & ok = r.status_code eq 42 && ~r.ok"),
    ('properties', "r = HttpRequest.Get(u + 'text') & ok = r.http_version eq 2 && r.effective_method eq 'GET' && r.primary_ip eq '127.0.0.1' && r.total_time gt 0 && r.content_type eq 'text/plain' && r.primary_port eq port && r.scheme eq 'HTTP'"),
    ('cookies', "r = HttpRequest.Get(u + 'cookie', options={cookiefile: ''}) & ok = total(strmatch(r.cookielist, '*k*v')) eq 1"),
    ('no object', "s = execute('r = obj_new(''HttpRequest'')', 1, 1) & ok = strpos(!error_state.msg, 'Unable to create') ge 0"),
    ('escape', "ok = HttpRequest.Escape('a b') eq 'a%20b' && HttpRequest.Unescape('a%20b') eq 'a b'"),
]
# URL units; parts is the server's URL of files that it serves in parts.
UNITS = [
    ('readu', "openr, l, parts + 'long', /get_lun & b = bytarr(3000000) & readu, l, b & free_lun, l & ok = array_equal(b, byte(lindgen(3000000) * 7 and 255))"),
    ('seek', "openr, l, parts + 'long', /get_lun & b = bytarr(10) & point_lun, l, 2900000 & readu, l, b & point_lun, l, 5 & c = 0b & readu, l, c & s = (fstat(l)).size & point_lun, -l, p & free_lun, l & "
             "ok = array_equal(b, byte((lindgen(10) + 2900000) * 7 and 255)) && c eq 35 && s eq 3000000 && p eq 6"),
    ('end', "openr, l, parts + 'small', /get_lun & b = bytarr(4) & readu, l, b & e = eof(l) & free_lun, l & ok = e && string(b[0:2]) eq 'abc'"),
    ('beyond the end', "openr, l, parts + 'small', /get_lun & b = bytarr(5) & s = execute('readu, l, b', 1, 1) & free_lun, l & ok = strpos(!error_state.msg, 'End of file') ge 0"),
    ('readf', "openr, l, parts + 'lines', /get_lun & x = strarr(50000) & readf, l, x & e = eof(l) & free_lun, l & ok = e && x[0] eq 'line 0' && x[49999] eq 'line 49999'"),
    ('assoc', "openr, l, parts + 'long', /get_lun & a = assoc(l, bytarr(100)) & x = a[1000] & free_lun, l & ok = array_equal(x, byte((lindgen(100) + 100000) * 7 and 255))"),
    ('compress', "openr, l, parts + 'packed', /get_lun, /compress & x = strarr(2) & readf, l, x & free_lun, l & ok = array_equal(x, ['one', 'two'])"),
    ('empty', "openr, l, parts + 'empty', /get_lun & e = eof(l) & s = (fstat(l)).size & free_lun, l & ok = e && s eq 0"),
    ('exact', "openr, l, parts + 'exact', /get_lun & b = bytarr(65536) & readu, l, b & e = eof(l) & free_lun, l & ok = e"),
    ('no parts', "openr, l, u + 'body.bin', /get_lun & b = bytarr(25600) & readu, l, b & free_lun, l & ok = array_equal(b, body)"),
    ('ftp', "openr, l, ftp + 'body.bin', /get_lun & b = bytarr(25600) & readu, l, b & free_lun, l & ok = array_equal(b, body)"),
    ('missing', "openr, l, u + 'nothing', /get_lun, error=e & ok = e ne 0 && strpos(!error_state.msg, 'Error opening file. Unit: 100') ge 0"),
    ('changed', "openr, l, u + 'changing', /get_lun & b = bytarr(300000) & s = execute('readu, l, b', 1, 1) & free_lun, l & ok = strpos(!error_state.sys_msg, 'has changed') gt 0"),
    ('openw', "openw, l, u + 'x', /get_lun, error=e & ok = e ne 0"),
    ('file_lines', "ok = file_lines(parts + 'lines') eq 50000 && file_lines(parts + 'packed', /compress) eq 2"),
    ('file_lines missing', "s = execute('n = file_lines(u + ''nothing'')', 1, 1) & ok = strpos(!error_state.msg, 'Error opening file. File: ') gt 0"),
    ('read_jpeg', "read_jpeg, parts + 'jpeg', x, true=1 & ok = array_equal(size(x, /dim), [3, 30, 20]) && abs(mean(x[0, *, *]) - 200) lt 3"),
    ('read_png', "x = read_png(parts + 'png') & read_png, u + 'png', y & ok = array_equal(x, y) & help, x"),
    ('read_png missing', "s = execute('x = read_png(u + ''nothing'')', 1, 1) & ok = strpos(!error_state.msg, 'Error opening file. File: ') gt 0"),
    ('read_jpeg of text', "s = execute('read_jpeg, parts + ''lines'', x', 1, 1) & ok = strpos(!error_state.msg, 'JPEG') ge 0"),
]
WGET = [
    ('name of the URL', "f = wget(u + 'body.bin', directory=dir + 'w') & ok = f eq dir + 'w/body.bin' && same(f, body)"),
    ('not over a file', "f = wget(u + 'body.bin', directory=dir + 'w') & ok = f eq dir + 'w/body-1.bin' && same(f, body)"),
    ('filename', "f = wget(u + 'body.bin', filename=dir + 'w/z') & ok = f eq dir + 'w/z' && same(f, body)"),
    ('what the server says', "f = wget(u + 'attached', directory=dir + 'w') & ok = f eq dir + 'w/so me.txt' && file_lines(f) eq 4"),
    ('property', "f = wget(u + 'basic', directory=dir + 'w', authentication=1, url_username='me', url_password='secret') & ok = text_of(f) eq 'in'"),
    ('missing', "s = execute('f = wget(u + ''nothing'', directory=dir + ''w'')', 1, 1) & ok = strpos(!error_state.msg, 'CCurlException') gt 0 && "
                "n_elements(file_search(dir + 'w/*', /match_initial_dot)) eq 5"),
]
SETUP = '''function counts, down_total, down, up_total, up, data
  data.add, [down_total, down, up_total, up]
  return, 1
end
function stops, down_total, down, up_total, up, data
  return, down eq 0
end
function same, file, body
  openr, l, file, /get_lun
  x = bytarr((fstat(l)).size)
  readu, l, x
  free_lun, l
  return, array_equal(x, body)
end
function text_of, file
  lines = strarr(file_lines(file))
  openr, l, file, /get_lun
  readf, l, lines
  free_lun, l
  return, strjoin(lines)
end
function takes, status, progress, data
  if progress[0] then (*data).add, progress
  return, 1
end
function hears, status, progress, data
  (*data).add, status, /extract
  return, 1
end
function cancels, status, progress, data
  return, progress[0] eq 0
end
function fails, status, progress, data
  message, 'on purpose'
  return, 1
end
function has_data, status, progress, data
  if n_elements(data) ne 0 then message, 'there is data'
  return, 1
end
function failure, o, url, file, msg
  catch, failed
  if failed ne 0 then begin
    catch, /cancel
    msg = !error_state.msg
    o->getproperty, response_code=code
    return, code
  endif
  if n_elements(file) gt 0 && file ne '' then x = o->get(url=url, filename=file) else x = o->get(url=url, /buffer)
  return, 0
end
function mine::init, url
  if ~self->idlneturl::init() then return, 0
  part = parse_url(url)
  self->setproperty, url_host=part.host, url_port=part.port, url_path=part.path
  self.count = 1
  return, 1
end
pro mine::getproperty, count=count, _ref_extra=extra
  count = self.count
  self->idlneturl::getproperty, _extra=extra
end
pro mine__define
  void = {mine, inherits idlneturl, count: 0}
end
'''
TABLES = {'IDLnetURL': URL, 'HttpRequest': REQUEST, 'WGET': WGET, 'units': UNITS}


def serve():
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def program(cases, ports, folder):
    http_port, ftp_port, evil_port = ports
    lines = ['.compile setup', f"port = {http_port} & u = 'http://127.0.0.1:{http_port}/' & body = byte(lindgen(25600) mod 256)",
             f"parts = u + 'parts/' & ftp_port = {ftp_port} & ftp = 'ftp://me:secret@127.0.0.1:{ftp_port}/' & ftp0 = 'ftp://127.0.0.1:{ftp_port}/'",
             f"evil = 'ftp://me:secret@127.0.0.1:{evil_port}/' & dir = '{folder}/'"]
    for name, line in cases:
        lines += [f"printf, -2, '== {name}'", "ok = 0 & o = obj_new('IDLnetURL', timeout=10)", line, "printf, -2, ok ? '<<right>>' : '<<wrong>>'",
                  'obj_destroy, o', "setenv, 'http_proxy='"]
    return '\n'.join(lines) + '\n'


def main():
    helio, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    cases = [(f'{t} {n}', line) for t, table in TABLES.items() for n, line in table if not wanted or any(w in f'{t} {n}' for w in wanted)]
    files = {'body.bin': BODY}
    raster = bytes([200, 100, 50]) * 600
    PARTS['png'] = subprocess.run(['pnmtopng'], input=b'P6 30 20 255\n' + raster, stdout=subprocess.PIPE, check=True).stdout
    PARTS['jpeg'] = subprocess.run(['cjpeg', '-quality', '95'], input=b'P6 30 20 255\n' + raster, stdout=subprocess.PIPE, check=True).stdout
    ports = [serve(), FtpServer(files).port, FtpServer(files, evil_pasv=True).port]
    env = {k: v for k, v in os.environ.items() if k != 'DISPLAY' and not k.lower().endswith('_proxy')}
    failed = 0
    with tempfile.TemporaryDirectory(prefix='helio-transfers-') as name:
        folder = os.path.realpath(name)
        pathlib.Path(folder, 'w').mkdir()
        pathlib.Path(folder, 'setup.pro').write_text(SETUP)
        r = subprocess.run([helio, '-quiet'], input=program(cases, ports, folder), cwd=folder, env=env, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, errors='replace', timeout=240)
    parts = dict(p.partition('\n')[::2] for p in r.stdout.split('== ')[1:])
    ranges = [r for r in Handler.asked if r]
    if any('units readu' in n for n, _ in cases) and len([r for r in ranges if r]) > 60:
        failed += 1
        print(f'FAILED units: {len(ranges)} requests')
    for name, _ in cases:
        if '<<right>>' not in parts.get(name, ''):
            failed += 1
            print(f'FAILED {name}: {parts.get(name, "not reached")[-600:]}')
    if 'Sanitizer' in r.stdout or 'runtime error:' in r.stdout:
        failed += 1
        print('FAILED', r.stdout[-3000:])
    print(f'{len(cases) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
