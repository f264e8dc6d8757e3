// RESTORE: variables, common blocks, system variables, heap and routines out of a SAVE file. The whole file is read before
// anything in the session changes. Records are io/save_in.c, values io/save_load.c. Start reading at pro_restore.
#include "io/lun.h"
#include "lib/save/elements.h"
#include "lib/save/structures.h"
#include "vm/dispatch/classes.h"
#include "vm/engine.h"
#include "vm/names/library.h"
#include "vm/session/statement.h"

#include "base/mem.h"
#include "vm/scope/sysvar.h"
#include "vm/scope/variables.h"

#include <fcntl.h>
#include <string.h>

#define RESTORE_KEYWORDS(K, R)                                                                                         \
    K(R, DESCRIPTION, OUT) K(R, FILENAME, "=string") K(R, NO_COMPILE, HIDDEN) K(R, RELAXED_STRUCTURE_ASSIGNMENT, FLAG) \
    K(R, RESTORED_OBJECTS, OUT) K(R, SKIP_EXISTING, FLAG) K(R, VERBOSE, FLAG)
KEYWORDS(RESTORE)

typedef struct Item {
    char *name;
    Val v;
    bool is_system;
} Item;

typedef struct SavedSource {
    char *name, *path, *text;
    bool is_function;
    int first_line;
} SavedSource;

typedef struct Restore {
    SaveLoad load;
    VEC(Item) items;
    VEC(char *) commons;     // "BLOCK,A,B"
    VEC(SavedSource) sources;
    VEC(HeapVar *) objects;  // owned references
    char *date, *user, *host, *arch, *os, *release, *description;
    Vm *vm;
    char *compiled;          // the first routine in IDL's own form; NULL
} Restore;

// What is dropped here has come out of the file: no CLEANUP runs.
static void free_restore(void *arg)
{
    Restore *r = arg;
    heap_on_dead_object(r->vm->heap, NULL, NULL);
    for (int i = 0; i < r->items.len; i++) {
        mem_free(r->items.p[i].name);
        val_drop(&r->items.p[i].v);
    }
    for (int i = 0; i < r->commons.len; i++) mem_free(r->commons.p[i]);
    for (int i = 0; i < r->sources.len; i++) {
        mem_free(r->sources.p[i].name);
        mem_free(r->sources.p[i].path);
        mem_free(r->sources.p[i].text);
    }
    for (int i = 0; i < r->objects.len; i++) heap_drop(r->objects.p[i]);
    VEC_FREE(&r->items);
    VEC_FREE(&r->commons);
    VEC_FREE(&r->sources);
    VEC_FREE(&r->objects);
    char *texts[] = {r->date, r->user, r->host, r->arch, r->os, r->release, r->description, r->compiled};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) mem_free(texts[i]);
    save_load_free(&r->load);
    heap_on_dead_object(r->vm->heap, object_keep, r->vm);
}

// --- Reading the file ------------------------------------------------------------------------------------------------

static void replace(char **text, char *by)
{
    mem_free(*text);
    *text = by;
}

static bool is_name(const char *s)
{
    if (*s == '!') s++;
    return *s && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789") == strlen(s) && !strchr("0123456789$", *s);
}

static void read_variable(Restore *r, bool is_system)
{
    SaveIn *in = r->load.in;
    Item x = {.name = save_in_text(in), .is_system = is_system};
    for (char *p = x.name; *p; p++) {
        if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 'a' + 'A');
    }
    if (!is_name(x.name)) save_in_fail(in, E_READ, "Error encountered reading from file: illegal name of a variable.");
    save_load_value(&r->load, &x.v);
    if (!save_in_room(in, 2 * sizeof x * ((size_t)r->items.len + 8))) {
        mem_free(x.name);
        val_drop(&x.v);
        return;
    }
    VEC_PUSH(&r->items, x);
}

static void read_common(Restore *r)
{
    SaveIn *in = r->load.in;
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    int32_t n = save_in_long(in);
    if (n < 0 || !save_in_holds(in, 4 * (int64_t)n)) return;
    for (int32_t i = 0; i <= n && save_in_ok(in); i++) {
        AUTO_FREE char *name = save_in_text(in);
        if (!is_name(name)) save_in_fail(in, E_READ, "Error encountered reading from file: illegal name in a common block.");
        buf_printf(&b, "%s%s", i ? "," : "", name);
    }
    char *text = buf_take(&b);
    if (!text) save_in_fail(in, E_NO_MEMORY, "Unable to allocate memory for what the file holds.");
    else VEC_PUSH(&r->commons, text);
}

static void read_timestamp(Restore *r)
{
    char space[1024];
    save_in_bytes(r->load.in, space, sizeof space);
    replace(&r->date, save_in_text(r->load.in));
    replace(&r->user, save_in_text(r->load.in));
    replace(&r->host, save_in_text(r->load.in));
}

static void read_version(Restore *r)
{
    save_in_long(r->load.in);
    replace(&r->arch, save_in_text(r->load.in));
    replace(&r->os, save_in_text(r->load.in));
    replace(&r->release, save_in_text(r->load.in));
}

static void read_source(Restore *r)
{
    SaveIn *in = r->load.in;
    SavedSource x = {.name = save_in_text(in), .is_function = save_in_long(in) != 0};
    x.first_line = save_in_long(in);
    x.path = save_in_text(in);
    x.text = save_in_text(in);
    if (x.first_line < 1) x.first_line = 1;
    VEC_PUSH(&r->sources, x);
}

static void read_record(Restore *r, SaveKind kind)
{
    SaveIn *in = r->load.in;
    switch ((int)kind) {
    case SAVE_COMMON: read_common(r); break;
    case SAVE_VARIABLE: read_variable(r, false); break;
    case SAVE_SYSTEM_VARIABLE: read_variable(r, true); break;
    case SAVE_TIMESTAMP: read_timestamp(r); break;
    case SAVE_VERSION: read_version(r); break;
    case SAVE_HEAP_HEADER: save_load_heap_header(&r->load); break;
    case SAVE_HEAP_DATA: save_load_heap_data(&r->load); break;
    case SAVE_DESCRIPTION:
        if (save_in_long(in) > 0) replace(&r->description, save_in_text(in));
        break;
    case SAVE_COMPILED:
        if (!r->compiled) r->compiled = save_in_name(in);
        if (!r->compiled) r->compiled = mem_strdup("A routine");
        break;
    case SAVE_SOURCE: read_source(r); break;
    default: break;  // NOTICE, IDENTIFICATION, PROMOTE64, and what later versions add
    }
}

static void read_file(Call *c, Restore *r, const char *path)
{
    Stream *s;
    Status st = file_open(path, O_RDONLY, &s);
    if (!status_ok(st)) {
        int sys = st.sys;
        status_drop(&st);
        throw_status(c, status_sys(E_OPEN, sys, "Error opening file. File: %s", path));
    }
    TRY(c, save_in_open(s, path, &r->load.in));
    for (SaveKind kind; save_in_next(r->load.in, &kind);) {
        read_record(r, kind);
        call_poll(c);
    }
    TRY(c, save_in_status(r->load.in));
    if (r->compiled) {
        throw_msg(c, E_UNSUPPORTED, "%s is saved in IDL's own compiled form, which only IDL can run: its source, a .pro file in "
                  "the current folder or along !PATH, is needed. File: %s", r->compiled, path);
    }
}

// --- Into the session --------------------------------------------------------------------------------------------------

static void finish_heap(Call *c, Restore *r, bool relaxed)
{
    save_load_finish(&r->load);
    structures_define(c, &r->load);
    for (int i = 0; i < r->load.ncells; i++) {
        HeapVar *h = r->load.cell[i].h;
        if (!structures_settle(c, &h->v, relaxed) && h->is_object) heap_release(h);
        if (h->is_object && !h->freed) VEC_PUSH(&r->objects, heap_ref(h));
    }
    for (int i = 0; i < r->load.ncells; i++) elements_unpack(c, &r->load.cell[i].h->v);
}

static void define_commons(Call *c, const Restore *r, bool verbose)
{
    for (int i = 0; i < r->commons.len; i++) {
        Buf b = BUF_INIT(BUF_NO_LIMIT);
        buf_printf(&b, "COMMON %s", r->commons.p[i]);
        bool ran = buf_ok(&b) && vm_execute(c->vm, b.p, b.len, (ExecuteHow){.quiet = true});
        buf_free(&b);
        int n = (int)strcspn(r->commons.p[i], ",");
        if (!ran) call_warn(c, false, "Common block not restored: %.*s.", n, r->commons.p[i]);
        else if (verbose) call_warn(c, true, "Restored common block: %.*s.", n, r->commons.p[i]);
    }
}

static void restore_variable(Call *c, Item *x, bool skip, bool verbose)
{
    Val *cell = frame_cell(c->vm, frame_top(c->vm->engine)->target, x->name, true);
    if (skip && !val_is_undef(cell)) return;
    val_set_take(cell, val_take(&x->v));
    if (verbose) call_warn(c, true, "Restored variable: %s.", x->name);
}

// Read-only ones stay; those that have another structure here, too.
static void restore_system_variable(Call *c, Item *x, bool skip, bool verbose)
{
    SysVar *s = sysvar_find(c->vm, x->name);
    if (!s) {
        sysvar_define_take(c->vm, x->name, val_take(&x->v), false);
    } else {
        if (s->readonly || skip) return;
        if (s->get) val_set_take(&s->v, s->get(c->vm));
        bool fits = s->v.type == x->v.type && val_count(&s->v) == val_count(&x->v) &&
                    (s->v.type != T_STRUCT || sdef_same_layout(s->v.a->def, x->v.a->def));
        if (!fits) {
            call_warn(c, false, "System variable not restored, its structure differs: %s.", x->name);
            return;
        }
        sysvar_assign(c->vm, x->name, &x->v);
    }
    if (verbose) call_warn(c, true, "Restored system variable: %s.", x->name);
}

static void restore_items(Call *c, Restore *r, bool relaxed, bool skip, bool verbose)
{
    for (int i = 0; i < r->items.len; i++) {
        Item *x = &r->items.p[i];
        if (!structures_settle(c, &x->v, relaxed)) continue;
        if (x->is_system) restore_system_variable(c, x, skip, verbose);
        else restore_variable(c, x, skip, verbose);
    }
}

static void restore_routines(Call *c, const Restore *r, bool skip, bool verbose)
{
    for (int i = 0; i < r->sources.len; i++) {
        const SavedSource *x = &r->sources.p[i];
        if (skip && user_routine(c->vm, x->name, x->is_function)) continue;
        if (library_compile_source(c->vm, *x->path ? x->path : NULL, x->text, x->first_line)) {
            throw_msg(c, E_SYNTAX, "Routine does not compile: %s.", x->name);
        }
        if (verbose) call_warn(c, true, "Restored %s: %s.", x->is_function ? "function" : "procedure", x->name);
    }
}

static void say_origin(Call *c, const Restore *r)
{
    call_warn(c, true, "Portable (XDR) %sSAVE/RESTORE file.", save_in_is_compressed(r->load.in) ? "compressed " : "");
    if (r->date) call_warn(c, true, "Save file written by %s@%s, %s.", r->user, r->host, r->date);
    if (r->release) call_warn(c, true, "IDL version %s (%s, %s).", r->release, r->os, r->arch);
}

static void return_objects(Call *c, const Restore *r)
{
    int64_t n = r->objects.len;
    if (!n) {
        call_kw_set_take(c, KW_RESTORE_RESTORED_OBJECTS, (Val){.type = T_OBJ});
        return;
    }
    Arr *a = call_new_array(c, T_OBJ, 1, &n, true);
    for (int64_t i = 0; i < n; i++) ((HeapVar **)a->data)[i] = heap_ref(r->objects.p[i]);
    call_kw_set_take(c, KW_RESTORE_RESTORED_OBJECTS, val_arr_take(arr_ref(a)));
}

static const char *file_name(Call *c)
{
    const Str *given = c->argc ? call_str_peek(c, 0) : call_kw_str_peek(c, KW_RESTORE_FILENAME);
    if (!c->argc && !call_kw_given(c, KW_RESTORE_FILENAME)) return "idlsave.dat";
    if (strlen(str_text(given)) != str_len(given)) throw_msg(c, E_VALUE, "File names cannot contain NUL characters.");
    char *full = path_expand(str_text(given));
    call_defer(c, mem_free, full);
    return full;
}

// RESTORE [, Filename] [, FILENAME=s] [, DESCRIPTION=v] [, /RELAXED_STRUCTURE_ASSIGNMENT] [, RESTORED_OBJECTS=v]
// [, /SKIP_EXISTING] [, /VERBOSE]: the variables (in the caller's scope), common blocks, system variables, heap and
// routines of a SAVE file, idlsave.dat unless named. Manual: RESTORE. SKIP_EXISTING leaves what is defined here as it is.
// Nothing that the file names is executed: definitions of classes are the file's, where the session has none.
// NO_COMPILE is for files of IDL's compiled routines and does nothing.
static void pro_restore(Call *c)
{
    Restore *r = call_alloc(c, sizeof *r);
    bool relaxed = call_kw_set(c, KW_RESTORE_RELAXED_STRUCTURE_ASSIGNMENT);
    bool skip = call_kw_set(c, KW_RESTORE_SKIP_EXISTING), verbose = call_kw_set(c, KW_RESTORE_VERBOSE);
    r->vm = c->vm;
    call_defer(c, free_restore, r);
    r->load.heap = c->vm->heap;
    r->load.known = &c->vm->structs;
    read_file(c, r, file_name(c));
    if (verbose) say_origin(c, r);
    restore_routines(c, r, skip, verbose);
    finish_heap(c, r, relaxed);
    define_commons(c, r, verbose);
    restore_items(c, r, relaxed, skip, verbose);
    return_objects(c, r);
    call_kw_set_take(c, KW_RESTORE_DESCRIPTION, val_string(r->description ? r->description : ""));
}

static const Routine rows[] = {
    {"RESTORE", PROCEDURE, {0, 1}, pro_restore, "[, Filename]", KEYS(RESTORE)},
};
ROUTINE_TABLE(lib_restore, rows)
