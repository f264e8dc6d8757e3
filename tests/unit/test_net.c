// Sockets, HTTP text mode, TLS and redirects against small servers on loopback, one thread each.
// Expectations: hand, from network.md sections 1 and 5 and RFC 9112.
#include "base/mem.h"
#include "core/errors.h"
#include "io/connect.h"
#include "net/http_text.h"
#include "net/options.h"
#include "net/tls.h"
#include "sys/clock.h"
#include "sys/dynlib.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/resolve.h"
#include "sys/tcp.h"

#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char folder[] = "/tmp/helio-net-XXXXXX";

static void ok(Status s, int line)
{
    check_count++;
    if (!status_ok(s)) {
        check_failures++;
        fprintf(stderr, "line %d: unexpected failure %d: %s (errno %d)\n", line, s.code, s.text ? s.text : "", s.sys);
    }
    status_drop(&s);
}
#define OK(...) ok((__VA_ARGS__), __LINE__)

static void fails(Status s, int code, const char *part, int line)
{
    check_count++;
    if (s.code != code || (part && (!s.text || !strstr(s.text, part)))) {
        check_failures++;
        fprintf(stderr, "line %d: got %d [%s], expected %d [%s]\n", line, s.code, s.text ? s.text : "", code, part ? part : "");
    }
    status_drop(&s);
}
#define FAILS(status, code, part) fails((status), (code), (part), __LINE__)

// A server: for each of its replies accepts one connection, reads a request up to its empty line, answers, closes.
typedef struct Server {
    int fd, port, n;
    const char *reply[4];
    const char *cert;  // TLS when set
    bool waits, resets;
    char request[4][2000];
    size_t drip;  // bytes at a time, with a pause
    pthread_t thread;
} Server;

static int receive(const TlsApi *api, TlsConn *tls, int fd, char *p, int n)
{
    size_t got = 0;
    if (!tls) return (int)recv(fd, p, (size_t)n, 0);
    Status s = api->read(tls, p, (size_t)n, 5, &got);
    status_drop(&s);
    return (int)got;
}

static void answer(Server *v, const TlsApi *api, TlsConn *tls, int fd, const char *p)
{
    size_t n = strlen(p), put;
    while (n) {
        size_t k = v->drip && v->drip < n ? v->drip : n;
        if (tls) {
            Status s = api->write(tls, p, k, 5, &put);
            status_drop(&s);
        } else if (send(fd, p, k, MSG_NOSIGNAL) < 0) {
            return;
        }
        p += k;
        n -= k;
        if (v->drip) usleep(300);
    }
}

static void serve_one(Server *v, int i, int fd)
{
    const TlsApi *api = NULL;
    TlsConn *tls = NULL;
    size_t len = 0;
    if (v->cert) {
        const void *table;
        sys_set_nonblocking(fd, 1);
        Status s = dynlib_table("tls", "tls_api", "libssl3", &table);
        api = table;
        if (status_ok(s)) s = api->open(fd, &(TlsSetup){.cert_file = v->cert, .is_server = true, .timeout = 5}, &tls);
        bool failed = !status_ok(s);
        status_drop(&s);
        if (failed) return;
    }
    while (len < sizeof v->request[i] - 1 && !strstr(v->request[i], "\n\r\n") && !strstr(v->request[i], "\n\n")) {
        int got = receive(api, tls, fd, v->request[i] + len, (int)(sizeof v->request[i] - 1 - len));
        if (got <= 0) break;
        len += (size_t)got;
    }
    if (v->waits) usleep(400000);
    answer(v, api, tls, fd, v->reply[i]);
    if (tls) api->close(tls);
    if (!v->resets) {  // a close with unread bytes would reset the connection
        char rest[100];
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){1, 0}, sizeof(struct timeval));
        shutdown(fd, SHUT_WR);
        while (recv(fd, rest, sizeof rest, 0) > 0) continue;
    }
    usleep(20000);
    if (v->resets) setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
}

static void *serve(void *arg)
{
    Server *v = arg;
    for (int i = 0; i < v->n; i++) {
        int fd = accept(v->fd, NULL, NULL);
        if (fd < 0) break;
        serve_one(v, i, fd);
        close(fd);
    }
    return NULL;
}

static void start(Server *v)
{
    OK(sys_listen(0, true, &v->fd));
    sys_set_nonblocking(v->fd, 0);
    v->port = sys_local_port(v->fd);
    CHECK(pthread_create(&v->thread, NULL, serve, v) == 0);
}

static void stop(Server *v)
{
    shutdown(v->fd, SHUT_RDWR);
    pthread_join(v->thread, NULL);
    close(v->fd);
}

static SocketOpen client(const char *host, int port)
{
    return (SocketOpen){.host = host, .port = port, .connect_timeout = 5, .read_timeout = 5, .write_timeout = 5};
}

static void print(Units *t, int lun, const char *text)
{
    Unit *u;
    OK(lun_for_text(t, lun, UF_WRITE, &u));
    OK(unit_write_text(u, text, strlen(text)));
    OK(unit_end_text(u));
}

static const char *line_of(Units *t, int lun)
{
    static char space[2000];
    Unit *u;
    const char *p;
    size_t n;
    OK(lun_for_text(t, lun, UF_READ, &u));
    Status s = unit_read_line(u, &p, &n);
    if (!status_ok(s)) {
        snprintf(space, sizeof space, "error %d", s.code);
        status_drop(&s);
        return space;
    }
    snprintf(space, sizeof space, "%.*s", (int)n, p);
    return space;
}

static void ask(Units *t, int lun)  // as the tutorial's session does
{
    print(t, lun, "GET /sun.jpg HTTP/1.1\n");
    print(t, lun, "Host: sdo.test:80\n");
    print(t, lun, "\n\n");
}

#define REPLY "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"

static void test_session(Units *t, size_t drip)
{
    Server v = {.n = 1, .reply = {REPLY}, .drip = drip};
    char body[12];
    size_t got;
    bool end;
    Unit *u;
    LunStat st;
    start(&v);
    SocketOpen how = client("localhost", v.port);
    OK(connect_client(t, 50, &how));
    CHECK(how.local_port > 0);
    FAILS(connect_client(t, 50, &how), E_UNIT_OPEN, "Unit already open. Unit: 50");
    ask(t, 50);
    CHECK_STR(line_of(t, 50), "HTTP/1.1 200 OK");
    CHECK_STR(line_of(t, 50), "Content-Length: 10");
    CHECK_STR(line_of(t, 50), "");
    OK(lun_for_bytes(t, 50, UF_READ, &u));
    OK(unit_read_exact(u, body, 10, &got));
    CHECK(memcmp(body, "0123456789", 10) == 0);
    OK(lun_stat(t, 50, &st));
    CHECK(st.open && st.read && st.write && strncmp(st.name, "localhost.", 10) == 0);
    OK(unit_at_end(u, &end));
    CHECK(end);
    FAILS(unit_read_exact(u, body, 1, &got), E_EOF, "End of file encountered. Unit: 50, File: localhost.");
    FAILS(unit_seek(u, 0), E_SEEK, NULL);
    OK(lun_close(t, 50, false, NULL));
    CHECK(strncmp(v.request[0], "GET /sun.jpg HTTP/1.1\r\nHost: sdo.test:80\r\n\r\n", 44) == 0);
    stop(&v);
}

static void test_short(Units *t)
{
    Server v = {.n = 1, .reply = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234"}};
    char body[10];
    size_t got;
    Unit *u;
    start(&v);
    SocketOpen how = client("127.0.0.1", v.port);
    OK(connect_client(t, 51, &how));
    ask(t, 51);
    for (int i = 0; i < 3; i++) line_of(t, 51);
    OK(lun_for_bytes(t, 51, UF_READ, &u));
    FAILS(unit_read_exact(u, body, 10, &got), E_EOF, "End of file encountered. Unit: 51");
    CHECK_INT(got, 5);
    CHECK(memcmp(body, "01234\0\0\0\0", 9) == 0);
    OK(lun_close(t, 51, false, NULL));
    stop(&v);
}

static void test_reset(Units *t)
{
    Server v = {.n = 1, .reply = {"HTTP/1.1 200 OK\r\nContent-Le"}, .resets = true};
    start(&v);
    SocketOpen how = client("127.0.0.1", v.port);
    OK(connect_client(t, 51, &how));
    ask(t, 51);
    CHECK_STR(line_of(t, 51), "HTTP/1.1 200 OK");
    const char *rest = line_of(t, 51);  // the partial line, or the reset
    CHECK(!strcmp(rest, "Content-Le") || !strcmp(rest, "error -432"));
    OK(lun_close(t, 51, false, NULL));
    stop(&v);
}

static void test_failures(Units *t)
{
    int fd, port;
    Status s;
    OK(sys_listen(0, true, &fd));
    port = sys_local_port(fd);
    close(fd);
    SocketOpen how = client("127.0.0.1", port);
    s = connect_client(t, 52, &how);
    CHECK_INT(s.sys, ECONNREFUSED);
    FAILS(s, E_CONNECT, "Unable to connect to host. Unit: 52, File: 127.0.0.1.");
    how = client("no such host", 80);
    FAILS(connect_client(t, 52, &how), E_HOST, "Unable to lookup host. Unit: 52, File: no such host.80");
    how = client("localhost", -1);
    how.service = "nosuchservice";
    FAILS(connect_client(t, 52, &how), E_CONNECT, "Unable to connect to host. Unit: 52, File: localhost.nosuchservice");
    CHECK_INT(sys_service_port("http"), 80);
    CHECK_INT(sys_service_port("8080"), 8080);
    CHECK_INT(sys_service_port("70000"), -2);
    CHECK(!t->unit[54].stream);
    Server v = {.n = 1, .reply = {REPLY}, .waits = true};  // silent for 0.4 s
    start(&v);
    how = client("[::ffff:127.0.0.1]", v.port);
    how.read_timeout = 0.1;
    OK(connect_client(t, 52, &how));
    double before = sys_now();
    CHECK_STR(line_of(t, 52), "error -432");
    CHECK(sys_now() - before < 0.35);
    sys_interrupt();
    CHECK_STR(line_of(t, 52), "error -402");
    sys_clear_interrupt();
    OK(lun_close(t, 52, false, NULL));
    stop(&v);
}

static void *press(void *arg)
{
    usleep(50000);
    sys_interrupt();
    return arg;
}

static void test_interrupt(Units *t)
{
    int fd;
    pthread_t thread;
    OK(sys_listen(0, true, &fd));  // accepts, never answers
    SocketOpen how = client("127.0.0.1", sys_local_port(fd));
    how.read_timeout = -1;
    OK(connect_client(t, 53, &how));
    double before = sys_now();
    pthread_create(&thread, NULL, press, NULL);
    CHECK_STR(line_of(t, 53), "error -402");
    CHECK(sys_now() - before < 0.2);
    pthread_join(thread, NULL);
    sys_clear_interrupt();
    OK(lun_close(t, 53, false, NULL));
    close(fd);
}

static void test_listen(Units *t)
{
    Unit *u;
    size_t n;
    char raw[8];
    SocketOpen listen = {.port = 0, .read_timeout = 5, .write_timeout = 5}, accept = client(NULL, 0);
    OK(connect_listen(t, 60, &listen));
    SocketOpen how = client("localhost", listen.local_port);
    OK(lun_find(t, 60, &u));
    CHECK(!unit_is_ready(u));
    CHECK(strncmp(u->name, "<LISTENER>.", 11) == 0);
    FAILS(lun_for_text(t, 60, UF_READ, &u), E_NOT_READABLE, NULL);
    OK(connect_client(t, 61, &how));
    OK(lun_find(t, 60, &u));
    CHECK(unit_is_ready(u));
    OK(connect_accept(t, 62, 60, &accept));
    OK(lun_close(t, 60, false, NULL));  // the manual's example closes the listener at once
    print(t, 61, "hello\n");
    CHECK_STR(line_of(t, 62), "hello");
    print(t, 62, "back\nraw");
    CHECK_STR(line_of(t, 61), "back");
    OK(lun_find(t, 61, &u));
    OK(unit_read_exact(u, raw, 3, &n));
    CHECK(memcmp(raw, "raw", 3) == 0);
    CHECK(!unit_is_ready(u));
    OK(lun_close(t, 62, false, NULL));
    CHECK_STR(line_of(t, 61), "error -434");
    OK(lun_close(t, 61, false, NULL));
    FAILS(connect_accept(t, 62, 61, &accept), E_UNIT_CLOSED, NULL);
}

// What of printed text goes to the wire.
static const char *wire_of(const char *text, bool enabled)
{
    static char space[4000];
    Buf wire = BUF_INIT(BUF_NO_LIMIT);
    NetOptions o = {.http_text = enabled};
    HttpText *h = http_text_new(&o);
    for (const char *p = text; *p; p++) http_text_print(h, p, 1, &wire);
    http_text_flush(h, &wire);
    snprintf(space, sizeof space, "%.*s", (int)wire.len, wire.len ? wire.p : "");
    buf_free(&wire);
    http_text_free(h);
    return space;
}

static void test_text_mode(void)
{
    CHECK_STR(wire_of("GET / HTTP/1.0\nA: b\n\n\nGET /2 HTTP/1.1\n\n", true),
              "GET / HTTP/1.0\r\nA: b\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
    CHECK_STR(wire_of("GET / HTTP/1.0\r\nA: b\r\n\r\n", true), "GET / HTTP/1.0\r\nA: b\r\n\r\n");
    CHECK_STR(wire_of("POST / HTTP/1.0\nContent-Length: 4\n\na\nb\n\n", true),
              "POST / HTTP/1.0\r\nContent-Length: 4\r\n\r\na\nb\n");
    CHECK_STR(wire_of("GET / HTTP/1.0\nA: b\n\n", false), "GET / HTTP/1.0\nA: b\n\n");
    CHECK_STR(wire_of("EHLO me\nQUIT\n", true), "EHLO me\nQUIT\n");
    CHECK_STR(wire_of("\nGET / HTTP/1.0\n", true), "\nGET / HTTP/1.0\n");
    CHECK_STR(wire_of("no newline", true), "no newline");
    CHECK_STR(wire_of("GET /x\n HTTP/1.1\n", true), "GET /x\n HTTP/1.1\n");
}

static void test_map(void)
{
    NetOptions o = {.map = (char *)"a.b:80=127.0.0.1:8080, c=[::1]:9;bad, d:x=1"};
    char to[64];
    int port = 0;
    CHECK(net_map(&o, "A.B", 80, to, sizeof to, &port));
    CHECK_STR(to, "127.0.0.1");
    CHECK_INT(port, 8080);
    CHECK(!net_map(&o, "a.b", 81, to, sizeof to, &port));
    CHECK(net_map(&o, "c", 7, to, sizeof to, &port));
    CHECK_STR(to, "::1");
    CHECK_INT(port, 9);
    CHECK(!net_map(&o, "d", 1, to, sizeof to, &port));
    CHECK(!net_map(&o, "bad", 1, to, sizeof to, &port));
}

static void make_certificates(void)
{
    char command[2500];
    snprintf(command, sizeof command,
             "cd %s && exec >log 2>&1 &&"
             "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=TestCA &&"
             "mk() { openssl req -newkey rsa:2048 -nodes -keyout $1.key -out $1.csr -subj /CN=$2 &&"
             " printf 'subjectAltName=DNS:%%s' $2 >$1.ext &&"
             " openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $3 -extfile $1.ext -out $1.crt &&"
             " cat $1.crt $1.key >$1.pem; } &&"
             "mk good sdo.test 2 && mk other else.test 2 &&"
             "openssl req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.crt -days 2 -subj /CN=sdo.test"
             " -addext subjectAltName=DNS:sdo.test && cat self.crt self.key >self.pem &&"
             "mk old sdo.test -1",
             folder);
    CHECK(system(command) == 0);
}

static void tls_case(Units *t, const char *cert, const char *ca, bool no_verify, int code, const char *part)
{
    char path[300], ca_path[300], map[100];
    snprintf(path, sizeof path, "%s/%s", folder, cert);
    snprintf(ca_path, sizeof ca_path, "%s/%s", folder, ca);
    Server v = {.n = 1, .reply = {REPLY}, .cert = strcmp(cert, "plain") ? path : NULL};
    start(&v);
    snprintf(map, sizeof map, "sdo.test:443=127.0.0.1:%d", v.port);
    net_set_text(&t->net->map, map);
    SocketOpen how = client("sdo.test", 443);
    how.tls = true;
    how.no_verify = no_verify;
    how.ca_file = *ca ? ca_path : NULL;
    Status s = connect_client(t, 70, &how);
    if (code) {
        FAILS(s, code, part);
    } else {
        OK(s);
        ask(t, 70);
        CHECK_STR(line_of(t, 70), "HTTP/1.1 200 OK");
        OK(lun_close(t, 70, false, NULL));
    }
    stop(&v);
    net_set_text(&t->net->map, NULL);
}

static void test_upgrade(Units *t)
{
    char cert[300], ca[300], map[200];
    snprintf(cert, sizeof cert, "%s/good.pem", folder);
    snprintf(ca, sizeof ca, "%s/ca.pem", folder);
    Server plain = {.n = 2, .reply = {"HTTP/1.1 301 Moved\r\nLocation: https://sdo.test:80/new?a=1#x\r\nContent-Length: 3\r\n\r\nxyz",
                                      "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.test/\r\n\r\n"}};
    Server tls = {.n = 2, .reply = {"HTTP/1.1 307 T\r\nLocation: /last\r\n\r\n", REPLY}, .cert = cert};
    start(&plain);
    start(&tls);
    snprintf(map, sizeof map, "sdo.test:80=127.0.0.1:%d,sdo.test:443=127.0.0.1:%d", plain.port, tls.port);
    net_set_text(&t->net->map, map);
    net_set_text(&t->net->ca_file, ca);
    SocketOpen how = client("sdo.test", 80);
    OK(connect_client(t, 71, &how));
    ask(t, 71);
    CHECK_STR(line_of(t, 71), "HTTP/1.1 200 OK");
    CHECK_STR(tls.request[0], "GET /new?a=1 HTTP/1.1\r\nHost: sdo.test\r\n\r\n");
    CHECK_STR(tls.request[1], "GET /last HTTP/1.1\r\nHost: sdo.test\r\n\r\n");
    OK(lun_close(t, 71, false, NULL));
    OK(connect_client(t, 71, &how));  // another host: left to the program
    ask(t, 71);
    CHECK_STR(line_of(t, 71), "HTTP/1.1 302 Found");
    OK(lun_close(t, 71, false, NULL));
    stop(&plain);
    stop(&tls);
    net_set_text(&t->net->map, NULL);
    net_set_text(&t->net->ca_file, NULL);
}

// The status line that a GET at sdo.test:80 ends with, when it leads to https there and the TLS server answers these.
static const char *after_moves(Units *t, const char *location, const char *const *replies, int n, char *last, size_t size)
{
    char cert[300], ca[300], map[300], first[300];
    static char line[100];
    snprintf(cert, sizeof cert, "%s/good.pem", folder);
    snprintf(ca, sizeof ca, "%s/ca.pem", folder);
    snprintf(first, sizeof first, "HTTP/1.1 301 Moved\r\nLocation: %s\r\n\r\n", location);
    Server plain = {.n = 1, .reply = {first}}, tls = {.n = n, .cert = cert};
    for (int i = 0; i < n; i++) tls.reply[i] = replies[i];
    start(&plain);
    start(&tls);
    snprintf(map, sizeof map, "sdo.test:80=127.0.0.1:%d,sdo.test:443=127.0.0.1:%d,sdo.test:8443=127.0.0.1:%d", plain.port, tls.port,
             tls.port);
    net_set_text(&t->net->map, map);
    net_set_text(&t->net->ca_file, ca);
    SocketOpen how = client("sdo.test", 80);
    OK(connect_client(t, 72, &how));
    print(t, 72, "GET /a HTTP/1.1\nHost: sdo.test\nCookie: secret\nAuthorization: secret\n\n");
    snprintf(line, sizeof line, "%s", line_of(t, 72));
    OK(lun_close(t, 72, false, NULL));
    stop(&plain);
    stop(&tls);
    snprintf(last, size, "%s", tls.request[n - 1]);
    net_set_text(&t->net->map, NULL);
    net_set_text(&t->net->ca_file, NULL);
    return line;
}

static void test_moves(Units *t)
{
    static const char *const final[] = {REPLY}, *const circle[] = {"HTTP/1.1 302 F\r\nLocation: /b\r\n\r\n",
        "HTTP/1.1 302 F\r\nLocation: https://sdo.test/a\r\n\r\n"};
    char last[2000];
    CHECK_STR(after_moves(t, "https://sdo.test/a", final, 1, last, sizeof last), "HTTP/1.1 200 OK");
    CHECK(strstr(last, "Cookie: secret\r\n") && strstr(last, "Authorization: secret\r\n"));  // RFC 9110, 15.4: the same host
    CHECK_STR(after_moves(t, "https://sdo.test:8443/a", final, 1, last, sizeof last), "HTTP/1.1 200 OK");
    CHECK_STR(last, "GET /a HTTP/1.1\r\nHost: sdo.test:8443\r\n\r\n");  // another server, perhaps another owner
    CHECK_STR(after_moves(t, "https://sdo.test/a", circle, 2, last, sizeof last), "HTTP/1.1 302 F");
    t->net->limits.hops = 1;
    CHECK(strncmp(after_moves(t, "https://sdo.test/a", circle, 1, last, sizeof last), "error", 5) == 0);
    t->net->limits.hops = 10;
}

static void test_tls(Units *t)
{
    make_certificates();
    tls_case(t, "good.pem", "ca.pem", false, 0, NULL);
    tls_case(t, "good.pem", "", false, E_TLS, "issuer");
    tls_case(t, "other.pem", "ca.pem", false, E_TLS, "for another host");
    tls_case(t, "other.pem", "ca.pem", true, 0, NULL);
    tls_case(t, "self.pem", "ca.pem", false, E_TLS, "self-signed");
    tls_case(t, "old.pem", "ca.pem", false, E_TLS, "expired");
    tls_case(t, "plain", "ca.pem", false, E_TLS, NULL);
    test_upgrade(t);
    test_moves(t);
}

int main(void)
{
    NetOptions net;
    alarm(60);
    sys_init();
    CHECK(mkdtemp(folder) != NULL);
    net_options_init(&net);
    Units *t = units_new(&net);
    test_text_mode();
    test_map();
    test_session(t, 0);
    test_session(t, 1);
    test_short(t);
    test_reset(t);
    test_failures(t);
    test_interrupt(t);
    test_listen(t);
    test_tls(t);
    units_free(t);
    net_options_free(&net);
    char command[300];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK(system(command) == 0);
    CHECK_INT(mem_census(), 0);
    CHECK_DONE();
}
