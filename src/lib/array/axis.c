// Arrays seen along a dimension, for the reductions. What is done along it is elsewhere. Start at axis_of.
#include "lib/array/axis.h"

#include "lib/format/convert.h"

Axis axis_whole(const Val *v) { return (Axis){.outer = 1, .len = val_count(v), .inner = 1}; }

Axis axis_of(Call *c, const Val *v, int64_t dimension)
{
    int rank = val_is_array(v) ? v->a->rank : 0;
    if (dimension == 0) return axis_whole(v);
    if (dimension < 0 || dimension > MAX_RANK) throw_msg(c, E_VALUE, "Illegal keyword value for DIMENSION.");
    if (dimension > rank) {
        throw_msg(c, E_SHAPE, "Array must have %d dimensions: %s.", (int)dimension, call_arg_name(c, 0));
    }
    Axis x = {.outer = 1, .inner = 1, .len = v->a->dim[dimension - 1], .dimension = (int)dimension};
    for (int i = 0; i < dimension - 1; i++) x.inner *= v->a->dim[i];
    for (int i = (int)dimension; i < rank; i++) x.outer *= v->a->dim[i];
    return x;
}

Val *axis_reduced(Call *c, const Val *v, const Axis *x, TypeCode t, void **out)
{
    int64_t dim[MAX_RANK];
    int rank = 0;
    for (int i = 0; x->dimension && i < v->a->rank; i++) {
        if (i != x->dimension - 1) dim[rank++] = v->a->dim[i];
    }
    if (rank) {
        Val *cell = convert_new_array(c, t, rank, dim);
        *out = cell->a->data;
        return cell;
    }
    Val *cell = call_keep_take(c, t == T_DCOMPLEX ? val_dcomplex(0, 0) : (Val){.type = (uint8_t)t});
    *out = (void *)val_data_peek(cell);
    return cell;
}

void axis_refuse(Call *c, const Val *v, const char *name)
{
    static const struct {
        uint8_t type;
        const char *word;
    } rows[] = {{T_STRING, "String"}, {T_STRUCT, "Struct"}, {T_PTR, "Pointer"}, {T_OBJ, "Object reference"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (v->type == rows[i].type) {
            throw_msg(c, E_TYPE, "%s expression not allowed in this context: %s.", rows[i].word, name);
        }
    }
    throw_msg(c, E_UNDEFVAR, "Variable is undefined: %s.", name);
}

const Val *axis_real_array(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    axis_need_numeric(c, v, i);
    if (!val_is_array(v)) throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, i));
    if (type_is_complex(v->type)) {
        throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, i));
    }
    return v;
}
