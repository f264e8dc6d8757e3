// RANDOMU and RANDOMN: the Mersenne Twister MT19937 after Matsumoto and Nishimura's paper (1998, with the initialisation of
// 2002), uniform numbers from its words and normal ones by the polar method. Start reading at random_numbers.
#include "base/mem.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "sys/clock.h"
#include "vm/vm.h"

#include <math.h>
#include <string.h>

enum { WORDS = 624, MIDDLE = 397, STATE_WORDS = 628 };

// As it lies in a program's state variable, ULONG[628].
typedef struct Random {
    uint32_t next;         // the word to deliver next; WORDS: make new ones first
    uint32_t word[WORDS];
    uint32_t has_spare;    // the polar method's second number waits
    uint32_t spare[2];     // the bits of a double
} Random;
_Static_assert(sizeof(Random) == STATE_WORDS * sizeof(uint32_t), "the state is an array of ULONG");

// --- The generator --------------------------------------------------------------------------------------------------

static void start(Random *r, uint32_t seed)
{
    *r = (Random){.next = WORDS};
    r->word[0] = seed;
    for (uint32_t i = 1; i < WORDS; i++) {
        uint32_t before = r->word[i - 1];
        r->word[i] = 1812433253u * (before ^ before >> 30) + i;
    }
}

static uint32_t twist(uint32_t high, uint32_t low)
{
    uint32_t joined = (high & 0x80000000u) | (low & 0x7FFFFFFFu);
    return joined >> 1 ^ ((0 - (low & 1)) & 0x9908B0DFu);
}

static void make_words(Random *r)
{
    uint32_t *w = r->word;
    int i = 0;
    for (; i < WORDS - MIDDLE; i++) w[i] = w[i + MIDDLE] ^ twist(w[i], w[i + 1]);
    for (; i < WORDS - 1; i++) w[i] = w[i + MIDDLE - WORDS] ^ twist(w[i], w[i + 1]);
    w[i] = w[MIDDLE - 1] ^ twist(w[i], w[0]);
    r->next = 0;
}

static uint32_t word32(Random *r)
{
    if (r->next >= WORDS) make_words(r);
    uint32_t y = r->word[r->next++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9D2C5680u;
    y ^= y << 15 & 0xEFC60000u;
    return y ^ y >> 18;
}

// In [0, 1): 32 bits of it, or 53.
static double uniform(Random *r, bool wide)
{
    if (!wide) return word32(r) * (1.0 / 4294967296.0);
    uint32_t high = word32(r) >> 5, low = word32(r) >> 6;
    return (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
}

static double normal(Random *r, bool wide)
{
    double spare;
    if (r->has_spare) {
        memcpy(&spare, r->spare, sizeof spare);
        r->has_spare = 0;
        return spare;
    }
    double v1, v2, square;
    do {
        v1 = 2 * uniform(r, wide) - 1;
        v2 = 2 * uniform(r, wide) - 1;
        square = v1 * v1 + v2 * v2;
    } while (square >= 1 || square == 0);
    double factor = sqrt(-2 * log(square) / square);
    spare = v1 * factor;
    memcpy(r->spare, &spare, sizeof spare);
    r->has_spare = 1;
    return v2 * factor;
}

// --- Where the state lives ------------------------------------------------------------------------------------------

static void close_random(Vm *vm)
{
    mem_free(vm->random);
    vm->random = NULL;
}

// The generic state, started from the clock.
static Random *generic(Call *c)
{
    if (!c->vm->random) {
        c->vm->random = mem_zalloc(sizeof(Random));
        if (!c->vm->random) throw_no_memory(c);
        vm_on_free(c->vm, close_random);
        start(c->vm->random, (uint32_t)(int64_t)(fmod(sys_wall(), 4e9) * 1000));
    }
    return c->vm->random;
}

static bool is_state(const Val *v) { return val_is_array(v) && v->type == T_ULONG && v->a->n == STATE_WORDS; }

static void start_from(Call *c, Random *r, const Val *v)
{
    if (is_state(v)) {
        memcpy(r, v->a->data, sizeof *r);
        if (r->next > WORDS) r->next = WORDS;
        r->has_spare = r->has_spare != 0;
        return;
    }
    axis_need_numeric(c, v, 0);
    const int64_t *seed = val_data_peek(call_convert(c, v, T_LONG64));
    start(r, (uint32_t)seed[0]);
}

// The state to draw from: the variable's own, or the generic one (undefined variable: going on; expression: started anew).
static Random *state_for(Call *c)
{
    if (c->argc == 0) return generic(c);
    const Val *v = call_arg_peek(c, 0);
    if (val_is_undef(v)) {
        call_var_mut(c, 0);
        return generic(c);
    }
    Random *r = call_arg_is_var(c, 0) ? call_alloc(c, sizeof *r) : generic(c);
    start_from(c, r, v);
    return r;
}

static void give_state(Call *c, const Random *r)
{
    if (!call_arg_is_var(c, 0)) return;
    Val *cell = convert_new_array(c, T_ULONG, 1, (int64_t[]){STATE_WORDS});
    memcpy(cell->a->data, r, sizeof *r);
    call_set_take(c, 0, val_take(cell));
}

// --- RANDOMU, RANDOMN -----------------------------------------------------------------------------------------------

#define RANDOM_KEYWORDS(K)                                                                                     \
    K(RANDOM, BINOMIAL) K(RANDOM, DOUBLE) K(RANDOM, GAMMA) K(RANDOM, LONG) K(RANDOM, NORMAL) K(RANDOM, POISSON) \
    K(RANDOM, RAN1) K(RANDOM, ULONG) K(RANDOM, UNIFORM)
KEYWORDS(RANDOM)

// A uniform FLOAT never rounds up to 1.
static float below_one(float x) { return x < 1 ? x : nextafterf(1, 0); }

static void fill(Call *c, Random *r, TypeCode t, bool gaussian, void *out, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        switch (t) {
        case T_LONG: ((int32_t *)out)[i] = (int32_t)(uniform(r, false) * INT32_MAX); break;
        case T_ULONG: ((uint32_t *)out)[i] = word32(r); break;
        case T_DOUBLE: ((double *)out)[i] = gaussian ? normal(r, true) : uniform(r, true); break;
        default: ((float *)out)[i] = gaussian ? (float)normal(r, false) : below_one((float)uniform(r, false));
        }
        if (!(i & 0xFFFFF)) call_poll(c);
    }
}

static void random_numbers(Call *c, bool gaussian)
{
    static const int not_done[] = {KW_RANDOM_BINOMIAL, KW_RANDOM_GAMMA, KW_RANDOM_POISSON, KW_RANDOM_RAN1};
    for (size_t i = 0; i < sizeof not_done / sizeof not_done[0]; i++) {
        if (call_kw(c, not_done[i])) {
            throw_msg(c, E_UNSUPPORTED, "The keyword %s is not supported by this version.", keywords_RANDOM[not_done[i]]);
        }
    }
    if (call_kw_set(c, KW_RANDOM_NORMAL)) gaussian = true;
    if (call_kw_set(c, KW_RANDOM_UNIFORM)) gaussian = false;
    TypeCode t = call_kw_set(c, KW_RANDOM_LONG)     ? T_LONG
                 : call_kw_set(c, KW_RANDOM_ULONG)  ? T_ULONG
                 : call_kw_set(c, KW_RANDOM_DOUBLE) ? T_DOUBLE
                                                    : T_FLOAT;
    int64_t dim[MAX_RANK];
    int rank = c->argc > 1 ? call_dims(c, 1, dim) : 0;
    Val *cell = rank ? convert_new_array(c, t, rank, dim) : call_keep_take(c, (Val){.type = (uint8_t)t});
    Random *r = state_for(c);
    fill(c, r, t, gaussian, (void *)val_data_peek(cell), val_count(cell));
    give_state(c, r);
    call_return_take(c, val_take(cell));
}

// RANDOMU([Seed [, D1, ..., D8]] [, /DOUBLE | /LONG | /ULONG] [, /NORMAL]): uniform numbers from 0 to below 1. A variable as
// Seed becomes the state, ULONG[628]. Manual: RANDOMU.
static void fn_randomu(Call *c) { random_numbers(c, false); }

// RANDOMN: normal numbers of mean 0 and standard deviation 1. Manual: RANDOMN.
static void fn_randomn(Call *c) { random_numbers(c, true); }

#define RANDOM_USE "([Seed [, D1, ..., D8]] [, /DOUBLE | /LONG | /ULONG] [, /NORMAL | /UNIFORM])"
static const Routine rows[] = {
    ROW_FUN_AS("RANDOMU", RANDOM, 0, 9, fn_randomu, "Result = RANDOMU" RANDOM_USE),
    ROW_FUN_AS("RANDOMN", RANDOM, 0, 9, fn_randomn, "Result = RANDOMN" RANDOM_USE),
};
ROUTINE_TABLE(lib_random, rows)
