// Constants as a program would write them. Start reading at disasm_put_value.
#include "core/arr.h"
#include "lang/disasm.h"

#include <stdio.h>
#include <stdlib.h>

enum { ELEMENTS_SHOWN = 8, TEXT_SHOWN = 60 };

// The fewest digits that give the number back.
static void put_real(double x, int most, Buf *out)
{
    char text[40];
    for (int digits = 1; digits <= most; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        double back = strtod(text, NULL);
        if (most <= 9 ? (float)back == (float)x : back == x) break;
    }
    buf_puts(out, text);
}

static void put_text(const Str *s, Buf *out)
{
    const char *p = str_text(s);
    size_t n = str_len(s), shown = n > TEXT_SHOWN ? TEXT_SHOWN : n;
    buf_putc(out, '\'');
    for (size_t i = 0; i < shown; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '\'') buf_putc(out, '\'');
        buf_putc(out, c < ' ' || c == 127 ? '?' : (char)c);
    }
    buf_puts(out, shown < n ? "...'" : "'");
}

static void put_scalar(const Val *v, Buf *out)
{
    switch (v->type) {
    case T_UNDEF: buf_puts(out, val_is_null(v) ? "!NULL" : "<Undefined>"); break;
    case T_BYTE: buf_printf(out, "%uB", v->b); break;
    case T_INT: buf_printf(out, "%d", v->i); break;
    case T_UINT: buf_printf(out, "%uU", v->ui); break;
    case T_LONG: buf_printf(out, "%dL", v->l); break;
    case T_ULONG: buf_printf(out, "%uUL", v->ul); break;
    case T_LONG64: buf_printf(out, "%lldLL", (long long)v->ll); break;
    case T_ULONG64: buf_printf(out, "%lluULL", (unsigned long long)v->ull); break;
    case T_FLOAT: put_real(v->f, 9, out); break;
    case T_DOUBLE: put_real(v->d, 17, out); break;
    case T_COMPLEX: put_real(v->c.re, 9, out), buf_puts(out, ", "), put_real(v->c.im, 9, out); break;
    case T_DCOMPLEX: put_real(v->z->z.re, 17, out), buf_puts(out, ", "), put_real(v->z->z.im, 17, out); break;
    case T_STRING: put_text(v->s, out); break;
    default: buf_puts(out, type_name(v->type));
    }
}

// What looks like a number of another type says which it is.
static const char *type_shown(const Val *v)
{
    switch (v->type) {
    case T_FLOAT: return "float";
    case T_DOUBLE: return "double";
    case T_COMPLEX: return "complex";
    case T_DCOMPLEX: return "dcomplex";
    default: return NULL;
    }
}

static void put_array(const Arr *a, Buf *out)
{
    if (a->n > ELEMENTS_SHOWN || a->rank > 1 || a->type == T_STRUCT) {
        buf_puts(out, type_name(a->type));
        for (int d = 0; d < a->rank; d++) buf_printf(out, "%c%lld", d ? ',' : '[', (long long)a->dim[d]);
        buf_putc(out, ']');
        return;
    }
    for (int64_t i = 0; i < a->n; i++) {
        Val v = arr_get(a, i);
        buf_puts(out, i ? ", " : "[");
        disasm_put_value(&v, out);
        val_drop(&v);
    }
    buf_putc(out, ']');
}

void disasm_put_value(const Val *v, Buf *out)
{
    if (val_is_array(v)) {
        put_array(v->a, out);
        return;
    }
    const char *type = type_shown(v);
    if (type) buf_printf(out, "%s(", type);
    put_scalar(v, out);
    if (type) buf_putc(out, ')');
}
