// HELIO_URL_ESCAPE and HELIO_URL_UNESCAPE: what may stand in a URL. Source: RFC 3986, 2.1 and 2.3.
#include "base/buf.h"
#include "vm/call/call.h"

#include <ctype.h>
#include <string.h>

static void escape(Buf *b, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        bool stays = c < 128 && (isalnum(c) || strchr("-._~", c));
        if (stays && c)
            buf_putc(b, (char)c);
        else
            buf_printf(b, "%%%02X", c);
    }
}

static int hex(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

static void unescape(Buf *b, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool is_code = p[i] == '%' && i + 2 < n && hex(p[i + 1]) >= 0 && hex(p[i + 2]) >= 0;
        buf_putc(b, is_code ? (char)(hex(p[i + 1]) * 16 + hex(p[i + 2])) : p[i]);
        if (is_code) i += 2;
    }
}

static void release(void *b) { buf_free(b); }

// Each string by itself.
static void each_text(Call *c, void (*change)(Buf *b, const char *p, size_t n))
{
    const Val *v = call_convert(c, call_arg(c, 0), T_STRING);
    Buf b = BUF_INIT(BUF_NO_LIMIT), *held = call_alloc(c, sizeof b);
    *held = b;
    call_defer(c, release, held);
    if (!val_is_array(v)) {
        change(held, str_text(v->s), str_len(v->s));
        if (!buf_ok(held)) throw_no_memory(c);
        return call_return_take(c, val_stringn(held->p ? held->p : "", held->len));
    }
    Arr *a = call_new_array(c, T_STRING, v->a->rank, v->a->dim, true);
    for (int64_t i = 0; i < v->a->n; i++) {
        const Str *s = ((const StrSlot *)v->a->data)[i].p;
        buf_clear(held);
        change(held, str_text(s), str_len(s));
        if (!buf_ok(held)) throw_no_memory(c);
        ((StrSlot *)a->data)[i].p = str_new(held->p ? held->p : "", held->len);
    }
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// HELIO_URL_ESCAPE(String): each byte but letters, digits and -._~ as %XX; of an array each string. Used by the engine
// itself.
static void fn_escape(Call *c) { each_text(c, escape); }

// HELIO_URL_UNESCAPE(String): %XX as the bytes that they stand for. Used by the engine itself.
static void fn_unescape(Call *c) { each_text(c, unescape); }

static const Routine rows[] = {
    {"HELIO_URL_ESCAPE", FUNCTION, {1, 1}, fn_escape, "String"},
    {"HELIO_URL_UNESCAPE", FUNCTION, {1, 1}, fn_unescape, "String"},
};
ROUTINE_TABLE(lib_url_escape, rows)
