// SAVE: variables, common blocks and system variables into a SAVE file, with the heap variables that they reach. Routines
// are lib/save/routines.c. Records are io/save_out.c, values io/save_store.c. Start reading at pro_save.
#include "base/mem.h"
#include "core/collect.h"
#include "io/lun.h"
#include "io/save_value.h"
#include "lib/control/levels.h"
#include "lib/save/elements.h"
#include "lib/save/routines.h"
#include "vm/scope/commons.h"
#include "vm/scope/sysvar.h"
#include "vm/scope/variables.h"
#include "vm/structure/structure.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SAVE_KEYWORDS(K, R)                                                                                 \
    K(R, ALL, FLAG) K(R, COMM, FLAG) K(R, COMPRESS, FLAG) K(R, DESCRIPTION, "=string") K(R, EMBEDDED, FLAG) \
    K(R, FILENAME, "=string") K(R, ROUTINES, FLAG) K(R, SYSTEM_VARIABLES, FLAG) K(R, VARIABLES, FLAG)       \
    K(R, VERBOSE, FLAG) K(R, XDR, FLAG)
KEYWORDS(SAVE)

typedef struct Item {
    const char *name;
    const Val *v;
    bool is_system;
} Item;

typedef struct Save {
    Call *c;
    SaveStore store;
    VEC(Item) items;
    VEC(HeapVar *) heap;  // owned references, in the order of their numbers
    VEC(const char *) commons;
    bool verbose;
} Save;

static void free_save(void *arg)
{
    Save *s = arg;
    for (int i = 0; i < s->heap.len; i++) {
        s->heap.p[i]->saved = 0;
        heap_drop(s->heap.p[i]);
    }
    save_out_abandon(s->store.out);
    save_store_free(&s->store);
    VEC_FREE(&s->heap);
    VEC_FREE(&s->items);
    VEC_FREE(&s->commons);
}

// --- What is saved ---------------------------------------------------------------------------------------------------

// Undefined variables and !NULL are left out: other readers do not know variables without a type.
static void add_item(Save *s, const char *name, const Val *v)
{
    for (int i = 0; i < s->items.len; i++) {
        if (strcmp(s->items.p[i].name, name) == 0) return;
    }
    if (!val_is_undef(v)) VEC_PUSH(&s->items, (Item){name, v, false});
}

static void add_arguments(Save *s)
{
    Call *c = s->c;
    for (int i = 0; i < c->argc; i++) {
        const char *name = call_arg_variable(c, i);
        const Val *v = call_arg_peek(c, i);
        if (!name || *name == '<') {
            throw_msg(c, E_NOT_VAR, "Expression must be named variable in this context: %s.", call_arg_name(c, i));
        }
        if (val_is_undef(v)) call_warn(c, false, "Undefined item not saved: %s.", name);
        else add_item(s, name, v);
    }
}

static void add_variables(Save *s)
{
    int n, frame = frame_top(s->c->vm->engine)->target;
    const char **name = levels_variables(s->c, frame, &n);
    for (int i = 0; i < n; i++) {
        const Val *v = frame_cell(s->c->vm, frame, name[i], false);
        if (v) add_item(s, name[i], v);
    }
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static void add_commons(Save *s, bool with_contents)
{
    const Map *commons = &s->c->vm->engine->commons;
    size_t at = 0;
    for (const MapEntry *e; (e = map_next(commons, &at));) VEC_PUSH(&s->commons, e->key);
    if (s->commons.len) qsort(s->commons.p, (size_t)s->commons.len, sizeof *s->commons.p, by_name);
    for (int i = 0; with_contents && i < s->commons.len; i++) {
        const CommonBlock *b = map_get(commons, s->commons.p[i]);
        for (int k = 0; k < b->n; k++) add_item(s, b->name[k], b->cell[k]);
    }
}

// Those that can be assigned to; a fresh value of those that are made at each reading.
static void add_system_variables(Save *s)
{
    Vm *vm = s->c->vm;
    VEC(const char *) name = {0};
    size_t at = 0;
    for (const MapEntry *e; (e = map_next(&vm->sysvars, &at));) {
        if (!((const SysVar *)e->value)->readonly) VEC_PUSH(&name, e->key);
    }
    if (name.len) qsort(name.p, (size_t)name.len, sizeof *name.p, by_name);
    for (int i = 0; i < name.len; i++) {
        const SysVar *v = sysvar_find(vm, name.p[i]);
        Val *now = call_keep_take(s->c, v->get ? v->get(vm) : val_copy(&v->v));
        VEC_PUSH(&s->items, (Item){name.p[i], now, true});
    }
    VEC_FREE(&name);
}

// --- The heap ----------------------------------------------------------------------------------------------------------

static void note(void *arg, HeapVar *h)
{
    Save *s = arg;
    if (h->freed || h->unsaved || h->saved) return;
    VEC_PUSH(&s->heap, heap_ref(h));
    h->saved = (uint32_t)s->heap.len;
}

// Gives numbers to all that the variables reach.
static void number_heap(Save *s)
{
    for (int i = 0; i < s->items.len; i++) heap_each_reference(s->items.p[i].v, note, s);
    for (int i = 0; i < s->heap.len; i++) {
        HeapVar *h = s->heap.p[i];
        heap_each_reference(&h->v, note, s);
        if (elements_has(h)) note(s, elements_pack(s->c, h));
    }
}

// --- Writing -------------------------------------------------------------------------------------------------------------

static void write_text(SaveOut *out, const char *text) { save_out_text(out, text, strlen(text)); }

static void write_timestamp(SaveOut *out)
{
    char host[256] = "", date[26];
    static const char zeros[1024];
    time_t now = time(NULL);
    const struct passwd *who = getpwuid(geteuid());
    if (gethostname(host, sizeof host - 1) < 0) *host = '\0';
    save_out_begin(out, SAVE_TIMESTAMP);
    save_out_bytes(out, zeros, sizeof zeros);
    save_out_text(out, ctime_r(&now, date) ? date : "", 24);
    write_text(out, who ? who->pw_name : "");
    write_text(out, host);
    save_out_end(out);
}

static void write_version(Save *s, SaveOut *out)
{
    static const char *const tags[] = {"ARCH", "OS", "RELEASE"};
    enum { FORMAT = 9 };
    SysVar *v = sysvar_find(s->c->vm, "!VERSION");
    if (v->v.type != T_STRUCT) return;  // memory was out at the start
    save_out_begin(out, SAVE_VERSION);
    save_out_long(out, FORMAT);
    for (int i = 0; i < 3; i++) {
        Val *text = call_keep_take(s->c, VAL_UNDEF);
        int tag = sdef_find(v->v.a->def, tags[i]);
        TRY(s->c, struct_get_tag(&v->v, tag, text));
        save_out_text(out, str_text(text->s), str_len(text->s));
    }
    save_out_end(out);
}

static void write_description(Save *s, SaveOut *out)
{
    const Str *text = call_kw_str_peek(s->c, KW_SAVE_DESCRIPTION);
    if (!str_len(text)) return;
    save_out_begin(out, SAVE_DESCRIPTION);
    save_out_long(out, (int32_t)text->len);
    save_out_text(out, text->s, text->len);
    save_out_end(out);
}

static void write_heap(Save *s, SaveOut *out)
{
    enum { DEFINED = 2, UNDEFINED = 0x12 };
    if (!s->heap.len) return;
    save_out_begin(out, SAVE_HEAP_HEADER);
    save_out_long(out, s->heap.len);
    for (int i = 0; i < s->heap.len; i++) save_out_long(out, i + 1);
    save_out_end(out);
    for (int i = 0; i < s->heap.len && save_out_ok(out); i++) {
        const HeapVar *h = s->heap.p[i];
        save_out_begin(out, SAVE_HEAP_DATA);
        save_out_long(out, i + 1);
        save_out_long(out, val_is_undef(&h->v) ? UNDEFINED : DEFINED);
        save_store_value(&s->store, &h->v, h->is_object, false);
        save_out_end(out);
        call_poll(s->c);
    }
}

static void write_commons(Save *s, SaveOut *out)
{
    for (int i = 0; i < s->commons.len; i++) {
        const CommonBlock *b = map_get(&s->c->vm->engine->commons, s->commons.p[i]);
        save_out_begin(out, SAVE_COMMON);
        save_out_long(out, b->n);
        write_text(out, s->commons.p[i]);
        for (int k = 0; k < b->n; k++) write_text(out, b->name[k]);
        save_out_end(out);
        if (s->verbose) call_warn(s->c, true, "Saved common block: %s.", s->commons.p[i]);
    }
}

static void write_items(Save *s, SaveOut *out)
{
    for (int i = 0; i < s->items.len && save_out_ok(out); i++) {
        const Item *x = &s->items.p[i];
        save_out_begin(out, x->is_system ? SAVE_SYSTEM_VARIABLE : SAVE_VARIABLE);
        write_text(out, x->name);
        save_store_value(&s->store, x->v, false, x->is_system);
        save_out_end(out);
        if (s->verbose) call_warn(s->c, true, "Saved %svariable: %s.", x->is_system ? "system " : "", x->name);
        call_poll(s->c);
    }
}

static const char *file_name(Call *c)
{
    const Str *given = call_kw_str_peek(c, KW_SAVE_FILENAME);
    if (!str_len(given)) return "idlsave.dat";
    if (strlen(given->s) != given->len) throw_msg(c, E_VALUE, "File names cannot contain NUL characters.");
    char *full = path_expand(given->s);
    call_defer(c, mem_free, full);
    return full;
}

// Without a word about what, the variables.
static void gather(Save *s)
{
    Call *c = s->c;
    bool all = call_kw_set(c, KW_SAVE_ALL), system = all || call_kw_set(c, KW_SAVE_SYSTEM_VARIABLES);
    bool comm = all || call_kw_set(c, KW_SAVE_COMM);
    bool variables = all || call_kw_set(c, KW_SAVE_VARIABLES) || (!c->argc && !system && !comm);
    add_arguments(s);
    if (comm) add_commons(s, variables);
    if (variables) add_variables(s);
    if (system) add_system_variables(s);
    number_heap(s);
}

// SAVE [, Var1, ...] [, /ALL] [, /COMM] [, /COMPRESS] [, DESCRIPTION=s] [, FILENAME=s] [, /ROUTINES]
// [, /SYSTEM_VARIABLES] [, /VARIABLES] [, /VERBOSE]: variables (all of the caller without arguments), or with ROUTINES the
// procedures and functions named (all that are compiled), in IDL's SAVE format; idlsave.dat unless named. XDR is always
// used, EMBEDDED (for licences) does nothing. Manual: SAVE.
static void pro_save(Call *c)
{
    Save *s = call_alloc(c, sizeof *s);
    bool routines = call_kw_set(c, KW_SAVE_ROUTINES);
    s->c = c;
    s->verbose = call_kw_set(c, KW_SAVE_VERBOSE);
    call_defer(c, free_save, s);
    if (!routines) gather(s);
    TRY(c, save_out_open(file_name(c), call_kw_set(c, KW_SAVE_COMPRESS), &s->store.out));
    SaveOut *out = s->store.out;
    if (s->verbose) call_warn(c, true, "Portable (XDR) SAVE/RESTORE file.");
    write_timestamp(out);
    write_version(s, out);
    write_description(s, out);
    if (routines) routines_write(c, out, s->verbose);
    write_heap(s, out);
    write_commons(s, out);
    write_items(s, out);
    s->store.out = NULL;
    const char *lost;
    TRY(c, save_out_finish(out, &lost));
    if (lost) call_warn(c, true, "%s: %s.", file_name(c), lost);
}

static const Routine rows[] = {
    {"SAVE", PROCEDURE, {0, ARGS_ANY}, pro_save, "[, Var1, ..., Varn]", KEYS(SAVE)},
};
ROUTINE_TABLE(lib_save, rows)
