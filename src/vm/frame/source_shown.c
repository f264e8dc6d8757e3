// See source_shown.h. A routine's text is that which SAVE, /ROUTINES would write; a main program's is with its code.
#include "vm/frame/source_shown.h"

#include "base/buf.h"
#include "vm/fault/error_line.h"

#include <string.h>

enum { WIDTH = 110 };

// The text of the frame's unit and the number of its first line; NULL: not known.
static const char *text_of(Vm *vm, const CallFrame *f, int *first_line)
{
    *first_line = 1;
    if (f->code->is_main) return f->code->text;
    const UserRoutine *u = user_routine(vm, f->code->name, f->code->is_function);
    if (!u || u->code != f->code || f->code->options & OPT_HIDDEN) return NULL;
    *first_line = u->first_line;
    return u->source;
}

static const char *line_of(const char *text, int n)
{
    while (text && n-- > 0) {
        text = strchr(text, '\n');
        if (text) text++;
    }
    return text && *text ? text : NULL;
}

void source_shown(Vm *vm, const CallFrame *f)
{
    int first, line, column;
    if (f->kind != FRAME_ROUTINE && (f->kind != FRAME_STATEMENT || f->quiet_stop)) return;
    const char *text = text_of(vm, f, &first);
    line = code_place(f->code, f->pc, &column);
    const char *p = line && line >= first ? line_of(text, line - first) : NULL;
    if (!p) return;
    size_t n = strcspn(p, "\r\n"), from = (size_t)column < n ? (size_t)column : 0, shown = 0;
    if (from > WIDTH / 2) shown = from - WIDTH / 2;
    Buf b = BUF_INIT(1 << 12);
    size_t len = n - shown < WIDTH ? n - shown : WIDTH;
    buf_printf(&b, "  %.*s\n  ", (int)len, p + shown);
    for (size_t i = shown; i < from; i++) {
        if (((unsigned char)p[i] & 0xC0) != 0x80) buf_putc(&b, p[i] == '\t' ? '\t' : ' ');
    }
    buf_putc(&b, '^');
    if (buf_ok(&b)) vm_error_line(vm, "%s", b.p);
    buf_free(&b);
}
