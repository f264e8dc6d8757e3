// The types of IDL, from one list: codes, names, sizes. The codes are IDL's own (SIZE(/TYPE)).
#ifndef HELIO_CORE_TYPE_H
#define HELIO_CORE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { float re, im; } Cx;    // COMPLEX
typedef struct { double re, im; } Dcx;  // DCOMPLEX

// X(code, enum suffix, SIZE(/TNAME) name, TYPENAME name, C type of an element)
#define TYPE_LIST(X)                                             \
    X(0, UNDEF, "UNDEFINED", "UNDEFINED", char)                  \
    X(1, BYTE, "BYTE", "BYTE", uint8_t)                          \
    X(2, INT, "INT", "INT", int16_t)                             \
    X(3, LONG, "LONG", "LONG", int32_t)                          \
    X(4, FLOAT, "FLOAT", "FLOAT", float)                         \
    X(5, DOUBLE, "DOUBLE", "DOUBLE", double)                     \
    X(6, COMPLEX, "COMPLEX", "COMPLEX", Cx)                      \
    X(7, STRING, "STRING", "STRING", StrSlot)                    \
    X(8, STRUCT, "STRUCT", "STRUCT", char)                       \
    X(9, DCOMPLEX, "DCOMPLEX", "DCOMPLEX", Dcx)                  \
    X(10, PTR, "POINTER", "POINTER", struct HeapVar *)           \
    X(11, OBJ, "OBJREF", "OBJREF", struct HeapVar *)             \
    X(12, UINT, "UINT", "UINT", uint16_t)                        \
    X(13, ULONG, "ULONG", "ULONG", uint32_t)                     \
    X(14, LONG64, "LONG64", "LONG64", int64_t)                   \
    X(15, ULONG64, "ULONG64", "ULONG64", uint64_t)

typedef enum TypeCode {
#define X(code, name, tname, typename_, ctype) T_##name = code,
    TYPE_LIST(X)
#undef X
    T_COUNT,
    T_REF = 16,  // a register that stands for another cell; never inside arrays, never seen by a program
} TypeCode;

#define MAX_RANK 8

// An element of a string array, or a string tag: IDL counts 16 bytes for it. p may be NULL: the empty string.
typedef struct StrSlot {
    struct Str *p;
    int64_t unused;
} StrSlot;

const char *type_name(TypeCode t);         // "LONG"
size_t type_size(TypeCode t);              // bytes of one element; 0 for UNDEF and STRUCT
static inline bool type_in(TypeCode t, unsigned mask) { return t < T_COUNT && (mask >> t & 1u); }
#define TM(name) (1u << T_##name)
#define TYPES_INTEGER (TM(BYTE) | TM(INT) | TM(UINT) | TM(LONG) | TM(ULONG) | TM(LONG64) | TM(ULONG64))
#define TYPES_UNSIGNED (TM(BYTE) | TM(UINT) | TM(ULONG) | TM(ULONG64))
#define TYPES_REAL (TM(FLOAT) | TM(DOUBLE))
#define TYPES_COMPLEX (TM(COMPLEX) | TM(DCOMPLEX))
#define TYPES_NUMERIC (TYPES_INTEGER | TYPES_REAL | TYPES_COMPLEX)
#define TYPES_MANAGED (TM(STRING) | TM(STRUCT) | TM(PTR) | TM(OBJ))  // elements that may hold counted cells
static inline bool type_is_integer(TypeCode t) { return type_in(t, TYPES_INTEGER); }
static inline bool type_is_numeric(TypeCode t) { return type_in(t, TYPES_NUMERIC); }
static inline bool type_is_complex(TypeCode t) { return type_in(t, TYPES_COMPLEX); }
static inline bool type_is_managed(TypeCode t) { return type_in(t, TYPES_MANAGED); }

#endif
