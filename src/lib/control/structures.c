// Structures made and assigned at run time: CREATE_STRUCT, STRUCT_ASSIGN, STRUCT_HIDE. Start reading at fn_create_struct.
#include "vm/structure/structure.h"

#include "lib/control/passing.h"
#include "vm/dispatch/classes.h"
#include "vm/structure/object_data.h"
#include "vm/structure/relaxed.h"

#include <string.h>

// --- CREATE_STRUCT -------------------------------------------------------------------------------------------------

#define CREATE_STRUCT_KEYWORDS(K, R) K(R, NAME, "=string")
KEYWORDS(CREATE_STRUCT)

typedef struct Parts {  // tags and values of a structure to be; values are borrowed
    const char **tag;
    Val *v;
    int n;
} Parts;

// In upper case, blanks as underscores; throws unless it is a name.
static const char *legal_name(Call *c, const Str *s, const char *what)
{
    char *name = upper_name(c, s);
    bool good = *name && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ_!", *name);
    for (char *p = name; *p; p++) {
        if (*p == ' ') *p = '_';
        good = good && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ_!$0123456789", *p);
    }
    if (!good) throw_msg(c, E_TAG, "Illegal %s name: %s.", what, name);
    return name;
}

static void add_part(Parts *p, const char *tag, const Val *v)
{
    p->tag[p->n] = tag;
    p->v[p->n++] = *v;
}

static void add_structure(Call *c, Parts *p, const Val *s)
{
    for (int t = 0; t < s->a->def->ntags; t++) {
        Val *v = call_keep_take(c, VAL_UNDEF);
        TRY(c, struct_get_tag(s, t, v));
        add_part(p, s->a->def->tag[t].name, v);
    }
}

// How many tags the arguments make; each array of tag names is followed by as many values.
// An argument; inside a method an object of its class is the structure of its data.
static const Val *part_given(Call *c, int i)
{
    const Val *v = call_arg(c, i), *structure = object_structure(c->vm, val_deref(&c->args[i]));
    return structure ? structure : v;
}

static int count_parts(Call *c)
{
    int64_t n = 0, count;
    for (int64_t i = 0; i < c->argc; i += 1 + count) {
        const Val *v = part_given(c, (int)i);
        if (val_is_null(v)) { // {} takes part with no tags
            count = 0;
            continue;
        }
        if (v->type != T_STRUCT && v->type != T_STRING) {
            throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, (int)i));
        }
        count = v->type == T_STRUCT ? 0 : val_count(v);
        n += v->type == T_STRUCT ? v->a->def->ntags : count;
        if (i + count >= c->argc) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    }
    return (int)n;
}

static void gather_parts(Call *c, Parts *p)
{
    for (int i = 0; i < c->argc; i++) {
        const Val *v = part_given(c, i);
        if (val_is_null(v)) continue;
        if (v->type == T_STRUCT) {
            add_structure(c, p, v);
            continue;
        }
        int64_t n = val_count(v);
        for (int64_t t = 0; t < n; t++) {
            const Str *tag = val_is_array(v) ? ((const StrSlot *)v->a->data)[t].p : v->s;
            add_part(p, legal_name(c, tag, "tag"), call_arg(c, i + 1 + (int)t));
        }
        i += (int)n;
    }
}

// {NAME}: a structure defined before, zeroed.
static Val known_structure(Call *c, const char *name)
{
    SDef *d = class_find(c->vm, name);
    if (!d) throw_no_class(c, name);
    Arr *a = arr_new_struct(d, 1, (int64_t[]){1});
    if (!a) throw_no_memory(c);
    return val_arr_take(a);
}

// CREATE_STRUCT([Tag1, Value1, ...] | [Tags, V1, ...] [, Structures] [, NAME=s]): a structure, named or anonymous.
// Structures among the arguments give their tags. NAME alone: an instance of that structure. Manual: CREATE_STRUCT.
static void fn_create_struct(Call *c)
{
    const Str *given = call_kw_str_peek(c, KW_CREATE_STRUCT_NAME);
    const char *name = str_len(given) ? legal_name(c, given, "structure") : NULL;
    if (!c->argc) {
        if (!name) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
        call_return_take(c, known_structure(c, name));
        return;
    }
    int n = count_parts(c);
    if (!n) {
        call_return_take(c, VAL_NULL);
        return;
    }
    Parts p = {call_alloc(c, (size_t)n * sizeof *p.tag), call_alloc(c, (size_t)n * sizeof *p.v), 0};
    gather_parts(c, &p);
    Val made = VAL_UNDEF;
    TRY(c, struct_make(c->vm, name, p.tag, p.v, p.n, &made));
    call_return_take(c, made);
}

// --- STRUCT_ASSIGN, STRUCT_HIDE ------------------------------------------------------------------------------------

// The structure of an argument: its own, or inside a method the data of an object.
static Val *structure_cell(Call *c, int i, Val *v)
{
    Val *data = object_structure(c->vm, v);
    if (!data) throw_msg(c, E_STRUCT, "Expression must be a structure in this context: %s.", call_arg_name(c, i));
    return data;
}

static void say_loss(void *arg, const char *text) { call_warn(arg, false, "%s", text); }

// STRUCT_ASSIGN, Source, Destination [, /NOZERO] [, /VERBOSE]: tags of the same name are copied and converted; the
// others of the destination become zero unless NOZERO. Manual: STRUCT_ASSIGN.
#define STRUCT_ASSIGN_KEYWORDS(K, R) K(R, NOZERO, FLAG) K(R, VERBOSE, FLAG)
KEYWORDS(STRUCT_ASSIGN)

static void pro_struct_assign(Call *c)
{
    Val given = val_copy(call_arg(c, 0));
    const Val *source = structure_cell(c, 0, call_keep_take(c, given));
    call_arg(c, 1);
    Val *destination = structure_cell(c, 1, call_var_mut(c, 1));
    source = call_keep_take(c, val_copy(source));  // should it be the same variable
    Arr *a = arr_mut(destination);
    if (!a) throw_no_memory(c);
    Relaxed how = {.zero = !call_kw_set(c, KW_STRUCT_ASSIGN_NOZERO), .arg = c};
    if (call_kw_set(c, KW_STRUCT_ASSIGN_VERBOSE)) how.say = say_loss;
    TRY(c, struct_assign_relaxed(a, source->a, &how));
}

// STRUCT_HIDE, Arg1, ..., Argn: HELP, /STRUCTURES and /OBJECTS without arguments do not list the definitions of these
// structures or objects. Manual: STRUCT_HIDE.
static void pro_struct_hide(Call *c)
{
    for (int i = 0; i < c->argc; i++) {
        const Val *v = call_arg(c, i);
        if (v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed) v = &v->h->v;
        if (v->type != T_STRUCT) {
            throw_msg(c, E_STRUCT, "Expression must be a structure in this context: %s.", call_arg_name(c, i));
        }
        v->a->def->is_hidden = true;
    }
}

static const Routine rows[] = {
    {"CREATE_STRUCT", FUNCTION, {0, ARGS_ANY}, fn_create_struct, "[Tags, Values...] [, Structures]",
     KEYS(CREATE_STRUCT)},
    {"STRUCT_ASSIGN", PROCEDURE, {2, 2}, pro_struct_assign, "Source, Destination", KEYS(STRUCT_ASSIGN)},
    {"STRUCT_HIDE", PROCEDURE, {1, ARGS_ANY}, pro_struct_hide, "Arg1 [, ..., Argn]"},
};
ROUTINE_TABLE(lib_structures, rows)
