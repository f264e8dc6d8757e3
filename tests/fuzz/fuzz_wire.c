// Fuzz target for HTTP text mode against a model: each byte of the input is a PRINTF of a part of a line, or a WRITEU; what goes to
// the wire must be what the model says. The model knows the whole of what was printed at once and is written from the rules
// (RFC 9112 2.2, doc/divergences.md), not from net/http_text.c.
#include "base/mem.h"
#include "net/http_text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const parts[] = {
    "GET /a HTTP/1.1\n", "POST /b HTTP/1.0\n", "GET /a HTTP/1.1\r\n", "Host: x\n", "Content-Length: 7\n", "Content-Length: 0\n",
    "content-length: x\n", "Transfer-Encoding: chunked\n", "Expect: 100-continue\n", "\n", "\r\n", "\n\n", "hello", " there\n", "GET /long",
    "\n HTTP/1.1\n", "1234567", "GET / HTTP/2\n", "A: b\r", "HEAD / HTTP/1.1\nHost: y\n\n",
};
enum { PARTS = sizeof parts / sizeof parts[0], WRITES = 4 };

typedef struct Model {
    enum { START, HEAD, BODY, RAW } state;
    int64_t body;       // bytes of a body to come; -1: of unknown length
    bool has_asked;     // a request has been printed
    Buf line, wire;
} Model;

static bool is_request(const char *line)
{
    char method[32], target[64], version[16], rest;
    return sscanf(line, "%31[A-Z] %63[^ \n] %15[^ \n]%c", method, target, version, &rest) == 3 && strlen(method) >= 3 && line[strlen(method)] == ' ' &&
           (strcmp(version, "HTTP/1.1") == 0 || strcmp(version, "HTTP/1.0") == 0);
}

static bool begins_request(const char *line)
{
    char method[32], target[64], rest;
    return sscanf(line, "%31[A-Z] %63[^ \n]%c", method, target, &rest) == 2 && strlen(method) >= 3 && line[strlen(method)] == ' ' &&
           target[0] == '/';
}

static void header(Model *m, const char *line)
{
    if (strncasecmp(line, "Transfer-Encoding:", 18) == 0) m->body = -1;
    if (strncasecmp(line, "Content-Length:", 15) == 0 && m->body >= 0) m->body = line[16] >= '0' && line[16] <= '9' ? atoi(line + 15) : -1;
    if (!*line) m->state = m->body > 0 ? BODY : m->body < 0 ? RAW : START;
}

static void whole_line(Model *m)
{
    AUTO_FREE char *line = mem_strndup(m->line.p ? m->line.p : "", m->line.len);
    size_t n = strlen(line);
    if (n && line[n - 1] == '\r') line[n - 1] = '\0';
    if (m->state == START && !*line && m->has_asked) {
        // behind a head: not sent
    } else if (m->state == HEAD || is_request(line)) {
        buf_printf(&m->wire, "%s\r\n", line);
        if (m->state == HEAD) {
            header(m, line);
        } else {
            m->state = HEAD;
            m->body = 0;
            m->has_asked = true;
        }
    } else {
        buf_put(&m->wire, m->line.p, m->line.len);
        buf_putc(&m->wire, '\n');
        m->state = begins_request(line) ? START : RAW;
    }
    buf_clear(&m->line);
}

static void model_print(Model *m, const char *p)
{
    for (; *p; p++) {
        if (m->state == RAW || m->state == BODY) {
            buf_putc(&m->wire, *p);
            if (m->state == BODY && --m->body == 0) m->state = START;
        } else if (*p == '\n') {
            whole_line(m);
        } else {
            buf_putc(&m->line, *p);
        }
    }
}

static void model_flush(Model *m)
{
    if (!m->line.len) return;
    buf_put(&m->wire, m->line.p, m->line.len);
    if (m->state == START) m->state = RAW;
    buf_clear(&m->line);
}

static void model_write(Model *m, const char *p)
{
    model_flush(m);
    if (m->state != BODY) m->state = RAW;
    for (; *p; p++) {
        buf_putc(&m->wire, *p);
        if (m->state == BODY && --m->body == 0) m->state = RAW;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    NetOptions o = {.http_text = true, .limits = {.head = 1 << 16}};
    HttpText *h = http_text_new(&o);
    Model m = {.line = BUF_INIT(BUF_NO_LIMIT), .wire = BUF_INIT(BUF_NO_LIMIT)};
    Buf wire = BUF_INIT(BUF_NO_LIMIT);
    for (size_t i = 0; i < size && i < 300; i++) {  // 300 parts are below the longest line
        const char *p = parts[data[i] % PARTS];
        if (data[i] / PARTS % WRITES == 1) {
            http_text_written(h, strlen(p), &wire);
            buf_put(&wire, p, strlen(p));
            model_write(&m, p);
        } else {
            http_text_print(h, p, strlen(p), &wire);
            model_print(&m, p);
        }
    }
    http_text_flush(h, &wire);
    model_flush(&m);
    if (wire.len != m.wire.len || (wire.len && memcmp(wire.p, m.wire.p, wire.len))) {
        fprintf(stderr, "--- wire\n%.*s\n--- model\n%.*s\n", (int)wire.len, wire.p, (int)m.wire.len, m.wire.p);
        abort();
    }
    buf_free(&wire);
    buf_free(&m.wire);
    buf_free(&m.line);
    http_text_free(h);
    return 0;
}
