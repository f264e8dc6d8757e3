// See journal.h. A journal that cannot be written to any more ends, and that is said.
#include "vm/fault/journal.h"

#include "io/lun.h"
#include "vm/fault/error_line.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static void listen(Vm *vm, void (*tee)(void *arg, const char *p, size_t n))
{
    Unit *out = &vm->units->unit[LUN_STDOUT + 2];
    out->tee = tee;
    out->tee_arg = vm;
}

static void shown(void *arg, const char *p, size_t n) { journal_shown(arg, p, n); }

Status journal_open(Vm *vm, const char *path, bool all)
{
    Engine *e = vm->engine;
    int lun;
    STATUS_TRY(lun_get(vm->units, &lun));
    LunOpen how = {.access = 'w'};
    Status s = lun_open(vm->units, lun, path, &how);
    if (!status_ok(s)) {
        Status freed = lun_free(vm->units, lun, true, NULL);
        status_drop(&freed);
        return s;
    }
    e->journal = lun;
    e->journal_all = all;
    e->journal_mid_line = false;
    listen(vm, shown);
    return STATUS_OK;
}

Status journal_close(Vm *vm)
{
    int lun = vm->engine->journal;
    vm->engine->journal = 0;
    listen(vm, NULL);
    return lun ? lun_free(vm->units, lun, true, NULL) : STATUS_OK;
}

// A program may have closed the unit: then the journal has ended, too.
static void put(Vm *vm, const Buf *b)
{
    Unit *u;
    int lun = vm->engine->journal;
    Status s = lun_for_text(vm->units, lun, UF_WRITE, &u);
    bool is_gone = s.code == E_UNIT_CLOSED;
    if (status_ok(s)) s = unit_write_text(u, b->p ? b->p : "", b->len);
    if (status_ok(s)) s = lun_flush(vm->units, lun);
    if (status_ok(s)) return;
    vm->engine->journal = 0;
    listen(vm, NULL);
    if (!is_gone) vm_error_line(vm, "%% JOURNAL: %s", s.text ? s.text : error_row(s.code)->text);
    status_drop(&s);
}

static bool is_journal_call(const char *p, size_t n)
{
    while (n && isspace((unsigned char)*p)) p++, n--;
    if (n < 7 || strncasecmp(p, "JOURNAL", 7) != 0) return false;
    return n == 7 || !(isalnum((unsigned char)p[7]) || p[7] == '_' || p[7] == '$');
}

void journal_typed(Vm *vm, const char *p, size_t n)
{
    Engine *e = vm->engine;
    if (!e->journal || is_journal_call(p, n)) return;
    Buf b = BUF_INIT(n + 16);
    if (e->journal_mid_line) buf_putc(&b, '\n');
    e->journal_mid_line = false;
    buf_put(&b, p, n);
    buf_putc(&b, '\n');
    put(vm, &b);
    buf_free(&b);
}

void journal_batch(Vm *vm, const char *p, size_t n)
{
    if (vm->engine->journal_all) journal_typed(vm, p, n);
}

void journal_shown(Vm *vm, const char *p, size_t n)
{
    Engine *e = vm->engine;
    if (!e->journal) return;
    Buf b = BUF_INIT(4 * n + 16);
    for (size_t i = 0; i < n; i++) {
        if (!e->journal_mid_line) buf_puts(&b, "; ");
        e->journal_mid_line = p[i] != '\n';
        buf_putc(&b, p[i]);
    }
    put(vm, &b);
    buf_free(&b);
}
