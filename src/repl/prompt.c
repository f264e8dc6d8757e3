// The interactive prompt: asks for lines through unit 0 and runs them. Start reading at prompt_run.
#include "repl/prompt.h"

#include "core/errors.h"
#include "io/lun.h"
#include "repl/batch.h"
#include "sys/interrupt.h"
#include "vm/engine.h"

#include <stdio.h>
#include <string.h>

static void ask(Vm *vm, bool more)
{
    const SysVar *p = sysvar_find(vm, "!PROMPT");
    const char *text = p && p->v.type == T_STRING && !val_is_array(&p->v) ? str_text(p->v.s) : "IDL> ";
    fputs(more ? "> " : text, stdout);
    fflush(stdout);
}

static bool next_typed_line(void *arg, bool more, const char **p, size_t *n)
{
    Vm *vm = arg;
    Unit *u;
    for (;;) {
        ask(vm, more);
        Status s = lun_for_text(vm->units, LUN_STDIN, UF_READ, &u);
        if (status_ok(s)) s = unit_read_line(u, p, n);
        int code = s.code;
        status_drop(&s);
        if (code == 0) return true;
        if (code != E_INTERRUPT) return false;
        sys_clear_interrupt();
        puts("");
    }
}

bool prompt_run(Vm *vm, bool quiet)
{
    if (!quiet) puts("Heliograph 0.1.0 (IDL language). Type ? for help, EXIT or Ctrl-D to leave.");
    LineFeed feed = {.next = next_typed_line, .arg = vm, .is_prompt = true};
    bool exited = batch_lines(vm, &feed);
    if (!exited) puts("");
    return exited;
}
