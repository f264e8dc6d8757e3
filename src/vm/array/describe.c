// See describe.h.
#include "vm/array/describe.h"

#include "fmt/default.h"
#include "fmt/numtext.h"

void val_describe(Buf *b, const Val *v)
{
    if (!v || v->type == T_UNDEF) {
        buf_puts(b, "<UNDEFINED>");
    } else if (val_is_array(v)) {
        buf_printf(b, "<%-10sArray[", type_name(v->type));
        for (int d = 0; d < v->a->rank; d++) buf_printf(b, "%s%lld", d ? ", " : "", (long long)v->a->dim[d]);
        buf_puts(b, "]>");
    } else if (type_is_numeric(v->type)) {
        char text[NUMTEXT_MAX];
        numtext_put(text, v->type, val_data_peek(v), false);
        buf_printf(b, "<%-9s(%s)>", type_name(v->type), text);
    } else if (v->type == T_STRING) {
        buf_printf(b, "<%-9s('%.*s')>", type_name(v->type), DESCRIBED_TEXT_MAX, str_text(v->s));
    } else if (v->type == T_PTR || v->type == T_OBJ) {
        buf_printf(b, "<%-9s(", type_name(v->type));
        default_scalar(b, v->type, val_data_peek(v), false);
        buf_puts(b, ")>");
    } else {
        buf_printf(b, "<%-9s>", type_name(v->type));
    }
}
