#include "sys/natural_call.h"

#include <ffi.h>
#include <string.h>

static ffi_type *type_of(NaturalKind kind)
{
    ffi_type *const types[NATURAL_KINDS] = {
        [NATURAL_NOTHING] = &ffi_type_void, [NATURAL_U8] = &ffi_type_uint8,       [NATURAL_I16] = &ffi_type_sint16,
        [NATURAL_U16] = &ffi_type_uint16,   [NATURAL_I32] = &ffi_type_sint32,     [NATURAL_U32] = &ffi_type_uint32,
        [NATURAL_I64] = &ffi_type_sint64,   [NATURAL_U64] = &ffi_type_uint64,     [NATURAL_F32] = &ffi_type_float,
        [NATURAL_F64] = &ffi_type_double,   [NATURAL_ADDRESS] = &ffi_type_pointer};
    return types[kind];
}

static bool call(ForeignFn fn, int n, const NaturalKind *kind, void *const *value, NaturalKind gives,
                 NaturalResult *result)
{
    ffi_cif cif;
    ffi_type *types[NATURAL_ARGUMENTS_MAX];
    void *values[NATURAL_ARGUMENTS_MAX];
    if (n > NATURAL_ARGUMENTS_MAX) return false;
    for (int i = 0; i < n; i++) {
        types[i] = type_of(kind[i]);
        values[i] = value[i];
    }
    if (ffi_prep_cif(&cif, FFI_DEFAULT_ABI, (unsigned)n, type_of(gives), types) != FFI_OK) return false;
    ffi_call(&cif, fn, result, values);
    return true;
}

extern const NaturalCallApi natural_call_api;
const NaturalCallApi natural_call_api = {call};
