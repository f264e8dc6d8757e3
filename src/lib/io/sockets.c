// SOCKET: the three forms (client, /LISTEN, ACCEPT=) on io/connect.h. Start at pro_socket.
#include "io/connect.h"
#include "lib/control/timer.h"
#include "sys/resolve.h"
#include "sys/tcp.h"
#include "vm/call/call.h"
#include "vm/vm.h"

#include <stdio.h>
#include <string.h>

#define SOCKET_KEYWORDS(K, R)                                                                                   \
    K(R, GET_LUN, FLAG) K(R, ERROR, OUT) K(R, RAWIO, FLAG) K(R, STDIO, FLAG) K(R, CONNECT_TIMEOUT, "=s")        \
    K(R, READ_TIMEOUT, "=s") K(R, WRITE_TIMEOUT, "=s") K(R, SWAP_ENDIAN, FLAG) K(R, SWAP_IF_BIG_ENDIAN, FLAG)   \
    K(R, SWAP_IF_LITTLE_ENDIAN, FLAG) K(R, WIDTH, "=value") K(R, CRLF, FLAG) K(R, TLS, FLAG) K(R, VERIFY, "=0") \
    K(R, CA_FILE, "=file") K(R, CERT_FILE, "=file") K(R, KEY_FILE, "=file") K(R, DECODE, FLAG)                  \
    K(R, LISTEN, FLAG) K(R, PORT, OUT) K(R, ACCEPT, "=unit") K(R, SSL, HIDDEN)
KEYWORDS(SOCKET)

static double timeout_of(Call *c, int slot)
{
    double t = call_kw_double(c, slot, -1);
    return t > 0 ? t : -1;
}

static const char *file_kw(Call *c, int slot)
{
    const Str *s = call_kw_str_peek(c, slot);
    if (!s) return NULL;
    if (strlen(s->s) != s->len) throw_msg(c, E_VALUE, "File names cannot contain NUL characters.");
    return s->s;
}

static void read_keywords(Call *c, SocketOpen *how)
{
    bool swap = call_kw_set(c, KW_SOCKET_SWAP_ENDIAN) || call_kw_set(c, KW_SOCKET_SWAP_IF_LITTLE_ENDIAN);
    how->flags = (call_kw_set(c, KW_SOCKET_RAWIO) ? UF_RAWIO : 0) | (swap ? UF_SWAP : 0) |
                 (call_kw_set(c, KW_SOCKET_STDIO) ? UF_STDIO : 0) | (call_kw_set(c, KW_SOCKET_CRLF) ? UF_CRLF : 0);
    how->width = (int)call_kw_int(c, KW_SOCKET_WIDTH, 0);
    how->connect_timeout = timeout_of(c, KW_SOCKET_CONNECT_TIMEOUT);
    how->read_timeout = timeout_of(c, KW_SOCKET_READ_TIMEOUT);
    how->write_timeout = timeout_of(c, KW_SOCKET_WRITE_TIMEOUT);
    how->tls = call_kw_set(c, KW_SOCKET_TLS) || call_kw_set(c, KW_SOCKET_SSL);
    how->no_verify = call_kw_given(c, KW_SOCKET_VERIFY) && !call_kw_set(c, KW_SOCKET_VERIFY);
    how->decode = call_kw_set(c, KW_SOCKET_DECODE);
    if (how->decode && how->flags & UF_RAWIO) throw_msg(c, E_VALUE, "Keywords DECODE and RAWIO exclude each other.");
    how->ca_file = file_kw(c, KW_SOCKET_CA_FILE);
    how->cert_file = file_kw(c, KW_SOCKET_CERT_FILE);
    how->key_file = file_kw(c, KW_SOCKET_KEY_FILE);
}

// The port as a number, or a service name.
static void read_port(Call *c, int i, SocketOpen *how)
{
    const Val *v = call_arg(c, i);
    if (v->type == T_STRING) {
        how->service = call_path(c, i);
        how->port = sys_service_port(how->service);
        return;
    }
    int64_t port = call_int(c, i);
    char *text = call_alloc(c, 24);
    snprintf(text, 24, "%lld", (long long)port);
    how->service = text;
    how->port = port < 0 || port > 65535 ? PORT_OUTSIDE : (int)port;
}

static void need_args(Call *c, int least, int most)
{
    if (c->argc < least || c->argc > most) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
}

// Timers go on while no client comes.
static void wait_for_client(Call *c, int listener, double timeout)
{
    Unit *u;
    Status s = lun_for_bytes(c->vm->units, listener, 0, &u);
    bool is_open = status_ok(s);
    status_drop(&s);  // ACCEPT says so itself
    if (is_open && unit_poll_fd(u) >= 0 && !timers_wait_fd(c->vm, unit_poll_fd(u), timeout)) call_poll(c);
}

// Which of the three forms, and its positional arguments.
static Status open_form(Call *c, int lun, SocketOpen *how)
{
    if (call_kw_given(c, KW_SOCKET_ACCEPT)) {
        wait_for_client(c, (int)call_kw_int(c, KW_SOCKET_ACCEPT, -99), how->connect_timeout);
        return connect_accept(c->vm->units, lun, call_kw_int(c, KW_SOCKET_ACCEPT, -99), how);
    }
    if (call_kw_set(c, KW_SOCKET_LISTEN)) return connect_listen(c->vm->units, lun, how);
    return connect_client(c->vm->units, lun, how);
}

static void check_form(Call *c, SocketOpen *how)
{
    if (call_kw_given(c, KW_SOCKET_ACCEPT)) {
        need_args(c, 1, 1);
    } else if (call_kw_set(c, KW_SOCKET_LISTEN)) {
        need_args(c, 1, 2);
        if (c->argc == 2) read_port(c, 1, how);
    } else {
        need_args(c, 3, 3);
        how->host = call_path(c, 1);
        read_port(c, 2, how);
    }
}

static void pro_socket(Call *c)
{
    SocketOpen how = {0};
    bool pooled = call_kw_set(c, KW_SOCKET_GET_LUN), reserved = false;
    int lun = 0;
    read_keywords(c, &how);
    check_form(c, &how);
    Status s = STATUS_OK;
    if (pooled) {
        call_var_mut(c, 0);
        s = lun_get_for_socket(c->vm->units, &lun);
        reserved = status_ok(s);
    } else {
        lun = (int)call_int(c, 0);
    }
    if (status_ok(s)) s = open_form(c, lun, &how);
    if (status_ok(s)) {
        if (pooled) call_set_take(c, 0, val_long(lun));
        call_kw_set_take(c, KW_SOCKET_PORT, val_long(how.local_port));
    } else if (reserved) {
        Status freed = lun_free(c->vm->units, lun, true, NULL);
        status_drop(&freed);
    }
    bool quiet = call_kw_given(c, KW_SOCKET_ERROR) && s.code != E_INTERRUPT;
    if (!quiet) TRY(c, s);
    call_kw_set_take(c, KW_SOCKET_ERROR, val_long(s.code));
    if (!status_ok(s)) call_note_error_take(c, s);
}

static const Routine rows[] = {
    {"SOCKET", PROCEDURE, {1, 3}, pro_socket, "Unit [, Host, Port | Port]", KEYS(SOCKET)},
};
ROUTINE_TABLE(lib_sockets, rows)
