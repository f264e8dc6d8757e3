#!/usr/bin/env python3
"""What solar physicists ask the services of their field, in the shapes that these answer in, served here.  services.py HELIO [NAME...]

Shapes after the services' public documents: JSOC (jsoc_info, jsoc_fetch), HEK, Helioviewer v2, VSO (SOAP), SOAR (TAP), CDAWeb, HAPI,
SWPC, and the index pages of nginx, Apache, lighttpd and IIS. Names and numbers are made up by hand; each call leaves a truth in `ok`."""
import http.server
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import threading

JP2 = b'\0\0\0\x0cjP  \r\n\x87\n' + bytes(range(200))
FETCH = iter([{'status': 2, 'requestid': 'JSOC_1', 'wait': 0}, {'status': 1, 'requestid': 'JSOC_1'},
              {'status': 0, 'requestid': 'JSOC_1', 'count': 1, 'dir': '/SUM1/D1', 'data': [{'record': 'hmi.M_720s[2020.01.01_TAI]', 'filename': 'a.fits'}]}])
HAPI = [('2020-01-01T00:00:00.000Z', 1.5, -2.25), ('2020-01-01T01:00:00.000Z', 3.5, 1e-3)]
PAGES = {
    'nginx': '<html><head><title>Index of /d/</title></head><body><h1>Index of /d/</h1><hr><pre><a href="../">../</a>\r\n'
             '<a href="a.fits">a.fits</a>      01-Jan-2020 10:00     5760\r\n<a href="b%20c.fits">b c.fits</a>    01-Jan-2020 10:00     11M\r\n</pre><hr></body></html>\r\n',
    'apache': '<!DOCTYPE HTML>\n<html><body><table><tr><th><a href="?C=N;O=D">Name</a></th></tr>\n<tr><td><a href="/">Parent Directory</a></td></tr>\n'
              '<tr><td><a href="a.fits">a.fits</a></td><td align="right">2020-01-01 10:00  </td></tr>\n<tr><td><a href="b%20c.fits">b c.fits</a></td></tr>\n</table></body></html>\n',
    'lighttpd': '<html><body><table><tr class="d"><td class="n"><a href="../">..</a>/</td></tr>\n<tr><td class="n"><a href="a.fits">a.fits</a></td><td class="m">2020-Jan-01</td></tr>\n'
                '<tr><td class="n"><a href="b%20c.fits">b c.fits</a></td></tr>\n</table></body></html>\n',
    'iis': '<html><body><pre><A HREF="/">[To Parent Directory]</A><br><br> 1/1/2020 10:00 AM 5760 <A HREF="/d/a.fits">a.fits</A><br>\r\n'
           ' 1/1/2020 10:00 AM 99 <A HREF="/d/b%20c.fits">b c.fits</A><br></pre></body></html>',
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def answer(self, body, kind='application/json', more=()):
        data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(200)
        for name, value in [('Content-Type', kind), ('Content-Length', str(len(data))), *more]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path, _, query = self.path.partition('?')
        data = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        if path == '/cgi-bin/ajax/jsoc_info':
            self.answer({'status': 0, 'asked': query, 'keywords': [{'name': 'T_REC', 'values': ['2020.01.01_00:00:00_TAI', '2020.01.01_00:12:00_TAI']},
                                                                  {'name': 'CRLT_OBS', 'values': ['-2.95', 'MISSING']}], 'count': 2}, 'text/plain')
        elif path == '/cgi-bin/ajax/jsoc_fetch':
            self.answer(next(FETCH), 'text/plain')
        elif path == '/hek':
            page = int(dict(p.split('=') for p in query.split('&'))['page'])
            text = json.dumps({'overmax': page < 3, 'result': [{'event_type': 'FL', 'page': page, 'who': 'Jos@'}]})
            self.answer(text.encode().replace(b'@', b'\xe9'))  # as Latin-1
        elif path == '/v2/getClosestImage/':
            self.answer({'id': '81844287', 'date': '2020-01-01 10:00:04', 'scale': 0.6, 'width': 4096, 'sunCenterOffsetParams': [], 'layeringOrder': 1})
        elif path == '/v2/getJP2Image/':
            self.answer(JP2, 'image/jp2', [('Content-Disposition', 'attachment; filename="2020_01_01__10_00_04__SDO_AIA_193.jp2"')])
        elif path == '/vso':
            right = b'<soap:Body>' in data and self.headers['Content-Type'].startswith('text/xml') and self.headers['SOAPAction'] == '"http://virtualsolar.org/VSO/VSOi#Query"'
            self.answer(f'<?xml version="1.0"?><Envelope><Body><right>{int(right)}</right></Body></Envelope>', 'text/xml; charset=utf-8',
                        [('Content-Disposition', 'attachment; filename=vso.xml')])
        elif path == '/soar/tap/sync':
            self.answer({'metadata': [{'name': 'filename'}], 'data': [['solo_L2_eui.fits']], 'asked': query})
        elif path == '/cdaweb':
            wants = self.headers.get('Accept') == 'application/json'
            self.answer({'FileDescription': [{'Name': 'https://x/ac_h0.cdf', 'Length': 1234567}]} if wants else '<xml/>')
        elif path == '/hapi/csv':
            self.answer(''.join(f'{t},{a},{b}\n' for t, a, b in HAPI), 'text/csv')
        elif path == '/hapi/binary':
            self.answer(b''.join(t.encode() + struct.pack('<2d', a, b) for t, a, b in HAPI), 'application/octet-stream')
        elif path == '/swpc':
            self.answer([['time_tag', 'kp'], ['2020-01-01 00:00:00.000', '2'], ['2020-01-01 03:00:00.000', '3.67']])
        else:
            self.answer(PAGES[path[1:]], 'text/html')

    do_POST = do_GET


CASES = [
    ('jsoc_info', "q = 'op=rs_list&ds=hmi.M_720s[2020.01.01_TAI/1h]&key=T_REC,CRLT_OBS' & r = HttpRequest.Get(u + 'cgi-bin/ajax/jsoc_info?' + q) & j = r.json() & "
                  "ok = j['asked'] eq q && r.content_type eq 'text/plain' && ((j['keywords'])[1])['values', 0] eq '-2.95' && j['count'] eq 2"),
    ('jsoc_info by IDLnetURL', "o = obj_new('IDLnetURL', url_host='127.0.0.1', url_port=port, url_path='cgi-bin/ajax/jsoc_info', url_query='op=rs_list&ds=aia.lev1[2020.01.01/1h][193]') & "
                               "j = json_parse(string(o->get(/buffer)), /tostruct) & ok = j.asked eq 'op=rs_list&ds=aia.lev1[2020.01.01/1h][193]' && j.status eq 0"),
    ('jsoc_fetch', "n = 0 & repeat begin & j = (HttpRequest.Get(u + 'cgi-bin/ajax/jsoc_fetch?op=exp_status&requestid=JSOC_1')).json() & n++ & endrep until j['status'] eq 0 || n gt 9 & "
                   "ok = n eq 3 && ((j['data'])[0])['filename'] eq 'a.fits'"),
    ('hek', "n = 0 & all = list() & repeat begin & n++ & j = (HttpRequest.Get(u + 'hek', params={cmd: 'search', page: n})).json() & all.add, j['result'], /extract & endrep until ~j['overmax'] || n gt 9 & "
            "ok = n eq 3 && n_elements(all) eq 3 && (all[2])['page'] eq 3 && strmid((all[0])['who'], 0, 3) eq 'Jos'"),
    ('helioviewer', "j = (HttpRequest.Get(u + 'v2/getClosestImage/', params={date: '2020-01-01T10:00:00Z', sourceId: 14})).json() & ok = j['id'] eq '81844287' && j['scale'] eq 0.6d && "
                    "n_elements(j['sunCenterOffsetParams']) eq 0"),
    ('helioviewer jp2', "f = wget(u + 'v2/getJP2Image/?date=2020-01-01T10:00:04Z&sourceId=14', directory=dir) & ok = file_basename(f) eq '2020_01_01__10_00_04__SDO_AIA_193.jp2' && (file_info(f)).size eq 212"),
    ('vso', "o = obj_new('IDLnetURL', headers=['Content-Type: text/xml; charset=utf-8', 'SOAPAction: \"http://virtualsolar.org/VSO/VSOi#Query\"']) & "
            "x = o->put('<soap:Envelope><soap:Body>x</soap:Body></soap:Envelope>', /buffer, /post, url=u + 'vso', /string_array) & ok = strpos(x[0], '<right>1</right>') gt 0"),
    ('soar', "q = \"SELECT filename FROM v_sc_data_item WHERE instrument='EUI' AND level='L2'\" & j = (HttpRequest.Get(u + 'soar/tap/sync', params=orderedhash('LANG', 'ADQL', 'FORMAT', 'json', 'QUERY', q), /escape)).json() & "
             "ok = strpos(j['asked'], 'LANG=ADQL&FORMAT=json&QUERY=SELECT%20filename%20FROM') eq 0 && (j['data'])[0, 0] eq 'solo_L2_eui.fits'"),
    ('cdaweb', "o = obj_new('IDLnetURL', headers='Accept: application/json') & j = json_parse(string(o->get(url=u + 'cdaweb', /buffer))) & ok = (j['FileDescription'])[0, 'Length'] eq 1234567"),
    ('hapi csv', "o = obj_new('IDLnetURL') & x = o->get(url=u + 'hapi/csv?id=x', /string_array) & p = strsplit(x[1], ',', /extract) & ok = n_elements(x) eq 2 && p[0] eq '2020-01-01T01:00:00.000Z' && double(p[2]) eq 1d-3"),
    ('hapi csv by unit', "openr, l, u + 'hapi/csv', /get_lun & t = '' & readf, l, t, a, format='(A24, 1X, D3)' & free_lun, l & ok = t eq '2020-01-01T00:00:00.000Z' && a eq 1.5"),
    ('hapi binary', "openr, l, u + 'hapi/binary', /get_lun & r = replicate({t: bytarr(24), v: dblarr(2)}, 2) & readu, l, r & free_lun, l & "
                    "ok = string(r[1].t) eq '2020-01-01T01:00:00.000Z' && array_equal(r.v, [[1.5d, -2.25], [3.5, 1d-3]])"),
    ('swpc', "j = (HttpRequest.Get(u + 'swpc')).json(/toarray) & ok = array_equal(size(j, /dim), [2, 3]) && j[1, 2] eq '3.67'"),
] + [(f'index of {name}', f"o = obj_new('IDLnetURL') & x = strjoin(o->get(url=u + '{name}', /string_array), string(10b)) & n = list() & "
      "p = strsplit(x, 'href=\"', /extract, /regex, /fold_case) & for i = 1, n_elements(p) - 1 do n.add, file_basename(IDLnetURL.URLDecode((strsplit(p[i], '\"', /extract))[0])) & "
      "n = n.toarray() & ok = total(n eq 'a.fits') eq 1 && total(n eq 'b c.fits') eq 1") for name in PAGES]


def main():
    helio, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    cases = [c for c in CASES if not wanted or any(w in c[0] for w in wanted)]
    env = {k: v for k, v in os.environ.items() if k != 'DISPLAY' and not k.lower().endswith('_proxy')}
    with tempfile.TemporaryDirectory(prefix='helio-services-') as folder:
        port = server.server_address[1]
        text = f"!quiet = 1 & port = {port} & u = 'http://127.0.0.1:{port}/' & dir = '{os.path.realpath(folder)}'\n"
        for name, line in cases:
            text += f"printf, -2, '== {name}'\nok = 0\n{line}\nprintf, -2, ok ? '<<right>>' : '<<wrong>>'\n"
        r = subprocess.run([helio, '-quiet'], input=text, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           errors='replace', timeout=120)
    parts = dict(p.partition('\n')[::2] for p in r.stdout.split('== ')[1:])
    failed = 0
    for name, _ in cases:
        if '<<right>>' not in parts.get(name, ''):
            failed += 1
            print(f'FAILED services {name}: {parts.get(name, "not reached")[-500:]}')
    print(f'{len(cases) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
