// The procedure SOCKET and its forms, on io/connect.h. Start at pro_socket.
#include "base/mem.h"
#include "io/connect.h"
#include "lib/control/timer.h"
#include "lib/string/texts.h"
#include "net/host_name.h"
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
    K(R, CA_FILE, "=file") K(R, CA_ONLY, FLAG) K(R, CRL_FILE, "=file") K(R, CERT_FILE, "=file")                 \
    K(R, KEY_FILE, "=file") K(R, KEY_PASSWORD, "=string") K(R, PIN, "=keys") K(R, SNI, "=name")                 \
    K(R, HOST, "=name") K(R, ALPN, "=names") K(R, ALPN_CHOSEN, OUT) K(R, DECODE, FLAG) K(R, LISTEN, FLAG)       \
    K(R, PORT, OUT) K(R, ACCEPT, "=unit") K(R, BIND, "=address") K(R, SHUTDOWN, FLAG) K(R, UNIX, FLAG)          \
    K(R, UDP, FLAG) K(R, PROXY, "=url") K(R, SSL, HIDDEN)
KEYWORDS(SOCKET)

static double timeout_of(Call *c, int slot)
{
    double t = call_kw_double(c, slot, -1);
    return t > 0 ? t : -1;
}

static void free_text(void *p) { mem_free(p); }

static const char *text_kw(Call *c, int slot)
{
    const Str *s = call_kw_str_peek(c, slot);
    if (!s) return NULL;
    if (strlen(s->s) != s->len) throw_msg(c, E_VALUE, "Names and files cannot contain NUL characters.");
    return s->s;
}

static const char *file_kw(Call *c, int slot)
{
    const char *given = text_kw(c, slot);
    if (!given || !*given) return NULL;
    char *full = path_expand(given);
    call_defer(c, free_text, full);
    return full;
}

static const char *call_text(Call *c, const char *p, size_t n)
{
    char *out = call_alloc(c, n + 1);
    memcpy(out, p, n);
    return out;
}

// A string or an array of them, joined.
static const char *list_kw(Call *c, int slot, char between)
{
    const Val *v = call_kw(c, slot);
    if (!v) return NULL;
    Texts t = texts_of(c, v);
    size_t len = 1;
    for (int64_t i = 0; i < t.n; i++) len += str_len(texts_at(&t, i)) + 1;
    char *out = call_alloc(c, len), *at = out;
    for (int64_t i = 0; i < t.n; i++) {
        const Str *s = texts_at(&t, i);
        if (i) *at++ = between;
        if (s) at = str_put(at, s);
    }
    return out;
}

static void read_tls_keywords(Call *c, SocketOpen *how)
{
    TlsSetup *s = &how->secure;
    how->tls = call_kw_set(c, KW_SOCKET_TLS) || call_kw_set(c, KW_SOCKET_SSL);
    s->no_verify = call_kw_given(c, KW_SOCKET_VERIFY) && !call_kw_set(c, KW_SOCKET_VERIFY);
    bool wants = call_kw_given(c, KW_SOCKET_CA_FILE) || call_kw_set(c, KW_SOCKET_VERIFY);
    s->asks_client = call_kw_given(c, KW_SOCKET_ACCEPT) && wants && !s->no_verify;
    s->ca_only = call_kw_set(c, KW_SOCKET_CA_ONLY);
    s->ca_file = file_kw(c, KW_SOCKET_CA_FILE);
    s->crl_file = file_kw(c, KW_SOCKET_CRL_FILE);
    s->cert_file = file_kw(c, KW_SOCKET_CERT_FILE);
    s->key_file = file_kw(c, KW_SOCKET_KEY_FILE);
    s->key_password = text_kw(c, KW_SOCKET_KEY_PASSWORD);
    s->sni = text_kw(c, KW_SOCKET_SNI);
    if (!s->sni && call_kw_given(c, KW_SOCKET_SNI)) s->sni = "";
    s->alpn = list_kw(c, KW_SOCKET_ALPN, ',');
    s->pins = list_kw(c, KW_SOCKET_PIN, ';');
    how->host = text_kw(c, KW_SOCKET_HOST);  // of TLS on an open unit
}

// BIND='address', 'address:port' or ['address', 'port'].
static void read_bind(Call *c, SocketOpen *how)
{
    const Val *v = call_kw(c, KW_SOCKET_BIND);
    HostPort part;
    if (!v) return;
    if (call_kw_given(c, KW_SOCKET_ACCEPT)) throw_msg(c, E_VALUE, "BIND is for connections that are made, and for listeners.");
    Texts t = texts_of(c, v);
    const char *text = t.n == 2 ? list_kw(c, KW_SOCKET_BIND, '\0') : text_kw(c, KW_SOCKET_BIND);
    if (t.n > 2 || t.n < 1 || !text) throw_msg(c, E_VALUE, "BIND is an address, or an address and a port.");
    if (!*text) return;
    if (!host_port_parse(text, strlen(text), &part)) throw_msg(c, E_VALUE, "BIND: %.200s is no address.", text);
    how->bind = call_text(c, part.host, part.len);
    how->bind_port = part.port;
    if (t.n < 2) return;
    const char *port = text + strlen(text) + 1;
    how->bind_port = sys_service_port(port);
    if (part.port || how->bind_port < 0) throw_msg(c, E_VALUE, "BIND: %.200s is no port.", port);
}

static void read_kind(Call *c, SocketOpen *how)
{
    bool is_local = call_kw_set(c, KW_SOCKET_UNIX), is_udp = call_kw_set(c, KW_SOCKET_UDP);
    how->kind = is_local ? SOCKET_LOCAL : is_udp ? SOCKET_UDP : SOCKET_TCP;
    if (is_local && is_udp) throw_msg(c, E_VALUE, "Keywords UNIX and UDP exclude each other.");
    bool is_stream = call_kw_set(c, KW_SOCKET_TLS) || call_kw_set(c, KW_SOCKET_SSL) || call_kw_set(c, KW_SOCKET_DECODE) ||
                     call_kw_given(c, KW_SOCKET_ACCEPT);
    if (is_udp && is_stream) throw_msg(c, E_VALUE, "Datagrams (UDP) go without TLS, DECODE and ACCEPT.");
}

// PROXY='http://host:port' and other URLs; PROXY=1: the environment's; PROXY='' or 0: none.
static void read_proxy(Call *c, SocketOpen *how)
{
    const Val *v = call_kw(c, KW_SOCKET_PROXY);
    if (!v) return;
    const char *text = text_kw(c, KW_SOCKET_PROXY);
    bool is_url = v->type == T_STRING || (val_is_array(v) && v->a->type == T_STRING);
    if (is_url && text && *text) how->proxy = text;
    how->asks_environment = !is_url && call_kw_set(c, KW_SOCKET_PROXY);
    bool has_way = how->proxy || how->asks_environment;
    bool is_client = how->kind == SOCKET_TCP && c->argc == 3;
    if (has_way && !is_client) throw_msg(c, E_VALUE, "PROXY is for connections to a host and a port, of TCP.");
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
    read_kind(c, how);
    how->decode = call_kw_set(c, KW_SOCKET_DECODE);
    how->asks_protocol = call_kw_is_var(c, KW_SOCKET_ALPN_CHOSEN);
    if (how->decode && how->flags & UF_RAWIO) throw_msg(c, E_VALUE, "Keywords DECODE and RAWIO exclude each other.");
    read_bind(c, how);
    read_proxy(c, how);
    read_tls_keywords(c, how);
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

// TLS, or the end of writing, on a unit that is open.
static bool is_of_open_unit(Call *c, const SocketOpen *how)
{
    bool opens = call_kw_given(c, KW_SOCKET_ACCEPT) || call_kw_set(c, KW_SOCKET_LISTEN);
    return c->argc == 1 && (how->tls || call_kw_set(c, KW_SOCKET_SHUTDOWN)) && !opens;
}

typedef Status Opener(Units *t, int64_t lun, SocketOpen *how);
static Opener *const clients[] = {[SOCKET_TCP] = connect_client, [SOCKET_LOCAL] = connect_local, [SOCKET_UDP] = connect_udp};
static Opener *const listeners[] = {
    [SOCKET_TCP] = connect_listen, [SOCKET_LOCAL] = connect_local_listen, [SOCKET_UDP] = connect_udp_bind};

// Which of the three forms, and its positional arguments.
static Status open_form(Call *c, int lun, SocketOpen *how)
{
    if (call_kw_given(c, KW_SOCKET_ACCEPT)) {
        return connect_accept(c->vm->units, lun, call_kw_int(c, KW_SOCKET_ACCEPT, -99), how);
    }
    if (call_kw_set(c, KW_SOCKET_LISTEN)) return listeners[how->kind](c->vm->units, lun, how);
    if (is_of_open_unit(c, how)) {
        bool ends = call_kw_set(c, KW_SOCKET_SHUTDOWN);
        return ends ? connect_end_writing(c->vm->units, lun) : connect_start_tls(c->vm->units, lun, how);
    }
    return clients[how->kind](c->vm->units, lun, how);
}

// The unit whose descriptor is waited at, if it is open already.
static Unit *waits_at(Call *c, int lun)
{
    Unit *u = NULL;
    Status s = lun_find(c->vm->units, call_kw_int(c, KW_SOCKET_ACCEPT, lun), &u);
    status_drop(&s);  // open_form says so
    return u && unit_is_open(u) ? u : NULL;
}

// Timers go on while the other side is waited for.
static Status open_serving(Call *c, int lun, SocketOpen *how)
{
    bool serves = timers_serve(c, waits_at(c, lun), TIMERS_WRITE);
    if (serves) call_keep_arguments(c);
    Status s = open_form(c, lun, how);
    if (serves) timers_serve_end(c);
    return s;
}

static void check_form(Call *c, SocketOpen *how)
{
    if (call_kw_given(c, KW_SOCKET_ACCEPT)) {
        need_args(c, 1, 1);
    } else if (how->kind == SOCKET_LOCAL) {
        need_args(c, 2, 2);
        how->path = call_path(c, 1);
        if (how->bind) throw_msg(c, E_VALUE, "Keywords UNIX and BIND exclude each other.");
    } else if (call_kw_set(c, KW_SOCKET_LISTEN)) {
        need_args(c, 1, 2);
        if (c->argc == 2) read_port(c, 1, how);
        if (how->bind_port) throw_msg(c, E_VALUE, "BIND of a listener is an address; its port is the second argument.");
    } else if (is_of_open_unit(c, how)) {
        bool is_both = how->tls && call_kw_set(c, KW_SOCKET_SHUTDOWN);
        if (call_kw_set(c, KW_SOCKET_GET_LUN)) throw_msg(c, E_ARGS, "GET_LUN needs a host and a port.");
        if (is_both) throw_msg(c, E_VALUE, "Keywords TLS and SHUTDOWN exclude each other.");
    } else {
        need_args(c, 3, 3);
        if (call_kw_set(c, KW_SOCKET_SHUTDOWN)) throw_msg(c, E_ARGS, "SHUTDOWN is for a unit that is open.");
        how->host = call_path(c, 1);
        read_port(c, 2, how);
    }
}

// What is known of an open connection.
static void return_facts(Call *c, int lun, const SocketOpen *how)
{
    Unit *u;
    size_t n;
    call_kw_set_take(c, KW_SOCKET_PORT, val_long(how->local_port));
    TRY(c, lun_find(c->vm->units, lun, &u));
    const char *chosen = how->tls && u->stream ? socket_protocol(u->stream, &n) : NULL;
    call_kw_set_take(c, KW_SOCKET_ALPN_CHOSEN, val_str_take(str_new(chosen ? chosen : "", chosen ? n : 0)));
}

// SOCKET: a connection on a unit, a listener, or a connection that one has taken.
//
// SOCKET, Unit, Host, Port connects. Host is a name or an address (IPv4 or IPv6, brackets allowed), Port a number or
// the name of a service. SOCKET, Unit [, Port], /LISTEN listens (Port 0 or none: a free one, returned in PORT).
// SOCKET, Unit, ACCEPT=unit takes a connection that waits at a listener. SOCKET, Unit, /TLS starts TLS on a
// connection that is open (STARTTLS of mail, AUTH TLS of FTP); nothing may be left unread; it is closed when that
// fails. GET_LUN takes a free unit. ERROR=variable gets 0, or the code of the failure, which is then no error
// (!ERROR_STATE tells). CONNECT_TIMEOUT, READ_TIMEOUT and WRITE_TIMEOUT are seconds; none: as the system has it, and
// for ever. RAWIO: single transfers, unformatted, of any size. SWAP_ENDIAN and its kin swap the bytes of numbers,
// WIDTH is that of lines, CRLF ends lines with CR LF. DECODE hands on the body of each reply to a printed HTTP
// request as it was sent (chunks, gzip, deflate, br and zstd undone), with an end of file at its end.
//
// BIND is the address to connect from or to listen at: an address, an interface ('eth0') or a name of this machine; a
// client's may have a port ('10.0.0.1:5000' or ['10.0.0.1', '5000']). SOCKET, Unit, /SHUTDOWN says that nothing more
// will be written: what is held back goes out, the other side sees the end (close_notify over TLS), and reading goes
// on.
//
// PROXY='http://user:password@host:port' connects by a proxy: http:// and https:// ask it with CONNECT, socks5:// and
// socks5h:// with SOCKS5; with socks5h the proxy looks up the name. User and password may be left out, %40 is @.
// PROXY=1 takes what the environment has, as curl does: https_proxy for TLS and port 443, else http_proxy, else
// all_proxy, but for no_proxy. CONNECT_TIMEOUT bounds it all. !ERROR_STATE.NAME is IDL_M_PROXY, and _HOST, _CONNECT,
// _AUTH, _REFUSED, _REPLY, _CUT or _TIMEOUT behind it.
//
// UNIX: SOCKET, Unit, Path, /UNIX connects to a Unix-domain socket, SOCKET, Unit, Path, /LISTEN, /UNIX listens at
// one. '@name' has no file. A file that nobody listens at is replaced, the listener's own one goes with it.
//
// UDP: SOCKET, Unit, Host, Port, /UDP talks to one other side in datagrams; SOCKET, Unit [, Port], /LISTEN, /UDP
// takes those of all, and what is written goes to the sender of the last one read. WRITEU or PRINTF sends one
// datagram; READU takes one (or what READF has left of one): a shorter one fills the rest with zeros and
// TRANSFER_COUNT tells, a longer one is an error and given up (FSTAT's SIZE is its length before). READF reads its
// lines. EOF is 0.
//
// TLS, or SSL, speaks TLS 1.2 or 1.3 and checks the other side's certificate; a handshake ends after CONNECT_TIMEOUT,
// else READ_TIMEOUT, else 60 s. ACCEPT= waits for it, unless FILE_POLL_INPUT has been asked about the listener before
// (and ALPN_CHOSEN is not wanted): then it goes on while FILE_POLL_INPUT or a transfer waits, the unit is ready when it
// is over and something has come, and a failure is the first transfer's. CA_FILE=file are authorities besides the
// system's, CA_ONLY=1 in their place. CRL_FILE
// lists what is revoked: every authority of the chain needs a list in it. Stapled OCSP answers are checked. VERIFY=0
// believes anybody. PIN='sha256//...' (as curl --pinnedpubkey; several in an array) wants one of these public keys,
// with VERIFY=0, too. CERT_FILE and KEY_FILE are one's own, needed with ACCEPT=, KEY_PASSWORD the key's pass phrase:
// it is never asked for. SNI is another name to ask for, '' none; HOST, with SOCKET, Unit, /TLS, whose certificate is
// wanted. With ACCEPT=, CA_FILE (and CRL_FILE) refuses clients without a certificate by that authority. ALPN names
// protocols, the best one first; ALPN_CHOSEN=variable gets the one agreed upon. Files are PEM; `~` is the home.
// !ERROR_STATE.NAME is IDL_M_TLS_ and EXPIRED, NOT_YET, OTHER_HOST, ISSUER, SELF_SIGNED, REVOKED, WEAK, PURPOSE,
// CLIENT (a client certificate is wanted), VERSION, ABSENT (no TLS there), TIMEOUT, PIN, FILE, CRL or STAPLE.
// SOCKET_INFO tells more of a unit. !NET has switches: UPGRADE, HTTP_TEXT, HINTS, UNITS, HANDSHAKE (the 60 s), MAP,
// CA_FILE, MAX_HEAD, MAX_INTERIM, MAX_UNPACKED, MAX_RATIO, MAX_HOPS.
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
    if (status_ok(s)) s = open_serving(c, lun, &how);
    if (status_ok(s)) {
        if (pooled) call_set_take(c, 0, val_long(lun));
        return_facts(c, lun, &how);
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
