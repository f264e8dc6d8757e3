// Compiling routines and keeping them. Start reading at library_find.
#include "vm/names/library.h"

#include "base/buf.h"
#include "base/mem.h"
#include "lang/compiler.h"
#include "sys/interrupt.h"
#include "vm/fault/error_line.h"
#include "vm/frame/debug.h"
#include "vm/names/library_files.h"
#include "vm/scope/commons.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { ISSUES_SHOWN = 20 };

void library_add_table(Vm *vm, const RoutineTable *t)
{
    Engine *e = vm->engine;
    for (int i = 0; i < t->count; i++) {
        const Routine *r = &t->rows[i];
        map_set(r->kind == FUNCTION ? &e->builtin_fun : &e->builtin_pro, r->name, (void *)(uintptr_t)r);
        VEC_PUSH(&e->builtins, r);
    }
}

void library_add_texts(Vm *vm, const LibraryText *rows, int n)
{
    vm->engine->texts = rows;
    vm->engine->ntexts = n;
}

const LibraryText *library_text(Vm *vm, const char *name, bool is_function)
{
    const Engine *e = vm->engine;
    int low = 0, high = e->ntexts;
    while (low < high) {
        int mid = (low + high) / 2, order = strcmp(name, e->texts[mid].name);
        if (order == 0) return e->texts[mid].is_function == is_function ? &e->texts[mid] : NULL;
        if (order < 0) high = mid;
        else low = mid + 1;
    }
    return NULL;
}

// --- Compiling -----------------------------------------------------------------------------------------------------

// Quotes as word processors and web pages have them, in UTF-8.
static bool is_typographic(const Source *src, size_t pos)
{
    static const char *const quotes[] = {
        "\u2018", "\u2019", "\u201A", "\u201C", "\u201D", "\u201E", "\u00AB", "\u00BB", "\u2032", "\u2033", "\u00B4",
    };
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        size_t n = strlen(quotes[i]);
        if (pos + n <= src->len && memcmp(src->text + pos, quotes[i], n) == 0) return true;
    }
    return false;
}

void library_report(Vm *vm, const Source *src, const ParseIssue *issue)
{
    Buf b = BUF_INIT(1 << 16);
    if (sys_interrupted()) return;  // which is told as such
    if (issue->src) src = issue->src;  // an @FILE
    source_show(src, issue->pos, &b);
    if (b.len) vm_error_line(vm, "%.*s", (int)b.len - 1, b.p);
    buf_free(&b);
    vm_error_line(vm, "%% %s", issue->text);
    if (is_typographic(src, issue->pos)) vm_error_line(vm, "  This is a typographic quote; IDL's are ' and \".");
    if (src->path) vm_error_line(vm, "  At: %s, Line %d", src->path, source_line(src, issue->pos));
}

// The lines of a routine, from its first word on.
static char *source_lines(const Tree *tree, const RoutineAst *u)
{
    const char *begin = tree_text(tree, u->file, u->pos), *end = begin;
    for (int line = u->line; line <= u->last_line && end; line++) {
        end = strchr(end, '\n');
        if (end) end++;
    }
    return mem_strndup(begin, end ? (size_t)(end - begin) : strlen(begin));
}

// quiet: no "% Compiled module". source is taken.
static UserRoutine *install(Vm *vm, Code *code, char *source, int first_line, bool quiet)
{
    Engine *e = vm->engine;
    Map *table = code->is_function ? &e->functions : &e->procedures;
    UserRoutine *u = map_get(table, code->name);
    if (!u) {
        u = mem_must(sizeof *u);
        u->name = mem_strdup(code->name);
        map_set(table, code->name, u);
    }
    code_drop(u->code);
    u->code = code;
    mem_free(u->source);
    u->source = source;
    u->first_line = first_line;
    u->is_restored = false;
    e->generation++;
    if (e->debugger) debug_installed(vm, code);
    if (!quiet && !vm->quiet && !(code->options & OPT_HIDDEN)) vm_error_line(vm, "%% Compiled module: %s.", code->name);
    return u;
}

// How a file is compiled.
typedef struct Compilation {
    bool quiet;
    unsigned options;     // of all routines, beside what their COMPILE_OPT say
    const char *upto;     // the last routine that is wanted; NULL: all of them
    bool upto_procedure, upto_function;
    bool without_source;  // SAVE, /ROUTINES leaves them out
    bool is_restored;
    int first_line;       // of the text; 0: 1
    void (*each)(void *arg, const Code *code);  // they are shown to it and forgotten; NULL: they are kept
    void *arg;
} Compilation;

// A program that asks what has run is watched from its beginning.
static void watch_if_it_asks(Vm *vm, const Code *code)
{
    for (int i = 0; i < code->ncalls && !debug_covers_all(vm); i++) {
        if (strcmp(code->call_site[i].name, "CODE_COVERAGE") == 0) debug_cover_all(vm);
    }
}

static bool ends_with(const Compilation *how, const Code *code)
{
    if (!how->upto || strcmp(how->upto, code->name) != 0) return false;
    return code->is_function ? how->upto_function : how->upto_procedure;
}

static void report_in(Vm *vm, const Source *src, const ParseIssue *issue, const char *module)
{
    if (sys_interrupted()) return;
    library_report(vm, src, issue);
    vm_error_line(vm, "%% 1 Compilation error(s) in module %s.", module ? module : "$MAIN$");
}

// Of each routine the first error is known.
static void report_all(Vm *vm, const Source *src, const ParseIssue *issues, int n)
{
    for (int i = 0; i < n && i < ISSUES_SHOWN; i++) report_in(vm, src, &issues[i], issues[i].module);
    if (n > ISSUES_SHOWN) vm_error_line(vm, "%% %d more modules have compilation errors.", n - ISSUES_SHOWN);
}

static int compile_text(Vm *vm, const char *path, const char *text, size_t len, const Compilation *how, Code **main_code)
{
    Source src = {path, text, len, how->first_line ? how->first_line : 1};
    Includer includer = {library_include, vm};
    Scope scope = {.arg = vm, .common_names = common_names_of, .has_function = library_has_function};
    ParseIssue issues[ISSUES_SHOWN];
    Tree tree;
    size_t at = 0;
    int errors = 0;
    *main_code = NULL;
    parse(&src, PARSE_FILE, &at, &includer, 0, &tree, issues, ISSUES_SHOWN, &errors);
    report_all(vm, &src, issues, errors);
    for (const RoutineAst *u = tree.units; u; u = u->next) {
        ParseIssue issue;
        const Source *own = tree.files.p[u->file];
        Code *code = compile_unit(u, &tree, own ? own->path : path, &scope, &issue);
        if (!code) {
            report_in(vm, &src, &issue, u->name);
            errors++;
        } else if (how->each) {
            common_declare(vm, code);
            how->each(how->arg, code);
            code_drop(code);
        } else if (u->is_main) {
            *main_code = code;
            code->text = mem_strndup(text, len);
            common_declare(vm, code);
            watch_if_it_asks(vm, code);
        } else {
            common_declare(vm, code);
            code->options |= how->options;
            char *source = how->without_source ? NULL : source_lines(&tree, u);
            install(vm, code, source, u->line, how->quiet)->is_restored = how->is_restored;
            watch_if_it_asks(vm, code);
            if (ends_with(how, code)) break;
        }
    }
    tree_free(&tree);
    return errors;
}

int library_compile(Vm *vm, const char *path, const char *text, size_t len, bool quiet, Code **main_code)
{
    return compile_text(vm, path, text, len, &(Compilation){.quiet = quiet}, main_code);
}

int library_each_code(Vm *vm, const char *path, const char *text, size_t len, void (*each)(void *arg, const Code *), void *arg)
{
    Code *none;
    return compile_text(vm, path, text, len, &(Compilation){.each = each, .arg = arg}, &none);
}

int library_compile_source(Vm *vm, const char *path, const char *text, int first_line)
{
    Code *main_code;
    Compilation how = {.quiet = true, .is_restored = true, .first_line = first_line};
    int errors = compile_text(vm, path, text, strlen(text), &how, &main_code);
    code_drop(main_code);
    return errors;
}

// Routines of the embedded library are HIDDEN; tracebacks name them as pro/NAME.pro.
static UserRoutine *compile_embedded(Vm *vm, const char *file, const LibraryText *t)
{
    Code *main_code;
    char *path = library_join("pro", file);
    compile_text(vm, path, t->text, (size_t)t->size,
                 &(Compilation){.quiet = true, .options = OPT_HIDDEN | OPT_EMBEDDED, .without_source = true}, &main_code);
    mem_free(path);
    code_drop(main_code);
    return map_get(t->is_function ? &vm->engine->functions : &vm->engine->procedures, t->name);
}

// The file that defines a routine: "name.pro", "class__method.pro".
static char *file_of(const char *name)
{
    size_t n = strlen(name);
    char *file = mem_must(n + 5);
    for (size_t i = 0; i < n; i++) file[i] = (char)(name[i] == ':' ? '_' : tolower((unsigned char)name[i]));
    memcpy(file + n, ".pro", 5);
    return file;
}

// Compiles NAME.pro of the current folder or along !PATH; nothing when there is none.
static void compile_file(Vm *vm, const char *file, const Compilation *how)
{
    size_t len;
    char *path = NULL, *text = library_read_found(vm, file, &len, &path);
    Code *main_code;
    if (!text) return;
    compile_text(vm, path, text, len, how, &main_code);
    code_drop(main_code);
    mem_free(text);
    mem_free(path);
}

static UserRoutine *compile_routine(Vm *vm, const char *name, bool is_function, const Compilation *how)
{
    if (strchr(name, '/')) return NULL;  // a name, no path
    Map *table = is_function ? &vm->engine->functions : &vm->engine->procedures;
    char *file = file_of(name);
    compile_file(vm, file, how);
    UserRoutine *u = map_get(table, name);
    const LibraryText *embedded = u ? NULL : library_text(vm, name, is_function);
    if (embedded) u = compile_embedded(vm, file, embedded);
    mem_free(file);
    return u;
}

UserRoutine *library_find(Vm *vm, const char *name, bool is_function)
{
    UserRoutine *u = user_routine(vm, name, is_function);
    if (u) return u;
    Compilation how = {.upto = name, .upto_function = is_function, .upto_procedure = !is_function};
    return compile_routine(vm, name, is_function, &how);
}

UserRoutine *library_resolve(Vm *vm, const char *name, const Resolution *r)
{
    Compilation how = {.quiet = r->quiet, .upto = r->whole_file ? NULL : name, .upto_function = r->functions,
                       .upto_procedure = r->procedures};
    UserRoutine *u = NULL;
    for (int is_function = 0; is_function <= 1 && !u && !r->again; is_function++) {
        if (is_function ? r->functions : r->procedures) u = user_routine(vm, name, is_function);
    }
    for (int is_function = 0; is_function <= 1 && !u; is_function++) {
        if (is_function ? r->functions : r->procedures) u = compile_routine(vm, name, is_function, &how);
    }
    return u;
}

// --- Lambda functions ----------------------------------------------------------------------------------------------


static const Map *routines_of(Vm *vm, bool is_function)
{
    return is_function ? &vm->engine->functions : &vm->engine->procedures;
}

static bool compile_lambda(Vm *vm, const char *name, const char *text, size_t colon, size_t n, bool is_function)
{
    Buf b = BUF_INIT(1 << 20);
    buf_printf(&b, is_function ? "function %s, %.*s\nreturn, %.*s\nend\n" : "pro %s, %.*s\n%.*s\nend\n", name, (int)colon, text,
               (int)(n - colon - 1), text + colon + 1);
    Code *main_code;
    Compilation how = {.quiet = true, .options = OPT_HIDDEN, .without_source = true};
    int errors = buf_ok(&b) ? compile_text(vm, NULL, b.p, b.len, &how, &main_code) : 1;
    if (buf_ok(&b)) code_drop(main_code);
    buf_free(&b);
    return !errors && map_get(routines_of(vm, is_function), name);
}

const char *library_lambda(Vm *vm, const char *text, size_t colon, size_t n, bool is_function)
{
    Engine *e = vm->engine;
    AUTO_FREE char *key = mem_must(n + 2);
    key[0] = is_function ? 'F' : 'P';
    memcpy(key + 1, text, n);
    key[n + 1] = '\0';
    const char *known = map_get(&e->lambdas, key);
    if (known) return known;
    char name[40];
    snprintf(name, sizeof name, LAMBDA_PREFIX "%c%zu", key[0], e->lambdas.len + 1);
    if (!compile_lambda(vm, name, text, colon, n, is_function)) return NULL;
    char *kept = mem_strdup(name);
    map_set(&e->lambdas, key, kept);
    return kept;
}

UserRoutine *library_lambda_named(Vm *vm, const Val *v, bool is_function)
{
    if (v->type != T_STRING || val_is_array(v)) return NULL;
    if (strncmp(str_text(v->s), LAMBDA_PREFIX, sizeof LAMBDA_PREFIX - 1) != 0) return NULL;
    return map_get(routines_of(vm, is_function), str_text(v->s));
}
