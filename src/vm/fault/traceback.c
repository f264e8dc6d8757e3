// Where a program stands, frame by frame, and where the last error was. Start reading at trace.
#include "vm/fault/traceback.h"

#include "vm/fault/error_line.h"

#include <stdio.h>
#include <string.h>

// "% Execution halted at: NAME  line file", further frames under it. one_line: whatever the path's length.
static void put_trace_line(Buf *b, const char *first, bool one_line, const KeptPlace *p)
{
    char left[400];
    int line = p->has_line ? code_line(p->code, p->pc) : 0, n;
    const char *path = p->code->path;
    if (first) n = snprintf(left, sizeof left, "%% %s: %-16s", first, p->code->name);
    else n = snprintf(left, sizeof left, "%%%-22s%-16s", "", p->code->name);
    if (line && n > 0 && n < (int)sizeof left) snprintf(left + n, sizeof left - (size_t)n, "%5d", line);
    buf_puts(b, left);
    if (!line || !path) return;
    buf_puts(b, !one_line && strlen(left) + 1 + strlen(path) > 80 ? "\n   " : " ");
    buf_puts(b, path);
}

// The next frame to be shown from i inward on; false when there is none. Frames of typed text are not shown: the routine
// it was typed in follows, or $MAIN$.
static bool next_place(const Engine *e, int *i, bool *main_shown, KeptPlace *p)
{
    while (*i >= 0) {
        const CallFrame *f = &e->frame[(*i)--];
        if (f->kind == FRAME_STATEMENT ? f->target != 0 : f->kind == FRAME_MAIN && *main_shown) continue;
        if (f->kind == FRAME_STATEMENT) *main_shown = true;
        bool has_line = f->kind == FRAME_STATEMENT ? !f->quiet_stop : f->kind != FRAME_MAIN;
        *p = (KeptPlace){f->code, f->pc, has_line};
        return true;
    }
    return false;
}

static void trace(Vm *vm, const char *first, bool top_only, bool one_line)
{
    KeptPlace p;
    bool main_shown = false;
    for (int i = vm->engine->depth; next_place(vm->engine, &i, &main_shown, &p); first = NULL) {
        Buf b = BUF_INIT(1 << 20);
        put_trace_line(&b, first, one_line, &p);
        if (buf_ok(&b)) vm_error_line(vm, "%s", b.p);
        buf_free(&b);
        if (top_only) return;
    }
}

void traceback_forget(Engine *e)
{
    while (e->nlast_trace > 0) code_drop(e->last_trace[--e->nlast_trace].code);
}

void traceback_remember(Engine *e)
{
    KeptPlace p;
    bool main_shown = false;
    traceback_forget(e);
    for (int i = e->depth; e->nlast_trace < TRACE_KEPT && next_place(e, &i, &main_shown, &p);) {
        code_ref(p.code);
        e->last_trace[e->nlast_trace++] = p;
    }
}

void traceback_last(const Engine *e, Buf *b)
{
    for (int i = 0; i < e->nlast_trace; i++) {
        put_trace_line(b, i ? NULL : "Execution halted at", false, &e->last_trace[i]);
        buf_putc(b, '\n');
    }
}

void traceback_print(Vm *vm, const char *first) { trace(vm, first, false, false); }
void traceback_top(Vm *vm, const char *first) { trace(vm, first, true, false); }

void traceback_origin(Vm *vm) { trace(vm, "Error occurred at", false, true); }
