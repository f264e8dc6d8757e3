// What a call of a builtin holds. Start reading at call_alloc.
#include "vm/call/ledger.h"

#include "base/mem.h"
#include "vm/call/call.h"
#include "vm/engine.h"

typedef struct LedgerEntry {
    struct LedgerEntry *next;
    void (*release)(void *);
    void *arg;
    Val v;  // kept values: release is NULL
} LedgerEntry;

static LedgerEntry *ledger_add(Call *c)
{
    LedgerEntry *x = mem_zalloc(sizeof *x);
    if (!x) return NULL;
    x->next = c->ledger;
    c->ledger = x;
    return x;
}

enum { BLOCK_FROM = 64 << 10 };  // from here on memory comes from the blocks of arrays, whose pages are touched already

void *call_alloc(Call *c, size_t n)
{
    bool big = n >= BLOCK_FROM;
    void *p = big ? mem_block(n, true, NULL) : mem_zalloc(n ? n : 1);
    if (!p) throw_no_memory(c);
    call_defer(c, big ? mem_block_free : mem_free, p);
    return p;
}

void *call_scratch(Call *c, size_t n)
{
    if (n < BLOCK_FROM) return call_alloc(c, n);
    void *p = mem_block(n, false, NULL);
    if (!p) throw_no_memory(c);
    call_defer(c, mem_block_free, p);
    return p;
}

Val *call_keep_take(Call *c, Val v)
{
    LedgerEntry *x = ledger_add(c);
    if (!x) {
        val_drop(&v);
        throw_no_memory(c);
    }
    x->v = v;
    return &x->v;
}

void call_defer(Call *c, void (*release)(void *), void *arg)
{
    LedgerEntry *x = ledger_add(c);
    if (!x) {
        release(arg);
        throw_no_memory(c);
    }
    x->release = release;
    x->arg = arg;
}

void call_keep_arguments(Call *c)
{
    for (int i = 0; i < c->argc; i++) call_keep_take(c, val_copy(val_deref(&c->args[i])));
    for (int i = 0; routine_keyword(c->routine, i); i++) {
        if (c->kw[i]) call_keep_take(c, val_copy(c->kw[i]));
    }
}

void call_undefer(Call *c, void *arg)
{
    for (LedgerEntry *x = c->ledger; x; x = x->next) {
        if (x->release && x->arg == arg) {
            x->arg = NULL;
            x->release = mem_free;
            return;
        }
    }
}

void call_release(Vm *vm, Call *c)
{
    (void)vm;
    while (c->ledger) {
        LedgerEntry *x = c->ledger;
        c->ledger = x->next;
        if (x->release) x->release(x->arg);
        val_drop(&x->v);
        mem_free(x);
    }
    val_drop(&c->result);
}
