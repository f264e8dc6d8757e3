// Val: any IDL value in 16 bytes. Scalars up to eight bytes lie inline; strings, double complex numbers, heap
// variables and arrays are counted cells. Arguments are borrowed and results owned; a function that differs says so
// in its suffix: _take consumes, _peek returns borrowed, _mut makes unique and writable, _raw asserts.
// Start reading at the struct; core/arr.h has the arrays.
#ifndef HELIO_CORE_VAL_H
#define HELIO_CORE_VAL_H

#include "core/str.h"
#include "core/type.h"

typedef struct Arr Arr;
typedef struct HeapVar HeapVar;
typedef struct Val Val;

typedef struct DcxCell {
    uint32_t refs;
    Dcx z;
} DcxCell;

enum {
    VF_ARR = 1,     // the payload is an Arr; always with VF_CELL
    VF_BOOL = 2,    // a BYTE, or an array of them, that is 1 for true, 0 for false
    VF_NULL = 4,    // T_UNDEF that is !NULL
    VF_CLEANING = 8,  // on the value stack: the object whose CLEANUP runs there
    VF_CELL = 128,  // the payload is a counted cell: must be referenced and dropped
};

struct Val {
    union {
        struct {
            uint8_t type;   // TypeCode; of an array the type of its elements
            uint8_t flags;  // VF_
        };
        uint16_t tag;  // both in one compare: a plain numeric scalar's tag is its type code
    };
    uint16_t unused16;
    uint32_t unused32;
    union {
        uint8_t b;
        int16_t i;
        int32_t l;
        float f;
        double d;
        Cx c;
        Str *s;
        DcxCell *z;
        HeapVar *h;
        Arr *a;
        uint16_t ui;
        uint32_t ul;
        int64_t ll;
        uint64_t ull;
        Val *ref;  // T_REF
        uint64_t bits;
    };
};

#define VAL_UNDEF ((Val){.type = T_UNDEF})
#define VAL_NULL ((Val){.type = T_UNDEF, .flags = VF_NULL})

void val_free_(Val *v);
void val_ref_(const Val *v);
static inline void val_ref(const Val *v)
{
    if (v->flags & VF_CELL) val_ref_(v);
}
// Releases what v holds and leaves it undefined.
static inline void val_drop(Val *v)
{
    if (v->flags & VF_CELL) val_free_(v);
    v->tag = T_UNDEF;
}
// A second reference to the same value (copy on write).
static inline Val val_copy(const Val *v)
{
    val_ref(v);
    return *v;
}
// Moves the value out and leaves v undefined.
static inline Val val_take(Val *v)
{
    Val r = *v;
    v->tag = T_UNDEF;
    return r;
}
// Replaces *dst by an owned value.
static inline void val_set_take(Val *dst, Val owned)
{
    Val old = *dst;
    *dst = owned;
    if (old.flags & VF_CELL) val_free_(&old);
}

static inline bool val_is_array(const Val *v) { return v->flags & VF_ARR; }
static inline bool val_is_undef(const Val *v) { return v->type == T_UNDEF; }  // !NULL included
static inline bool val_is_null(const Val *v) { return v->type == T_UNDEF && (v->flags & VF_NULL); }
int64_t val_count(const Val *v);  // N_ELEMENTS

// The bits of a scalar of a whole type, extended to 64.
static inline int64_t val_whole(const Val *v)
{
    switch (v->tag) {
    case T_BYTE: return v->b;
    case T_INT: return v->i;
    case T_UINT: return v->ui;
    case T_LONG: return v->l;
    case T_ULONG: return v->ul;
    default: return v->ll;
    }
}

static inline Val val_byte(uint8_t x) { return (Val){.type = T_BYTE, .b = x}; }
static inline Val val_bool(bool x) { return (Val){.type = T_BYTE, .flags = VF_BOOL, .b = x}; }
static inline Val val_int(int16_t x) { return (Val){.type = T_INT, .i = x}; }
static inline Val val_long(int32_t x) { return (Val){.type = T_LONG, .l = x}; }
static inline Val val_long64(int64_t x) { return (Val){.type = T_LONG64, .ll = x}; }
static inline Val val_ulong64(uint64_t x) { return (Val){.type = T_ULONG64, .ull = x}; }
static inline Val val_float(float x) { return (Val){.type = T_FLOAT, .f = x}; }
static inline Val val_double(double x) { return (Val){.type = T_DOUBLE, .d = x}; }
static inline Val val_complex(float re, float im) { return (Val){.type = T_COMPLEX, .c = {re, im}}; }
Val val_dcomplex(double re, double im);
Val val_str_take(Str *s);             // consumes s, which may be NULL
Val val_string(const char *text);     // copies
Val val_stringn(const char *p, size_t n);
Val val_arr_take(Arr *a);             // consumes a, which must not be NULL
Val val_ptr(HeapVar *h);              // references h, which may be NULL
Val val_obj(HeapVar *h);

// Where the bytes of the value(s) are: of a scalar inside the Val (or its cell), of an array its data. A string
// scalar's data is one Str * (in v->s), an array's are StrSlots. Undefined values have none (NULL).
const void *val_data_peek(const Val *v);
// A scalar Val of type t (not STRUCT) read from element bytes; counted cells are referenced.
Val val_from_element(TypeCode t, const void *p);

#endif
