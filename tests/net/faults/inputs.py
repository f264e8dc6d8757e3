"""What SOCKET says to hosts, ports and settings that are none.  The issue on SOCKET, "What bad input gets".

Each: the arguments, the environment, what is said (in this order); with ERROR= the same fault is silent and E is not 0."""
ALONE = "Give the host alone: SOCKET, unit, 'sun.test', "
CASES = [
    ("'http://sun.test/a.jpg', 80", {}, ['Unable to lookup host.', ALONE + '80']),
    ("'https://sun.test/', 80", {}, [ALONE + '443, /TLS']),
    ("'HTTPS://u:p@sun.test:8443/x?y', 80", {}, [ALONE + '8443, /TLS']),
    ("'sun.test:8080', 80", {}, [ALONE + '8080']),
    ("'sun.test:99999', 80", {}, [ALONE + '80']),
    ("'sun.test/a', 81", {}, [ALONE + '81']),
    ("' sun.test', 80", {}, [ALONE + '80']),
    ("'sun.test ', 80", {}, [ALONE + '80']),
    ("'http://[::1]:81/', 80", {}, ["'[::1]', 81"]),
    ("'[::1]:81', 80", {}, ["'[::1]', 81"]),
    ("'127.0.0.1', 70000", {}, ['Unable to connect to host.', 'File: 127.0.0.1.70000', 'Ports are 1 to 65535.']),
    ("'127.0.0.1', -1", {}, ['127.0.0.1.-1', 'Ports are 1 to 65535.']),
    ("'127.0.0.1', 0", {}, ['Ports are 1 to 65535.']),
    ("'127.0.0.1', '70000'", {}, ['Ports are 1 to 65535.']),
    ("'127.0.0.1', 'no-such-service'", {}, ['File: 127.0.0.1.no-such-service', 'The service is not known']),
    ("'127.0.0.1', 'http://'", {}, ['The service is not known']),
    ("99999, /listen", {}, ['<LISTENER>.99999', 'Ports are 0 to 65535']),
    ("'a', 80", {'HELIO_NET_MAP': 'a:80=127.0.0.1:1,what'}, ['HELIO_NET_MAP', '"what" is not like host:80=host:8080']),
    ("'a', 80", {'HELIO_NET_MAP': 'a:80=127.0.0.1:99999'}, ['"a:80=127.0.0.1:99999" is not like']),
    ("'a', 80", {'HELIO_NET_MAP': '=b'}, ['"=b" is not like']),
    ("'no-such-host.invalid', 80", {'http_proxy': 'http://proxy.test:3128'},
     ['Unable to lookup host.', 'http_proxy names a proxy, http://proxy.test:3128', 'SOCKET, ..., /PROXY goes by it']),
    ("'127.0.0.1', 1", {'HELIO_CA_FILE': '/no/such.pem'}, ['HELIO_CA_FILE', '/no/such.pem cannot be read', 'No such file']),
]
# what is understood: nothing listens at these, so that the name shows what was taken
UNDERSTOOD = [
    ("'127.0.0.1', ' 1 '", 'File: 127.0.0.1.1', 'Connection refused'),
    ("'127.0.0.1', 'TCPMUX'", 'File: 127.0.0.1.1', 'Connection refused'),
    ("'[::1]', 1", 'File: [::1].1', ''),
    ("'LOCALHOST.', 1", 'File: LOCALHOST..1', 'Connection refused'),
]


def run(helio, environment, call):
    """How many there were, and the problems. call(helio, text, env) gives what is said."""
    problems = []
    for args, env, shows in CASES:
        said = call(helio, f"socket, l, {args}, /get_lun\nsocket, l, {args}, /get_lun, error=e & printf, -2, 'error', e ne 0\n"
                    "get_lun, u & printf, -2, 'free', u\n", {**environment, **env})
        joined, at = ' '.join(said.split()), 0
        for want in [*shows, 'error 1', 'free 100']:
            found = joined.find(want, at)
            if found < 0:
                problems.append(f'inputs {args}: {want!r} is missing in {said!r}')
                break
            at = found + len(want)
    for args, name, why in UNDERSTOOD:
        said = call(helio, f'socket, l, {args}, /get_lun\n', environment)
        if name not in said or why not in said:
            problems.append(f'inputs {args}: {name!r}, {why!r} are missing in {said!r}')
    return len(CASES) + len(UNDERSTOOD), problems
