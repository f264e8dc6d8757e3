// Array literals: [a, b, ...] along a dimension, and [first:last:step]. Elements take the highest type among them;
// !NULL elements vanish. Start reading at operate_concat.
#include "sys/interrupt.h"
#include "vm/array/convert.h"
#include "vm/array/operate.h"

#include <string.h>

typedef struct Plan {
    TypeCode type;
    SDef *def;
    int rank;
    int64_t dim[MAX_RANK];  // of the result
    int parts;              // values that are not !NULL
} Plan;

static int64_t dim_of(const Val *v, int d) { return val_is_array(v) ? v->a->dim[d] : 1; }

static Status plan_type(Plan *p, const Val *v)
{
    if (v->type == T_UNDEF) return status_fail(E_UNDEFVAR, "Variable is undefined: <UNDEFINED>.");
    if (!p->parts) {
        p->type = v->type;
        p->def = v->type == T_STRUCT ? v->a->def : NULL;
        return STATUS_OK;
    }
    bool cells = type_in(v->type, TM(STRUCT) | TM(PTR) | TM(OBJ)) || type_in(p->type, TM(STRUCT) | TM(PTR) | TM(OBJ));
    if (cells && v->type != p->type) {
        return status_fail(E_TYPE, "Conflicting data structures: structure tag, array concatenation.");
    }
    if (p->type == T_STRUCT) {
        if (sdef_fits(p->def, v->a->def)) return STATUS_OK;
        return status_fail(E_STRUCT, "Conflicting data structures: concatenation of different structures.");
    }
    if (cells) return STATUS_OK;
    p->type = v->type == T_STRING || p->type == T_STRING ? T_STRING : type_join(p->type, v->type);
    return STATUS_OK;
}

// All dimensions but the joined one must agree.
static Status plan_shape(Plan *p, const Val *v, int along)
{
    int rank = val_is_array(v) ? v->a->rank : 1;
    if (!p->parts) {
        p->rank = rank > along ? rank : along;
        for (int d = 0; d < MAX_RANK; d++) p->dim[d] = dim_of(v, d);
        return STATUS_OK;
    }
    if (rank > p->rank) p->rank = rank;
    for (int d = 0; d < MAX_RANK; d++) {
        if (d == along - 1) p->dim[d] += dim_of(v, d);
        else if (p->dim[d] != dim_of(v, d)) {
            return status_fail(E_SHAPE, "Unable to concatenate variables because the dimensions do not agree.");
        }
    }
    return STATUS_OK;
}

// Copies v's blocks into place: `inner` elements of the leading dimensions and the joined one at a time.
static void place(Arr *r, const Val *v, int along, int64_t offset)
{
    enum { PIECE = 1 << 22 };  // between looks for Ctrl-C
    int64_t below = 1, above = 1, own = dim_of(v, along - 1);
    for (int d = 0; d < along - 1; d++) below *= r->dim[d];
    for (int d = along; d < MAX_RANK; d++) above *= r->dim[d];
    int64_t block = below * own, stride = below * r->dim[along - 1];
    if (!val_is_array(v)) {
        arr_set_take(r, offset, val_copy(v));
        return;
    }
    for (int64_t i = 0; i < above; i++) {
        for (int64_t from = 0; from < block && !sys_interrupted(); from += PIECE) {
            int64_t n = block - from < PIECE ? block - from : PIECE;
            arr_copy_elements(r, i * stride + offset * below + from, v->a, i * block + from, n);
        }
    }
}

static Status make_plan(Plan *p, const Val *v, int n, int along)
{
    for (int i = 0; i < n; i++) {
        if (val_is_null(&v[i])) continue;
        STATUS_TRY(plan_type(p, &v[i]));
        STATUS_TRY(plan_shape(p, &v[i], along));
        p->parts++;
    }
    return STATUS_OK;
}

static Status as_type(const Val *v, TypeCode t, Val *out)
{
    if (v->type != t) return val_convert(v, t, out, NULL);
    *out = val_copy(v);
    return STATUS_OK;
}

static Status no_memory(void) { return status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array."); }

static Status joined(const Plan *p, const Val *v, int n, int along, Val *out)
{
    Arr *r = p->def ? arr_new_struct(p->def, p->rank, p->dim) : arr_new(p->type, p->rank, p->dim, false);
    if (!r) return no_memory();
    int64_t offset = 0;
    for (int i = 0; i < n; i++) {
        if (val_is_null(&v[i])) continue;
        Val same = VAL_UNDEF;
        Status s = as_type(&v[i], p->type, &same);
        if (!status_ok(s)) {
            arr_drop(r);
            return s;
        }
        place(r, &same, along, offset);
        val_drop(&same);
        if (sys_interrupted()) {
            arr_drop(r);
            return (Status){E_INTERRUPT, 0, NULL};
        }
        offset += dim_of(&v[i], along - 1);
    }
    *out = val_arr_take(r);
    return STATUS_OK;
}

// The others' elements follow those of the array v[0] in memory: its type is the result's, and nothing lies beyond the
// joined dimension.
static bool is_prefix(const Plan *p, const Val *v, int along)
{
    for (int d = along; d < MAX_RANK; d++) {
        if (p->dim[d] != 1) return false;
    }
    return val_is_array(v) && v->type == p->type;
}

// Elements behind the last one of a, in the room reserved for them. Returns where the next ones go.
static int64_t put_behind(Arr *a, int64_t at, Val v)
{
    int64_t n = val_count(&v);
    if (!val_is_array(&v)) {
        arr_set_take(a, at, v);
        return at + n;
    }
    arr_copy_elements(a, at, v.a, 0, n);
    val_drop(&v);
    return at + n;
}

// After a failure the array v[0] is as it was.
static Status append(const Plan *p, const Val *v, int n, Val *out)
{
    Arr *a = v[0].a;
    int64_t count = arr_count(p->rank, p->dim), at = a->n;
    if (count < 0 || !arr_reserve(a, count - a->n)) return no_memory();
    for (int i = 1; i < n; i++) {
        if (val_is_null(&v[i])) continue;
        Val same = VAL_UNDEF;
        Status s = as_type(&v[i], p->type, &same);
        if (!status_ok(s)) {
            arr_drop_elements(a->type, a->def, arr_at(a, a->n), at - a->n);
            return s;
        }
        at = put_behind(a, at, same);
    }
    arr_extend_raw(a, p->rank, p->dim);
    *out = val_copy(&v[0]);
    return STATUS_OK;
}

Status operate_concat(const Val *v, int n, int along, bool grows, Val *out)
{
    Plan p = {.type = T_UNDEF};
    STATUS_TRY(make_plan(&p, v, n, along));
    if (!p.parts) {
        *out = VAL_NULL;
        return STATUS_OK;
    }
    p.rank = arr_trim_rank(p.rank, p.dim);
    if (n == 1 && val_is_array(v) && v->a->rank == p.rank) {
        *out = val_copy(v);
        return STATUS_OK;
    }
    return grows && is_prefix(&p, v, along) ? append(&p, v, n, out) : joined(&p, v, n, along, out);
}

// How many steps lead from lo to hi; negative: none do. In FLOAT the quotient is rounded to FLOAT, so that [0:0.5:0.1]
// has six elements (output of IDL quoted in gdl#285).
static double sequence_steps(bool single, double lo, double hi, double by)
{
    if (by == 0) return -1;
    return single ? (double)(((float)hi - (float)lo) / (float)by) : (hi - lo) / by + 1e-9 * ((hi - lo) / by >= 0);
}

// [first:last:step]: its elements are those of FINDGEN and its kin with START and INCREMENT. Without a step they go by
// 1 towards the last (GDL's suite says so of IDL: test_indgen).
Status operate_sequence(const Val ends[2], const Val *step, Val *out)
{
    TypeCode t = type_promote(type_promote(ends[0].type, ends[1].type), step ? step->type : T_INT);
    if (!type_is_numeric(t)) t = T_FLOAT;
    bool single = t == T_FLOAT || t == T_COMPLEX;
    double lo, hi, by;
    STATUS_TRY(val_real(&ends[0], &lo));
    STATUS_TRY(val_real(&ends[1], &hi));
    by = hi < lo ? -1 : 1;
    if (step) STATUS_TRY(val_real(step, &by));
    double steps = sequence_steps(single, lo, hi, by);
    if (!(steps >= 0) || steps > 1e15) {
        return status_fail(E_VALUE, "Illegal array constructor: the step must lead from the first value to the last.");
    }
    int64_t n = (int64_t)steps + 1;
    Arr *seq = arr_new1(T_DOUBLE, n, false);
    if (!seq) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array.");
    double *p = seq->data;
    for (int64_t i = 0; i < n; i++) p[i] = single ? (double)((float)lo + (float)i * (float)by) : lo + (double)i * by;
    Val v = val_arr_take(seq);
    Status s = val_convert(&v, t, out, NULL);
    val_drop(&v);
    return s;
}
