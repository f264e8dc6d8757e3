// Executive commands, abbreviated as IDL allows. Start reading at executive_run.
#include "repl/executive.h"

#include "base/buf.h"
#include "base/mem.h"
#include "io/lun.h"
#include "sys/terminal.h"
#include "vm/engine.h"
#include "vm/library.h"
#include "vm/suggest.h"
#include "vm/usage.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

typedef RunResult (*Command)(Vm *vm, char *args);

static RunResult fail(Vm *vm)
{
    vm->engine->failed_statements++;
    return RAN_FAILED;
}

// The next file name of ".RUN a, b": NULL at the end.
static char *next_name(char **args)
{
    char *p = *args;
    while (*p && strchr(" \t,\"'", *p)) p++;
    if (!*p) return NULL;
    char *name = p;
    while (*p && !strchr(" \t,\"'", *p)) p++;
    if (*p) *p++ = '\0';
    *args = p;
    return name;
}

static RunResult compile_files(Vm *vm, char *args, bool run)
{
    RunResult r = RAN_OK;
    int n = 0;
    for (char *name; (name = next_name(&args)) != NULL; n++) {
        size_t len;
        char *path = NULL, *text = library_read_file(vm, name, &len, &path);
        if (!text) {
            vm_error_line(vm, "%% Error opening file. File: %s", name);
            return fail(vm);
        }
        if (run) {
            r = vm_run_program(vm, text, len, path, false);
        } else {
            Code *main_code;
            if (library_compile(vm, path, text, len, false, &main_code)) r = fail(vm);
            code_drop(main_code);
        }
        mem_free(text);
        mem_free(path);
        if (r == RAN_EXIT || r == RAN_STOPPED || r == RAN_INTERRUPTED) break;
    }
    if (!n) {
        vm_error_line(vm, "%% Give the name of a file: .RUN FILE");
        return fail(vm);
    }
    return r;
}

static RunResult run_files(Vm *vm, char *args) { return compile_files(vm, args, true); }
static RunResult only_compile(Vm *vm, char *args) { return compile_files(vm, args, false); }

static RunResult run_new(Vm *vm, char *args)
{
    vm_return_to_main(vm);
    cells_free(vm->engine->frame[0].cells);
    vm->engine->frame[0].cells = NULL;
    return compile_files(vm, args, true);
}

static RunResult go_on(Vm *vm, char *args)
{
    (void)args;
    if (vm_is_stopped(vm)) return vm_continue(vm);
    vm_error_line(vm, "%% Can't continue from this point: nothing is stopped.");
    return fail(vm);
}

// .SKIP [n]
static RunResult skip(Vm *vm, char *args)
{
    long n = strtol(args, NULL, 10);
    if (vm_skip(vm, n > 0 && n < 100000 ? (int)n : 1)) return RAN_OK;
    vm_error_line(vm, "%% Can't skip from this point: nothing is stopped.");
    return fail(vm);
}

static RunResult reset(Vm *vm, char *args)
{
    (void)args;
    vm_return_to_main(vm);
    cells_free(vm->engine->frame[0].cells);
    vm->engine->frame[0].cells = NULL;
    Status s = lun_close_range(vm->units, true, true);
    status_drop(&s);
    return RAN_OK;
}

static const struct {
    const char *name;
    size_t shortest;
    Command run;
} commands[] = {
    {"RUN", 1, run_files},          {"RNEW", 2, run_new}, {"COMPILE", 3, only_compile},
    {"CONTINUE", 1, go_on},         {"RESET_SESSION", 5, reset}, {"FULL_RESET_SESSION", 4, reset},
    {"SKIP", 2, skip},
};

static RunResult dot_command(Vm *vm, char *line)
{
    size_t n = 0;
    while (isalpha((unsigned char)line[n]) || line[n] == '_') n++;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (n >= commands[i].shortest && n <= strlen(commands[i].name) && strncasecmp(commands[i].name, line, n) == 0) {
            return commands[i].run(vm, line + n);
        }
    }
    vm_error_line(vm, "%% Unknown executive command: .%.*s", (int)n, line);
    vm_error_line(vm, "  There are .RUN .RNEW .COMPILE .CONTINUE .SKIP .RESET_SESSION .FULL_RESET_SESSION.");
    return fail(vm);
}

// $command: the shell's.
static RunResult shell(Vm *vm, const char *command)
{
    Status s = units_flush(vm->units);
    status_drop(&s);
    const char *sh = getenv("SHELL");
    if (!*command) command = sh ? sh : "/bin/sh";
    if (system(command) != -1) return RAN_OK;
    vm_error_line(vm, "%% The shell could not be started.");
    return fail(vm);
}

static void show(Vm *vm, const Buf *text)
{
    Unit *u;
    Status s = lun_for_text(vm->units, LUN_STDOUT, UF_WRITE, &u);
    if (status_ok(s)) s = unit_write_text(u, text->p ? text->p : "", text->len);
    if (status_ok(s)) s = unit_end_text(u);
    if (!status_ok(s)) vm_error_line(vm, "%% %s", s.text ? s.text : "Standard output cannot be written.");
    status_drop(&s);
}

// ?NAME: how the routine is called.
static RunResult help(Vm *vm, char *name)
{
    Buf text = BUF_INIT(1 << 20);
    char near[SUGGEST_MAX];
    name += strspn(name, " \t");
    for (char *p = name; *p; p++) *p = (char)toupper((unsigned char)*p);
    if (!*name) {
        buf_puts(&text, "?NAME shows how a routine is called, HELP the variables, HELP, X one of them, HELP, /ROUTINES what\n"
                        "is compiled, HELP, /FILES the open units. Tab completes; .RUN FILE runs a program; EXIT leaves.\n");
    } else if (!usage_put(vm, name, sys_term_columns(STDOUT_FILENO), &text)) {
        vm_error_line(vm, "%% No routine is called %s.", name);
        if (suggest_routine(vm, name, false, near) || suggest_routine(vm, name, true, near)) {
            vm_error_line(vm, "  Did you mean %s?", near);
        }
    }
    show(vm, &text);
    buf_free(&text);
    return RAN_OK;
}

RunResult executive_run(Vm *vm, const char *p, size_t n)
{
    while (n && isspace((unsigned char)p[n - 1])) n--;
    char *line = mem_strndup(p, n);
    RunResult r = *line == '.' ? dot_command(vm, line + 1) : *line == '$' ? shell(vm, line + 1) : help(vm, line + 1);
    mem_free(line);
    return r;
}
