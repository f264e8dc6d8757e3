// helio: options, then a program, a batch of statements, or the prompt. Start reading at main.
#include "base/mem.h"
#include "io/lun.h"
#include "lib/tables.h"
#include "repl/batch.h"
#include "sys/interrupt.h"
#include "vm/statement.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Options {
    bool quiet, interactive, help, version;
    const char *statement;  // -e
    const char *file;
    char **args;
    int nargs;
} Options;

static void usage(FILE *to)
{
    fputs("usage: helio [-quiet] [-i] [-e STATEMENT] [FILE [ARGS...]]\n"
          "  -e STATEMENT  run the statement and exit\n"
          "  -i            stay at the prompt after FILE or -e\n"
          "  -quiet        no banner\n"
          "  -version      print the version and exit\n"
          "FILE with routines or a final END is compiled whole and its main program run; otherwise its statements run\n"
          "one by one. Without FILE: the prompt, or the statements on standard input when it is no terminal.\n", to);
}

// True if the word is the option, with one or two dashes.
static bool is_option(const char *arg, const char *name)
{
    return arg[0] == '-' && strcmp(arg + 1 + (arg[1] == '-'), name) == 0;
}

static bool parse_options(int argc, char **argv, Options *o)
{
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        if (is_option(a, "quiet")) o->quiet = true;
        else if (is_option(a, "i")) o->interactive = true;
        else if (is_option(a, "help") || is_option(a, "h")) o->help = true;
        else if (is_option(a, "version")) o->version = true;
        else if (is_option(a, "e")) {
            if (++i == argc) return false;
            o->statement = argv[i];
        } else if (a[0] == '-' && a[1]) {
            fprintf(stderr, "helio: unknown option %s\n", a);
            return false;
        } else {
            o->file = a;
            o->args = argv + i + 1;
            o->nargs = argc - i - 1;
            break;
        }
    }
    return true;
}

// EXIT's own status, else 1 when something failed that the program did not handle.
static int run(Vm *vm, const Options *o)
{
    bool exited = false;
    if (o->statement) exited = batch_statement(vm, o->statement);
    if (!exited && o->file) exited = batch_file(vm, o->file);
    if (!exited && ((!o->statement && !o->file) || o->interactive)) exited = batch_stdin(vm, o->quiet);
    if (exited) return vm_exit_status(vm);
    return vm_failures(vm) ? 1 : 0;
}

int main(int argc, char **argv)
{
    Options o = {0};
    if (!parse_options(argc, argv, &o)) {
        usage(stderr);
        return 2;
    }
    if (o.help || o.version) {
        if (o.help) usage(stdout);
        else puts("Heliograph 0.1.0");
        return 0;
    }
    sys_init();
    Vm *vm = vm_new();
    if (!vm) {
        fputs("helio: not enough address space to start\n", stderr);
        return 70;
    }
    lib_start(vm);
    int status = run(vm, &o);
    Status s = units_flush(vm->units);
    if (!status_ok(s)) {
        fprintf(stderr, "%% %s\n", s.text ? s.text : "Error encountered writing to standard output.");
        status_drop(&s);
        if (!status) status = 1;
    }
    vm_free(vm);
#ifdef HELIO_DEBUG
    if (mem_census() && !status) status = 99;
#endif
    return status;
}
