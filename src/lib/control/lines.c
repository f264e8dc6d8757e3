// See lines.h.
#include "lib/control/lines.h"

#include "io/lun.h"
#include "vm/vm.h"

#include <string.h>

#define LINES_LIMIT ((size_t)256 << 20)

static void free_buf(void *b) { buf_free(b); }

Buf *lines_new(Call *c)
{
    Buf *b = call_alloc(c, sizeof *b);
    *b = BUF_INIT(LINES_LIMIT);
    call_defer(c, free_buf, b);
    return b;
}

Val lines_value(Call *c, const Buf *b)
{
    if (!buf_ok(b)) throw_no_memory(c);
    int64_t n = 0;
    for (size_t i = 0; i < b->len; i++) n += b->p[i] == '\n';
    if (!n) return val_string("");
    Arr *a = arr_new1(T_STRING, n, true);
    if (!a) throw_no_memory(c);
    const char *p = b->p;
    for (int64_t i = 0; i < n; i++) {
        const char *end = memchr(p, '\n', (size_t)(b->p + b->len - p));
        ((StrSlot *)a->data)[i].p = str_new(p, (size_t)(end - p));
        p = end + 1;
    }
    return val_arr_take(a);
}

void lines_write(Call *c, int64_t lun, const Buf *b)
{
    Unit *u;
    if (!buf_ok(b)) throw_no_memory(c);
    TRY(c, lun_for_text(c->vm->units, lun, UF_WRITE, &u));
    TRY(c, unit_write_text(u, b->p ? b->p : "", b->len));
    TRY(c, unit_end_text(u));
}
