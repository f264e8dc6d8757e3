// Finding and compiling routines. A name's file is looked for in the current folder, then in an index of the folders
// along !PATH that is rebuilt when one of them changes. What has not been found is remembered for as long as nothing says that
// files may have changed, and for a hundred times as long as it takes to ask all folders. Start reading at library_find.
#include "vm/names/library.h"

#include "base/buf.h"
#include "base/mem.h"
#include "lang/compiler.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "vm/fault/error_line.h"
#include "vm/frame/debug.h"
#include "vm/scope/commons.h"
#include "vm/settings/preferences.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRUST_LEAST 0.01  // seconds
#define TRUST_MOST 1.0
#define RACE_SECONDS 0.02  // what changed so shortly before a folder was listed may have changed again within its clock's tick
enum { ISSUES_SHOWN = 20, FOLDERS_MAX = 20000, FOLDER_DEPTH = 40 };
#define FILE_LIMIT ((size_t)256 << 20)

typedef struct Folder {
    char *path;
    struct timespec changed;
    bool is_fresh;  // it had changed just before it was listed
} Folder;

typedef VEC(char *) Names;

struct PathIndex {
    char *text;          // !PATH
    VEC(Folder) folders;
    Map files;           // "name.pro" -> owned full path
    bool built;
    Map missing;         // names of files that were not found since the folders were asked
    double trusted_until;  // the folders are not asked again before; 0: at the next name that is not found
};

void library_add_table(Vm *vm, const RoutineTable *t)
{
    Engine *e = vm->engine;
    for (int i = 0; i < t->count; i++) {
        const Routine *r = &t->rows[i];
        map_set(r->kind == ROUTINE_FUN ? &e->builtin_fun : &e->builtin_pro, r->name, (void *)(uintptr_t)r);
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

// --- Files ---------------------------------------------------------------------------------------------------------

// CR alone ended lines on the old Macintosh; IDL still takes it.
static void end_lines_by_lf(char *text, size_t len)
{
    for (char *p = text, *end = text + len; (p = memchr(p, '\r', (size_t)(end - p))) != NULL; p++) {
        if (p + 1 == end || p[1] != '\n') *p = '\n';
    }
}

// What comes from a pipe or terminal until its end; NULL also when it is too much.
static char *read_stream(int fd, size_t *len)
{
    char space[4096];
    Buf b = BUF_INIT(FILE_LIMIT);
    ssize_t n = sys_set_nonblocking(fd, 0);
    while (buf_ok(&b) && (n = sys_read_wait(fd, space, sizeof space, -1)) > 0) buf_put(&b, space, (size_t)n);
    buf_puts(&b, "");
    *len = b.len;
    if (n == 0) return buf_take(&b);
    buf_free(&b);
    return NULL;
}

// A pipe is no program, even when its name is one, unless it is meant: /dev/stdin, or a shell's /dev/fd/63.
static bool is_stream(const char *path, const struct stat *st)
{
    bool is_meant = strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/", 6) == 0;
    return is_meant && (S_ISFIFO(st->st_mode) || S_ISCHR(st->st_mode));
}

// The text of a program.
static char *read_whole(const char *path, size_t *len)
{
    int fd = sys_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat st;
    char *text = NULL;
    if (fd < 0) {
        errno = -fd;
        return NULL;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size <= FILE_LIMIT) {
        text = mem_alloc((size_t)st.st_size + 1);
        if (!text) errno = ENOMEM;
        size_t got = 0;
        while (text && got < (size_t)st.st_size) {
            ssize_t n = read(fd, text + got, (size_t)st.st_size - got);
            if (n <= 0) break;
            got += (size_t)n;
        }
        if (text) text[got] = '\0';
        if (text) end_lines_by_lf(text, got);
        *len = got;
    } else if (is_stream(path, &st)) {
        text = read_stream(fd, len);
    }
    close(fd);
    return text;
}

static char *join_path(const char *folder, const char *name)
{
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = mem_must(n);
    snprintf(path, n, "%s/%s", folder, name);
    return path;
}

static struct PathIndex *path_index(Vm *vm)
{
    Engine *e = vm->engine;
    if (!e->path_index) {
        e->path_index = mem_must(sizeof *e->path_index);
        const char *ours = getenv("HELIO_PATH"), *others = pref_text(vm, PREF_PATH);
        Buf b = BUF_INIT(BUF_NO_LIMIT);
        buf_printf(&b, "%s%s%s", ours ? ours : "", ours && *ours && *others ? ":" : "", others);
        e->path_index->text = buf_take(&b);
    }
    return e->path_index;
}

static bool is_pro(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".pro") == 0;
}

// Notes when a folder changed last and which .pro files it has; inner folders go into `inner` if it is not NULL.
static void read_folder(struct PathIndex *x, const char *path, Names *inner)
{
    struct stat st;
    DIR *d = x->folders.len < FOLDERS_MAX ? opendir(path) : NULL;
    if (!d) return;
    if (fstat(dirfd(d), &st) != 0) st = (struct stat){0};
    double age = sys_wall() - ((double)st.st_mtim.tv_sec + 1e-9 * (double)st.st_mtim.tv_nsec);
    VEC_PUSH(&x->folders, (Folder){mem_strdup(path), st.st_mtim, age > -RACE_SECONDS && age < RACE_SECONDS});
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        const char *name = entry->d_name;
        if (is_pro(name) && !map_get(&x->files, name)) map_set(&x->files, name, join_path(path, name));
        bool may_be_folder = name[0] != '.' && (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN);
        if (inner && may_be_folder) VEC_PUSH(inner, join_path(path, name));
    }
    closedir(d);
}

// "+DIR": DIR and every folder below it.
static void read_tree(struct PathIndex *x, const char *path, int depth)
{
    Names inner = {0};
    read_folder(x, path, depth < FOLDER_DEPTH ? &inner : NULL);
    for (int i = 0; i < inner.len; i++) {
        read_tree(x, inner.p[i], depth + 1);
        mem_free(inner.p[i]);
    }
    VEC_FREE(&inner);
}

static void drop_index(struct PathIndex *x)
{
    for (int i = 0; i < x->folders.len; i++) mem_free(x->folders.p[i].path);
    VEC_FREE(&x->folders);
    size_t at = 0;
    for (const MapEntry *m; (m = map_next(&x->files, &at)) != NULL;) mem_free(m->value);
    map_free(&x->files);
    x->built = false;
}

static void build_index(struct PathIndex *x)
{
    drop_index(x);
    char *list = mem_strdup(x->text), *rest = list;
    for (char *item; (item = strsep(&rest, ":")) != NULL;) {
        if (*item == '+') read_tree(x, item + 1, 0);
        else if (*item && *item != '<') read_folder(x, item, NULL);
    }
    mem_free(list);
    x->built = true;
}

static bool index_is_stale(const struct PathIndex *x)
{
    struct stat st;
    for (int i = 0; i < x->folders.len; i++) {
        const Folder *f = &x->folders.p[i];
        if (stat(f->path, &st) != 0) return true;
        if (f->is_fresh || st.st_mtim.tv_sec != f->changed.tv_sec || st.st_mtim.tv_nsec != f->changed.tv_nsec) return true;
    }
    return false;
}

void library_look_again(Vm *vm)
{
    if (vm->engine->path_index) vm->engine->path_index->trusted_until = 0;
}

static bool is_trusted(const struct PathIndex *x) { return x->trusted_until > 0 && sys_now() < x->trusted_until; }

static void check_index(struct PathIndex *x)
{
    double begin = sys_now();
    map_free(&x->missing);
    if (!x->built || index_is_stale(x)) build_index(x);
    double now = sys_now(), trust = 100 * (now - begin);
    x->trusted_until = now + (trust < TRUST_LEAST ? TRUST_LEAST : trust > TRUST_MOST ? TRUST_MOST : trust);
}

// The path of a file in one of the folders along !PATH, or NULL.
static const char *look_up(struct PathIndex *x, const char *file)
{
    if (!x->built) check_index(x);
    const char *path = map_get(&x->files, file);
    if (path || is_trusted(x)) return path;
    check_index(x);
    return map_get(&x->files, file);
}

void library_forget_path(Vm *vm)
{
    library_look_again(vm);
    drop_index(path_index(vm));
}

void library_each_file(Vm *vm, void (*each)(void *arg, const char *file), void *arg)
{
    struct PathIndex *x = path_index(vm);
    if (!x->built || index_is_stale(x)) build_index(x);
    size_t at = 0;
    for (const MapEntry *m; (m = map_next(&x->files, &at)) != NULL;) each(arg, m->key);
    DIR *d = opendir(".");
    if (!d) return;
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        if (is_pro(entry->d_name)) each(arg, entry->d_name);
    }
    closedir(d);
}

void library_each_folder(Vm *vm, void (*each)(void *arg, const char *folder, int files), void *arg)
{
    struct PathIndex *x = path_index(vm);
    if (!x->built || index_is_stale(x)) build_index(x);
    for (int i = 0; i < x->folders.len; i++) {
        const char *folder = x->folders.p[i].path;
        size_t at = 0, n = strlen(folder);
        int files = 0;
        for (const MapEntry *m; (m = map_next(&x->files, &at)) != NULL;) {
            const char *path = m->value;
            files += strncmp(path, folder, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
        }
        each(arg, folder, files);
    }
}

void library_set_path(Vm *vm, const char *path)
{
    struct PathIndex *x = path_index(vm);
    mem_free(x->text);
    x->text = mem_strdup(path);
    drop_index(x);
    x->trusted_until = 0;
}

// With "+" entries expanded and without "<IDL_DEFAULT>" (our own library is inside the program), as !PATH shows them.
const char *library_path(Vm *vm)
{
    struct PathIndex *x = path_index(vm);
    if (!strpbrk(x->text, "+<")) return x->text;
    if (!x->built) build_index(x);
    Buf b = BUF_INIT(16 << 20);
    for (int i = 0; i < x->folders.len; i++) buf_printf(&b, "%s%s", i ? ":" : "", x->folders.p[i].path);
    char *text = buf_take(&b);
    if (text) {
        mem_free(x->text);
        x->text = text;
    }
    return x->text;
}

void library_free(Vm *vm)
{
    struct PathIndex *x = vm->engine->path_index;
    if (!x) return;
    drop_index(x);
    map_free(&x->missing);
    mem_free(x->text);
    mem_free(x);
}

static char *read_along_path(struct PathIndex *x, const char *file, size_t *len, char **path)
{
    for (int i = 0; i < 2; i++) {
        const char *found = look_up(x, file);
        if (!found) break;
        char *text = read_whole(found, len);
        if (text) {
            *path = mem_strdup(found);
            return text;
        }
        check_index(x);  // it has gone
    }
    map_set(&x->missing, file, x);
    return NULL;
}

static char *read_here_or_along_path(Vm *vm, const char *file, size_t *len, char **path)
{
    struct PathIndex *x = path_index(vm);
    if (is_trusted(x) && map_get(&x->missing, file)) return NULL;
    char *text = read_whole(file, len);
    if (text) {
        *path = file[0] == '/' ? mem_strdup(file) : NULL;
        if (!*path) {
            char *cwd = getcwd(NULL, 0);
            *path = join_path(cwd ? cwd : ".", file);
            free(cwd);
        }
        return text;
    }
    return strchr(file, '/') ? NULL : read_along_path(x, file, len, path);
}

char *library_read_file(Vm *vm, const char *name, size_t *len, char **path)
{
    char *text = NULL;
    if (!is_pro(name)) {
        size_t n = strlen(name) + 5;
        char *with_pro = mem_must(n);
        snprintf(with_pro, n, "%s.pro", name);
        text = read_here_or_along_path(vm, with_pro, len, path);
        mem_free(with_pro);
    }
    return text ? text : read_here_or_along_path(vm, name, len, path);
}

// --- Compiling -----------------------------------------------------------------------------------------------------

char *library_include(void *vm, const char *name, const char *from, size_t *len, char **path)
{
    char *text = library_read_file(vm, name, len, path);
    const char *slash = text || !from || name[0] == '/' ? NULL : strrchr(from, '/');
    if (!slash) return text;
    AUTO_FREE char *folder = mem_strndup(from, (size_t)(slash - from)), *beside = join_path(folder, name);
    return library_read_file(vm, beside, len, path);
}

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
    char *path = join_path("pro", file);
    compile_text(vm, path, t->text, (size_t)t->size,
                 &(Compilation){.quiet = true, .options = OPT_HIDDEN, .without_source = true}, &main_code);
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
    char *path = NULL, *text = read_here_or_along_path(vm, file, &len, &path);
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
