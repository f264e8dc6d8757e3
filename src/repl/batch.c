// Batches. A line runs as if typed; one that opens a block or is continued waits for the lines that close it.
// Start reading at batch_lines.
#include "repl/batch.h"

#include "base/buf.h"
#include "base/mem.h"
#include "core/errors.h"
#include "io/lun.h"
#include "lang/parser.h"
#include "repl/executive.h"
#include "repl/prompt.h"
#include "sys/interrupt.h"
#include "vm/engine.h"
#include "vm/library.h"
#include "vm/statement.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { BATCH_DEPTH = 64 };
#define STATEMENT_LIMIT ((size_t)256 << 20)

static void skip_blanks(const char **p, size_t *n)
{
    while (*n && isspace((unsigned char)**p)) ++*p, --*n;
}

// "IDL> " at the start of pasted lines; "...> " is our own in blocks.
static void drop_prompt(const char **p, size_t *n)
{
    const char *q = *p;
    size_t k = *n;
    skip_blanks(&q, &k);
    if (k < 4 || (strncmp(q, "IDL>", 4) != 0 && strncmp(q, "...>", 4) != 0)) return;
    *p = q + 4, *n = k - 4;
    skip_blanks(p, n);
}

static bool run_at_file(Vm *vm, const char *name, size_t n, bool *exited);

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

static RunResult run_executive(Vm *vm, const char *p, size_t n, bool *exited)
{
    if (*p == '@') return run_at_file(vm, p + 1, n - 1, exited) ? RAN_OK : RAN_FAILED;
    return executive_run(vm, p, n);
}

bool batch_lines(Vm *vm, LineFeed *feed)
{
    Buf pending = BUF_INIT(STATEMENT_LIMIT);
    const char *p;
    size_t n;
    int start = 0;
    bool exited = false, going = true;
    while (going && feed->next(feed->arg, pending.len > 0, &p, &n)) {
        feed->line++;
        if (feed->is_cleared) buf_clear(&pending);
        feed->is_cleared = false;
        drop_prompt(&p, &n);
        RunResult r;
        if (is_executive(&p, &n, pending.len > 0)) {
            r = run_executive(vm, p, n, &exited);
        } else {
            if (!pending.len) start = feed->line;
            buf_put(&pending, p, n);
            buf_putc(&pending, '\n');
            if (!buf_ok(&pending)) {
                vm_error_line(vm, pending.len < STATEMENT_LIMIT / 4 ? "%% Unable to allocate memory: to read the statement."
                                                                    : "%% The statement is too long (limit 256 MB).");
                vm->engine->failed_statements++;
                break;
            }
            r = vm_run_text(vm, pending.p, pending.len, feed->path, start);
            if (r != RAN_MORE) buf_clear(&pending);
        }
        if (r == RAN_EXIT) exited = true;
        if (r == RAN_STOPPED && !feed->is_prompt) {
            vm_error_line(vm, "%% Prematurely closing batch file: %s.", feed->path ? feed->path : "<stdin>");
            going = false;
        }
        if (exited) going = false;
    }
    if (pending.len && !exited && going) {
        vm_error_line(vm, "%% Syntax error. The input ends inside a block or a continued line that began on line %d.", start);
        vm->engine->failed_statements++;
    }
    buf_free(&pending);
    return exited;
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

static bool run_text(Vm *vm, const char *text, size_t len, const char *path)
{
    TextFeed t = {text, text + len};
    LineFeed feed = {.next = next_text_line, .arg = &t, .path = path};
    return batch_lines(vm, &feed);
}

bool batch_statement(Vm *vm, const char *text) { return run_text(vm, text, strlen(text), NULL); }

bool batch_file(Vm *vm, const char *name)
{
    size_t len;
    errno = 0;
    char *path = NULL, *text = library_read_file(vm, name, &len, &path);
    if (!text) {
        vm_error_line(vm, errno == ENOMEM ? "%% Unable to allocate memory: to read %s."
                                          : "%% Error opening file. File: %s (looked in this folder, then along !PATH).", name);
        vm->engine->failed_statements++;
        return false;
    }
    Source src = {path, text, len, 1};
    bool exited;
    if (parse_is_program(&src)) exited = vm_run_program(vm, text, len, path, true) == RAN_EXIT;
    else exited = run_text(vm, text, len, path);
    mem_free(text);
    mem_free(path);
    return exited;
}

// @NAME: its lines run as if typed here. False: no such file.
static bool run_at_file(Vm *vm, const char *name, size_t n, bool *exited)
{
    while (n && isspace((unsigned char)*name)) name++, n--;
    const char *comment = memchr(name, ';', n);
    if (comment) n = (size_t)(comment - name);
    while (n && isspace((unsigned char)name[n - 1])) n--;
    char *file = mem_strndup(name, n), *path = NULL;
    size_t len;
    char *text = vm->engine->batch_depth < BATCH_DEPTH ? library_read_file(vm, file, &len, &path) : NULL;
    if (!text) {
        vm_error_line(vm, "%% Error opening file. File: %s", file);
        vm->engine->failed_statements++;
    } else {
        vm->engine->batch_depth++;
        *exited = run_text(vm, text, len, path);
        vm->engine->batch_depth--;
    }
    mem_free(text);
    mem_free(path);
    mem_free(file);
    return text != NULL;
}

// --- Standard input -----------------------------------------------------------------------------------------------------

// Lines come through unit 0, so that READ takes the line after the statement.
static bool next_input_line(void *arg, bool more, const char **p, size_t *n)
{
    Vm *vm = arg;
    Unit *u;
    (void)more;
    Status s = lun_for_text(vm->units, LUN_STDIN, UF_READ, &u);
    if (status_ok(s)) s = unit_read_line(u, p, n);
    bool ok = status_ok(s);
    if (!ok && s.code != E_EOF) vm_error_line(vm, "%% %s", s.text ? s.text : "Standard input cannot be read.");
    status_drop(&s);
    return ok;
}

bool batch_stdin(Vm *vm, bool quiet)
{
    if (isatty(STDIN_FILENO)) return prompt_run(vm, quiet);
    LineFeed feed = {.next = next_input_line, .arg = vm};
    return batch_lines(vm, &feed);
}
