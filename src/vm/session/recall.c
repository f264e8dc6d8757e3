// See recall.h.
#include "vm/session/recall.h"

#include "base/mem.h"
#include "vm/settings/preferences.h"

#include <string.h>

enum { RECALL_LINE = 1 << 16 };  // longer ones are programs' data

void recall_add(Vm *vm, const char *text, size_t n)
{
    Engine *e = vm->engine;
    int most = pref_number(vm, PREF_RBUF_SIZE), extra = e->typed.len + 1 - most;
    while (n && (text[n - 1] == '\n' || text[n - 1] == '\r')) n--;
    if (!n || n > RECALL_LINE || most == 0) return;
    if (extra > 0) {
        for (int i = 0; i < extra; i++) mem_free(e->typed.p[i]);
        memmove(e->typed.p, e->typed.p + extra, (size_t)(e->typed.len - extra) * sizeof *e->typed.p);
        e->typed.len -= extra;
    }
    VEC_PUSH(&e->typed, mem_strndup(text, n));
}
