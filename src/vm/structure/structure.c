// Structures as values. Records are copied tag by tag with arr_copy_elements so that counted cells stay right.
// Start reading at struct_get_tag.
#include "vm/structure/structure.h"

#include "base/mem.h"
#include "vm/array/convert.h"
#include "vm/array/describe.h"
#include "vm/engine.h"

#include <string.h>

static Status no_memory(void) { return status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array."); }

Arr struct_window(const Arr *a, int64_t record, const Tag *t)
{
    Arr w = {.refs = 2, .type = t->type, .rank = (uint8_t)(t->rank ? t->rank : 1), .n = t->n, .elem = t->elem, .def = t->def};
    memcpy(w.dim, t->dim, sizeof w.dim);
    w.data = (char *)arr_at(a, record) + t->offset;
    return w;
}

// The tag's shape, followed by that of the records when there are several.
static Arr *tag_array(const Tag *t, const Arr *records)
{
    int64_t dim[MAX_RANK] = {1};
    int rank = t->rank, outer = records->n > 1 ? records->rank : 0;
    if (rank + outer > MAX_RANK) return NULL;
    memcpy(dim, t->dim, (size_t)rank * sizeof *dim);
    memcpy(dim + rank, records->dim, (size_t)outer * sizeof *dim);
    rank = rank + outer ? rank + outer : 1;
    if (rank == 1 && !t->rank && !outer) dim[0] = 1;
    return t->type == T_STRUCT ? arr_new_struct(t->def, arr_trim_rank(rank, dim), dim)
                               : arr_new(t->type, arr_trim_rank(rank, dim), dim, false);
}

Status struct_get_tag(const Val *v, int tag, Val *out)
{
    const Arr *a = v->a;
    const Tag *t = &a->def->tag[tag];
    if (a->n == 1 && !t->rank && t->type != T_STRUCT) {
        *out = val_from_element(t->type, (char *)a->data + t->offset);
        return STATUS_OK;
    }
    Arr *r = tag_array(t, a);
    if (!r) return no_memory();
    for (int64_t i = 0; i < a->n; i++) {
        Arr w = struct_window(a, i, t);
        arr_copy_elements(r, i * t->n, &w, 0, t->n);
    }
    *out = val_arr_take(r);
    return STATUS_OK;
}

Status struct_as_tag_type(const Tag *t, const Val *v, Val *out)
{
    if (t->type == T_STRUCT || v->type == T_STRUCT) {
        if (v->type != T_STRUCT || t->type != T_STRUCT || !sdef_fits(v->a->def, t->def)) {
            return status_fail(E_STRUCT, "Conflicting data structures: %s.", t->name);
        }
        *out = val_copy(v);
        return STATUS_OK;
    }
    if (val_is_null(v) && (t->type == T_PTR || t->type == T_OBJ)) {
        *out = (Val){.type = t->type};
        return STATUS_OK;
    }
    return val_convert(v, t->type, out, NULL);
}

Status struct_set_tag(Arr *a, int tag, const Val *v)
{
    const Tag *t = &a->def->tag[tag];
    Val same;
    STATUS_TRY(struct_as_tag_type(t, v, &same));
    int64_t n = val_count(&same), total = t->n * a->n;
    Status s = STATUS_OK;
    if (n > t->n && n != total) s = status_fail(E_SHAPE, "Array dimensions do not agree with tag %s.", t->name);
    bool spread = n > t->n;  // a row for each record; fewer values go to the first elements of each
    for (int64_t i = 0; i < a->n && status_ok(s); i++) {
        Arr w = struct_window(a, i, t);
        if (!val_is_array(&same)) {
            for (int64_t k = 0; k < t->n; k++) arr_set_take(&w, k, val_copy(&same));
        } else if (t->type == T_STRUCT && n == 1) {
            for (int64_t k = 0; k < t->n; k++) arr_copy_elements(&w, k, same.a, 0, 1);
        } else {
            arr_copy_elements(&w, 0, same.a, spread ? i * t->n : 0, spread ? t->n : n);
        }
    }
    val_drop(&same);
    return s;
}

Status struct_too_deep(void) { return status_fail(E_STRUCT, "Structures are nested too deeply (limit %d).", SDEF_NESTING_MAX); }

Status struct_add_tag(SDef *d, const char *name, const Val *v)
{
    if (v->type == T_UNDEF) return status_fail(E_UNDEFVAR, "Variable is undefined: %s.", name);
    if (v->type == T_STRUCT && v->a->def->depth >= SDEF_NESTING_MAX - 1) return struct_too_deep();
    int rank = val_is_array(v) && !(v->type == T_STRUCT && v->a->n == 1) ? v->a->rank : 0;
    if (!sdef_add(d, name, v->type, rank, rank ? v->a->dim : NULL, v->type == T_STRUCT ? v->a->def : NULL)) {
        return status_fail(E_TAG, "Conflicting or duplicate structure tag definition: %s.", name);
    }
    return STATUS_OK;
}

// A new record: its first n tags from values, the others zero.
Status struct_fill(SDef *d, const Val *values, int n, Val *out)
{
    Arr *a = arr_new_struct(d, 1, (int64_t[]){1});
    if (!a) return no_memory();
    for (int i = 0; i < n; i++) {
        Status s = struct_set_tag(a, i, &values[i]);
        if (!status_ok(s)) {
            arr_drop(a);
            return s;
        }
    }
    *out = val_arr_take(a);
    return STATUS_OK;
}

Status struct_append(const Val *s, const char *name, const Val *v, Val *out)
{
    int n = s->type == T_STRUCT ? s->a->def->ntags : 0;
    Val *values = mem_must((size_t)(n + 1) * sizeof *values);
    SDef *d = sdef_new(NULL);
    Status st = STATUS_OK;
    for (int i = 0; i < n && status_ok(st); i++) {
        st = struct_get_tag(s, i, &values[i]);
        if (status_ok(st)) st = struct_add_tag(d, s->a->def->tag[i].name, &values[i]);
    }
    values[n] = val_copy(v);
    if (status_ok(st)) st = struct_add_tag(d, name, v);
    sdef_close(d);
    if (status_ok(st)) st = struct_fill(d, values, d->ntags, out);
    for (int i = 0; i <= n; i++) val_drop(&values[i]);
    mem_free(values);
    sdef_drop(d);
    return st;
}

// The first tag in which a new definition differs from the known one, or -1.
static int first_difference(const SDef *known, const SDef *d)
{
    for (int i = 0; i < known->ntags && i < d->ntags; i++) {
        const Tag *x = &known->tag[i], *y = &d->tag[i];
        if (strcmp(x->name, y->name) != 0 || x->type != y->type || x->rank != y->rank) return i;
        if (memcmp(x->dim, y->dim, sizeof x->dim) != 0) return i;
        if (x->type == T_STRUCT && !sdef_same_layout(x->def, y->def)) return i;
    }
    return -1;
}

static Status conflict(const char *name, const Val *v, const char *tag)
{
    Buf b = BUF_INIT(1000);
    if (v) val_describe(&b, v);
    else buf_puts(&b, tag);
    Status s = status_fail(E_STRUCT, "Conflicting data structures: %s,%s.", buf_ok(&b) ? b.p : tag, name);
    buf_free(&b);
    return s;
}

// d is that structure, or becomes it. values (may be NULL): of its tags, for messages.
Status struct_register(Vm *vm, SDef *d, const char *name, const Val *values)
{
    SDef *known = map_get(&vm->structs, name);
    if (!known) {
        map_set(&vm->structs, name, sdef_ref(d));
        return STATUS_OK;
    }
    if (known->ntags != d->ntags) return status_fail(E_STRUCT, "Wrong number of tags defined for structure: %s.", name);
    int i = first_difference(known, d);
    return i < 0 ? STATUS_OK : conflict(name, values ? &values[i] : NULL, d->tag[i].name);
}

Status struct_make(Vm *vm, const char *name, const char *const *tags, const Val *values, int n, Val *out)
{
    SDef *d = sdef_new(name);
    Status s = STATUS_OK;
    for (int i = 0; i < n && status_ok(s); i++) s = struct_add_tag(d, tags[i], &values[i]);
    sdef_close(d);
    if (status_ok(s) && name) s = struct_register(vm, d, name, values);
    if (status_ok(s)) s = struct_fill(name ? map_get(&vm->structs, name) : d, values, n, out);
    sdef_drop(d);
    return s;
}
