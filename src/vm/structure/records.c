// Subscripts behind a tag of an array of structures. Start reading at records_get.
#include "vm/structure/records.h"

#include "vm/structure/structure.h"

#include <string.h>

static Status select_in_tag(const Tag *t, const Subscript *subs, int n, bool strict, const char *name, Selection *sel)
{
    int64_t dim[MAX_RANK] = {1, 1, 1, 1, 1, 1, 1, 1};
    if (t->rank) memcpy(dim, t->dim, (size_t)t->rank * sizeof *dim);
    return subscript_select(subs, n, t->rank ? t->rank : 1, dim, strict, name, sel);
}

// The shape of what is selected of one record, followed by the shape of the array of records.
static Status whole_shape(const Selection *sel, const Arr *a, int *rank, int64_t *dim)
{
    *rank = sel->is_scalar ? 0 : sel->list || sel->n == 1 ? sel->rank : sel->n;  // [*, 1] keeps its 1
    if (*rank + a->rank > MAX_RANK) return status_fail(E_SHAPE, "Only 8 dimensions allowed.");
    memcpy(dim, sel->dim, (size_t)*rank * sizeof *dim);
    memcpy(dim + *rank, a->dim, (size_t)a->rank * sizeof *dim);
    *rank += a->rank;
    return STATUS_OK;
}

static Status copy_records(const Selection *sel, const Arr *a, const Tag *t, Arr *r)
{
    for (int64_t i = 0; i < a->n; i++) {
        Arr w = struct_window(a, i, t);
        Val one;
        STATUS_TRY(selection_get(sel, &w, &one));
        if (val_is_array(&one))
            arr_copy_elements(r, i * sel->count, one.a, 0, sel->count);
        else
            arr_set_take(r, i, val_copy(&one));
        val_drop(&one);
    }
    return STATUS_OK;
}

Status records_get(const Arr *a, int tag, const Subscript *subs, int n, bool strict, const char *name, Val *out)
{
    const Tag *t = &a->def->tag[tag];
    Selection sel;
    int rank;
    int64_t dim[MAX_RANK];
    STATUS_TRY(select_in_tag(t, subs, n, strict, name, &sel));
    Status s = whole_shape(&sel, a, &rank, dim);
    Arr *r = !status_ok(s)         ? NULL
             : t->type == T_STRUCT ? arr_new_struct(t->def, rank, dim)
                                   : arr_new((TypeCode)t->type, rank, dim, true);
    if (status_ok(s) && !r) s = status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array.");
    if (status_ok(s)) s = copy_records(&sel, a, t, r);
    selection_free(&sel);
    if (status_ok(s))
        *out = val_arr_take(r);
    else
        arr_drop(r);
    return s;
}

// The part of v that record i takes; *single is the cell for a scalar.
static Status part_for_record(const Val *v, int64_t i, int64_t count, bool spread, Val *out)
{
    if (!spread) {
        *out = val_copy(v);
        return STATUS_OK;
    }
    if (count == 1) {
        *out = arr_get(v->a, i);
        return STATUS_OK;
    }
    Arr *part = v->type == T_STRUCT ? arr_new_struct(v->a->def, 1, &count) : arr_new1((TypeCode)v->type, count, true);
    if (!part) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array.");
    arr_copy_elements(part, 0, v->a, i * count, count);
    *out = val_arr_take(part);
    return STATUS_OK;
}

static Status set_records(const Selection *sel, Arr *a, const Tag *t, const char *name, const Val *v)
{
    bool many = val_is_array(v) && !(v->type == T_STRUCT && v->a->n == 1);
    bool spread = many && v->a->n == sel->count * a->n && v->a->n != 1;
    if (many && !spread && v->a->n != sel->count && v->a->n != 1) return selection_size_error(name);
    for (int64_t i = 0; i < a->n; i++) {
        Arr w = struct_window(a, i, t);
        Val part;
        STATUS_TRY(part_for_record(v, i, sel->count, spread, &part));
        Status s = selection_set(sel, &w, name, &part);
        val_drop(&part);
        STATUS_TRY(s);
    }
    return STATUS_OK;
}

Status records_set(Arr *a, int tag, const Subscript *subs, int n, bool strict, const char *name, const Val *v)
{
    const Tag *t = &a->def->tag[tag];
    Selection sel;
    Val same;
    STATUS_TRY(struct_as_tag_type(t, v, &same));
    Status s = select_in_tag(t, subs, n, strict, name, &sel);
    if (status_ok(s)) {
        s = set_records(&sel, a, t, name, &same);
        selection_free(&sel);
    }
    val_drop(&same);
    return s;
}
