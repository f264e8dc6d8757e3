// helio: options, then a program, a batch of statements, or the prompt. Start reading at main.
#include "base/mem.h"
#include "io/lun.h"
#include "lib/tables.h"
#include "repl/batch.h"
#include "repl/prompt.h"
#include "sys/interrupt.h"
#include "vm/statement.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Options {
    bool quiet, interactive, help, version;
    const char *statement;  // -e
    const char *file;
    const char **args;  // of the program: ARGS, -arg, -args
    int nargs;
} Options;

static void usage(FILE *to)
{
    fputs("usage: helio [-quiet] [-i] [-e STATEMENT] [FILE [ARGS...]]\n"
          "  -e STATEMENT  run the statement and exit\n"
          "  -i            stay at the prompt after FILE or -e\n"
          "  -quiet        no banner\n"
          "  -arg S        an argument of the program (COMMAND_LINE_ARGS); -args S...: all that follows\n"
          "  -version      print the version and exit\n"
          "FILE with routines or a final END is compiled whole and its main program run; otherwise its statements run\n"
          "one by one. Without FILE: the prompt, or the statements on standard input when it is no terminal.\n", to);
}

// True if the word is the option, with one or two dashes.
static bool is_option(const char *arg, const char *name)
{
    return arg[0] == '-' && strcmp(arg + 1 + (arg[1] == '-'), name) == 0;
}

static void take_rest(Options *o, char **argv)
{
    while (*argv) o->args[o->nargs++] = *argv++;
}

static bool parse_options(char **argv, Options *o)
{
    for (; *argv; argv++) {
        const char *a = *argv;
        if (is_option(a, "quiet")) o->quiet = true;
        else if (is_option(a, "i")) o->interactive = true;
        else if (is_option(a, "help") || is_option(a, "h")) o->help = true;
        else if (is_option(a, "version")) o->version = true;
        else if (is_option(a, "e") || is_option(a, "arg")) {
            if (!*++argv) return false;
            if (is_option(a, "e")) o->statement = *argv;
            else o->args[o->nargs++] = *argv;
        } else if (is_option(a, "args")) {
            take_rest(o, argv + 1);
            break;
        } else if (a[0] == '-' && a[1]) {
            fprintf(stderr, "helio: unknown option %s\n", a);
            return false;
        } else {
            o->file = a;
            take_rest(o, argv + 1);
            break;
        }
    }
    return true;
}

// EXIT's own status, else 1 when something failed that the program did not handle. What failed at the prompt was seen.
static int run(Vm *vm, const Options *o)
{
    RunResult r = RAN_OK;
    bool asks = o->interactive || (!o->statement && !o->file), at_prompt = asks && isatty(STDIN_FILENO);
    if (at_prompt && !o->quiet) prompt_greet();
    if (at_prompt) r = batch_startup(vm);
    if (r != RAN_EXIT && o->statement) r = batch_statement(vm, o->statement);
    if (r != RAN_EXIT && o->file) r = batch_file(vm, o->file);
    if (r != RAN_EXIT && asks) r = at_prompt ? prompt_run(vm) : batch_stdin(vm);
    if (r == RAN_EXIT) return vm_exit_status(vm);
    return !at_prompt && vm_failures(vm) ? 1 : 0;
}

int main(int argc, char **argv)
{
    Options o = {.args = mem_must((size_t)(argc + 1) * sizeof(char *))};
    if (!parse_options(argv + 1, &o)) {
        usage(stderr);
        mem_free(o.args);
        return 2;
    }
    if (o.help || o.version) {
        if (o.help) usage(stdout);
        else puts("Heliograph 0.1.0");
        mem_free(o.args);
        return 0;
    }
    sys_init();
    Vm *vm = vm_new();
    if (!vm) {
        fputs("helio: not enough address space to start\n", stderr);
        return 70;
    }
    lib_start(vm);
    vm_set_arguments(vm, o.args, o.nargs);
    int status = run(vm, &o);
    Status s = units_flush(vm->units);
    if (!status_ok(s)) {
        fprintf(stderr, "%% %s\n", s.text ? s.text : "Error encountered writing to standard output.");
        status_drop(&s);
        if (!status) status = 1;
    }
    vm_free(vm);
    mem_free(o.args);
#ifdef HELIO_DEBUG
    if (mem_census() && !status) status = 99;
#endif
    return status;
}
