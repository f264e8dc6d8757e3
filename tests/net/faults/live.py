"""A server written in IDL that lives by a timer, while statements are typed.  The issue on SOCKET, 3."""
import socket
import subprocess
import time

SERVER = '''pro serve, id, state
  while file_poll_input((*state).l, timeout=0) do begin
    socket, u, accept=(*state).l, /get_lun
    (*state).u = ptr_new([*(*state).u, u])
  endwhile
  units = *(*state).u
  if n_elements(units) eq 1 then return
  ready = file_poll_input(units[1:*], timeout=0)
  for i = 1, n_elements(units) - 1 do if ready[i - 1] then begin
    t = ''
    on_ioerror, gone
    readf, units[i], t
    printf, units[i], 'you said ' + t
    continue
gone:
    free_lun, units[i]
    units[i] = 0
  endif
  *(*state).u = [0, units[where(units gt 0, /null)]]
end
'''
START = '''!quiet = 1
.run serve.pro
socket, l, /listen, /get_lun, port=p
state = ptr_new({l: l, u: ptr_new([0L])})
id = timer.set(0.01, 'serve', state, /repeat)
print, 'port', p
'''


def ask(s, text):
    s.sendall(text.encode() + b'\n')
    reply = b''
    while not reply.endswith(b'\n'):
        piece = s.recv(1000)
        if not piece:
            break
        reply += piece
    return reply.decode().strip()


def problem(helio, env, folder):
    """What is wrong, or None."""
    (folder / 'serve.pro').write_text(SERVER)
    with subprocess.Popen([helio, '-quiet'], cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, bufsize=1) as p:
        try:
            p.stdin.write(START)
            port = int(p.stdout.readline().split()[1])
            clients = [socket.create_connection(('127.0.0.1', port), timeout=20) for _ in range(20)]
            for round_ in range(3):
                for i, c in enumerate(clients):
                    said = ask(c, f'{round_} {i}')
                    if said != f'you said {round_} {i}':
                        return f'live: {said!r} came'
                begun = time.monotonic()
                p.stdin.write('print, 6 * 7\n')
                if p.stdout.readline().strip() != '42':
                    return 'live: the prompt does not answer'
                if time.monotonic() - begun > 5:
                    return 'live: the prompt is late'
            for c in clients:
                c.close()
            time.sleep(0.2)
            p.stdin.write("x = timer.cancel(id) & free_lun, l & print, n_elements(*(*state).u)\n")
            p.stdin.close()
            left = p.stdout.read().split()
            return None if left == ['1'] else f'live: at the end {left!r}'
        finally:
            p.kill()
