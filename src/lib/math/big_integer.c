// HELIO_BIG_INTEGER: what the class BigInteger (pro/biginteger__define.pro) computes with. A number is a vector of
// ULONG: 0, 1 or 2 for zero, positive and negative, then its digits of 32 bits, the lowest first. Start reading at
// fn_big_integer.
#include "kern/bignum.h"
#include "lib/format/convert.h"
#include "sys/dynlib.h"
#include "vm/call/call.h"

#include <math.h>
#include <string.h>

enum { DIGITS_MAX = 1 << 26 }; // of a result: 256 MB

static const struct {
    const char *name;
    BigOp op;
    int numbers; // arguments behind the name
} operations[] = {
    {"+", BIG_ADD, 2},
    {"-", BIG_SUB, 2},
    {"*", BIG_MUL, 2},
    {"/", BIG_DIV, 2},
    {"MOD", BIG_MOD, 2},
    {"AND", BIG_AND, 2},
    {"OR", BIG_OR, 2},
    {"XOR", BIG_XOR, 2},
    {"NOT", BIG_NOT, 1},
    {"^", BIG_POW, 2},
    {"POWMOD", BIG_POWMOD, 3},
    {"INVERSE", BIG_INVERSE, 2},
    {"GCD", BIG_GCD, 2},
    {"LCM", BIG_LCM, 2},
    {"SQRT", BIG_SQRT, 1},
    {"FACTORIAL", BIG_FACTORIAL, 1},
    {"PRIMORIAL", BIG_PRIMORIAL, 1},
    {"NEXT", BIG_NEXT_PRIME, 1},
    {"COMPARE", BIG_COMPARE, 2},
    {"PRIME", BIG_IS_PRIME, 1},
    {"DOUBLE", BIG_DOUBLE, 1},
    {"TEXT", BIG_TEXT, 2},
    {"PARSE", BIG_PARSE, 2},
};

static BigNumber number_of(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (v->type != T_ULONG || !val_is_array(v))
        throw_msg(c, E_TYPE, "Argument is no number of any size: %s.", call_arg_name(c, i));
    uint32_t *p = v->a->data;
    BigNumber x = {p[0] == 2, p + 1, (size_t)v->a->n - 1};
    while (x.n && !x.digits[x.n - 1]) x.n--;
    if (!x.n) x.is_negative = false;
    return x;
}

// A number that is less than 2^53; most: an error when it is not.
static double small_of(const BigNumber *x)
{
    if (x->n > 1) return x->n == 2 ? x->digits[1] * 4294967296.0 + x->digits[0] : INFINITY;
    return x->n ? x->digits[0] : 0;
}

static double bits_of(const BigNumber *x)
{
    return x->n ? 32.0 * (double)(x->n - 1) + floor(log2(x->digits[x->n - 1])) + 1 : 0;
}

// Digits that the result may need.
static double room_for(const BigJob *j)
{
    double a = (double)j->a.n, b = (double)j->b.n, x = small_of(&j->a), most = a > b ? a : b;
    switch (j->op) {
    case BIG_MUL:
    case BIG_LCM: return a + b + 1;
    case BIG_POW: return bits_of(&j->a) * small_of(&j->b) / 32 + 2;
    case BIG_POWMOD: return (double)j->c.n + 1;
    case BIG_FACTORIAL: return x < 2 ? 2 : x * log2(x) / 32 + 2;
    case BIG_PRIMORIAL: return x * 1.5 / 32 + 2;
    case BIG_PARSE: return 6.0 * (double)strlen(j->text) / 32 + 2; // at most six bits a character
    case BIG_TEXT: return bits_of(&j->a) / log2(small_of(&j->b)) + 3;
    case BIG_COMPARE:
    case BIG_IS_PRIME:
    case BIG_DOUBLE: return 0;
    default: return most + 1;
    }
}

// About.
static double seconds_for(const BigJob *j)
{
    double n = (double)(j->a.n > j->room ? j->a.n : j->room), b = (double)j->b.n, m = (double)j->c.n;
    switch (j->op) {
    case BIG_POWMOD: return 5e-8 * m * m * b;
    case BIG_IS_PRIME: return 2e-6 * n * n * n;
    case BIG_NEXT_PRIME: return 1e-6 * n * n * n * n;
    case BIG_GCD:
    case BIG_INVERSE: return 2e-9 * n * n;
    default: return 2e-9 * n * sqrt(n) + 1e-8 * n;
    }
}

static void check(Call *c, const BigJob *j)
{
    bool by_zero = (j->op == BIG_DIV || j->op == BIG_MOD || j->op == BIG_INVERSE) && !j->b.n;
    if (by_zero || (j->op == BIG_POWMOD && !j->c.n)) throw_msg(c, E_VALUE, "Division by zero.");
    if (j->op == BIG_POW && j->b.is_negative) throw_msg(c, E_VALUE, "Exponent must not be negative.");
    if (j->op == BIG_POWMOD && j->b.is_negative) throw_msg(c, E_VALUE, "Exponent must not be negative.");
    if (j->op == BIG_SQRT && j->a.is_negative) throw_msg(c, E_VALUE, "Number must not be negative.");
    bool counts = j->op == BIG_FACTORIAL || j->op == BIG_PRIMORIAL;
    if (counts && j->a.is_negative) throw_msg(c, E_VALUE, "Number must not be negative.");
    if ((j->op == BIG_TEXT || j->op == BIG_PARSE) && !(small_of(&j->b) >= 2 && small_of(&j->b) <= 36)) {
        throw_msg(c, E_VALUE, "RADIX must be in the range 2 to 36.");
    }
    double room = room_for(j);
    if (!(room <= (j->op == BIG_TEXT ? 9.7 : 1) * DIGITS_MAX)) throw_msg(c, E_VALUE, "The result is too large.");
}

static Val result(Call *c, const BigJob *j)
{
    switch (j->op) {
    case BIG_COMPARE:
    case BIG_IS_PRIME: return val_long(j->number > 0 ? 1 : j->number < 0 ? -1 : 0);
    case BIG_TEXT: return val_string(j->text);
    default: break;
    }
    if (j->op == BIG_DOUBLE) return val_double(ldexp(j->number, j->exponent > 20000 ? 20000 : (int)j->exponent));
    if (!j->found) return VAL_NULL;
    Val *cell = convert_new_array(c, T_ULONG, 1, (int64_t[]){(int64_t)j->out.n + 1});
    uint32_t *p = cell->a->data;
    p[0] = !j->out.n ? 0 : j->out.is_negative ? 2 : 1;
    memcpy(p + 1, j->out.digits, j->out.n * sizeof *p);
    return val_take(cell);
}

// HELIO_BIG_INTEGER(Operation, A [, B [, C]]): Heliograph's own, for the class BigInteger: integers of any size as
// vectors of ULONG.
static void fn_big_integer(Call *c)
{
    const char *name = call_path(c, 0);
    size_t i = 0, count = sizeof operations / sizeof *operations;
    while (i < count && strcmp(operations[i].name, name) != 0) i++;
    if (i == count || c->argc != operations[i].numbers + 1) throw_msg(c, E_VALUE, "Unknown operation: %s.", name);
    BigJob j = {.op = operations[i].op};
    if (j.op == BIG_PARSE)
        j.text = (char *)(uintptr_t)call_path(c, 1);
    else
        j.a = number_of(c, 1);
    if (c->argc > 2) j.b = number_of(c, 2);
    if (c->argc > 3) j.c = number_of(c, 3);
    check(c, &j);
    j.room = (size_t)room_for(&j);
    if (j.op == BIG_TEXT)
        j.text = call_alloc(c, j.room + 1);
    else if (j.room)
        j.out.digits = call_alloc(c, j.room * sizeof *j.out.digits);
    const void *table;
    TRY(c, dynlib_table(BIGNUM_MODULE, &table));
    int err = ((const BigTable *)table)->work(&j, seconds_for(&j));
    if (err == BIG_INTERRUPTED) throw_status(c, (Status){E_INTERRUPT, 0, NULL});
    if (err) throw_no_memory(c);
    call_return_take(c, result(c, &j));
}

static const Routine rows[] = {
    {"HELIO_BIG_INTEGER", FUNCTION, {2, 4}, fn_big_integer, "Operation, A [, B [, C]]"},
};
ROUTINE_TABLE(lib_big_integer, rows)
