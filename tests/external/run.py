#!/usr/bin/env python3
"""CALL_EXTERNAL with a library that is compiled here. Usage: run.py HELIO. Ends with "N passed, N failed"."""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def main():
    helio = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix='helio-external-') as folder:
        library = os.path.join(folder, 'called.so')
        compiler = os.environ.get('CC', 'cc').split()
        subprocess.run([*compiler, '-std=c17', '-Wall', '-Werror', '-Wno-infinite-recursion', '-shared', '-fPIC', '-o', library, HERE / 'called.c'],
                       check=True)
        env = {**os.environ, 'HELIO_CALLED': library}
        if b'__asan_init' in pathlib.Path(helio).read_bytes():  # it must leave the crashes to us
            env['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '') + ':use_sigaltstack=0'
        r = subprocess.run([sys.executable, HERE.parent / 'run_pro.py', helio, HERE / 'call_external.pro'], env=env, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
        safe = subprocess.run([helio, '--safe=' + folder, '-e', f"print, call_external('{library}', 'count')"], env=env, cwd='/', text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    refused = 'CALL_EXTERNAL: Libraries of others are not called.' in safe.stdout
    passed, failed = ('1 passed, 0 failed' in r.stdout) + refused, 2 - ('1 passed, 0 failed' in r.stdout) - refused
    if failed:
        print(r.stdout, safe.stdout)
    print(f'{passed} passed, {failed} failed')
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
