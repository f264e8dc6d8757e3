// Buf: a growing byte string with a ceiling. Failure is sticky: after running out of memory or over the ceiling
// every call is harmless and buf_ok answers false, so that a writer checks once at its end.
#ifndef HELIO_BASE_BUF_H
#define HELIO_BASE_BUF_H

#include "base/status.h"

#include <stdarg.h>
#include <stddef.h>

typedef struct Buf {
    char *p;  // len bytes, then a NUL whenever p is not NULL
    size_t len, cap, max;
    bool failed;
} Buf;

#define BUF_NO_LIMIT ((size_t)1 << 46)
#define BUF_INIT(limit) ((Buf){0, 0, 0, (limit), false})

bool buf_reserve(Buf *b, size_t more);  // room for `more` bytes beyond len
void buf_put(Buf *b, const void *p, size_t n);
void buf_puts(Buf *b, const char *s);
void buf_putc(Buf *b, char c);
void buf_fill(Buf *b, char c, size_t n);
void buf_printf(Buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(Buf *b, const char *format, va_list args);
void buf_cut(Buf *b, size_t first);  // drops the first bytes
static inline bool buf_ok(const Buf *b) { return !b->failed; }
static inline void buf_clear(Buf *b) { b->len = 0; }
// After a failure that has been reported: the first len bytes, to be written on.
static inline void buf_recover(Buf *b, size_t len)
{
    b->failed = false;
    b->len = len;
}
char *buf_take(Buf *b);  // the text, owned by the caller (mem_free); NULL when failed. The buffer is empty afterwards
void buf_free(Buf *b);

#endif
