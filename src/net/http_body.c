// The decoder of HTTP bodies: framing first (chunks, a length, the end of the connection), then the content coding, with ceilings
// for what a small reply may become. Start at http_body_take.
#include "net/http_body.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { RATIO_FROM = 1 << 20, CHUNK_DIGITS = 15 };  // bytes made before the ratio counts; hexadecimal digits of a size

static void fault(HttpBody *b, const char *format, ...) PRINTF_LIKE(2, 3);
static void fault(HttpBody *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(b->fault, sizeof b->fault, format, args);
    va_end(args);
    b->state = BS_FAULT;
}

const char *http_body_coding(const HttpFraming *f)
{
    if (f->coding[0] && f->transfer[0]) return "several";
    return f->coding[0] ? f->coding : f->transfer[0] ? f->transfer : NULL;
}

static void choose_unpacker(HttpBody *b)
{
    const char *coding = http_body_coding(&b->framing);
    if (!coding || http_body_is_over(b)) return;
    if (!b->api || !b->api->knows(coding)) {
        fault(b, "a content coding that is not known here: %s", coding);
    } else if (!(b->unpacker = b->api->open(coding))) {
        fault(b, "a content coding for which there is no memory: %s", coding);
    }
}

void http_body_begin(HttpBody *b, const HttpFraming *f, const NetLimits *limits, const UnpackApi *api)
{
    *b = (HttpBody){.framing = *f, .limits = *limits, .api = api, .line_is_empty = true};
    switch (f->end) {
    case BODY_NONE: b->state = BS_DONE; break;
    case BODY_LENGTH: b->left = f->length; break;
    case BODY_CHUNKED: b->state = BS_SIZE; break;
    case BODY_CLOSE: b->left = -1; break;
    case BODY_FAULTY: fault(b, "%s", f->fault); break;
    }
    choose_unpacker(b);
    if (b->state == BS_DATA && b->left == 0) b->state = BS_DONE;
}

void http_body_end(HttpBody *b)
{
    if (b->unpacker) b->api->close(b->unpacker);
    b->unpacker = NULL;
}

// --- Framing: bytes that are no data -------------------------------------------------------------------------------------

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void end_of_size(HttpBody *b)
{
    b->state = b->left ? BS_DATA : BS_TRAILER;
    b->line_is_empty = true;
}

static void size_byte(HttpBody *b, char c)
{
    int digit = hex_digit(c);
    if (digit >= 0 && b->digits == CHUNK_DIGITS) {
        fault(b, "a chunk beyond all bounds");
    } else if (digit >= 0) {
        b->left = 16*b->left + digit;
        b->digits++;
    } else if (!b->digits) {
        fault(b, "a chunk whose size is no number");
    } else if (c == '\n') {
        end_of_size(b);
    } else if (c == '\r' || c == ';' || c == ' ' || c == '\t') {
        b->state = BS_EXTENSION;
    } else {
        fault(b, "a chunk whose size is no number");
    }
}

static void after_byte(HttpBody *b, char c)
{
    if (c == '\r') return;
    if (c != '\n') {
        fault(b, "a chunk that is longer than its size");
        return;
    }
    b->state = BS_SIZE;
    b->left = b->digits = 0;
}

static void trailer_byte(HttpBody *b, char c)
{
    if (c == '\n' && b->line_is_empty) b->state = BS_DONE;
    else if (c != '\r') b->line_is_empty = c == '\n';
}

static void control_byte(HttpBody *b, char c)
{
    bool is_beside = b->state == BS_EXTENSION || b->state == BS_TRAILER;
    if (is_beside && ++b->beside > b->limits.head) {
        fault(b, "more than %lld bytes of chunk extensions and trailers (!NET.MAX_HEAD raises that)", (long long)b->limits.head);
        return;
    }
    if (b->state == BS_SIZE) size_byte(b, c);
    else if (b->state == BS_AFTER) after_byte(b, c);
    else if (b->state == BS_TRAILER) trailer_byte(b, c);
    else if (c == '\n') end_of_size(b);
}

// k bytes of data have been used.
static void data_used(HttpBody *b, size_t k)
{
    b->taken += (int64_t)k;
    if (b->left < 0) return;
    b->left -= (int64_t)k;
    if (b->left == 0) b->state = b->framing.end == BODY_CHUNKED ? BS_AFTER : BS_DONE;
}

// --- Data ----------------------------------------------------------------------------------------------------------------

static void check_ceilings(HttpBody *b)
{
    if (b->made > b->limits.unpacked) {
        fault(b, "more than %lld bytes when unpacked (!NET.MAX_UNPACKED raises that)", (long long)b->limits.unpacked);
    } else if (b->made > RATIO_FROM && b->made / b->limits.ratio > b->taken) {
        fault(b, "bytes that unpack to more than %lld times as many (!NET.MAX_RATIO raises that)", (long long)b->limits.ratio);
    }
}

static void copy_data(HttpBody *b, const char *in, size_t n, size_t *used, char *out, size_t size, size_t *made)
{
    size_t k = n < size ? n : size;
    if (k) memcpy(out, in, k);
    *used = *made = k;
    data_used(b, k);
}

// A further member of gzip may follow the first (RFC 1952, 2.2).
static bool next_member(HttpBody *b, const char *in, size_t n)
{
    const char *coding = http_body_coding(&b->framing);
    if (!n || (unsigned char)in[0] != 0x1f || !strstr(coding, "gzip")) return false;
    Unpacker *next = b->api->open(coding);
    if (!next) return false;
    b->api->close(b->unpacker);
    b->unpacker = next;
    b->is_unpacked = false;
    return true;
}

static void unpack_data(HttpBody *b, const char *in, size_t n, size_t *used, char *out, size_t size, size_t *made)
{
    *used = *made = 0;
    if (b->is_unpacked && n && !next_member(b, in, n)) {
        fault(b, "bytes behind the end of its compressed data");
        return;
    }
    if (b->is_unpacked) return;
    UnpackResult r = b->api->step(b->unpacker, in, n, used, out, size, made);
    b->made += (int64_t)*made;
    if (*used) data_used(b, *used);
    b->is_unpacked = r == UNPACK_END;
    if (r == UNPACK_BAD) fault(b, "compressed data that are damaged (%s)", http_body_coding(&b->framing));
    if (r == UNPACK_NO_MEMORY) fault(b, "compressed data for which there is no memory");
    if (r == UNPACK_MORE || r == UNPACK_END) check_ceilings(b);
}

// At the end of the framing: what the unpacker still holds, and whether it is content.
static void finish_unpacking(HttpBody *b, char *out, size_t size, size_t *made)
{
    size_t used = 0;
    *made = 0;
    if (!b->unpacker || b->is_unpacked || !b->taken || b->state != BS_DONE) return;
    unpack_data(b, "", 0, &used, out, size, made);
    if (b->state == BS_DONE && !*made && !b->is_unpacked) fault(b, "compressed data that end too early");
}

void http_body_take(HttpBody *b, const char *in, size_t n, size_t *used, char *out, size_t size, size_t *made)
{
    size_t k = 0, m = 0;
    *used = *made = 0;
    for (bool goes_on = true; goes_on && *made < size;) {
        size_t left = n - *used;
        if (b->state == BS_FAULT) return;
        if (b->state == BS_DONE) {
            finish_unpacking(b, out + *made, size - *made, &m);
            *made += m;
            goes_on = m > 0;
            continue;
        }
        if (b->state != BS_DATA) {
            if (!left) return;
            control_byte(b, in[(*used)++]);
            continue;
        }
        if (b->left >= 0 && (int64_t)left > b->left) left = (size_t)b->left;
        if (b->unpacker) unpack_data(b, in + *used, left, &k, out + *made, size - *made, &m);
        else copy_data(b, in + *used, left, &k, out + *made, size - *made, &m);
        *used += k;
        *made += m;
        goes_on = k || m || b->state != BS_DATA;
    }
}

void http_body_close(HttpBody *b, bool is_cut)
{
    if (http_body_is_over(b)) return;
    if (b->state == BS_DATA && b->left < 0) {
        b->state = BS_DONE;
        if (is_cut) fault(b, "an end that the TLS connection did not announce: it may be cut");
        else if (b->unpacker && !b->is_unpacked && b->taken) fault(b, "compressed data that end too early");
    } else if (b->framing.end == BODY_LENGTH) {
        fault(b, "only %lld of its %lld bytes", (long long)(b->framing.length - b->left), (long long)b->framing.length);
    } else {
        fault(b, "no last chunk: the connection ended after %lld bytes", (long long)b->taken);
    }
}
