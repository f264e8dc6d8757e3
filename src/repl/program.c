// Compiling at the prompt: files named, listings, text typed until its END. All files are compiled before a main program
// runs, as IDL does. Start reading at program_command.
#include "repl/program.h"

#include "base/mem.h"
#include "io/lun.h"
#include "lang/parser.h"
#include "repl/open_blocks.h"
#include "sys/fd.h"
#include "sys/publish.h"
#include "vm/engine.h"
#include "vm/fault/error_line.h"
#include "vm/names/library.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TYPED_LIMIT ((size_t)64 << 20)

typedef struct Compiling {
    Vm *vm;
    ProgramUse use;
    bool list_here;      // -T
    const char *list_to;  // -L FILE; NULL
    bool literal;        // -v: no $NAME in file names
    const char *source;  // -f: the text of the next file is read from here
    int files;
    bool failed;
    Code *main_code;     // owned; the last one
} Compiling;

static void fail(Compiling *k)
{
    k->vm->engine->failed_statements++;
    k->failed = true;
}

// The next word of ".RUN a, b" or ".RUN -T a"; quotes hold a name with blanks together. NULL at the end.
static char *next_word(char **args)
{
    char *p = *args;
    while (*p && strchr(" \t,", *p)) p++;
    if (!*p) return NULL;
    char quote = *p == '\'' || *p == '"' ? *p++ : '\0', *word = p;
    while (*p && (quote ? *p != quote : !strchr(" \t,", *p))) p++;
    if (*p) *p++ = '\0';
    *args = p;
    return word;
}

// --- Listings ---------------------------------------------------------------------------------------------------------

static void numbered(Buf *b, const char *text, size_t len)
{
    int line = 1;
    for (const char *p = text, *end = text + len; p < end; line++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((stop ? stop : end) - p);
        while (n && p[n - 1] == '\r') n--;
        buf_printf(b, "%5d  %.*s\n", line, (int)n, p);
        p = stop ? stop + 1 : end;
    }
}

static Status to_standard_output(Vm *vm, const Buf *b)
{
    Unit *u;
    Status s = lun_for_text(vm->units, LUN_STDOUT, UF_WRITE, &u);
    if (status_ok(s)) s = unit_write_text(u, b->p ? b->p : "", b->len);
    return status_ok(s) ? unit_end_text(u) : s;
}

static bool to_file(const char *path, bool more, const Buf *b)
{
    if (!more) {
        errno = publish_bytes(path, b->p ? b->p : "", b->len, 0666, NULL);
        return errno == 0;
    }
    FILE *f = sys_fopen(path, "a");
    if (!f) return false;
    bool ok = fwrite(b->p ? b->p : "", 1, b->len, f) == b->len;
    return fclose(f) == 0 && ok;
}

static void list(Compiling *k, const char *text, size_t len)
{
    Buf b = BUF_INIT((size_t)1 << 30);
    numbered(&b, text, len);
    if (k->list_here) {
        Status s = to_standard_output(k->vm, &b);
        if (!status_ok(s)) vm_error_line(k->vm, "%% %s", s.text ? s.text : "Standard output cannot be written.");
        status_drop(&s);
    }
    if (k->list_to && !to_file(k->list_to, k->files > 0, &b)) {
        vm_error_line(k->vm, "%% Error opening file. File: %s (%s)", k->list_to, sys_error_text(errno));
        fail(k);
    }
    buf_free(&b);
}

// --- Files ------------------------------------------------------------------------------------------------------------

static void compile_text(Compiling *k, const char *path, const char *text, size_t len)
{
    Code *main_code;
    if (k->list_here || k->list_to) list(k, text, len);
    if (library_compile(k->vm, path, text, len, false, &main_code)) fail(k);
    if (!main_code) return;
    if (!k->vm->quiet) vm_error_line(k->vm, "%% Compiled module: $MAIN$.");
    code_drop(k->main_code);
    k->main_code = main_code;
}

static void compile_file(Compiling *k, const char *given)
{
    size_t len;
    char *path = NULL, *name = k->literal ? mem_strdup(given) : path_expand(given);
    char *text = library_read_file(k->vm, name, &len, &path);
    if (text && k->source) {
        char *other = NULL;
        mem_free(text);
        text = library_read_file(k->vm, k->source, &len, &other);
        mem_free(other);
    }
    if (text) {
        compile_text(k, path, text, len);
    } else {
        vm_error_line(k->vm, "%% Error opening file. File: %s", k->source ? k->source : given);
        fail(k);
    }
    k->files++;
    mem_free(text);
    mem_free(path);
    mem_free(name);
}

// -T, -L FILE, -v; .COMPILE -f FILE TEXTFILE. False: not such a word, or one that lacks its file (reported).
static bool take_option(Compiling *k, const char *word, char **args)
{
    if (strcasecmp(word, "-t") == 0) {
        k->list_here = true;
    } else if (strcasecmp(word, "-v") == 0) {
        k->literal = true;
    } else if (strcasecmp(word, "-l") == 0) {
        k->list_to = next_word(args);
        return k->list_to != NULL;
    } else if (strcasecmp(word, "-f") == 0 && k->use == PROGRAM_COMPILE) {
        char *file = next_word(args);
        k->source = next_word(args);
        if (!k->source) return false;
        compile_file(k, file);
        k->source = NULL;
    } else {
        return false;
    }
    return true;
}

// --- Typed ------------------------------------------------------------------------------------------------------------

// Whether the text is a whole program unit: parsed as the body of a routine, unless it begins with PRO or FUNCTION.
static bool is_whole(Buf *text)
{
    Source src = {NULL, text->p, text->len, 1};
    Tree tree;
    ParseIssue issue;
    int issues;
    size_t at = 0;
    ParseResult r = parse(&src, PARSE_STATEMENT, &at, NULL, 0, &tree, &issue, 1, &issues);
    tree_free(&tree);
    return r != PARSE_MORE;
}

static bool begins_routine(const char *p, size_t n)
{
    while (n && isspace((unsigned char)*p)) p++, n--;
    return (n > 4 && strncasecmp(p, "pro ", 4) == 0) || (n > 9 && strncasecmp(p, "function ", 9) == 0);
}

static bool is_blank(const char *p, size_t n)
{
    while (n && isspace((unsigned char)*p)) p++, n--;
    return !n || *p == ';';
}

// The lines that follow the command, up to the END of the unit. False when the input ends before.
static bool gather(LineFeed *feed, Buf *text)
{
    static const char head[] = "PRO HELIO_TYPED\n";
    const char *p;
    size_t n, skip = 0;
    bool begun = false, whole = false;
    OpenBlocks blocks = {0};
    feed->asks_program = true;
    while (!whole && feed->next(feed->arg, true, &p, &n)) {
        feed->line++;
        if (feed->is_cleared) break;
        if (!begun && is_blank(p, n)) continue;
        if (!begun && !begins_routine(p, n)) {
            buf_puts(text, head);
            skip = sizeof head - 1;
            blocks.depth = 1;
        }
        begun = true;
        buf_put(text, p, n);
        buf_putc(text, '\n');
        if (!buf_ok(text)) break;
        open_blocks_add(&blocks, p, n);
        whole = !open_blocks_surely(&blocks) && is_whole(text);
    }
    feed->asks_program = false;
    if (skip && buf_ok(text)) buf_cut(text, skip);
    return whole;
}

static void compile_typed(Compiling *k, LineFeed *feed)
{
    Buf text = BUF_INIT(TYPED_LIMIT);
    if (gather(feed, &text)) {
        compile_text(k, NULL, text.p, text.len);
    } else if (feed->is_cleared) {
        k->failed = true;
    } else {
        vm_error_line(k->vm, "%% The program typed has no END.");
        fail(k);
    }
    buf_free(&text);
}

// --- Commands -----------------------------------------------------------------------------------------------------------

static void keep_main(Vm *vm, Code *main_code)
{
    code_drop(vm->engine->main_program);
    vm->engine->main_program = main_code;
}

RunResult program_go(Vm *vm)
{
    if (!vm->engine->main_program) {
        vm_error_line(vm, "%% No main program has been compiled (.RUN FILE does).");
        vm->engine->failed_statements++;
        return RAN_FAILED;
    }
    vm_return_to_main(vm);
    return vm_run_main(vm, code_ref(vm->engine->main_program));
}

static RunResult finish(Compiling *k)
{
    Vm *vm = k->vm;
    vm_leave_replaced(vm);
    if (k->main_code) keep_main(vm, k->main_code);
    if (k->failed) return RAN_FAILED;
    if (!k->main_code || k->use == PROGRAM_COMPILE) return RAN_OK;
    return vm_run_main(vm, code_ref(k->main_code));
}

RunResult program_command(Vm *vm, LineFeed *feed, ProgramUse use, char *args)
{
    Compiling k = {.vm = vm, .use = use};
    bool any = false;
    if (use == PROGRAM_RNEW) {
        vm_return_to_main(vm);
        vm_forget_variables(vm);
    }
    for (char *word; (word = next_word(&args)) != NULL;) {
        if (*word != '-') {
            any = true;
            compile_file(&k, word);
        } else if (!take_option(&k, word, &args)) {
            vm_error_line(vm, "%% Unknown option, or its file is missing: %s "
                              "(there are -T, -L LISTING; .COMPILE -f FILE TEXT, -v)", word);
            fail(&k);
            any = true;
            break;
        }
    }
    if (!any && !k.files) compile_typed(&k, feed);
    return finish(&k);
}
