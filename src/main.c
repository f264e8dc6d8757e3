// helio: options, then a program, a batch of statements, or the prompt. Start reading at main.
#include "base/mem.h"
#include "gfx/gfx.h"
#include "io/lun.h"
#include "lib/tables.h"
#include "repl/batch.h"
#include "repl/bridged.h"
#include "repl/disassemble.h"
#include "repl/options.h"
#include "repl/prompt.h"
#include "sys/interrupt.h"
#include "sys/publish.h"
#include "sys/safe.h"
#include "sys/typed.h"
#include "vm/engine.h"
#include "vm/fault/error_line.h"
#include "vm/session/statement.h"

#include <stdio.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
// Cairo and fontconfig keep what they have found until the process ends.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void) { return "leak:libcairo.so\nleak:libfontconfig.so\n"; }
const char *__lsan_default_options(void) { return "print_suppressions=0"; }
#endif

// EXIT's own status, else 1 when something failed that the program did not handle. What failed at the prompt was seen.
static int run_all(Vm *vm, const Options *o)
{
    RunResult r = RAN_OK;
    if (o->disasm) return disassemble_file(vm, o->disasm);
    if (o->is_bridged) return bridged_run(vm);
    bool asks = o->interactive || o->from_input || (!o->statement && !o->file), at_prompt = asks && isatty(STDIN_FILENO);
    if (at_prompt && !o->quiet && !vm->quiet) prompt_greet();
    if (at_prompt) r = batch_startup(vm);
    if (r != RAN_EXIT && o->statement) r = batch_statement(vm, o->statement);
    if (r != RAN_EXIT && o->file) r = batch_file(vm, o->file, !asks);
    if (r != RAN_EXIT && asks) r = at_prompt ? prompt_run(vm) : batch_stdin(vm);
    if (r == RAN_EXIT) return vm_exit_status(vm);
    return !at_prompt && vm_failures(vm) ? 1 : 0;
}

// SIGTERM and SIGHUP: what was written is kept, what is unfinished goes.
static void end_orderly(void *vm)
{
    units_end(((Vm *)vm)->units);
    publish_abandon_all();
}

static void end_urgently(void *vm)
{
    units_end_urgently(((Vm *)vm)->units);
    publish_abandon_all();
}

// What has been drawn and not yet shown; a failure is told. 0 or the exit status.
static int settle_pictures(Vm *vm)
{
    Status s = vm->gfx ? gfx_settle(vm->gfx) : STATUS_OK;
    if (status_ok(s)) return 0;
    vm_error_line(vm, "%% %s", s.text ? s.text : "The picture could not be written.");
    if (s.sys) vm_error_line(vm, "  %s", sys_error_text(s.sys));
    status_drop(&s);
    return 1;
}

// Before anything of a program is looked at. False: told on standard error.
static bool begin_safely(const char *folder)
{
    Status s = safe_start(folder);
    bool ok = status_ok(s);
    if (!ok) fprintf(stderr, "helio: %s%s%s\n", s.text, s.sys ? ": " : "", s.sys ? sys_error_text(s.sys) : "");
    status_drop(&s);
    return ok;
}

static int engine_of(const Options *o)
{
    sys_init();
    if (o->safe && !begin_safely(o->safe)) return 2;
    Vm *vm = vm_new();
    if (!vm) {
        fputs("helio: not enough address space to start\n", stderr);
        return 70;
    }
    sys_on_ending(end_orderly, end_urgently, vm);
    int status = 2;
    if (options_give_preferences(vm, o)) {
        lib_start(vm);
        vm_set_arguments(vm, o->args, o->nargs);
        status = run_all(vm, o);
    }
    int pictures = settle_pictures(vm);
    if (!status) status = pictures;
    Status s = units_flush(vm->units);
    if (!status_ok(s)) {
        fprintf(stderr, "%% %s\n", s.text ? s.text : "Error encountered writing to standard output.");
        status_drop(&s);
        if (!status) status = 1;
    }
    sys_end_if_asked();
    sys_on_ending(NULL, NULL, NULL);
    vm_free(vm);
    sys_typed_return();
    sys_end_if_asked();
    return status;
}

int main(int argc, char **argv)
{
    Options o;
    int status = 0;
    sys_sure_descriptors();
    if (!options_parse(argv + 1, argc, &o)) {
        options_usage(stderr);
        status = 2;
    } else if (o.help) {
        options_usage(stdout);
    } else if (o.version) {
        puts("Heliograph 0.1.0");
    } else {
        status = engine_of(&o);
    }
    options_free(&o);
#ifdef HELIO_DEBUG
    if (mem_census() && !status) status = 99;
#endif
    return status;
}
