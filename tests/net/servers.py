"""Real web servers on loopback for the network tests. Debian packages are downloaded and unpacked into build/servers,
never installed. Each server gives three ports: plain HTTP, HTTPS with a test certificate, and a redirect to https."""
import contextlib
import http.server
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import threading
import time

from ports import free_port

HOST = 'sdo.gsfc.nasa.gov'
PACKAGES = ['nginx', 'nginx-common', 'apache2-bin', 'apache2-data', 'lighttpd', 'lighttpd-mod-openssl', 'caddy',
            'libapr1', 'libaprutil1', 'libaprutil1-dbd-sqlite3', 'libaprutil1-ldap', 'libjansson4', 'liblua5.3-0',
            'liblua5.4-0', 'libpcre2-8-0', 'libnettle8', 'libxxhash0']


def fetch(build):
    """Unpacks the servers once; returns their root folder."""
    root = build / 'servers' / 'root'
    if (root / 'usr/sbin/nginx').exists() and (root / 'usr/bin/caddy').exists():
        return root
    debs = build / 'servers' / 'debs'
    debs.mkdir(parents=True, exist_ok=True)
    root.mkdir(parents=True, exist_ok=True)
    subprocess.run(['apt-get', 'download', '-q', *PACKAGES], cwd=debs, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    for deb in debs.glob('*.deb'):
        subprocess.run(['dpkg', '-x', deb, root], check=True)
    return root


def make_ca(folder):
    """ca.pem, and certificates with their keys in good.pem (for HOST), expired.pem, other.pem (another host's), self.pem."""
    def openssl(*args):
        subprocess.run(['openssl', *args], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2',
            '-subj', '/CN=Heliograph test CA')
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'good.key', '-out', 'good.csr', '-subj', '/CN=' + HOST)
    (folder / 'good.ext').write_text('subjectAltName=DNS:' + HOST)
    openssl('x509', '-req', '-in', 'good.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2',
            '-extfile', 'good.ext', '-out', 'good.crt')
    (folder / 'other.ext').write_text('subjectAltName=DNS:other.test')
    (folder / 'db').write_text('')
    (folder / 'ca.cnf').write_text("""[ca]
default_ca=d
[d]
database=db
serial=serial
new_certs_dir=.
default_md=sha256
policy=p
[p]
commonName=supplied
""")
    (folder / 'serial').write_text('01')
    openssl('x509', '-req', '-in', 'good.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2',
            '-extfile', 'other.ext', '-out', 'other.crt')
    openssl('ca', '-batch', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-in', 'good.csr', '-extfile',
            'good.ext', '-startdate', '20200101000000Z', '-enddate', '20200201000000Z', '-out', 'expired.crt', '-notext')
    openssl('req', '-x509', '-key', 'good.key', '-out', 'self.crt', '-days', '2', '-subj', '/CN=' + HOST,
            '-addext', 'subjectAltName=DNS:' + HOST)
    for name in ('good', 'expired', 'other', 'self'):
        (folder / (name + '.pem')).write_text((folder / (name + '.crt')).read_text() + (folder / 'good.key').read_text())


class Server:
    """A server program with its configuration in a folder of its own."""

    def __init__(self, root, work, files, certs):
        self.root, self.files, self.certs = root, files, certs
        self.work = work / self.name
        self.work.mkdir()
        self.plain, self.tls, self.redirect = free_port(), free_port(), free_port()
        self.process = None

    def start(self):
        env = dict(os.environ, HOME=str(self.work), XDG_DATA_HOME=str(self.work), XDG_CONFIG_HOME=str(self.work),
                   LD_LIBRARY_PATH=str(self.root / 'usr/lib/x86_64-linux-gnu'))
        log = open(self.work / 'log', 'wb')
        self.process = subprocess.Popen(self.command(), env=env, cwd=self.work, stdout=log, stderr=log)
        for port in (self.plain, self.tls, self.redirect):
            self.wait_for(port)

    def wait_for(self, port):
        for _ in range(200):
            with socket.socket() as s:
                if s.connect_ex(('127.0.0.1', port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f'{self.name} does not listen: ' + (self.work / 'log').read_text(errors='replace')[-800:])

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Nginx(Server):
    name = 'nginx'

    def command(self):
        conf = f'''daemon off; master_process off; pid {self.work}/pid; error_log {self.work}/error.log;
events {{}}
http {{
  access_log off; client_body_temp_path {self.work}/b; proxy_temp_path {self.work}/p; fastcgi_temp_path {self.work}/f;
  uwsgi_temp_path {self.work}/u; scgi_temp_path {self.work}/s; sendfile on;
  server {{ listen 127.0.0.1:{self.plain}; root {self.files}; }}
  server {{ listen 127.0.0.1:{self.tls} ssl; root {self.files};
    ssl_certificate {self.certs}/good.crt; ssl_certificate_key {self.certs}/good.key; }}
  server {{ listen 127.0.0.1:{self.redirect}; return 301 https://$host$request_uri; }}
}}'''
        (self.work / 'conf').write_text(conf)
        return [self.root / 'usr/sbin/nginx', '-c', self.work / 'conf', '-p', self.work, '-e', self.work / 'error.log']


class Apache(Server):
    name = 'apache2'

    def command(self):
        mods = self.root / 'usr/lib/apache2/modules'
        load = ''.join(f'LoadModule {m}_module {mods}/mod_{m}.so\n'
                       for m in ('mpm_event', 'authz_core', 'dir', 'mime', 'ssl', 'rewrite', 'socache_shmcb'))
        # the redirect keeps the port of the Host field, as the usual rewrite rule does
        conf = f'''ServerRoot {self.work}
{load}
ServerName {HOST}
PidFile {self.work}/pid
ErrorLog {self.work}/error.log
DefaultRuntimeDir {self.work}
TypesConfig /dev/null
Listen 127.0.0.1:{self.plain}
Listen 127.0.0.1:{self.tls}
Listen 127.0.0.1:{self.redirect}
DocumentRoot {self.files}
<Directory {self.files}>
Require all granted
</Directory>
<VirtualHost 127.0.0.1:{self.tls}>
SSLEngine on
SSLCertificateFile {self.certs}/good.crt
SSLCertificateKeyFile {self.certs}/good.key
</VirtualHost>
<VirtualHost 127.0.0.1:{self.redirect}>
RewriteEngine on
RewriteRule ^ https://%{{HTTP_HOST}}%{{REQUEST_URI}} [R=301,L,NE]
</VirtualHost>
'''
        (self.work / 'conf').write_text(conf)
        return [self.root / 'usr/sbin/apache2', '-D', 'FOREGROUND', '-f', self.work / 'conf']


class Lighttpd(Server):
    name = 'lighttpd'

    def command(self):
        conf = f'''server.document-root = "{self.files}"
server.bind = "127.0.0.1"
server.port = {self.plain}
server.errorlog = "{self.work}/error.log"
server.modules = ("mod_openssl", "mod_redirect")
$SERVER["socket"] == "127.0.0.1:{self.tls}" {{ ssl.engine = "enable" ssl.pemfile = "{self.certs}/good.pem" }}
$SERVER["socket"] == "127.0.0.1:{self.redirect}" {{
  url.redirect = ("" => "https://{HOST}${{url.path}}${{qsa}}") url.redirect-code = 308 }}
'''
        (self.work / 'conf').write_text(conf)
        return [self.root / 'usr/sbin/lighttpd', '-D', '-f', self.work / 'conf', '-m', self.root / 'usr/lib/lighttpd']


class Caddy(Server):
    name = 'caddy'

    def command(self):
        conf = f'''{{
  admin off
  auto_https off
}}
http://:{self.plain} {{
  bind 127.0.0.1
  root * {self.files}
  file_server
}}
https://{HOST}:{self.tls} {{
  bind 127.0.0.1
  tls {self.certs}/good.crt {self.certs}/good.key
  root * {self.files}
  file_server
}}
http://:{self.redirect} {{
  bind 127.0.0.1
  redir https://{HOST}{{uri}} 302
}}
'''
        (self.work / 'Caddyfile').write_text(conf)
        return [self.root / 'usr/bin/caddy', 'run', '--config', self.work / 'Caddyfile', '--adapter', 'caddyfile']


class Python(Server):
    """http.server in threads of this process."""
    name = 'python'

    def start(self):
        files = str(self.files)

        class Files(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args):
                super().__init__(*args, directory=files)

            def log_message(self, *args):
                pass

            # the tutorial's request ends with two empty lines: who closes between them resets the connection
            def handle_one_request(self):
                super().handle_one_request()
                self.connection.settimeout(5)
                with contextlib.suppress(OSError, ValueError):
                    self.rfile.readline()

        class Redirect(Files):
            def do_GET(self):
                self.send_response(307)
                self.send_header('Location', f'https://{HOST}{self.path}')
                self.end_headers()

        self.running = []
        for port, handler in ((self.plain, Files), (self.tls, Files), (self.redirect, Redirect)):
            server = http.server.ThreadingHTTPServer(('127.0.0.1', port), handler)
            if port == self.tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.certs / 'good.crt', self.certs / 'good.key')
                server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.running.append(server)

    def stop(self):
        for server in self.running:
            server.shutdown()
            server.server_close()


ALL = [Nginx, Apache, Lighttpd, Caddy, Python]
