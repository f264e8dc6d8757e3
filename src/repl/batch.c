// Batches. A line runs as if typed; one that opens a block or is continued waits for the lines that close it.
// Start reading at batch_lines.
#include "repl/batch.h"

#include "base/buf.h"
#include "base/mem.h"
#include "core/errors.h"
#include "io/lun.h"
#include "lang/parser.h"
#include "repl/executive.h"
#include "repl/idle.h"
#include "repl/open_blocks.h"
#include "vm/engine.h"
#include "vm/fault/error_line.h"
#include "vm/fault/journal.h"
#include "vm/names/library.h"
#include "vm/session/recall.h"
#include "vm/settings/preferences.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BATCH_DEPTH = 64 };
#define STATEMENT_LIMIT ((size_t)256 << 20)
// A block shorter than this is parsed with every line, so that an error in it is told at once.
enum { PARSED_AT_ONCE = 4096 };

static void skip_blanks(const char **p, size_t *n)
{
    while (*n && isspace((unsigned char)**p)) ++*p, --*n;
}

// "IDL> " at the start of pasted lines; "...> " is our own in blocks.
static bool drop_prompt(const char **p, size_t *n)
{
    static const char *const prompts[] = {"IDL>", "GDL>", "...>"};
    const char *q = *p;
    size_t k = *n;
    skip_blanks(&q, &k);
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
        if (k < 4 || strncmp(q, prompts[i], 4) != 0) continue;
        *p = q + 4, *n = k - 4;
        skip_blanks(p, n);
        return true;
    }
    return false;
}

bool batch_has_prompt(const char *p, size_t n) { return drop_prompt(&p, &n); }

static RunResult run_at_file(Vm *vm, const char *name, size_t n);

// ". $ ? @" begin executive commands, when no block is open.
static bool is_executive(const char **p, size_t *n, bool open)
{
    const char *q = *p;
    size_t k = *n;
    skip_blanks(&q, &k);
    if (!k || open || !strchr(".$?@", *q)) return false;
    *p = q, *n = k;
    return true;
}

static RunResult run_executive(Vm *vm, LineFeed *feed, const char *p, size_t n)
{
    return *p == '@' ? run_at_file(vm, p + 1, n - 1) : executive_run(vm, feed, p, n);
}

// Runs a line, or adds it to an open block.
static RunResult run_line(Vm *vm, LineFeed *feed, Buf *pending, OpenBlocks *blocks, const char *p, size_t n)
{
    if (is_executive(&p, &n, pending->len > 0)) return run_executive(vm, feed, p, n);
    if (!pending->len) {
        feed->start = feed->line;
        *blocks = (OpenBlocks){0};
    }
    open_blocks_add(blocks, p, n);
    buf_put(pending, p, n);
    buf_putc(pending, '\n');
    if (!buf_ok(pending)) {
        vm_error_line(vm, pending->len < STATEMENT_LIMIT / 4 ? "%% Unable to allocate memory: to read the statement."
                                                             : "%% The statement is too long (limit 256 MB).");
        vm->engine->failed_statements++;
        return RAN_STOPPED;
    }
    if (pending->len > PARSED_AT_ONCE && open_blocks_surely(blocks)) return RAN_MORE;
    RunResult r = vm_run_text(vm, pending->p, pending->len, feed->path, feed->start);
    if (r != RAN_MORE) buf_clear(pending);
    return r;
}

// STOP ends a batch, Ctrl-C one from a file; neither ends the prompt.
static bool ends_batch(const LineFeed *feed, RunResult r)
{
    return r == RAN_EXIT || (r == RAN_STOPPED && !feed->is_prompt) || (r == RAN_INTERRUPTED && !feed->is_live);
}

RunResult batch_lines(Vm *vm, LineFeed *feed)
{
    Buf pending = BUF_INIT(STATEMENT_LIMIT);
    OpenBlocks blocks = {0};
    const char *p;
    size_t n;
    RunResult r = RAN_OK;
    while (!ends_batch(feed, r) && feed->next(feed->arg, pending.len > 0, &p, &n)) {
        feed->line++;
        if (feed->is_cleared) buf_clear(&pending);
        feed->is_cleared = false;
        bool is_output = !drop_prompt(&p, &n) && feed->is_transcript && !pending.len;
        if (is_output) continue;
        if (!feed->is_live) journal_batch(vm, p, n);
        r = run_line(vm, feed, &pending, &blocks, p, n);
    }
    bool ended = ends_batch(feed, r);
    if (ended && r != RAN_EXIT && feed->called) vm_error_line(vm, "%% Prematurely closing batch file: %s.",
        feed->called);
    if (!ended && pending.len && !feed->is_prompt) {
        vm_error_line(vm, "%% Syntax error. The input ends inside a block or a continued line that began on line %d.",
                      feed->start);
        vm->engine->failed_statements++;
    }
    buf_free(&pending);
    return ended ? r : RAN_OK;
}

// --- Text in memory ---------------------------------------------------------------------------------------------------

typedef struct TextFeed {
    const char *p, *end;
} TextFeed;

static bool next_text_line(void *arg, bool more, const char **p, size_t *n)
{
    TextFeed *t = arg;
    (void)more;
    if (t->p >= t->end) return false;
    const char *stop = memchr(t->p, '\n', (size_t)(t->end - t->p));
    *p = t->p;
    *n = (size_t)((stop ? stop : t->end) - t->p);
    t->p = stop ? stop + 1 : t->end;
    return true;
}

static RunResult run_text(Vm *vm, const char *text, size_t len, const char *path)
{
    TextFeed t = {text, text + len};
    LineFeed feed = {.next = next_text_line, .arg = &t, .path = path, .called = path};
    return batch_lines(vm, &feed);
}

RunResult batch_statement(Vm *vm, const char *text) { return run_text(vm, text, strlen(text), NULL); }

static RunResult cannot_open(Vm *vm, const char *name, int err)
{
    struct stat st;
    if (err == ENOMEM) {
        vm_error_line(vm, "%% Unable to allocate memory: to read %s.", name);
    } else if (stat(name, &st) == 0 && S_ISDIR(st.st_mode)) {
        vm_error_line(vm, "%% Error opening file. File: %s is a folder; name a program in it, as %s%sNAME.pro.", name,
            name,
                      name[strlen(name) - 1] == '/' ? "" : "/");
    } else {
        vm_error_line(vm, "%% Error opening file. File: %s (looked in this folder, then along !PATH).", name);
    }
    vm->engine->failed_statements++;
    return RAN_FAILED;
}

RunResult batch_file(Vm *vm, const char *name, bool is_all)
{
    size_t len;
    errno = 0;
    char *path = NULL, *text = library_read_file(vm, name, &len, &path);
    if (!text) return cannot_open(vm, name, errno);
    Source src = {path, text, len, 1};
    bool has_main = true;
    RunResult r = parse_is_program(&src) ? vm_run_program(vm, text, len, path, &has_main) : run_text(vm, text, len,
        path);
    if (!has_main && is_all && !vm->quiet) {
        vm_error_line(vm, "%% There is no main program in %s: nothing has run (helio -i %s, then the name of a "
            "routine).", name, name);
    }
    mem_free(text);
    mem_free(path);
    return r;
}

// @NAME: its lines run as if typed here.
static RunResult run_at_file(Vm *vm, const char *name, size_t n)
{
    while (n && isspace((unsigned char)*name)) name++, n--;
    const char *comment = memchr(name, ';', n);
    if (comment) n = (size_t)(comment - name);
    while (n && isspace((unsigned char)name[n - 1])) n--;
    char *file = mem_strndup(name, n), *path = NULL;
    size_t len;
    bool deep = vm->engine->batch_depth >= BATCH_DEPTH;
    char *text = deep ? NULL : library_read_file(vm, file, &len, &path);
    RunResult r = RAN_FAILED;
    if (!text) {
        vm_error_line(vm, "%% Error opening file. File: %s", file);
        if (deep) vm_error_line(vm, "  Batch files call one another too deeply (limit %d).", BATCH_DEPTH);
        vm->engine->failed_statements++;
    } else {
        vm->engine->batch_depth++;
        r = run_text(vm, text, len, path);
        vm->engine->batch_depth--;
    }
    mem_free(text);
    mem_free(path);
    mem_free(file);
    return r;
}

RunResult batch_startup(Vm *vm)
{
    const char *name = pref_text(vm, PREF_STARTUP);
    return *name ? run_at_file(vm, name, strlen(name)) : RAN_OK;
}

// --- Standard input -----------------------------------------------------------------------------------------------------

typedef struct Input {
    Vm *vm;
    bool has_left;  // what ran while no line came called EXIT
} Input;

// Lines come through unit 0, so that READ takes the line after the statement.
static bool next_input_line(void *arg, bool more, const char **p, size_t *n)
{
    Input *in = arg;
    Vm *vm = in->vm;
    Unit *u;
    (void)more;
    Status s = lun_for_text(vm->units, LUN_STDIN, UF_READ, &u);
    if (status_ok(s) && !unit_has_buffered(u)) in->has_left = !idle_until_input(vm);
    if (in->has_left) return false;
    if (status_ok(s)) s = unit_read_line(u, p, n);
    bool ok = status_ok(s);
    if (ok) {
        journal_typed(vm, *p, *n);
        recall_add(vm, *p, *n);
    }
    if (!ok && s.code == E_INTERRUPT) vm_error_line(vm, "%% Interrupted.");  // at rest: as any program in a pipe, it ends
    else if (!ok && s.code != E_EOF) vm_error_line(vm, "%% %s", s.text ? s.text : "Standard input cannot be read.");
    if (!ok && s.code != E_EOF) vm->engine->failed_statements++;
    status_drop(&s);
    return ok;
}

RunResult batch_stdin(Vm *vm)
{
    Input in = {.vm = vm};
    LineFeed feed = {.next = next_input_line, .arg = &in, .called = "<stdin>", .is_live = true};
    RunResult r = batch_lines(vm, &feed);
    return in.has_left ? RAN_EXIT : r;
}
