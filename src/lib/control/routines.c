// What is compiled and where it comes from: ROUTINE_INFO, ROUTINE_FILEPATH, ROUTINE_DIR, RESOLVE_ROUTINE, RESOLVE_ALL.
// Start reading at fn_routine_info.
#include "base/vec.h"
#include "lib/control/levels.h"
#include "lib/control/passing.h"
#include "sys/interrupt.h"
#include "vm/names/library.h"
#include "vm/structure/structure.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// --- Lists of names ------------------------------------------------------------------------------------------------

typedef VEC(const char *) Names;

static void free_names(void *arg) { VEC_FREE((Names *)arg); }

static Names *names_new(Call *c)
{
    Names *n = call_alloc(c, sizeof *n);
    call_defer(c, free_names, n);
    return n;
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static bool has_name(const Names *n, const char *name)
{
    for (int i = 0; i < n->len; i++) {
        if (strcmp(n->p[i], name) == 0) return true;
    }
    return false;
}

// Sorted, as a string array; '' when there are none.
static Val names_value(Call *c, Names *n)
{
    if (!n->len) return val_string("");
    qsort(n->p, (size_t)n->len, sizeof *n->p, by_name);
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){n->len}, true);
    for (int i = 0; i < n->len; i++) arr_set_take(a, i, val_string(n->p[i]));
    return val_arr_take(arr_ref(a));
}

static void add_keys(Names *n, const Map *m)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) VEC_PUSH(n, x->key);
}

// The strings of a value in upper case, one after the other.
static void add_strings(Call *c, Names *n, const Val *v)
{
    if (!v) return;
    v = call_convert(c, v, T_STRING);
    for (int64_t i = 0; i < val_count(v); i++) {
        VEC_PUSH(n, upper_name(c, val_is_array(v) ? ((const StrSlot *)v->a->data)[i].p : v->s));
    }
}

// --- Unresolved calls ----------------------------------------------------------------------------------------------

static bool is_known(const Engine *e, const CallSite *s)
{
    if (map_get(s->is_function ? &e->builtin_fun : &e->builtin_pro, s->name)) return true;
    return map_get(s->is_function ? &e->functions : &e->procedures, s->name) != NULL;
}

static void add_unresolved(const Engine *e, const Map *routines, Names *pro, Names *fun)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(routines, &at)) != NULL;) {
        const Code *code = ((const UserRoutine *)x->value)->code;
        for (int i = 0; i < code->ncalls; i++) {
            const CallSite *s = &code->call_site[i];
            Names *n = s->is_function ? fun : pro;
            if (!s->is_method && !is_known(e, s) && !has_name(n, s->name)) VEC_PUSH(n, s->name);
        }
    }
}

// What compiled routines call that is neither built in nor compiled.
static void unresolved(Call *c, Names *pro, Names *fun)
{
    const Engine *e = c->vm->engine;
    add_unresolved(e, &e->procedures, pro, fun);
    add_unresolved(e, &e->functions, pro, fun);
}

// --- ROUTINE_INFO --------------------------------------------------------------------------------------------------

#define ROUTINE_INFO_KEYWORDS(K, R)                                                                                    \
    K(R, PARAMETERS, FLAG) K(R, SOURCE, OR_FLAG) K(R, UNRESOLVED, OR_FLAG) K(R, VARIABLES, OR_FLAG) K(R, SYSTEM, FLAG) \
    K(R, DISABLED, FLAG) K(R, ENABLED, FLAG) K(R, FUNCTIONS, FLAG)
KEYWORDS(ROUTINE_INFO)

// Builds {TAG: value, ...}, anonymous; the values are consumed.
static Val record_take(Call *c, const char *const *tags, Val *v, int n)
{
    Val out = VAL_UNDEF;
    for (int i = 0; i < n; i++) v[i] = *call_keep_take(c, v[i]);
    TRY(c, struct_make(c->vm, NULL, tags, v, n, &out));
    return out;
}

static Val source_of(Call *c, const char *name, const char *path)
{
    static const char *const tags[] = {"NAME", "PATH"};
    return record_take(c, tags, (Val[]){val_string(name), val_string(path ? path : "")}, 2);
}

static const Code *main_code(const Engine *e) { return e->frame[0].code; }

// The compiled routine of that name, $MAIN$ included; throws when there is none.
static const Code *compiled(Call *c, const char *name, bool is_function)
{
    const UserRoutine *u = user_routine(c->vm, name, is_function);
    if (u) return u->code;
    if (!is_function && strcmp(name, "$MAIN$") == 0) return main_code(c->vm->engine);
    throw_msg(c, is_function ? E_NO_FUNC : E_NO_PROC, "Attempt to call undefined %s: '%s'.",
              is_function ? "function" : "procedure", name);
}

static bool is_extra(const Code *code, int i) { return i == code->extra; }

static Val parameters_record(Call *c, Names *args, Names *keywords)
{
    static const char *const counts[] = {"NUM_ARGS", "NUM_KW_ARGS"};
    const char *tags[4] = {counts[0], counts[1]};
    Val v[4] = {val_long(args->len), val_long(keywords->len)};
    int n = 2;
    for (int k = 0; k < 2; k++) {
        Names *list = k ? keywords : args;
        if (!list->len) continue;
        Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){list->len}, true);
        if (k) qsort(list->p, (size_t)list->len, sizeof *list->p, by_name);
        for (int i = 0; i < list->len; i++) arr_set_take(a, i, val_string(list->p[i]));
        tags[n] = k ? "KW_ARGS" : "ARGS";
        v[n++] = val_arr_take(arr_ref(a));
    }
    return record_take(c, tags, v, n);
}

static Val parameters(Call *c, const Code *code)
{
    Names *args = names_new(c), *keywords = names_new(c);
    for (int i = 0; i < code->nparams; i++) {
        const CodeParam *p = &code->param[i];
        if (is_extra(code, i)) VEC_PUSH(keywords, code->extra_is_ref ? "_REF_EXTRA" : "_EXTRA");
        else if (p->keyword) VEC_PUSH(keywords, p->keyword);
        else VEC_PUSH(args, code->var[p->reg]);
    }
    return parameters_record(c, args, keywords);
}

// Those of a routine that is built in, which a program cannot tell from one that IDL has as a file: names from its usage line.
static Val builtin_parameters(Call *c, const Routine *r)
{
    Names *args = names_new(c), *keywords = names_new(c);
    for (const char *p = r->args ? r->args : ""; *p;) {
        size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
        if (n) VEC_PUSH(args, upper_name(c, call_keep_take(c, val_stringn(p, n))->s));
        p += n ? n : 1;
    }
    for (int i = 0; i < r->keywords.n; i++) VEC_PUSH(keywords, r->keywords.p[i].name);
    return parameters_record(c, args, keywords);
}

static Val variables(Call *c, const Code *code)
{
    Names *n = names_new(c);
    for (int i = 0; i < code->nvars; i++) VEC_PUSH(n, code->var[i]);
    if (!code->is_main) return names_value(c, n);
    int count;
    const char **name = levels_variables(c, 0, &count);
    for (int i = 0; i < count; i++) VEC_PUSH(n, name[i]);
    return names_value(c, n);
}

// The sources of all of them, one structure a routine.
static Val all_sources(Call *c, bool functions, Names *n)
{
    if (!n->len) return source_of(c, "", "");
    qsort(n->p, (size_t)n->len, sizeof *n->p, by_name);
    Arr *a = NULL;
    for (int i = 0; i < n->len; i++) {
        Val one = *call_keep_take(c, source_of(c, n->p[i], compiled(c, n->p[i], functions)->path));
        if (!a) {
            a = arr_new_struct(one.a->def, 1, (int64_t[]){n->len});
            if (!a) throw_no_memory(c);
            call_keep_take(c, val_arr_take(a));
        }
        arr_copy_elements(a, i, one.a, 0, 1);
    }
    return val_arr_take(arr_ref(a));
}

static Val about_all(Call *c, bool functions)
{
    const Engine *e = c->vm->engine;
    Names *n = names_new(c), *other = names_new(c);
    bool system = call_kw_set(c, KW_ROUTINE_INFO_SYSTEM) || call_kw_set(c, KW_ROUTINE_INFO_ENABLED);
    if (call_kw_set(c, KW_ROUTINE_INFO_DISABLED)) return val_string("");  // none can be
    if (call_kw_set(c, KW_ROUTINE_INFO_UNRESOLVED)) {
        unresolved(c, functions ? other : n, functions ? n : other);
        return names_value(c, n);
    }
    if (system) add_keys(n, functions ? &e->builtin_fun : &e->builtin_pro);
    else add_keys(n, functions ? &e->functions : &e->procedures);
    if (!system && !functions) VEC_PUSH(n, main_code(e)->name);
    return call_kw_set(c, KW_ROUTINE_INFO_SOURCE) && !system ? all_sources(c, functions, n) : names_value(c, n);
}

// The routines that one calls and that are not compiled.
static Val unresolved_in(Call *c, const Code *code)
{
    Names *n = names_new(c);
    for (int i = 0; i < code->ncalls; i++) {
        const CallSite *s = &code->call_site[i];
        if (!s->is_method && !is_known(c->vm->engine, s) && !has_name(n, s->name)) VEC_PUSH(n, s->name);
    }
    return names_value(c, n);
}

// ROUTINE_INFO([Routine] [, /PARAMETERS | , /SOURCE | , /UNRESOLVED | , /VARIABLES] [, /SYSTEM] [, /FUNCTIONS]): the
// names of compiled (SYSTEM: built-in) routines, or what is known of one. Manual: ROUTINE_INFO.
static void fn_routine_info(Call *c)
{
    bool functions = call_kw_set(c, KW_ROUTINE_INFO_FUNCTIONS);
    if (!c->argc) {
        if (call_kw_set(c, KW_ROUTINE_INFO_PARAMETERS) || call_kw_set(c, KW_ROUTINE_INFO_VARIABLES)) {
            throw_msg(c, E_ARGS, "The name of a routine is required.");
        }
        call_return_take(c, about_all(c, functions));
        return;
    }
    const char *name = upper_name(c, call_str_peek(c, 0));
    const Map *builtins = functions ? &c->vm->engine->builtin_fun : &c->vm->engine->builtin_pro;
    bool system = call_kw_set(c, KW_ROUTINE_INFO_SYSTEM) || call_kw_set(c, KW_ROUTINE_INFO_ENABLED);
    if (system || call_kw_set(c, KW_ROUTINE_INFO_DISABLED)) {
        call_return_take(c, val_string(system && map_get(builtins, name) ? name : ""));
        return;
    }
    const Routine *builtin = map_get(builtins, name);
    if (builtin && call_kw_set(c, KW_ROUTINE_INFO_PARAMETERS)) {
        call_return_take(c, builtin_parameters(c, builtin));
        return;
    }
    const Code *code = compiled(c, name, functions);
    call_return_take(c, call_kw_set(c, KW_ROUTINE_INFO_PARAMETERS)   ? parameters(c, code)
                        : call_kw_set(c, KW_ROUTINE_INFO_SOURCE)     ? source_of(c, name, code->path)
                        : call_kw_set(c, KW_ROUTINE_INFO_VARIABLES)  ? variables(c, code)
                        : call_kw_set(c, KW_ROUTINE_INFO_UNRESOLVED) ? unresolved_in(c, code)
                                                                     : val_string(name));
}

// --- Where routines come from --------------------------------------------------------------------------------------

#define ROUTINE_FILEPATH_KEYWORDS(K, R) K(R, EITHER, FLAG) K(R, IS_FUNCTION, OR_FLAG)
KEYWORDS(ROUTINE_FILEPATH)

static const char *calling_path(Call *c)
{
    const Engine *e = c->vm->engine;
    const CallFrame *f = frame_top(c->vm->engine);
    if (f->target != 0) f = &e->frame[f->target];
    return f->code->path ? f->code->path : "";
}

static const char *path_of(Call *c, const Str *given)
{
    const char *name = upper_name(c, given);
    bool functions = call_kw_set(c, KW_ROUTINE_FILEPATH_IS_FUNCTION);
    bool either = call_kw_set(c, KW_ROUTINE_FILEPATH_EITHER);
    const UserRoutine *u = functions && !either ? NULL : user_routine(c->vm, name, false);
    if (!u && (functions || either)) u = user_routine(c->vm, name, true);
    return u && u->code->path ? u->code->path : "";
}

// ROUTINE_FILEPATH([Routine] [, /EITHER | , /IS_FUNCTION]): the file that a compiled routine came from, '' for others;
// without an argument that of the calling one. Manual: ROUTINE_FILEPATH.
static void fn_routine_filepath(Call *c)
{
    if (!c->argc) {
        call_return_take(c, val_string(calling_path(c)));
        return;
    }
    const Val *v = call_convert(c, call_arg(c, 0), T_STRING);
    if (!val_is_array(v)) {
        call_return_take(c, val_string(path_of(c, v->s)));
        return;
    }
    Arr *a = call_new_array(c, T_STRING, v->a->rank, v->a->dim, true);
    for (int64_t i = 0; i < a->n; i++) arr_set_take(a, i, val_string(path_of(c, ((const StrSlot *)v->a->data)[i].p)));
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// ROUTINE_DIR(): the folder of the calling routine's file, with a slash at the end. Manual: ROUTINE_DIR.
static void fn_routine_dir(Call *c)
{
    const char *path = calling_path(c), *slash = strrchr(path, '/');
    call_return_take(c, slash ? val_stringn(path, (size_t)(slash - path) + 1) : val_string(*path ? "./" : ""));
}

// --- RESOLVE_ROUTINE, RESOLVE_ALL ----------------------------------------------------------------------------------

#define RESOLVE_ROUTINE_KEYWORDS(K, R)                                                                   \
    K(R, COMPILE_FULL_FILE, FLAG) K(R, EITHER, FLAG) K(R, IS_FUNCTION, OR_FLAG) K(R, NO_RECOMPILE, FLAG) \
    K(R, QUIET, FLAG) K(R, SKIP_EXISTING, FLAG)
KEYWORDS(RESOLVE_ROUTINE)

static _Noreturn void cannot_resolve(Call *c, const char *name, bool is_function)
{
    throw_msg(c, is_function ? E_NO_FUNC : E_NO_PROC, "Unable to resolve %s: '%s'.",
              is_function ? "function" : "procedure", name);
}

// A file is found for the name and compiled; what is built in here, perhaps from a file in IDL, is there already.
static bool resolve(Vm *vm, const char *name, const Resolution *r)
{
    const Engine *e = vm->engine;
    if (library_resolve(vm, name, r)) return true;
    return (r->functions && map_get(&e->builtin_fun, name)) || (r->procedures && map_get(&e->builtin_pro, name));
}

// RESOLVE_ROUTINE, Names [, /COMPILE_FULL_FILE] [, /EITHER | , /IS_FUNCTION] [, /NO_RECOMPILE] [, /QUIET]: compiles the
// routines from their files, without calling them. Manual: RESOLVE_ROUTINE.
static void pro_resolve_routine(Call *c)
{
    Names *n = names_new(c);
    bool either = call_kw_set(c, KW_RESOLVE_ROUTINE_EITHER), functions = call_kw_set(c, KW_RESOLVE_ROUTINE_IS_FUNCTION);
    Resolution r = {.procedures = either || !functions, .functions = either || functions,
                    .whole_file = call_kw_set(c, KW_RESOLVE_ROUTINE_COMPILE_FULL_FILE),
                    .quiet = call_kw_set(c, KW_RESOLVE_ROUTINE_QUIET)};
    r.again = !call_kw_set(c, KW_RESOLVE_ROUTINE_NO_RECOMPILE) && !call_kw_set(c, KW_RESOLVE_ROUTINE_SKIP_EXISTING);
    add_strings(c, n, call_arg(c, 0));
    for (int i = 0; i < n->len && !sys_interrupted(); i++) {
        if (!resolve(c->vm, n->p[i], &r)) cannot_resolve(c, n->p[i], functions);
    }
}

#define RESOLVE_ALL_KEYWORDS(K, R)                                                                       \
    K(R, CLASS, "=names") K(R, CONTINUE_ON_ERROR, FLAG) K(R, QUIET, FLAG) K(R, RESOLVE_EITHER, "=names") \
    K(R, RESOLVE_FUNCTION, "=names") K(R, RESOLVE_PROCEDURE, "=names") K(R, SKIP_EXISTING, FLAG)         \
    K(R, SKIP_ROUTINES, "=names") K(R, UNRESOLVED, OUT)
KEYWORDS(RESOLVE_ALL)

typedef struct Resolving {
    Call *c;
    Names *skip, *missing;
    Names *methods;  // files that belong to a class
    const char *prefix;
} Resolving;

// One routine; a function may be a class. Missing ones are noted, or an error.
static void resolve_one(Resolving *x, const char *name, Resolution r)
{
    Vm *vm = x->c->vm;
    if (sys_interrupted() || has_name(x->skip, name) || has_name(x->missing, name)) return;
    r.quiet = call_kw_set(x->c, KW_RESOLVE_ALL_QUIET);
    if (resolve(vm, name, &r)) return;
    if (r.functions) {
        char *define = call_alloc(x->c, strlen(name) + 9);
        strcat(strcpy(define, name), "__DEFINE");
        if (library_resolve(vm, define, &(Resolution){.procedures = true, .quiet = r.quiet})) return;
    }
    if (!call_kw_set(x->c, KW_RESOLVE_ALL_CONTINUE_ON_ERROR)) cannot_resolve(x->c, name, !r.procedures);
    VEC_PUSH(x->missing, name);
}

static void note_method_file(void *arg, const char *file)
{
    Resolving *x = arg;
    size_t n = strlen(x->prefix);
    if (strncmp(file, x->prefix, n) != 0) return;
    VEC_PUSH(x->methods, upper_name(x->c, call_keep_take(x->c, val_string(file))->s));
}

// NAME__DEFINE and every method that has a file of its own.
static void resolve_class(Resolving *x, const char *class_name)
{
    Call *c = x->c;
    size_t n = strlen(class_name);
    char *prefix = call_alloc(c, n + 16), *name;
    for (size_t i = 0; i < n; i++) prefix[i] = (char)tolower((unsigned char)class_name[i]);
    strcat(prefix, "__");
    x->prefix = prefix;
    x->methods = names_new(c);
    library_each_file(c->vm, note_method_file, x);
    for (int i = 0; i < x->methods->len; i++) {
        const char *file = x->methods->p[i];
        name = call_alloc(c, strlen(file) + 1);
        memcpy(name, file, strlen(file) - 4);
        if (strcmp(name + n, "__DEFINE") != 0) memcpy(name + n, "::", 2);
        resolve_one(x, name, (Resolution){.procedures = true, .functions = true});
    }
}

static void resolve_given(Resolving *x, int slot, Resolution r)
{
    Names *n = names_new(x->c);
    add_strings(x->c, n, call_kw(x->c, slot));
    r.again = !call_kw_set(x->c, KW_RESOLVE_ALL_SKIP_EXISTING);
    for (int i = 0; i < n->len; i++) resolve_one(x, n->p[i], r);
}

// Compiling may release the code that the names are in.
static void own_names(Call *c, Names *n)
{
    for (int i = 0; i < n->len; i++) n->p[i] = strcpy(call_alloc(c, strlen(n->p[i]) + 1), n->p[i]);
}

// RESOLVE_ALL [, CLASS=names] [, /CONTINUE_ON_ERROR] [, /QUIET] [, RESOLVE_*=names] [, SKIP_ROUTINES=names]
// [, UNRESOLVED=variable]: compiles what is called by what is compiled, until nothing is left. Manual: RESOLVE_ALL.
static void pro_resolve_all(Call *c)
{
    Resolving x = {.c = c, .skip = names_new(c), .missing = names_new(c)};
    Names *classes = names_new(c);
    add_strings(c, x.skip, call_kw(c, KW_RESOLVE_ALL_SKIP_ROUTINES));
    add_strings(c, classes, call_kw(c, KW_RESOLVE_ALL_CLASS));
    resolve_given(&x, KW_RESOLVE_ALL_RESOLVE_EITHER, (Resolution){.procedures = true, .functions = true});
    resolve_given(&x, KW_RESOLVE_ALL_RESOLVE_FUNCTION, (Resolution){.functions = true});
    resolve_given(&x, KW_RESOLVE_ALL_RESOLVE_PROCEDURE, (Resolution){.procedures = true});
    for (int i = 0; i < classes->len && !sys_interrupted(); i++) resolve_class(&x, classes->p[i]);
    for (uint32_t before = 0; before != c->vm->engine->generation;) {
        Names *pro = names_new(c), *fun = names_new(c);
        before = c->vm->engine->generation;
        unresolved(c, pro, fun);
        own_names(c, pro);
        own_names(c, fun);
        for (int i = 0; i < pro->len; i++) resolve_one(&x, pro->p[i], (Resolution){.procedures = true});
        for (int i = 0; i < fun->len; i++) resolve_one(&x, fun->p[i], (Resolution){.functions = true});
    }
    call_kw_set_take(c, KW_RESOLVE_ALL_UNRESOLVED, names_value(c, x.missing));
}

static const Routine rows[] = {
    {"RESOLVE_ALL", PROCEDURE, {0, 0}, pro_resolve_all, "", KEYS(RESOLVE_ALL)},
    {"RESOLVE_ROUTINE", PROCEDURE, {1, 1}, pro_resolve_routine, "Name", KEYS(RESOLVE_ROUTINE)},
    {"ROUTINE_DIR", FUNCTION, {0, 0}, fn_routine_dir, ""},
    {"ROUTINE_FILEPATH", FUNCTION, {0, 1}, fn_routine_filepath, "[Routine]", KEYS(ROUTINE_FILEPATH)},
    {"ROUTINE_INFO", FUNCTION, {0, 1}, fn_routine_info, "[Routine]", KEYS(ROUTINE_INFO)},
};
ROUTINE_TABLE(lib_routines, rows)
