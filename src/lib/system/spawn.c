// SPAWN: commands of the system, their output in string arrays or on a unit. A command is waited for with Ctrl-C alive;
// its output is read as long as it runs. Start reading at pro_spawn.
#include "base/buf.h"
#include "gfx/gfx.h"
#include "io/lun.h"
#include "lib/control/timer.h"
#include "lib/string/texts.h"
#include "sys/await.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/process.h"
#include "sys/safe.h"
#include "sys/terminal.h"
#include "vm/names/library.h"
#include "vm/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// HIDE, LOG_OUTPUT and NOWAIT are of Windows (manual); NOTTYRESET speaks of a mode change that does not happen here.
#define SPAWN_KEYWORDS(K, R)                                                                                \
    K(R, COUNT, OUT) K(R, EXIT_STATUS, OUT) K(R, HIDE, HIDDEN) K(R, LOG_OUTPUT, HIDDEN) K(R, NOSHELL, FLAG) \
    K(R, NOTTYRESET, FLAG) K(R, NOWAIT, HIDDEN) K(R, NULL_STDIN, FLAG) K(R, PID, OUT) K(R, SH, FLAG)        \
    K(R, STDERR, FLAG) K(R, UNIT, OUT)
KEYWORDS(SPAWN)

#define OUTPUT_LIMIT ((size_t)512 << 20)
enum { CHUNK = 65536 };

static _Noreturn void throw_child(Call *c, const char *what, int err)
{
    throw_msg(c, E_FILE, "Error managing child process. %s: %s.", what, sys_error_text(err));
}

// --- The command ------------------------------------------------------------------------------------------------------

static char *copy(Call *c, const Str *s)
{
    if (memchr(str_text(s), '\0', str_len(s))) throw_msg(c, E_VALUE, "A command must not contain a NUL character.");
    return memcpy(call_alloc(c, str_len(s) + 1), str_text(s), str_len(s));
}

// /NOSHELL: each element a word; else one text for the shell ($SHELL, or with /SH /bin/sh). None: the shell itself.
static char **command_words(Call *c)
{
    const char *sh = call_kw_set(c, KW_SPAWN_SH) ? NULL : getenv("SHELL");
    const Str *shell = call_keep_take(c, val_string(sh && *sh ? sh : "/bin/sh"))->s;
    bool direct = call_kw_set(c, KW_SPAWN_NOSHELL);
    Texts t = {0};
    if (c->argc) t = texts_arg(c, 0);
    if (direct && !c->argc) throw_msg(c, E_ARGS, "NOSHELL needs a command.");
    if (!direct && t.n > 1) throw_msg(c, E_VALUE, "Command must be a scalar string, or NOSHELL set.");
    char **word = call_alloc(c, (size_t)(t.n + 4) * sizeof *word);
    int n = 0;
    if (!direct) word[n++] = copy(c, shell);
    if (!direct && c->argc) word[n++] = strcpy(call_alloc(c, 3), "-c");
    for (int64_t i = 0; i < t.n; i++) word[n++] = copy(c, texts_at(&t, i));
    return word;
}

// --- Waiting ------------------------------------------------------------------------------------------------------------

typedef struct Child {
    pid_t pid;
    int in;         // descriptor for its input, -1: ours
    int from[2];    // standard output and error as we read them; -1: ours, or ended
    Buf text[2];
    int status;
    bool ended;
} Child;

static void drop_child(void *arg)
{
    Child *k = arg;
    if (k->pid > 0 && !k->ended) sys_process_end(k->pid);
    if (k->in >= 0) sys_close(k->in);
    for (int i = 0; i < 2; i++) {
        if (k->from[i] >= 0) sys_close(k->from[i]);
        buf_free(&k->text[i]);
    }
}

// What has come on one of the descriptors; at its end it is closed.
static void take_output(Call *c, Child *k, int i)
{
    char chunk[CHUNK];
    ssize_t n = sys_read(k->from[i], chunk, sizeof chunk);
    if (n == -EAGAIN || n == -EINTR) return;
    if (n > 0) {
        buf_put(&k->text[i], chunk, (size_t)n);
        if (!buf_ok(&k->text[i])) throw_msg(c, E_NO_MEMORY, "The command's output is too long (limit 512 MB) or memory is out.");
        return;
    }
    sys_close(k->from[i]);
    k->from[i] = -1;
}

// What is left when the command has ended; who else holds the pipe (a command in the background) is not waited for.
static void drain(Call *c, Child *k)
{
    for (int i = 0; i < 2; i++) {
        while (k->from[i] >= 0 && sys_wait_fd(k->from[i], POLLIN, 0) == 1) take_output(c, k, i);
    }
}

static void read_until_end(Call *c, Child *k)
{
    int watch = sys_process_fd(k->pid);
    while (!(k->ended = sys_process_ended(k->pid, &k->status))) {
        struct pollfd fds[3];
        int which[3], n = 0;
        for (int i = 0; i < 2; i++) {
            if (k->from[i] >= 0) which[n] = i, fds[n++] = (struct pollfd){k->from[i], POLLIN, 0};
        }
        int streams = n;
        if (watch >= 0) fds[n++] = (struct pollfd){watch, POLLIN, 0};
        int ready = sys_wait(fds, n, watch >= 0 ? 1 : 0.01);
        for (int i = 0; i < streams && ready > 0; i++) {
            if (fds[i].revents) take_output(c, k, which[i]);
        }
        if (ready == SYS_INTERRUPTED) break;
    }
    if (watch >= 0) sys_close(watch);
    call_poll(c);
    drain(c, k);
}

// A command on the terminal has got Ctrl-C itself: one that does not end by it goes on, until it is asked again at once.
static void wait_on_terminal(Call *c, Child *k, bool is_shell)
{
    bool asked = false;
    while (!(k->ended = sys_process_wait(k->pid, asked ? 2 : -1, &k->status))) {
        if (!sys_interrupted()) {
            asked = false;
            continue;
        }
        if (asked && !is_shell) call_poll(c);
        sys_clear_interrupt();
        if (!is_shell && sys_process_wait(k->pid, 0.3, &k->status)) {
            k->ended = true;
            sys_interrupt();
            call_poll(c);
        }
        asked = true;
    }
}

// --- Results ----------------------------------------------------------------------------------------------------------

// Lines as a string array; '' when there are none.
static Val lines_of(Call *c, const Buf *b, int64_t *count)
{
    int64_t n = 0;
    for (size_t i = 0; i < b->len; i++) n += b->p[i] == '\n';
    if (b->len && b->p[b->len - 1] != '\n') n++;
    *count = n;
    if (!n) return val_string("");
    Arr *a = arr_new1(T_STRING, n, true);
    if (!a) throw_no_memory(c);
    const char *p = b->p, *end = b->p + b->len;
    for (int64_t i = 0; i < n; i++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        if (!stop) stop = end;
        ((StrSlot *)a->data)[i].p = str_new(p, (size_t)(stop - p));
        p = stop + 1;
    }
    return val_arr_take(a);
}

// A pipe for one of the child's descriptors: ours is kept in *kept (closed with the call), its end returned.
static int output_pipe(Call *c, int *kept)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC) < 0) throw_child(c, "No pipe can be made", errno);
    sys_set_nonblocking(fd[0], 1);
    *kept = fd[0];
    return fd[1];
}

static Child *start(Call *c, char *const *word)
{
    Child *k = call_alloc(c, sizeof *k);
    *k = (Child){.in = -1, .from = {-1, -1}, .text = {BUF_INIT(OUTPUT_LIMIT), BUF_INIT(OUTPUT_LIMIT)}};
    call_defer(c, drop_child, k);
    if (call_kw_set(c, KW_SPAWN_NULL_STDIN)) k->in = sys_open("/dev/null", O_RDONLY, 0);
    int out = c->argc > 1 ? output_pipe(c, &k->from[0]) : -1;
    int err = c->argc > 2 && !call_kw_set(c, KW_SPAWN_STDERR) ? output_pipe(c, &k->from[1]) : -1;
    bool joined = call_kw_set(c, KW_SPAWN_STDERR);
    int failed = sys_spawn(word, k->in, out, joined ? out >= 0 ? out : STDOUT_FILENO : err, &k->pid);
    if (out >= 0) sys_close(out);
    if (err >= 0) sys_close(err);
    if (failed) {
        k->pid = 0;
        throw_child(c, word[0], -failed);
    }
    return k;
}

static void run_and_wait(Call *c, char *const *word)
{
    Child *k = start(c, word);
    call_kw_set_take(c, KW_SPAWN_PID, val_long((int32_t)k->pid));
    bool serves = timers_serve(c, NULL, TIMERS_READ);
    if (c->argc < 2 && sys_is_tty(STDIN_FILENO)) wait_on_terminal(c, k, !c->argc);
    else read_until_end(c, k);
    if (serves) timers_serve_end(c);
    int64_t lines = 0, errors;
    if (c->argc > 1) call_set_take(c, 1, lines_of(c, &k->text[0], &lines));
    if (c->argc > 2) call_set_take(c, 2, lines_of(c, &k->text[1], &errors));
    call_kw_set_take(c, KW_SPAWN_COUNT, lines > INT32_MAX ? val_long64(lines) : val_long((int32_t)lines));
    call_kw_set_take(c, KW_SPAWN_EXIT_STATUS, val_long(k->status));
}

// UNIT=: the command runs beside us, its standard output and input are the unit's.
static void run_on_unit(Call *c, char *const *word)
{
    if (c->argc > 1) throw_msg(c, E_ARGS, "Conflicting keywords: UNIT and a Result argument.");
    if (call_kw_set(c, KW_SPAWN_NULL_STDIN)) throw_msg(c, E_ARGS, "Conflicting keywords: UNIT and NULL_STDIN.");
    if (!call_kw_is_var(c, KW_SPAWN_UNIT)) throw_msg(c, E_NOT_VAR, "Expression must be named variable in this context: UNIT.");
    Stream *s;
    int lun;
    TRY(c, lun_get(c->vm->units, &lun));
    Status opened = pipe_open(word, call_kw_set(c, KW_SPAWN_STDERR), &s);
    int64_t pid = status_ok(opened) ? pipe_pid(s) : 0;
    if (status_ok(opened)) opened = lun_attach(c->vm->units, lun, s, word[0], 0, 0);
    if (!status_ok(opened)) {
        Status freed = lun_free(c->vm->units, lun, true, NULL);
        status_drop(&freed);
        TRY(c, opened);
    }
    call_kw_set_take(c, KW_SPAWN_UNIT, val_long(lun));
    call_kw_set_take(c, KW_SPAWN_PID, val_long((int32_t)pid));
    call_kw_set_take(c, KW_SPAWN_COUNT, val_long(0));
    call_kw_set_take(c, KW_SPAWN_EXIT_STATUS, val_long(0));  // FREE_LUN's has it (manual)
}

// SPAWN [, Command [, Result] [, ErrResult]] [, COUNT=var] [, EXIT_STATUS=var] [, /NOSHELL] [, /NULL_STDIN] [, PID=var]
// [, /SH] [, /STDERR] [, UNIT=var]: runs a command and waits for it, or with UNIT talks to it. Manual: SPAWN.
static void pro_spawn(Call *c)
{
    library_look_again(c->vm);
    char **word = command_words(c);
    for (int i = 1; i < c->argc; i++) call_var_mut(c, i);
    Status flushed = units_flush(c->vm->units);
    status_drop(&flushed);  // the unit that failed will say so itself
    if (c->vm->gfx) TRY(c, gfx_settle(c->vm->gfx));
    if (call_kw_given(c, KW_SPAWN_UNIT)) run_on_unit(c, word);
    else run_and_wait(c, word);
}

static const Routine rows[] = {
    {"SPAWN", PROCEDURE, {0, 3}, pro_spawn, "[, Command [, Result] [, ErrResult]]", KEYS(SPAWN)},
};
ROUTINE_TABLE(lib_spawn, rows)
