// The shared ground of LIST, HASH and their kin. The methods are in list.c, list_methods.c, hash.c, hash_methods.c and
// container.c. Start reading at collection_list.
#include "lib/collection/collection.h"

#include "base/buf.h"
#include "fmt/default.h"
#include "sys/interrupt.h"
#include "vm/array/convert.h"
#include "vm/array/operate.h"
#include "vm/call/call.h"
#include "vm/dispatch/classes.h"
#include "vm/dispatch/invoke.h"
#include "vm/structure/structure.h"

#include <ctype.h>
#include <string.h>

// --- Data behind objects
// ------------------------------------------------------------------------------------------------

static Native *native_of(const Val *v, const NativeKind *kind)
{
    if (v->type != T_OBJ || val_is_array(v) || !v->h || v->h->freed || !v->h->native) return NULL;
    return v->h->native->kind == kind ? v->h->native : NULL;
}

List *collection_list_of(const Val *v) { return (List *)native_of(v, &list_kind); }
Table *collection_table_of(const Val *v) { return (Table *)native_of(v, &table_kind); }

List *collection_list(Call *c)
{
    List *l = collection_list_of(c->self);
    if (l) return l;
    if (!(l = list_new(0))) throw_no_memory(c);
    c->self->h->native = &l->native;
    l->native.is_plain = strcmp(c->self->h->v.a->def->name, "LIST") == 0;
    return l;
}

Table *collection_table(Call *c)
{
    Table *t = collection_table_of(c->self);
    if (t) return t;
    const SDef *d = c->self->h->v.a->def;
    if (!(t = table_new(sdef_is_a(d, "DICTIONARY")))) throw_no_memory(c);
    c->self->h->native = &t->native;
    t->names_only = t->folds_case;
    t->native.is_plain =
        strcmp(d->name, "HASH") == 0 || strcmp(d->name, "ORDEREDHASH") == 0 || strcmp(d->name, "DICTIONARY") == 0;
    return t;
}

static Val new_object(Call *c, const char *class_name, Native *n)
{
    HeapVar *h = n ? object_make(c->vm, class_find(c->vm, class_name), n) : NULL;
    if (!h) throw_no_memory(c);
    n->is_plain = true;
    return (Val){.type = T_OBJ, .flags = VF_CELL, .h = h};
}

Val collection_list_value(Call *c, int64_t room, List **l)
{
    *l = list_new(room);
    return new_object(c, "LIST", *l ? &(*l)->native : NULL);
}

Val collection_table_value(Call *c, const char *class_name, bool folds_case, Table **t)
{
    *t = table_new(folds_case);
    if (*t) (*t)->names_only = strcmp(class_name, "DICTIONARY") == 0;
    return new_object(c, class_name, *t ? &(*t)->native : NULL);
}

Val *collection_new_list(Call *c, int64_t room, List **l) { return call_keep_take(c, collection_list_value(c, room, l)); }

Val *collection_new_table(Call *c, const char *class_name, bool folds_case, Table **t)
{
    return call_keep_take(c, collection_table_value(c, class_name, folds_case, t));
}

// Takes v.
static void poll_holding(Call *c, Val v)
{
    if (!sys_interrupted()) return;
    val_drop(&v);
    call_poll(c);
}

void collection_push_take(Call *c, List *l, Val v)
{
    poll_holding(c, v);
    if (!list_push_take(l, v)) throw_no_memory(c);
}

// A letter or "_", then letters, digits, "_", "$".
static bool is_variable_name(const Val *key)
{
    if (key->type != T_STRING || !str_len(key->s)) return false;
    const char *p = str_text(key->s);
    for (size_t i = 0; i < str_len(key->s); i++) {
        bool starts = isalpha((unsigned char)p[i]) || p[i] == '_';
        if (!starts && (i == 0 || !(isdigit((unsigned char)p[i]) || p[i] == '$'))) return false;
    }
    return true;
}

void collection_put_take(Call *c, Table *t, const Val *key, Val v)
{
    poll_holding(c, v);
    if (!table_key_is_valid(key)) {
        val_drop(&v);
        throw_msg(c, E_TYPE, "Key must be a scalar string or number.");
    }
    if (t->names_only && !is_variable_name(key)) {
        val_drop(&v);
        throw_msg(c, E_TYPE, "A key of a dictionary must be a valid variable name.");
    }
    Val *cell = table_cell(t, key);
    if (!cell) {
        val_drop(&v);
        throw_no_memory(c);
    }
    val_set_take(cell, v);
}

// --- Values
// -------------------------------------------------------------------------------------------------------------

static bool same_structures(Call *c, const Val *a, const Val *b)
{
    if (a->a->n != b->a->n || !sdef_same_layout(a->a->def, b->a->def)) return false;
    for (int i = 0; i < a->a->def->ntags; i++) {
        Val x, y;
        TRY(c, struct_get_tag(a, i, &x));
        Val *kept = call_keep_take(c, x);
        TRY(c, struct_get_tag(b, i, &y));
        if (!collection_same(c, kept, call_keep_take(c, y))) return false;
    }
    return true;
}

bool collection_same(Call *c, const Val *a, const Val *b)
{
    if (val_is_undef(a) || val_is_undef(b)) return val_is_undef(a) && val_is_undef(b);
    if (a->type == T_STRUCT || b->type == T_STRUCT) return a->type == b->type && same_structures(c, a, b);
    bool numbers = type_is_numeric(a->type) && type_is_numeric(b->type);
    if (!numbers && a->type != b->type) return false;
    if (val_count(a) != val_count(b)) return false;
    if (a->type == T_OBJ && !val_is_array(a)) return a->h == b->h;
    Val equal;
    unsigned math = 0;
    TRY(c, operate_binary(KOP_EQ, a, false, b, false, &equal, &math));
    bool all = !val_is_array(&equal) ? equal.b : true;
    for (int64_t i = 0; val_is_array(&equal) && i < equal.a->n; i++) all = all && ((uint8_t *)equal.a->data)[i];
    val_drop(&equal);
    return all;
}

bool collection_is_many(const Val *v)
{
    return collection_list_of(v) || (val_is_array(v) && !(v->type == T_STRUCT && v->a->n == 1));
}

int64_t collection_parts(const Val *v)
{
    const List *l = collection_list_of(v);
    return l ? l->n : collection_is_many(v) ? v->a->n : 1;
}

Val collection_part(const Val *v, int64_t i)
{
    const List *l = collection_list_of(v);
    if (l) return val_copy(list_at(l, i));
    return collection_is_many(v) ? arr_get(v->a, i) : val_copy(v);
}

Val collection_argument(Call *c, int i, bool no_copy)
{
    const Val *v = call_arg(c, i);
    return no_copy && call_arg_is_var(c, i) ? val_take(c->args[i].ref) : val_copy(v);
}

// --- Subscripts
// ---------------------------------------------------------------------------------------------------------

int collection_subscripts(Call *c, int first, Subscript *subs)
{
    int n = c->argc - first - 1;
    const Val *is_range = call_convert(c, call_arg(c, first), T_LONG64);
    for (int i = 0; i < n; i++) {
        const Val *v = call_arg(c, first + 1 + i);
        bool range =
            val_is_array(is_range) ? i < is_range->a->n && ((int64_t *)is_range->a->data)[i] : is_range->ll != 0;
        subs[i] = (Subscript){.is_range = range, .value = v};
        if (!range) continue;
        const Val *ends = call_convert(c, v, T_LONG64);
        if (!val_is_array(ends) || ends->a->n != 3)
            throw_msg(c, E_SUBSCRIPT, "A subscript range must be [first, last, step].");
        for (int k = 0; k < 3; k++) {
            const Val **end[] = {&subs[i].lo, &subs[i].hi, &subs[i].step};
            *end[k] = call_keep_take(c, arr_get(ends->a, k));
        }
    }
    return n;
}

static _Noreturn void out_of_range(Call *c, int64_t i, int64_t n)
{
    throw_msg(c, E_SUBSCRIPT, "Subscript out of range: %lld of %lld elements.", (long long)i, (long long)n);
}

static int64_t in_range(Call *c, int64_t i, int64_t n)
{
    int64_t at = i < 0 ? i + n : i;
    if (at < 0 || at >= n) out_of_range(c, i, n);
    return at;
}

static int64_t *range_positions(Call *c, const Subscript *sub, int64_t n, int64_t *count)
{
    int64_t step = sub->step->ll;
    if (step == 0) throw_msg(c, E_SUBSCRIPT, "Subscript stride must not be 0.");
    *count = 0;
    if (n == 0) return call_alloc(c, 1);
    int64_t lo = in_range(c, sub->lo->ll, n), hi = in_range(c, sub->hi->ll, n);
    if (step < 0 && sub->lo->ll == 0 && sub->hi->ll == -1) lo = n - 1, hi = 0; // [*:*:-1]
    if (step > 0 ? lo <= hi : lo >= hi) *count = (hi - lo) / step + 1;
    int64_t *at = call_alloc(c, (size_t)*count * sizeof *at);
    for (int64_t i = 0; i < *count; i++) at[i] = lo + i * step;
    return at;
}

int64_t *collection_positions(Call *c, const Subscript *sub, int64_t n, int64_t *count, bool *single)
{
    *single = !sub->is_range && !val_is_array(sub->value);
    if (sub->is_range) return range_positions(c, sub, n, count);
    if (!type_is_numeric(sub->value->type)) throw_msg(c, E_TYPE, "List subscripts must be numbers.");
    const Val *v = call_convert(c, sub->value, T_LONG64);
    *count = val_count(v);
    int64_t *at = call_alloc(c, (size_t)*count * sizeof *at);
    for (int64_t i = 0; i < *count; i++) at[i] = in_range(c, val_is_array(v) ? ((int64_t *)v->a->data)[i] : v->ll, n);
    return at;
}

// --- Functions of the program
// -----------------------------------------------------------------------------------------------

const char *collection_function(Call *c, int i)
{
    const Str *s = call_str_peek(c, i);
    char *name = call_alloc(c, str_len(s) + 1);
    for (size_t k = 0; k < str_len(s); k++) name[k] = (char)toupper((unsigned char)str_text(s)[k]);
    return name;
}

int collection_parameters(Call *c, const char *function)
{
    const UserRoutine *u = map_get(&c->vm->engine->functions, function);
    return u ? u->code->npositional : -1;
}

Val collection_apply(Call *c, const char *function, const Val *x, const Val *y, int first)
{
    int more = c->argc > first ? c->argc - first : 0, n = 0;
    Val args[ARGS_ANY + 2];
    args[n++] = val_copy(x);
    if (y) args[n++] = val_copy(y);
    for (int i = 0; i < more && n < ARGS_ANY; i++) args[n++] = val_copy(&c->args[first + i]);
    return invoke_take(c->vm, invoke_site(c->vm, NULL, function, false, true, n, 0, NULL), n, args);
}

// --- Text
// -----------------------------------------------------------------------------------------------------------------

void collection_print_element(Buf *b, const char *label, const Val *v)
{
    DefaultOut d;
    buf_puts(b, label);
    default_start(&d, b, 0);
    default_value(&d, v);
    default_end(&d);
}
