// BIT_FFS, BIT_POPULATION: bits of whole numbers.
#include "core/arr.h"
#include "vm/call/call.h"

#include <string.h>

static uint64_t bits_of(const void *p, size_t size, int64_t i)
{
    uint64_t bits = 0;
    memcpy(&bits, (const char *)p + (size_t)i * size, size);
    return bits;
}

static int32_t first_set(uint64_t bits) { return bits ? __builtin_ctzll(bits) + 1 : 0; }
static int32_t population(uint64_t bits) { return __builtin_popcountll(bits); }

static void each(Call *c, int32_t (*of)(uint64_t))
{
    const Val *v = call_arg(c, 0);
    if (!type_is_integer(v->type))
        throw_msg(c, E_TYPE, "Operation illegal with type %s: an integer is wanted.", type_name(v->type));
    const void *p = val_data_peek(v);
    size_t size = type_size(v->type);
    if (!val_is_array(v)) {
        call_return_take(c, val_long(of(bits_of(p, size, 0))));
        return;
    }
    Arr *a = call_new_array(c, T_LONG, v->a->rank, v->a->dim, false);
    for (int64_t i = 0; i < a->n; i++) ((int32_t *)a->data)[i] = of(bits_of(p, size, i));
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// BIT_FFS(Value): the place of the lowest bit that is set, from 1 on; 0 if there is none. LONG, shaped as the whole
// numbers. Source: manual.
static void fn_bit_ffs(Call *c) { each(c, first_set); }

// BIT_POPULATION(Value): how many bits are set. LONG, shaped as the whole numbers. Source: manual.
static void fn_bit_population(Call *c) { each(c, population); }

static const Routine rows[] = {
    {"BIT_FFS", FUNCTION, {1, 1}, fn_bit_ffs, "Value"},
    {"BIT_POPULATION", FUNCTION, {1, 1}, fn_bit_population, "Value"},
};
ROUTINE_TABLE(lib_bits, rows)
