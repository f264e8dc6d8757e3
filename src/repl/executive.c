// Executive commands, abbreviated as IDL allows. Start reading at executive_run.
#include "repl/executive.h"

#include "base/mem.h"
#include "io/lun.h"
#include "lib/control/explain.h"
#include "repl/program.h"
#include "repl/timeit.h"
#include "sys/interrupt.h"
#include "sys/process.h"
#include "sys/safe.h"
#include "sys/terminal.h"
#include "vm/fault/error_line.h"
#include "vm/fault/journal.h"
#include "vm/fault/messages.h"
#include "vm/frame/debug.h"
#include "vm/names/advice.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

typedef RunResult (*Command)(Vm *vm, LineFeed *feed, char *args);

static RunResult fail(Vm *vm)
{
    vm->engine->failed_statements++;
    return RAN_FAILED;
}

static RunResult run_files(Vm *vm, LineFeed *feed, char *args) { return program_command(vm, feed, PROGRAM_RUN, args); }
static RunResult run_new(Vm *vm, LineFeed *feed, char *args) { return program_command(vm, feed, PROGRAM_RNEW, args); }
static RunResult only_compile(Vm *vm, LineFeed *feed, char *args) { return program_command(vm, feed, PROGRAM_COMPILE, args); }

static RunResult go(Vm *vm, LineFeed *feed, char *args)
{
    (void)feed, (void)args;
    return program_go(vm);
}

static RunResult cannot_continue(Vm *vm)
{
    vm_error_line(vm, "%% Can't continue from this point: nothing is stopped.");
    return fail(vm);
}

static RunResult go_on(Vm *vm, LineFeed *feed, char *args)
{
    (void)feed, (void)args;
    return vm_is_stopped(vm) ? vm_continue(vm) : cannot_continue(vm);
}

// The n of ".STEP n": 1 when it is not there.
static int count_of(const char *args)
{
    long n = strtol(args, NULL, 10);
    return n > 0 && n < INT_MAX ? (int)n : 1;
}

static RunResult step(Vm *vm, StepMode mode, const char *args)
{
    return vm_is_stopped(vm) ? vm_step(vm, mode, count_of(args)) : cannot_continue(vm);
}

static RunResult step_into(Vm *vm, LineFeed *feed, char *args) { return (void)feed, step(vm, STEP_INTO, args); }
static RunResult step_over(Vm *vm, LineFeed *feed, char *args) { return (void)feed, step(vm, STEP_OVER, args); }
static RunResult step_out(Vm *vm, LineFeed *feed, char *args) { return (void)feed, step(vm, STEP_OUT, args); }
static RunResult to_return(Vm *vm, LineFeed *feed, char *args) { return (void)feed, step(vm, STEP_RETURN, args); }
static RunResult trace(Vm *vm, LineFeed *feed, char *args) { return (void)feed, step(vm, STEP_TRACE, args); }

static RunResult skip(Vm *vm, LineFeed *feed, char *args)
{
    (void)feed;
    if (vm_skip(vm, count_of(args) < 100000 ? count_of(args) : 1)) return RAN_OK;
    vm_error_line(vm, "%% Can't skip from this point: nothing is stopped.");
    return fail(vm);
}

static RunResult edit(Vm *vm, LineFeed *feed, char *args)
{
    (void)feed, (void)args;
    vm_error_line(vm, "%% There is no editor here: edit the file with your own, then .COMPILE it.");
    return fail(vm);
}

static RunResult time_it(Vm *vm, LineFeed *feed, char *args) { return (void)feed, timeit(vm, args); }

// As at the start: no variables, routines, structures, windows or files; then the startup file.
static RunResult reset(Vm *vm, LineFeed *feed, char *args)
{
    (void)args;
    vm_reset(vm);
    Status s = journal_close(vm);
    status_drop(&s);
    s = lun_close_range(vm->units, true, true);
    status_drop(&s);
    return feed->is_prompt ? batch_startup(vm) : RAN_OK;
}

// The same, and the message blocks go.
static RunResult full_reset(Vm *vm, LineFeed *feed, char *args)
{
    messages_forget(vm->engine);
    return reset(vm, feed, args);
}

static const struct {
    const char *name;
    size_t shortest;
    Command run;
    const char *usage;
} commands[] = {
    {"COMPILE", 3, only_compile, ".COMPILE [-v] [FILE, ...] | -f FILE TEXTFILE: compiles without running"},
    {"CONTINUE", 1, go_on, ".CONTINUE: goes on after a stop"},
    {"EDIT", 1, edit, ".EDIT: is not there; edit the file with your own editor, then .COMPILE it"},
    {"FULL_RESET_SESSION", 1, full_reset, ".FULL_RESET_SESSION: as .RESET_SESSION, and message blocks are forgotten"},
    {"GO", 1, go, ".GO: runs the last main program from its beginning"},
    {"OUT", 1, step_out, ".OUT: goes on to the end of this routine and into its caller"},
    {"RESET_SESSION", 3, reset, ".RESET_SESSION: as after the start: no variables, routines, windows, files"},
    {"RETURN", 3, to_return, ".RETURN: goes on to the RETURN of this routine"},
    {"RNEW", 2, run_new, ".RNEW [-t] [-l LISTING] [FILE, ...]: as .RUN, and the variables of $MAIN$ are forgotten"},
    {"RUN", 1, run_files, ".RUN [-t] [-l LISTING] [FILE, ...]: compiles files (or what is typed) and runs their main program"},
    {"SKIP", 2, skip, ".SKIP [N]: leaves out the next N statements"},
    {"STEPOVER", 5, step_over, ".STEPOVER [N] (.SO): runs N statements, calls as a whole"},
    {"SO", 2, step_over, ".STEPOVER [N] (.SO): runs N statements, calls as a whole"},
    {"STEP", 1, step_into, ".STEP [N]: runs N statements, into the routines that they call"},
    {"TIMEIT", 2, time_it, ".TIMEIT STATEMENT: runs it again and again and tells how long it takes"},
    {"TRACE", 1, trace, ".TRACE: goes on and shows each line"},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

// The command that begins with the n letters at p, abbreviated as allowed; COMMANDS: there is none.
static int find_command(const char *p, size_t n)
{
    int i = 0;
    while (i < COMMANDS && (n < commands[i].shortest || n > strlen(commands[i].name) || strncasecmp(commands[i].name, p, n))) i++;
    return i;
}

static RunResult dot_command(Vm *vm, LineFeed *feed, char *line)
{
    size_t n = 0;
    while (*line == ' ' || *line == '\t') line++;
    while (isalpha((unsigned char)line[n]) || line[n] == '_') n++;
    int i = find_command(line, n);
    if (i < COMMANDS) return commands[i].run(vm, feed, line + n);
    vm_error_line(vm, "%% Unknown executive command: .%.*s", (int)n, line);
    vm_error_line(vm, "  There are .RUN .RNEW .COMPILE .GO .CONTINUE .STEP .STEPOVER .OUT .RETURN .SKIP .TRACE\n"
                      "  .RESET_SESSION .FULL_RESET_SESSION .TIMEIT.");
    return fail(vm);
}

// $command: the shell's, with our terminal. Ctrl-C is the command's; a second one that changes nothing ends it.
static RunResult shell(Vm *vm, char *command)
{
    Status s = units_flush(vm->units);
    status_drop(&s);
    char *sh = getenv("SHELL"), *words[] = {sh && *sh ? sh : "/bin/sh", *command ? "-c" : NULL, command, NULL};
    pid_t pid;
    int status, failed = sys_spawn(words, -1, -1, -1, &pid);
    if (failed) {
        vm_error_line(vm, "%% Error managing child process. %s: %s.", words[0], sys_error_text(-failed));
        return fail(vm);
    }
    for (int asked = 0; !sys_process_wait(pid, -1, &status);) {
        sys_clear_interrupt();
        if (++asked > 1 && *command) {
            sys_process_end(pid);
            break;
        }
    }
    sys_clear_interrupt();
    return RAN_OK;
}

void executive_show(Vm *vm, const Buf *text)
{
    Unit *u;
    Status s = lun_for_text(vm->units, LUN_STDOUT, UF_WRITE, &u);
    if (status_ok(s)) s = unit_write_text(u, text->p ? text->p : "", text->len);
    if (status_ok(s)) s = unit_end_text(u);
    if (!status_ok(s)) vm_error_line(vm, "%% %s", s.text ? s.text : "Standard output cannot be written.");
    status_drop(&s);
}

// ?NAME: how the routine (or .COMMAND) is called, and what it does. ?*PART*: names that match.
static RunResult help(Vm *vm, char *name)
{
    Buf text = BUF_INIT(1 << 20);
    name += strspn(name, " \t");
    for (char *p = name; *p; p++) *p = (char)toupper((unsigned char)*p);
    if (!*name) {
        buf_puts(&text,
                 "?NAME shows how a routine is called and what it does, ?*PART* which routines there are, HELP the variables,\n"
                        "HELP, X one of them, HELP, /ROUTINES what is compiled, HELP, /FILES the open units. Tab completes;\n"
                        ".RUN FILE runs a program; EXIT leaves.\n");
    } else if (*name == '.' && find_command(name + 1, strlen(name + 1)) < COMMANDS) {
        buf_printf(&text, "%s\n", commands[find_command(name + 1, strlen(name + 1))].usage);
    } else if (strpbrk(name, "*?")) {
        if (!explain_matching(vm, name, &text)) vm_error_line(vm, "%% No routine matches %s.", name);
    } else if (!explain(vm, name, &text)) {
        vm_error_line(vm, "%% No routine is called %s.", name);
        Buf advice = BUF_INIT(1 << 10);
        if (advice_put_for_routine(vm, name, &advice) && buf_ok(&advice)) vm_error_line(vm, "%s", advice.p);
        buf_free(&advice);
    }
    executive_show(vm, &text);
    buf_free(&text);
    return RAN_OK;
}

RunResult executive_run(Vm *vm, LineFeed *feed, const char *p, size_t n)
{
    while (n && isspace((unsigned char)p[n - 1])) n--;
    char *line = mem_strndup(p, n);
    RunResult r = *line == '.' ? dot_command(vm, feed, line + 1) : *line == '$' ? shell(vm, line + 1) : help(vm, line + 1);
    mem_free(line);
    return r;
}
