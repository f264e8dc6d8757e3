#!/usr/bin/env python3
"""What goes out for what is printed, and replies of all kinds to it.  run.py HELIO [CASE...]; `programs` are those of
keepalive.py, live.py, inputs.py and crowd.py.

One helio asks for all of them, one after the other, by the tutorial's statements; what it says about each stands between two
marks.  Behind the last case the unit is free and the next statement runs."""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import crowd  # noqa: E402
import inputs  # noqa: E402
import keepalive  # noqa: E402
import live  # noqa: E402
import replies  # noqa: E402
import sends  # noqa: E402

ASK = '''pro ask, name, method, port, fields{opens}
  socket, l, '127.0.0.1', port, /get_lun{how}
  t = 'x' & bytes = 0L & total = 0L & b = 0b
  on_ioerror, failed
  printf, l, method + ' /' + name + ' HTTP/1.1'
  for i = 0, n_elements(fields) - 1 do if fields[i] ne '' then printf, l, fields[i]
  printf, l, 'Host: x'
  printf, l, string(10b)
  while t ne '' do begin
    readf, l, t
    printf, -2, 'head ', strmid(t, 0, 80)
  endwhile
  while 1 do begin
    readu, l, b
    bytes++
    total += b
  endwhile
failed:
  printf, -2, 'body ', strtrim(bytes, 2)
  printf, -2, 'sum ', strtrim(total, 2)
  printf, -2, 'last ', !error_state.msg, !error_state.sys_msg
  free_lun, l
end
'''


def way(case):
    return case.opens if 'timeout' in case.opens else case.opens + ',read_timeout=1'


def program(cases, port):
    text, ways = '', {}
    for c in cases:
        how = way(c)
        if how not in ways:
            ways[how] = f'ask{len(ways)}'
            text += ASK.replace('pro ask', 'pro ' + ways[how]).replace('{opens}', '').replace('{how}', how)
    for c in cases:
        fields = '[' + ', '.join(f"'{x}'" for x in c.fields or ('',)) + ']'
        text += f"printf, -2, '== {c.name}'\n{ways[way(c)]}, '{c.name}', '{c.ask}', {port}, {fields}\n"
    return text + "printf, -2, '== end'\nget_lun, u & printf, -2, 'free ', strtrim(u, 2)\n"


def judge(case, said, server):
    joined, at = ' '.join(said.split()).replace(f'.{server.port}', '.PORT'), 0  # whose digits mean nothing
    for want in case.shows:
        found = joined.find(want, at)
        if found < 0:
            return f'{want!r} is missing in {said[-900:]!r}'
        at = found + len(want)
    bad = [x for x in case.hides if x in joined]
    if bad:
        return f'{bad} in {said[-900:]!r}'
    extra = server.sent.get(case.name, b'')
    return f'behind the request came {extra!r}' if extra else None


def sending(helio, env, wanted):
    """The cases of sends.py: how many there were, and the problems."""
    server, problems = sends.PieceServer(), []
    cases = [c for c in sends.CASES if not wanted or any(w in c[0] for w in wanted)]
    with subprocess.Popen([helio, '-quiet'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env) as p:
        for case in cases:
            p.stdin.write(sends.program(case, server.port).encode())
            p.stdin.flush()
            problem = sends.judge(case, server.take())
            if problem:
                problems.append(f'sends/{case[0]}: {problem}')
        p.stdin.close()
        said = p.stdout.read().decode(errors='replace')
    server.stop()
    return len(cases), problems + [f'sends: {said}'] * (said != '')


def keeping(helio, env):
    """keepalive.py: the problem, or None."""
    server = keepalive.serve()
    with tempfile.TemporaryDirectory(prefix='helio-keep-') as folder:
        pathlib.Path(folder, 'keep.pro').write_text(keepalive.PROGRAM % server.server_address[1])
        r = subprocess.run([helio, '-quiet', 'keep.pro'], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, timeout=120)
    server.shutdown()

    def words(text):
        return [' '.join(line.split()) for line in text.splitlines()]
    return None if words(r.stdout) == words(keepalive.SHOWS) else f'keepalive: {r.stdout[-1500:]}'


def said(helio, text, env):
    r = subprocess.run([helio, '-quiet'], input=text, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return r.stdout


def main():
    helio = os.path.abspath(sys.argv[1])
    cases = [c for c in replies.CASES if not sys.argv[2:] or any(w in c.name for w in sys.argv[2:])]
    server = replies.ReplyServer(replies.CASES)
    env = {k: v for k, v in os.environ.items() if k != 'DISPLAY'}
    sent, send_problems = sending(helio, env, sys.argv[2:])
    if not sys.argv[2:] or 'programs' in sys.argv[2:]:
        count, more = inputs.run(helio, env, said)
        sent += 1 + count
        send_problems += more
        with tempfile.TemporaryDirectory(prefix='helio-live-') as folder:
            sent += 1
            send_problems += filter(None, [keeping(helio, env), live.problem(helio, env, pathlib.Path(folder))])
            count, more = crowd.run(helio, env, pathlib.Path(folder))
            sent += count
            send_problems += more
    with tempfile.TemporaryDirectory(prefix='helio-replies-') as folder:
        routines, _, calls = program(cases, server.port).partition("printf, -2, '== ")
        pathlib.Path(folder, 'ask.pro').write_text(routines)
        r = subprocess.run([helio, '-quiet'], input='.run ask.pro\n' + "printf, -2, '== " + calls, cwd=folder, env=env,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace', timeout=300)
    parts = dict(p.partition('\n')[::2] for p in r.stdout.split('== ')[1:])
    failed = len(send_problems)
    for problem in send_problems:
        print('FAILED', problem)
    for c in cases:
        problem = judge(c, parts[c.name], server) if c.name in parts else 'helio did not come to it: ' + r.stdout[-500:]
        if problem:
            failed += 1
            print(f'FAILED faults/{c.name}: {problem}')
    problems = [x for x in ('Sanitizer', 'runtime error:') if x in r.stdout]
    if problems or 'free 100' not in parts.get('end', ''):
        failed += 1
        print('FAILED faults/end:', r.stdout[-3000:])
    server.stop()
    print(f'{len(cases) + sent + 1 - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
