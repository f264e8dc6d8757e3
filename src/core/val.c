// References, releases and constructors of Val. Start reading at val_free_, which is where every counted cell ends.
#include "core/val.h"

#include "base/mem.h"
#include "core/arr.h"
#include "core/heap.h"

#include <string.h>

void val_ref_(const Val *v)
{
    if (v->flags & VF_ARR) arr_ref(v->a);
    else if (v->type == T_STRING) str_ref(v->s);
    else if (v->type == T_DCOMPLEX) v->z->refs++;
    else heap_ref(v->h);
}

void val_free_(Val *v)
{
    uint8_t type = v->type, flags = v->flags;
    v->tag = T_UNDEF;
    if (flags & VF_ARR) {
        arr_drop(v->a);
    } else if (type == T_STRING) {
        str_drop(v->s);
    } else if (type == T_DCOMPLEX) {
        if (--v->z->refs == 0) mem_free(v->z);
    } else {
        heap_drop(v->h);
    }
}

int64_t val_count(const Val *v)
{
    if (v->flags & VF_ARR) return v->a->n;
    return v->type != T_UNDEF;
}

Val val_dcomplex(double re, double im)
{
    DcxCell *z = mem_must(sizeof *z);
    z->refs = 1;
    z->z = (Dcx){re, im};
    return (Val){.type = T_DCOMPLEX, .flags = VF_CELL, .z = z};
}

Val val_str_take(Str *s) { return (Val){.type = T_STRING, .flags = s ? VF_CELL : 0, .s = s}; }

Val val_stringn(const char *p, size_t n) { return val_str_take(str_new(p, n)); }

Val val_string(const char *text) { return val_stringn(text, strlen(text)); }

Val val_arr_take(Arr *a) { return (Val){.type = a->type, .flags = VF_ARR | VF_CELL, .a = a}; }

static Val val_heap(TypeCode t, HeapVar *h)
{
    return (Val){.type = (uint8_t)t, .flags = h ? VF_CELL : 0, .h = heap_ref(h)};
}

Val val_ptr(HeapVar *h) { return val_heap(T_PTR, h); }

Val val_obj(HeapVar *h) { return val_heap(T_OBJ, h); }

const void *val_data_peek(const Val *v)
{
    if (v->flags & VF_ARR) return v->a->data;
    if (v->type == T_UNDEF) return NULL;
    if (v->type == T_DCOMPLEX) return &v->z->z;
    return &v->bits;
}

Val val_from_element(TypeCode t, const void *p)
{
    switch (t) {
    case T_STRING: return val_str_take(str_ref(((const StrSlot *)p)->p));
    case T_DCOMPLEX: {
        Dcx z;
        memcpy(&z, p, sizeof z);
        return val_dcomplex(z.re, z.im);
    }
    case T_PTR:
    case T_OBJ: return val_heap(t, *(HeapVar *const *)p);
    default: {
        Val v = {.type = (uint8_t)t};
        memcpy(&v.bits, p, type_size(t));
        return v;
    }
    }
}
