// IDL_Savefile: a SAVE file that is looked into, and parts of which are restored. The file is read whole when the
// object is made; what it holds stays with the object until Restore hands it to the program. Start reading at fn_init.
#include "base/mem.h"
#include "core/collect.h"
#include "io/lun.h"
#include "lib/save/placing.h"
#include "lib/save/structures.h"
#include "vm/dispatch/classes.h"
#include "vm/structure/structure.h"
#include "vm/vm.h"

#include <ctype.h>
#include <string.h>

typedef struct Savefile {
    Native native;
    SaveContents held;
    char *path;
    bool relaxed;
    bool is_settled; // placing_heap has been called
    bool *given;     // by cell: it has been restored
} Savefile;

static void free_savefile(Native *n)
{
    Savefile *f = (Savefile *)n;
    contents_free(&f->held);
    mem_free(f->path);
    mem_free(f->given);
    mem_free(f);
}

static void each_value(Native *n, NativeVisit visit, void *arg)
{
    SaveContents *s = &((Savefile *)n)->held;
    for (int i = 0; i < s->items.len; i++) visit(arg, &s->items.p[i].v);
    for (int i = 0; i < s->load.ncells; i++) {
        Val v = {.type = T_PTR, .flags = VF_CELL, .h = s->load.cell[i].h};
        visit(arg, &v);
    }
}

static const NativeKind savefile_kind = {free_savefile, each_value};

static Savefile *savefile_of(Call *c)
{
    Native *n = c->self->h->native;
    if (!n || n->kind != &savefile_kind) throw_msg(c, E_VALUE, "The object has no SAVE file: its Init was not called.");
    return (Savefile *)n;
}

// --- Init, Cleanup
// ------------------------------------------------------------------------------------------------------

#define SAVEFILE_INIT_KEYWORDS(K, R) K(R, FILENAME, "=string") K(R, RELAXED_STRUCTURE_ASSIGNMENT, FLAG)
KEYWORDS(SAVEFILE_INIT)

static char *path_given(Call *c)
{
    if (!c->argc && !call_kw_given(c, KW_SAVEFILE_INIT_FILENAME)) return mem_strdup("idlsave.dat");
    const Str *given = c->argc ? call_str_peek(c, 0) : call_kw_str_peek(c, KW_SAVEFILE_INIT_FILENAME);
    if (strlen(str_text(given)) != str_len(given)) throw_msg(c, E_VALUE, "File names cannot contain NUL characters.");
    return path_expand(str_text(given));
}

// IDL_Savefile::Init([Filename] [, FILENAME=string] [, /RELAXED_STRUCTURE_ASSIGNMENT]): reads a SAVE file, idlsave.dat
// unless named, and changes nothing in the session. RELAXED_STRUCTURE_ASSIGNMENT: Restore brings structures that are
// defined otherwise here to these definitions, tag by tag. Manual: IDL_Savefile::Init.
static void fn_init(Call *c)
{
    if (c->self->h->native) throw_msg(c, E_VALUE, "The object has been initialised already.");
    char *path = path_given(c);
    call_defer(c, mem_free, path);
    Savefile *f = mem_must(sizeof *f);
    f->native.kind = &savefile_kind;
    f->held.vm = c->vm;
    f->relaxed = call_kw_set(c, KW_SAVEFILE_INIT_RELAXED_STRUCTURE_ASSIGNMENT);
    c->self->h->native = &f->native;
    contents_read(c, &f->held, path);
    f->path = mem_strdup(path);
    f->given = mem_must((size_t)f->held.load.ncells + 1);
    call_return_take(c, val_long(1));
}

// IDL_Savefile::Cleanup: closes the file; what has been restored stays. Manual: IDL_Savefile::Cleanup.
static void pro_cleanup(Call *c)
{
    Native *n = c->self->h->native;
    if (n && n->kind == &savefile_kind) contents_free(&((Savefile *)n)->held);
}

// --- Contents
// -----------------------------------------------------------------------------------------------------------

static int64_t count_items(const SaveContents *s, bool is_system)
{
    int64_t n = 0;
    for (int i = 0; i < s->items.len; i++) n += s->items.p[i].is_system == is_system;
    return n;
}

static int64_t count_sources(const SaveContents *s, bool is_function)
{
    int64_t n = is_function ? 0 : s->compiled.len;
    for (int i = 0; i < s->sources.len; i++) n += s->sources.p[i].is_function == is_function;
    return n;
}

static bool is_object_cell(const SaveCell *x) { return x->kind == SAVE_CELL_OBJECT; }

static int64_t count_cells(const SaveContents *s, bool objects)
{
    int64_t n = 0;
    for (int i = 0; i < s->load.ncells; i++) n += is_object_cell(&s->load.cell[i]) == objects;
    return n;
}

// Result = Obj.Contents(): a structure IDL_SAVEFILE_CONTENTS: the strings FILENAME, DESCRIPTION, FILETYPE, USER, HOST,
// DATE, ARCH, OS, RELEASE, and LONG64 counts N_COMMON, N_VAR, N_SYSVAR, N_PROCEDURE, N_FUNCTION, N_OBJECT_HEAPVAR,
// N_POINTER_HEAPVAR, N_STRUCTDEF. Routines in IDL's own compiled form count as procedures. Manual:
// IDL_Savefile::Contents.
static void fn_contents(Call *c)
{
    static const char *const tags[] = {"FILENAME",
                                       "DESCRIPTION",
                                       "FILETYPE",
                                       "USER",
                                       "HOST",
                                       "DATE",
                                       "ARCH",
                                       "OS",
                                       "RELEASE",
                                       "N_COMMON",
                                       "N_VAR",
                                       "N_SYSVAR",
                                       "N_PROCEDURE",
                                       "N_FUNCTION",
                                       "N_OBJECT_HEAPVAR",
                                       "N_POINTER_HEAPVAR",
                                       "N_STRUCTDEF"};
    enum { TEXTS = 9, TAGS = 17 };
    const Savefile *f = savefile_of(c);
    const SaveContents *s = &f->held;
    const char *type = save_in_is_compressed(s->load.in) ? "Portable (XDR) compressed" : "Portable (XDR)";
    const char *texts[TEXTS] = {f->path, s->description, type, s->user, s->host, s->date, s->arch, s->os, s->release};
    int64_t counts[TAGS - TEXTS] = {s->commons.len,          count_items(s, false),  count_items(s, true),
                                    count_sources(s, false), count_sources(s, true), count_cells(s, true),
                                    count_cells(s, false),   s->load.order.len};
    Val v[TAGS], out = VAL_UNDEF;
    for (int i = 0; i < TEXTS; i++) v[i] = *call_keep_take(c, val_string(texts[i] ? texts[i] : ""));
    for (int i = TEXTS; i < TAGS; i++) v[i] = val_long64(counts[i - TEXTS]);
    TRY(c, struct_make(c->vm, "IDL_SAVEFILE_CONTENTS", tags, v, TAGS, &out));
    call_return_take(c, out);
}

// --- Names
// --------------------------------------------------------------------------------------------------------------

#define NAMES_KEYWORDS(K, R)                                                                                           \
    K(R, COUNT, OUT)                                                                                                   \
    K(R, COMMON_BLOCK, FLAG) K(R, COMMON_VARIABLE, "|=string") K(R, FUNCTION, OR_FLAG) K(R, OBJECT_HEAPVAR, OR_FLAG)   \
        K(R, POINTER_HEAPVAR, OR_FLAG) K(R, PROCEDURE, OR_FLAG) K(R, STRUCTURE_DEFINITION, OR_FLAG)                    \
            K(R, SYSTEM_VARIABLE, OR_FLAG)
KEYWORDS(NAMES)

typedef VEC(Val) Found;

static void push_name(Found *f, const char *p, size_t n) { VEC_PUSH(f, val_stringn(p, n)); }

static void push_commons(Found *f, const SaveContents *s)
{
    for (int i = 0; i < s->commons.len; i++) push_name(f, s->commons.p[i], strcspn(s->commons.p[i], ","));
}

static void push_common_variables(Found *f, const SaveContents *s, const char *block)
{
    for (int i = 0; i < s->commons.len; i++) {
        const char *p = s->commons.p[i];
        size_t n = strcspn(p, ",");
        if (strlen(block) != n || strncasecmp(p, block, n) != 0) continue;
        for (p += n; *p; p += n) {
            p++;
            n = strcspn(p, ",");
            push_name(f, p, n);
        }
    }
}

static void push_routines(Found *f, const SaveContents *s, bool functions)
{
    for (int i = 0; i < s->sources.len; i++) {
        const SaveSource *x = &s->sources.p[i];
        if (x->is_function == functions) push_name(f, x->name, strlen(x->name));
    }
    for (int i = 0; !functions && i < s->compiled.len; i++) push_name(f, s->compiled.p[i], strlen(s->compiled.p[i]));
}

static void push_cells(Found *f, const SaveContents *s, bool objects)
{
    for (int i = 0; i < s->load.ncells; i++) {
        const SaveCell *x = &s->load.cell[i];
        if (is_object_cell(x) == objects) VEC_PUSH(f, val_long(x->number));
    }
}

static void push_items(Found *f, const SaveContents *s, bool is_system)
{
    for (int i = 0; i < s->items.len; i++) {
        const SaveItem *x = &s->items.p[i];
        if (x->is_system == is_system) push_name(f, x->name, strlen(x->name));
    }
}

static void find_names(Call *c, Found *f, const SaveContents *s)
{
    const char *block =
        call_kw(c, KW_NAMES_COMMON_VARIABLE) ? str_text(call_kw_str_peek(c, KW_NAMES_COMMON_VARIABLE)) : NULL;
    if (call_kw_set(c, KW_NAMES_COMMON_BLOCK))
        push_commons(f, s);
    else if (block)
        push_common_variables(f, s, block);
    else if (call_kw_set(c, KW_NAMES_FUNCTION))
        push_routines(f, s, true);
    else if (call_kw_set(c, KW_NAMES_OBJECT_HEAPVAR))
        push_cells(f, s, true);
    else if (call_kw_set(c, KW_NAMES_POINTER_HEAPVAR))
        push_cells(f, s, false);
    else if (call_kw_set(c, KW_NAMES_PROCEDURE))
        push_routines(f, s, false);
    else if (call_kw_set(c, KW_NAMES_STRUCTURE_DEFINITION)) {
        for (int i = 0; i < s->load.order.len; i++)
            push_name(f, s->load.order.p[i]->def->name, strlen(s->load.order.p[i]->def->name));
    } else {
        push_items(f, s, call_kw_set(c, KW_NAMES_SYSTEM_VARIABLE));
    }
}

static void free_found(void *arg)
{
    Found *f = arg;
    for (int i = 0; i < f->len; i++) val_drop(&f->p[i]);
    VEC_FREE(f);
}

// Result = Obj.Names([COUNT=variable] [, /COMMON_BLOCK | , COMMON_VARIABLE=string | , /FUNCTION | , /OBJECT_HEAPVAR | ,
// /POINTER_HEAPVAR | , /PROCEDURE | , /STRUCTURE_DEFINITION | , /SYSTEM_VARIABLE]): the names of the variables that the
// file holds, or of what the keyword says (those in the COMMON block COMMON_VARIABLE), a string array, '' if there are
// none; of heap variables numbers (LONG), 0 if there are none. COUNT: how many. Manual: IDL_Savefile::Names.
static void fn_names(Call *c)
{
    Found *f = call_alloc(c, sizeof *f);
    call_defer(c, free_found, f);
    find_names(c, f, &savefile_of(c)->held);
    bool numbers = call_kw_set(c, KW_NAMES_OBJECT_HEAPVAR) || call_kw_set(c, KW_NAMES_POINTER_HEAPVAR);
    call_kw_set_take(c, KW_NAMES_COUNT, val_long(f->len));
    if (!f->len) {
        call_return_take(c, numbers ? val_long(0) : val_string(""));
        return;
    }
    int64_t n = f->len;
    Arr *a = call_new_array(c, f->p[0].type, 1, &n, true);
    for (int i = 0; i < f->len; i++) {
        if (numbers)
            ((int32_t *)a->data)[i] = f->p[i].l;
        else
            ((StrSlot *)a->data)[i].p = str_ref(f->p[i].s);
    }
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// --- Restore
// ------------------------------------------------------------------------------------------------------------

#define SAVEFILE_RESTORE_KEYWORDS(K, R)                                                                                \
    K(R, COMMON_BLOCK, FLAG)                                                                                           \
    K(R, FUNCTION, OR_FLAG) K(R, OBJECT_HEAPVAR, OR_FLAG) K(R, POINTER_HEAPVAR, OR_FLAG) K(R, PROCEDURE, OR_FLAG)      \
        K(R, STRUCTURE_DEFINITION, OR_FLAG) K(R, SYSTEM_VARIABLE, OR_FLAG) K(R, NEW_HEAPVAR, OUT)                      \
            K(R, NO_COMPILE, HIDDEN) K(R, RESTORED_OBJECTS, OUT) K(R, VERBOSE, FLAG)
KEYWORDS(SAVEFILE_RESTORE)

typedef struct Restoring {
    Call *c;
    Savefile *f;
    bool verbose;
    VEC(HeapVar *) objects, waiting; // restored by this call; those whose own references are still to be followed
} Restoring;

static void free_restoring(void *arg)
{
    Restoring *r = arg;
    for (int i = 0; i < r->objects.len; i++) heap_drop(r->objects.p[i]);
    VEC_FREE(&r->objects);
    VEC_FREE(&r->waiting);
}

// What the value reaches is the program's from here on.
static void reach(void *arg, HeapVar *h)
{
    Restoring *r = arg;
    const SaveLoad *l = &r->f->held.load;
    if (!h || h->freed || h->saved < 1 || h->saved > (uint32_t)l->ncells || l->cell[h->saved - 1].h != h) return;
    if (r->f->given[h->saved - 1]) return;
    r->f->given[h->saved - 1] = true;
    VEC_PUSH(&r->waiting, h);
    if (h->is_object) VEC_PUSH(&r->objects, heap_ref(h));
}

static void reach_native(void *arg, Val *v) { heap_each_reference(v, reach, arg); }

static void reach_all(Restoring *r, const Val *v)
{
    SaveLoad *l = &r->f->held.load;
    for (int i = 0; i < l->ncells; i++) l->cell[i].h->saved = (uint32_t)i + 1;
    heap_each_reference(v, reach, r);
    while (r->waiting.len) {
        HeapVar *h = r->waiting.p[--r->waiting.len];
        heap_each_reference(&h->v, reach, r);
        if (h->native) h->native->kind->each(h->native, reach_native, r);
    }
    for (int i = 0; i < l->ncells; i++) l->cell[i].h->saved = 0;
}

static void settle(Restoring *r)
{
    if (!r->f->is_settled) placing_heap(r->c, &r->f->held, r->f->relaxed);
    r->f->is_settled = true;
}

static _Noreturn void throw_missing(Restoring *r, const char *what, const char *name)
{
    throw_msg(r->c, E_VALUE, "%s not found in SAVE file: %s.", what, name);
}

static void restore_item(Restoring *r, const char *name, bool is_system)
{
    const SaveContents *s = &r->f->held;
    settle(r);
    for (int i = 0; i < s->items.len; i++) {
        if (s->items.p[i].is_system != is_system || strcmp(s->items.p[i].name, name) != 0) continue;
        SaveItem x = {s->items.p[i].name, val_copy(&s->items.p[i].v), is_system};
        Val *kept = call_keep_take(r->c, val_take(&x.v));
        reach_all(r, kept);
        x.v = val_take(kept);
        placing_item(r->c, &x, r->f->relaxed, false, r->verbose);
        val_drop(&x.v);
        return;
    }
    throw_missing(r, is_system ? "System variable" : "Variable", name);
}

static void restore_common(Restoring *r, const char *name)
{
    const SaveContents *s = &r->f->held;
    for (int i = 0; i < s->commons.len; i++) {
        if (strcspn(s->commons.p[i], ",") != strlen(name) || strncmp(s->commons.p[i], name, strlen(name)) != 0)
            continue;
        placing_common(r->c, s->commons.p[i], r->verbose);
        return;
    }
    throw_missing(r, "Common block", name);
}

static void restore_routine(Restoring *r, const char *name, bool is_function)
{
    const SaveContents *s = &r->f->held;
    for (int i = 0; i < s->sources.len; i++) {
        if (s->sources.p[i].is_function != is_function || strcasecmp(s->sources.p[i].name, name) != 0) continue;
        placing_routine(r->c, &s->sources.p[i], false, r->verbose);
        return;
    }
    for (int i = 0; i < s->compiled.len; i++) {
        if (strcasecmp(s->compiled.p[i], name) == 0) contents_throw_compiled(r->c, s->compiled.p[i], r->f->path);
    }
    throw_missing(r, is_function ? "Function" : "Procedure", name);
}

static void restore_definition(Restoring *r, const char *name)
{
    const SaveStruct *s = map_get(&r->f->held.load.structs, name);
    if (!s) throw_missing(r, "Structure definition", name);
    if (!class_known(r->c->vm, name)) {
        map_set(&r->c->vm->structs, name, sdef_ref(s->def));
        s->def->is_restored = s->is_class;
    }
    if (r->verbose) call_warn(r->c, true, "Restored structure definition: %s.", name);
}

static void restore_named(Restoring *r, const char *given)
{
    char *name = call_alloc(r->c, strlen(given) + 1);
    for (size_t i = 0; given[i]; i++) name[i] = (char)toupper((unsigned char)given[i]);
    if (call_kw_set(r->c, KW_SAVEFILE_RESTORE_COMMON_BLOCK))
        restore_common(r, name);
    else if (call_kw_set(r->c, KW_SAVEFILE_RESTORE_FUNCTION))
        restore_routine(r, name, true);
    else if (call_kw_set(r->c, KW_SAVEFILE_RESTORE_PROCEDURE))
        restore_routine(r, name, false);
    else if (call_kw_set(r->c, KW_SAVEFILE_RESTORE_STRUCTURE_DEFINITION))
        restore_definition(r, name);
    else
        restore_item(r, name, call_kw_set(r->c, KW_SAVEFILE_RESTORE_SYSTEM_VARIABLE));
}

static HeapVar *cell_numbered(Restoring *r, int64_t number, bool objects)
{
    SaveLoad *l = &r->f->held.load;
    for (int i = 0; i < l->ncells; i++) {
        if (l->cell[i].number != number || is_object_cell(&l->cell[i]) != objects) continue;
        Val v = {.type = objects ? T_OBJ : T_PTR, .flags = VF_CELL, .h = l->cell[i].h};
        reach_all(r, &v);
        return l->cell[i].h;
    }
    throw_msg(r->c, E_VALUE, "Heap variable not found in SAVE file: %lld.", (long long)number);
}

static void restore_heap(Restoring *r, bool objects)
{
    const Val *given = call_convert(r->c, call_arg(r->c, 0), T_LONG64);
    TypeCode type = objects ? T_OBJ : T_PTR;
    settle(r);
    if (!val_is_array(given)) {
        HeapVar *h = cell_numbered(r, given->ll, objects);
        call_kw_set_take(r->c, KW_SAVEFILE_RESTORE_NEW_HEAPVAR, objects ? val_obj(h) : val_ptr(h));
        return;
    }
    Arr *a = call_new_array(r->c, type, given->a->rank, given->a->dim, true);
    for (int64_t i = 0; i < a->n; i++)
        ((HeapVar **)a->data)[i] = heap_ref(cell_numbered(r, ((const int64_t *)given->a->data)[i], objects));
    call_kw_set_take(r->c, KW_SAVEFILE_RESTORE_NEW_HEAPVAR, val_arr_take(arr_ref(a)));
}

static void return_objects(Restoring *r)
{
    int64_t n = r->objects.len;
    if (!n) {
        call_kw_set_take(r->c, KW_SAVEFILE_RESTORE_RESTORED_OBJECTS, (Val){.type = T_OBJ});
        return;
    }
    Arr *a = call_new_array(r->c, T_OBJ, 1, &n, true);
    for (int64_t i = 0; i < n; i++) ((HeapVar **)a->data)[i] = heap_ref(r->objects.p[i]);
    call_kw_set_take(r->c, KW_SAVEFILE_RESTORE_RESTORED_OBJECTS, val_arr_take(arr_ref(a)));
}

// Obj.Restore, Names [, /COMMON_BLOCK | , /FUNCTION | , /OBJECT_HEAPVAR | , /POINTER_HEAPVAR | , /PROCEDURE | ,
// /STRUCTURE_DEFINITION | , /SYSTEM_VARIABLE] [, NEW_HEAPVAR=variable] [, RESTORED_OBJECTS=variable] [, /VERBOSE]:
// restores the variables with these names (a string or strings, as Names gives them) in the caller's scope, with the
// heap variables that they reach, or what the keyword says; a heap variable, which is the same one in each call, comes
// in NEW_HEAPVAR. Manual: IDL_Savefile::Restore.
static void pro_restore(Call *c)
{
    Restoring *r = call_alloc(c, sizeof *r);
    *r = (Restoring){.c = c, .f = savefile_of(c), .verbose = call_kw_set(c, KW_SAVEFILE_RESTORE_VERBOSE)};
    call_defer(c, free_restoring, r);
    call_keep_take(c, val_copy(c->self));
    bool objects = call_kw_set(c, KW_SAVEFILE_RESTORE_OBJECT_HEAPVAR);
    if (objects || call_kw_set(c, KW_SAVEFILE_RESTORE_POINTER_HEAPVAR)) {
        restore_heap(r, objects);
    } else {
        const Val *names = call_arg(c, 0);
        if (names->type != T_STRING)
            throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, 0));
        Val *kept = call_keep_take(c, val_copy(names));
        int64_t n = val_is_array(kept) ? kept->a->n : 1;
        for (int64_t i = 0; i < n; i++)
            restore_named(r, str_text(val_is_array(kept) ? ((StrSlot *)kept->a->data)[i].p : kept->s));
    }
    return_objects(r);
}

static const Routine rows[] = {
    {"IDL_SAVEFILE::CLEANUP", PROCEDURE, {0, 0}, pro_cleanup, "", .spelling = "IDL_Savefile::Cleanup"},
    {"IDL_SAVEFILE::CONTENTS", FUNCTION, {0, 0}, fn_contents, "", .spelling = "IDL_Savefile::Contents"},
    {"IDL_SAVEFILE::INIT",
     FUNCTION,
     {0, 1},
     fn_init,
     "[Filename]",
     KEYS(SAVEFILE_INIT),
     .spelling = "IDL_Savefile::Init"},
    {"IDL_SAVEFILE::NAMES", FUNCTION, {0, 0}, fn_names, "", KEYS(NAMES), .spelling = "IDL_Savefile::Names"},
    {"IDL_SAVEFILE::RESTORE",
     PROCEDURE,
     {1, 1},
     pro_restore,
     "Names",
     KEYS(SAVEFILE_RESTORE),
     .spelling = "IDL_Savefile::Restore"},
};
ROUTINE_TABLE(lib_savefile, rows)
