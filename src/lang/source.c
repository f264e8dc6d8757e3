// Positions and carets. Long lines are shown in part, around the position.
#include "lang/source.h"

#include <string.h>

enum { SHOWN = 110 };

int source_line(const Source *s, size_t pos)
{
    int line = s->first_line;
    const char *end = s->text + (pos < s->len ? pos : s->len);
    for (const char *p = s->text; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) line++;
    return line;
}

void source_show(const Source *s, size_t pos, Buf *out)
{
    if (pos > s->len) pos = s->len;
    size_t start = pos, end = pos;
    while (start > 0 && s->text[start - 1] != '\n') start--;
    while (end < s->len && s->text[end] != '\n') end++;
    if (end > start && s->text[end - 1] == '\r' && end - 1 >= pos) end--;
    if (pos - start > SHOWN - 20) start = pos - (SHOWN - 20);
    if (end - start > SHOWN) end = start + SHOWN;
    buf_put(out, s->text + start, end - start);
    buf_putc(out, '\n');
    for (size_t i = start; i < pos; i++) {
        unsigned char c = (unsigned char)s->text[i];
        if ((c & 0xC0) != 0x80) buf_putc(out, c == '\t' ? '\t' : ' ');
    }
    buf_puts(out, "^\n");
}
