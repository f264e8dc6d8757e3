"""Certificates of all kinds, made by openssl when the test begins: one authority, one key, and what may be wrong with a leaf.

Certificates(folder) makes them all; path(name) is a file with the chain and the key, as a server wants it."""
import datetime
import os
import pathlib
import subprocess

SERVER = 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n'
AUTHORITY = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n'
# name: extensions
AUTHORITIES = {
    'ca': AUTHORITY, 'stranger': AUTHORITY,
    'between': AUTHORITY, 'short': AUTHORITY.replace('CA:TRUE', 'CA:TRUE,pathlen:0'), 'below': AUTHORITY,
    'permits': AUTHORITY + 'nameConstraints=critical,permitted;DNS:sun.test\n',
    'forbids': AUTHORITY + 'nameConstraints=critical,permitted;DNS:moon.test\n',
    'leaf': 'basicConstraints=CA:FALSE\n', 'mute': AUTHORITY.replace('keyCertSign,', ''),
}
ISSUER = {'ca': None, 'stranger': None, 'below': 'short'}  # of authorities; the others are the first one's


def san(*names):
    return SERVER + 'subjectAltName=' + ','.join(n if ':' in n and not n.startswith(':') else 'DNS:' + n for n in names) + '\n'


SUN = san('sun.test')
# name: (extensions, issuer, further options of openssl, subject)
LEAVES = {
    'good': (SUN, 'ca', '', 'sun.test'), 'expired': (SUN, 'ca', '-days -1', 'sun.test'), 'other': (san('moon.test'), 'ca', '', 'moon.test'),
    'by-stranger': (SUN, 'stranger', '', 'sun.test'), 'by-between': (SUN, 'between', '', 'sun.test'),
    'by-permits': (SUN, 'permits', '', 'sun.test'), 'by-forbids': (SUN, 'forbids', '', 'sun.test'),
    'by-leaf': (SUN, 'leaf', '', 'sun.test'), 'by-mute': (SUN, 'mute', '', 'sun.test'), 'by-short': (SUN, 'short', '', 'sun.test'),
    'by-below': (SUN, 'below', '', 'sun.test'), 'sha1': (SUN, 'ca', '-sha1', 'sun.test'), 'weak': (SUN, 'ca', '', 'sun.test'),
    'for-clients': (SUN.replace('serverAuth', 'clientAuth'), 'ca', '', 'sun.test'),
    'for-both': (SUN.replace('serverAuth', 'clientAuth,serverAuth'), 'ca', '', 'sun.test'),
    'wild': (san('*.sun.test'), 'ca', '', 'x'), 'part': (san('f*.sun.test'), 'ca', '', 'x'), 'top': (san('*.test'), 'ca', '', 'x'),
    'inner': (san('a.*.test'), 'ca', '', 'x'), 'two': (san('moon.test', 'sun.test'), 'ca', '', 'x'),
    'ip': (san('IP:127.0.0.1'), 'ca', '', 'x'), 'ip6': (san('IP:::1'), 'ca', '', 'x'), 'ip-as-name': (san('127.0.0.1'), 'ca', '', 'x'),
    'ip-in-cn': (SERVER, 'ca', '', '127.0.0.1'), 'cn': (SERVER, 'ca', '', 'sun.test'), 'cn-other': (san('moon.test'), 'ca', '', 'sun.test'),
    'mail': (SERVER + 'subjectAltName=email:a@sun.test\n', 'ca', '', 'x'), 'idna': (san('xn--snde-0ra.test'), 'ca', '', 'x'),
    'revoked': (SUN, 'ca', '-set_serial 0x2001', 'sun.test'), 'stapled': (SUN, 'ca', '-set_serial 0x2002', 'sun.test'),
    'must-staple': (SUN + 'tlsfeature=status_request\n', 'ca', '-set_serial 0x2003', 'sun.test'),
    'client': ('basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n', 'ca', '', 'user'),
    'client-expired': ('basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n', 'ca', '-days -1', 'user'),
    'client-revoked': ('basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n', 'ca', '-set_serial 0x2001', 'user'),
    'client-strange': ('basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n', 'stranger', '', 'user'),
}


class Certificates:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.serial = 0x1000
        self.do('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem')
        self.do('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other-key.pem')
        self.do('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out weak-key.pem')
        self.do('pkey -in key.pem -aes128 -passout pass:geheim -out locked-key.pem')
        for name in AUTHORITIES:
            self.do(f'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}.key')
        for key in ['key', 'other-key', 'weak-key']:
            self.do(f'pkey -in {key}.pem -pubout -out {key}.pub')
        for name, extensions in AUTHORITIES.items():
            self.authority(name, extensions)
        for name, (extensions, issuer, options, subject) in LEAVES.items():
            self.sign(name, extensions, issuer, options, subject, 'weak-key' if name == 'weak' else 'key')
        self.do('req -x509 -new -key key.pem -subj /CN=sun.test -days 2 -addext subjectAltName=DNS:sun.test -out self.crt')
        self.early()
        self.lists()
        self.staples()
        for name in [*LEAVES, 'self', 'early']:
            self.join(name, LEAVES[name][1] if name in LEAVES else 'ca')

    def do(self, words, **more):
        argv = ['openssl', *words.split()] if isinstance(words, str) else ['openssl', *words]
        r = subprocess.run(argv, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, **more)
        if r.returncode:
            raise RuntimeError(f'{words}: {r.stderr}')

    def file(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def authority(self, name, extensions):
        issuer = ISSUER.get(name, 'ca')
        ext = self.file(name + '.ext', extensions)
        self.do(f'req -new -key {name}.key -subj /CN={name} -out {name}.csr')
        by = f'-CA {issuer}.crt -CAkey {issuer}.key' if issuer else f'-signkey {name}.key'
        self.serial += 1
        self.do(f'x509 -req -in {name}.csr {by} -days 9 -set_serial {self.serial} -extfile {ext} -out {name}.crt')

    def sign(self, name, extensions, issuer, options, subject, key):
        ext = self.file(name + '.ext', extensions)
        self.serial += 1
        serial = '' if '-set_serial' in options else f'-set_serial {self.serial}'
        days = '' if '-days' in options else '-days 9'
        self.do(f'x509 -new -subj /CN={subject} -force_pubkey {key}.pub -CA {issuer}.crt -CAkey {issuer}.key {days} {serial} {options} '
                f'-extfile {ext} -out {name}.crt')

    def early(self):
        """Valid from tomorrow on; only `openssl ca` can say that."""
        (self.folder / 'db').mkdir()
        self.file('db/index.txt', '')
        self.file('ca.cnf', '[ca]\ndefault_ca=c\n[c]\ndatabase=db/index.txt\nnew_certs_dir=db\nserial=db/serial\ndefault_md=sha256\n'
                  'policy=p\ndefault_days=9\ndefault_crl_days=9\ncrlnumber=db/number\nunique_subject=no\n[p]\ncommonName=supplied\n')
        self.file('db/serial', '3001\n')
        self.file('db/number', '01\n')
        start = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
        self.do('req -new -key key.pem -subj /CN=sun.test -out early.csr')
        self.do(f'ca -batch -notext -config ca.cnf -cert ca.crt -keyfile ca.key -startdate {start:%Y%m%d%H%M%SZ} -in early.csr '
                f'-extfile good.ext -out early.crt')

    def lists(self):
        """ca.crl: of one that is revoked; old.crl: out of date; stranger.crl: of another authority."""
        self.file('db/index.txt', 'R\t391231235959Z\t250101000000Z\t2001\tunknown\t/CN=sun.test\n'
                  'V\t391231235959Z\t\t2002\tunknown\t/CN=sun.test\nV\t391231235959Z\t\t2003\tunknown\t/CN=sun.test\n')
        self.do('ca -gencrl -config ca.cnf -cert ca.crt -keyfile ca.key -out ca.crl')
        self.do('ca -gencrl -config ca.cnf -cert ca.crt -keyfile ca.key -crl_lastupdate 20250101000000Z -crl_nextupdate '
                '20250201000000Z -out old.crl')
        self.do('ca -gencrl -config ca.cnf -cert stranger.crt -keyfile stranger.key -out stranger.crl')

    def staples(self):
        def answer(out, serial, signer='ca', **env):
            self.do(f'ocsp -index db/index.txt -CA ca.crt -rsigner {signer}.crt -rkey {signer}.key -issuer ca.crt -serial {serial} '
                    f'-respout {out}.der -ndays 3', env={**os.environ, **env})
        answer('staple-good', '0x2002')
        answer('staple-must', '0x2003')
        answer('staple-old', '0x2002', LD_PRELOAD=self.last_week())
        answer('staple-revoked', '0x2001')
        answer('staple-strange', '0x2002', 'stranger')
        self.file('staple-junk.der', 'no answer')

    def last_week(self):
        """A library with which a program lives ten days ago: openssl makes no answers that are out of date."""
        self.file('ago.c', '#include <sys/time.h>\n#include <time.h>\ntime_t time(time_t *t) { struct timeval v; gettimeofday(&v, 0); '
                  'v.tv_sec -= 864000; if (t) *t = v.tv_sec; return v.tv_sec; }\n')
        subprocess.run([*os.environ.get('CC', 'cc').split(), '-shared', '-fPIC', '-o', 'ago.so', 'ago.c'], cwd=self.folder, check=True)
        return self.path('ago.so')

    def join(self, name, issuer):
        chain, key = (self.folder / f'{name}.crt').read_text(), 'weak-key.pem' if name == 'weak' else 'key.pem'
        self.file(name + '-alone.pem', chain + (self.folder / key).read_text())
        while issuer not in ('ca', 'stranger'):
            chain += (self.folder / f'{issuer}.crt').read_text()
            issuer = ISSUER.get(issuer, 'ca')
        self.file(name + '.pem', chain + (self.folder / key).read_text())

    def path(self, name):
        return str(self.folder / name)
