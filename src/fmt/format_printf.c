// Parses the C style of formats ("%d of %5.2f\n") into the ops of format.h, and keeps the cache of parsed formats.
// The style has no control codes; %d, %s, %f without a width are the natural-width I0, A and F0. Start at
// format_parse_printf.
#include "fmt/format.h"

#include <ctype.h>
#include <string.h>

static void flush_text(Format *f, Buf *text)
{
    if (!text->len) return;
    FormatOp op = {.code = FC_TEXT, .repeat = 1, .w = -1, .d = -1, .len = (int32_t)text->len};
    op.text = arena_strndup(&f->arena, text->p, text->len);
    VEC_PUSH(&f->ops, op);
    buf_clear(text);
}

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The character after a backslash at p[i]; returns how many characters the whole escape takes.
static size_t escape(const char *p, size_t n, size_t i, Buf *text)
{
    static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
    if (i + 1 >= n) {
        buf_putc(text, '\\');
        return 1;
    }
    unsigned char c = (unsigned char)p[i + 1];
    const char *hit = strchr(letters, tolower(c));
    if (hit && *hit) {
        buf_putc(text, values[hit - letters]);
        return 2;
    }
    int v = 0;
    size_t k = i + 1;
    if (c >= '0' && c <= '7') {
        for (; k < n && k < i + 4 && p[k] >= '0' && p[k] <= '7'; k++) v = v * 8 + (p[k] - '0');
    } else if (tolower(c) == 'x' && i + 2 < n && hex_digit((unsigned char)p[i + 2]) >= 0) {
        for (k = i + 2; k < n && k < i + 4 && hex_digit((unsigned char)p[k]) >= 0; k++)
            v = v * 16 + hex_digit((unsigned char)p[k]);
    } else {
        v = c;
        k = i + 2;
    }
    buf_putc(text, (char)v);
    return k - i;
}

static int32_t digits(const char *p, size_t n, size_t *i)
{
    int32_t v = -1;
    for (; *i < n && isdigit((unsigned char)p[*i]); (*i)++) {
        v = (v < 0 ? 0 : v) * 10 + (p[*i] - '0');
        if (v > FORMAT_MAX_WIDTH) return -2;
    }
    return v;
}

// %[-][+][0][w][.d]C at p[*i].
static const char *conversion(Format *f, const char *p, size_t n, size_t *i)
{
    FormatOp op = {.repeat = 1, .d = -1};
    size_t k = *i + 1;
    for (; k < n && p[k] && strchr("+- 0#", p[k]); k++)
        op.flags |= p[k] == '-' ? FF_LEFT : p[k] == '+' ? FF_PLUS : p[k] == '0' ? FF_ZERO : 0;
    op.w = digits(p, n, &k);
    if (k < n && p[k] == '.') {
        k++;
        op.d = digits(p, n, &k);
        if (op.d == -1) op.d = 0;
    }
    while (k < n && p[k] && strchr("hlL", p[k])) k++;
    if (op.w == -2 || op.d == -2) return "number too large";
    if (k >= n) return "incomplete % code";
    if (isupper((unsigned char)p[k])) op.flags |= FF_UPPER;
    switch (tolower((unsigned char)p[k])) {
    case 'd': case 'i': case 'u': op.code = FC_I; break;
    case 'b': op.code = FC_B; break;
    case 'o': op.code = FC_O; break;
    case 'x': case 'z': op.code = FC_Z; break;
    case 'f': op.code = FC_F; break;
    case 'e': op.code = FC_E; break;
    case 'g': op.code = FC_G; break;
    case 's': op.code = FC_A; break;
    default: return "unknown % code";
    }
    if (op.w < 0 && op.code != FC_A) op.w = 0;
    VEC_PUSH(&f->ops, op);
    *i = k + 1;
    return NULL;
}

bool format_parse_printf(Format *f, const char *p, size_t n, const char **why, size_t *at)
{
    Buf text = BUF_INIT(n + 1);
    size_t i = 0;
    *why = NULL;
    while (i < n && !*why) {
        if (p[i] == '\\') {
            i += escape(p, n, i, &text);
        } else if (p[i] != '%') {
            buf_putc(&text, p[i++]);
        } else if (i + 1 < n && p[i + 1] == '%') {
            buf_putc(&text, '%');
            i += 2;
        } else {
            flush_text(f, &text);
            *why = conversion(f, p, n, &i);
            if (f->ops.len > FORMAT_MAX_OPS) *why = "format too long";
        }
    }
    flush_text(f, &text);
    if (!buf_ok(&text)) *why = "out of memory";
    buf_free(&text);
    *at = i;
    return !*why;
}

// ---- the cache -----------------------------------------------------------------------------------------------------

enum { CACHE_MAX = 200, CACHE_MAX_LENGTH = 4096 };

void format_cache_free(FormatCache *c)
{
    size_t at = 0;
    for (const MapEntry *e; (e = map_next(&c->map, &at));) format_free(e->value);
    map_free(&c->map);
    *c = (FormatCache){0};
}

Status format_cached(FormatCache *c, const char *p, size_t n, const Format **out)
{
    bool has_nul = memchr(p, 0, n) != NULL;
    Format *f = has_nul ? NULL : map_get_n(&c->map, p, n);
    if (!f) {
        STATUS_TRY(format_parse(p, n, &f));
        if (c->map.len >= CACHE_MAX) format_cache_free(c);
        char *key = mem_strndup(p, n);
        map_set(&c->map, key, f);
        mem_free(key);
    }
    *out = f;
    return STATUS_OK;
}
