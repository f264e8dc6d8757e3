// RANDOMU and RANDOMN: where the generator's state lives, and which numbers are drawn (lib/math/deviates.c). Start reading at
// random_numbers.
#include "base/mem.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "lib/math/deviates.h"
#include "sys/clock.h"
#include "vm/vm.h"

#include <math.h>
#include <string.h>

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
        random_start(c->vm->random, (uint32_t)(int64_t)(fmod(sys_wall(), 4e9) * 1000));
    }
    return c->vm->random;
}

static bool is_state(const Val *v) { return val_is_array(v) && v->type == T_ULONG && v->a->n == RANDOM_STATE_WORDS; }

// A generator of the other kind begins anew, from a word of the one that was.
static void use_kind(Random *r, bool old)
{
    if (old == (r->next == RANDOM_OLD)) return;
    uint32_t seed = r->word[0];
    if (old) random_start_old(r, seed);
    else random_start(r, seed);
}

static void start_from(Call *c, Random *r, const Val *v, bool old)
{
    if (is_state(v)) {
        memcpy(r, v->a->data, sizeof *r);
        if (r->next > RANDOM_OLD) r->next = RANDOM_WORDS;
        r->has_spare = r->has_spare != 0;
        return;
    }
    axis_need_numeric(c, v, 0);
    const int64_t *seed = val_data_peek(call_convert(c, v, T_LONG64));
    if (old) random_start_old(r, seed[0]);
    else random_start(r, (uint32_t)seed[0]);
}

// The state to draw from: the variable's own, or the generic one (undefined variable: going on; expression: started anew).
static Random *state_for(Call *c, bool old)
{
    if (c->argc == 0) return generic(c);
    const Val *v = call_arg_peek(c, 0);
    if (val_is_undef(v)) {
        if (!val_is_null(v)) call_var_mut(c, 0);
        return generic(c);
    }
    Random *r = call_arg_is_var(c, 0) ? call_alloc(c, sizeof *r) : generic(c);
    start_from(c, r, v, old);
    return r;
}

static void give_state(Call *c, const Random *r)
{
    if (!call_arg_is_var(c, 0)) return;
    Val *cell = convert_new_array(c, T_ULONG, 1, (int64_t[]){RANDOM_STATE_WORDS});
    memcpy(cell->a->data, r, sizeof *r);
    call_set_take(c, 0, val_take(cell));
}

// --- RANDOMU, RANDOMN -----------------------------------------------------------------------------------------------

#define RANDOM_KEYWORDS(K, R)                                                                                     \
    K(R, BINOMIAL, "=[trials, p]") K(R, DOUBLE, FLAG) K(R, LONG, OR_FLAG) K(R, ULONG, OR_FLAG)                    \
    K(R, GAMMA, "=integer{>0}") K(R, NORMAL, FLAG) K(R, UNIFORM, OR_FLAG) K(R, POISSON, "=mean") K(R, RAN1, FLAG)
KEYWORDS(RANDOM)

// Piece by piece; each takes the next words of the generator.
static void fill(Call *c, Random *r, TypeCode t, const Deviate *d, char *out, int64_t n)
{
    for (int64_t at = 0; at < n; at += DEVIATES_PIECE) {
        int64_t m = n - at < DEVIATES_PIECE ? n - at : DEVIATES_PIECE;
        deviates_piece(r, t, d, out + (size_t)at * type_size(t), m);
        if (!(at & 0xFFFFF)) call_poll(c);
    }
}

// The value of a keyword that is a number above 0.
static double positive(Call *c, int slot)
{
    double x = call_kw_double(c, slot, 0);
    const char *name = routine_keyword(c->routine, slot);
    if (!(x > 0) || !isfinite(x)) throw_msg(c, E_VALUE, "Value of %s is out of allowed range.", name);
    return x;
}

static Deviate deviate_of(Call *c, bool gaussian)
{
    Deviate d = {.kind = gaussian ? DEVIATE_NORMAL : DEVIATE_UNIFORM};
    const Val *binomial = call_kw(c, KW_RANDOM_BINOMIAL);
    if (call_kw_set(c, KW_RANDOM_NORMAL)) d.kind = DEVIATE_NORMAL;
    if (call_kw_set(c, KW_RANDOM_UNIFORM)) d.kind = DEVIATE_UNIFORM;
    if (call_kw(c, KW_RANDOM_GAMMA)) {
        d = (Deviate){.kind = DEVIATE_GAMMA, .mean = floor(positive(c, KW_RANDOM_GAMMA))};
        if (d.mean < 1) throw_msg(c, E_VALUE, "Value of GAMMA is out of allowed range.");
    } else if (call_kw(c, KW_RANDOM_POISSON)) {
        d = (Deviate){.kind = DEVIATE_POISSON, .mean = positive(c, KW_RANDOM_POISSON)};
    } else if (binomial) {
        axis_need_numeric(c, binomial, 0);
        const double *p = val_data_peek(call_convert(c, binomial, T_DOUBLE));
        if (val_count(binomial) != 2) throw_msg(c, E_VALUE, "Keyword array parameter BINOMIAL must have 2 elements.");
        d = (Deviate){.kind = DEVIATE_BINOMIAL, .trials = trunc(p[0]), .chance = p[1]};
        bool good = d.trials >= 1 && d.trials < 1e15 && d.chance >= 0 && d.chance <= 1;
        if (!good) throw_msg(c, E_VALUE, "Value of BINOMIAL is out of allowed range.");
    }
    return d;
}

static void random_numbers(Call *c, bool gaussian)
{
    bool old = call_kw_set(c, KW_RANDOM_RAN1);
    Deviate d = deviate_of(c, gaussian);
    call_hush_math(c);
    TypeCode t = call_kw_set(c, KW_RANDOM_LONG)     ? T_LONG
                 : call_kw_set(c, KW_RANDOM_ULONG)  ? T_ULONG
                 : call_kw_set(c, KW_RANDOM_DOUBLE) ? T_DOUBLE
                                                    : T_FLOAT;
    int64_t dim[MAX_RANK];
    int rank = c->argc > 1 ? call_dims(c, 1, dim) : 0;
    if (d.kind > DEVIATE_NORMAL && t != T_DOUBLE) t = T_FLOAT;
    Val *cell = rank ? convert_unset_array(c, t, rank, dim) : call_keep_take(c, (Val){.type = (uint8_t)t});
    Random *r = state_for(c, old);
    use_kind(r, old);
    fill(c, r, t, &d, (char *)val_data_peek(cell), val_count(cell));
    give_state(c, r);
    call_return_take(c, val_take(cell));
}

// RANDOMU([Seed [, D1, ..., D8]] [, BINOMIAL=[trials, p]] [, /DOUBLE | /LONG | /ULONG] [, GAMMA=order] [, /NORMAL]
// [, POISSON=mean] [, /RAN1]): uniform numbers from 0 to below 1, or others. A variable as Seed becomes the state,
// ULONG[628]. Manual: RANDOMU.
static void fn_randomu(Call *c) { random_numbers(c, false); }

// RANDOMN: normal numbers of mean 0 and standard deviation 1. Manual: RANDOMN.
static void fn_randomn(Call *c) { random_numbers(c, true); }

static const Routine rows[] = {
    {"RANDOMU", FUNCTION, {0, 9}, fn_randomu, "[Seed [, D1, ..., D8]]", KEYS(RANDOM)},
    {"RANDOMN", FUNCTION, {0, 9}, fn_randomn, "[Seed [, D1, ..., D8]]", KEYS(RANDOM)},
};
ROUTINE_TABLE(lib_random, rows)
