// The growing byte string. Start reading at buf_reserve, through which all growth goes.
#include "base/buf.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

bool buf_reserve(Buf *b, size_t more)
{
    if (b->failed) return false;
    size_t need = b->len + more;
    if (need < more || need > b->max) {
        b->failed = true;
        return false;
    }
    if (b->p && need < b->cap) return true;
    size_t cap = b->cap ? b->cap : 64;
    while (cap <= need) cap *= 2;
    char *p = mem_realloc(b->p, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void buf_put(Buf *b, const void *p, size_t n)
{
    if (!buf_reserve(b, n)) return;
    if (n) memcpy(b->p + b->len, p, n);
    b->len += n;
    b->p[b->len] = '\0';
}

void buf_puts(Buf *b, const char *s) { buf_put(b, s, strlen(s)); }

void buf_putc(Buf *b, char c) { buf_put(b, &c, 1); }

void buf_fill(Buf *b, char c, size_t n)
{
    if (!buf_reserve(b, n)) return;
    memset(b->p + b->len, c, n);
    b->len += n;
    b->p[b->len] = '\0';
}

void buf_vprintf(Buf *b, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n >= 0 && buf_reserve(b, (size_t)n)) {
        vsnprintf(b->p + b->len, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_printf(Buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

void buf_cut(Buf *b, size_t first)
{
    if (first >= b->len) {
        b->len = 0;
    } else if (first) {
        memmove(b->p, b->p + first, b->len - first);
        b->len -= first;
    }
    if (b->p) b->p[b->len] = '\0';
}

char *buf_take(Buf *b)
{
    if (!b->failed && !b->p) buf_reserve(b, 0);
    char *p = b->failed ? NULL : b->p;
    if (p) p[b->len] = '\0';
    else mem_free(b->p);
    *b = BUF_INIT(b->max);
    return p;
}

void buf_free(Buf *b)
{
    mem_free(b->p);
    *b = BUF_INIT(b->max);
}
