// Fields and framing of an HTTP head. Strict where lenient readers disagree about where a body ends (RFC 9112, 6.3): such a
// reply is faulty. Start at http_framing.
#include "net/http_head.h"

#include "base/mem.h"

#include <string.h>
#include <strings.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Where the line that begins at p ends: at its LF, or at `end`.
static const char *line_end(const char *p, const char *end)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    return lf ? lf : end;
}

// The text of one line of a value, without blanks around it, behind what is there.
static void put_trimmed(Buf *b, const char *p, const char *stop)
{
    while (p < stop && is_blank(*p)) p++;
    while (stop > p && (stop[-1] == '\r' || is_blank(stop[-1]))) stop--;
    if (b->len && stop > p) buf_putc(b, ' ');
    buf_put(b, p, (size_t)(stop - p));
}

char *http_field_next(const Buf *head, const char *name, size_t *at)
{
    size_t n = strlen(name);
    const char *p = head->p, *end = p + head->len;
    if (!p || *at >= head->len) return NULL;
    for (p += *at; p < end;) {
        const char *stop = line_end(p, end);
        bool is_it = (size_t)(stop - p) > n && p[n] == ':' && strncasecmp(p, name, n) == 0;
        const char *value = p + n + 1;
        p = stop < end ? stop + 1 : end;
        if (!is_it) continue;
        Buf b = BUF_INIT(head->len + 1);
        put_trimmed(&b, value, stop);
        for (; p < end && is_blank(*p); p = stop < end ? stop + 1 : end) {
            stop = line_end(p, end);
            put_trimmed(&b, p, stop);
        }
        *at = (size_t)(p - head->p);
        if (!b.len) buf_puts(&b, "");
        char *text = buf_take(&b);
        return text ? text : mem_strdup("");
    }
    *at = head->len;
    return NULL;
}

char *http_field(const Buf *head, const char *name)
{
    size_t at = 0;
    return http_field_next(head, name, &at);
}

static void copy_lower(char *to, size_t n, const char *p, size_t len)
{
    size_t k = len < n - 1 ? len : n - 1;
    for (size_t i = 0; i < k; i++) to[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + 32 : p[i]);
    to[k] = '\0';
}

int http_field_list(const Buf *head, const char *name, char *last, size_t n)
{
    int count = 0;
    size_t at = 0;
    for (char *text; (text = http_field_next(head, name, &at)) != NULL; mem_free(text)) {
        for (const char *p = text; *p;) {
            size_t len = strcspn(p, ","), skip = strspn(p, " \t");
            size_t to = len;
            while (to > skip && is_blank(p[to - 1])) to--;
            if (to > skip) {
                copy_lower(last, n, p + skip, to - skip);
                count++;
            }
            p += len + (p[len] == ',');
        }
    }
    return count;
}

// A list of the same number is that number. -1 there is none; -2 a fault.
static int64_t parse_lengths(const Buf *head, const char **fault)
{
    int64_t length = -1;
    size_t at = 0;
    for (char *text; (text = http_field_next(head, "Content-Length", &at)) != NULL; mem_free(text)) {
        const char *p = text;
        bool more = true;
        while (more && !*fault) {
            int64_t v = 0;
            int digits = 0;
            p += strspn(p, " \t");
            for (; is_digit(*p) && digits < 18; p++, digits++) v = 10*v + (*p - '0');
            if (is_digit(*p)) *fault = "a Content-Length beyond all bounds";
            p += strspn(p, " \t");
            if (!*fault && (!digits || (*p && *p != ','))) *fault = "a Content-Length that is no number";
            if (!*fault && length >= 0 && length != v) *fault = "two different Content-Length";
            length = v;
            more = *p++ == ',';
        }
    }
    return *fault ? -2 : length;
}

// What no header line may look like: a blank before its colon, no colon, a NUL. Behind the status line.
static const char *line_fault(const Buf *head)
{
    const char *end = head->p + head->len, *p = line_end(head->p, end);
    for (p += p < end; p < end;) {
        const char *stop = line_end(p, end), *colon = memchr(p, ':', (size_t)(stop - p));
        bool is_last = stop == p || (stop == p + 1 && *p == '\r');
        if (memchr(p, '\0', (size_t)(stop - p))) return "a NUL in its head";
        if (!is_last && !is_blank(*p)) {
            if (!colon || colon == p) return "a header line without a name and a colon";
            if (is_blank(colon[-1])) return "a blank before the colon of a header line";
        }
        p = stop < end ? stop + 1 : end;
    }
    return NULL;
}

static void transfer_codings(const Buf *head, HttpFraming *f)
{
    char last[16] = "", first[16] = "";
    int n = http_field_list(head, "Transfer-Encoding", last, sizeof last);
    if (!n) return;
    AUTO_FREE char *text = http_field(head, "Transfer-Encoding");
    copy_lower(first, sizeof first, text, strcspn(text, " \t,"));
    bool is_chunked = strcmp(last, "chunked") == 0;
    f->end = is_chunked ? BODY_CHUNKED : BODY_CLOSE;
    f->length = -1;
    if (n - is_chunked > 1) f->fault = "several transfer codings";
    else if (n - is_chunked == 1) memcpy(f->transfer, first, sizeof first);
    if (is_chunked && n > 1 && strcmp(first, "chunked") == 0) f->fault = "chunks in chunks";
}

HttpFraming http_framing(const Buf *head, int status, bool is_head)
{
    HttpFraming f = {.end = BODY_CLOSE, .length = -1, .fault = line_fault(head)};
    if (is_head || status == 204 || status == 304 || (status >= 100 && status < 200)) {
        f.end = BODY_NONE;
        f.length = 0;
        f.fault = NULL;
        return f;
    }
    if (!f.fault) f.length = parse_lengths(head, &f.fault);
    if (f.length >= 0) f.end = BODY_LENGTH;
    if (http_field_list(head, "Content-Encoding", f.coding, sizeof f.coding) > 1) strcpy(f.coding, "several");
    if (strcmp(f.coding, "identity") == 0) f.coding[0] = '\0';
    transfer_codings(head, &f);
    if (f.fault) {
        f.end = BODY_FAULTY;
        f.length = -1;
    }
    return f;
}
