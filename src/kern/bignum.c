// The module `bignum`: GMP behind kern/bignum.h. What takes long is done in another process (sys/apart.h), for GMP does
// not look for Ctrl-C. Start at helio_bignum_table.
#include "kern/bignum.h"

#include "base/mem.h"
#include "sys/apart.h"

#include <assert.h>
#include <errno.h>
#include <gmp.h>
#include <string.h>

extern const BigTable helio_bignum_table;

enum { CERTAIN = 30 }; // rounds of the test for primes

static void take(mpz_t z, const BigNumber *x)
{
    mpz_init(z);
    mpz_import(z, x->n, -1, sizeof *x->digits, 0, 0, x->digits);
    if (x->is_negative) mpz_neg(z, z);
}

static void give(BigJob *j, const mpz_t z)
{
    size_t n = (mpz_sizeinbase(z, 2) + 31) / 32;
    assert(mpz_sgn(z) == 0 || n <= j->room);
    mpz_export(j->out.digits, &n, -1, sizeof *j->out.digits, 0, 0, z);
    j->out.n = n;
    j->out.is_negative = mpz_sgn(z) < 0;
}

static void arithmetic(BigOp op, mpz_t r, const mpz_t a, const mpz_t b)
{
    switch (op) {
    case BIG_ADD: mpz_add(r, a, b); break;
    case BIG_SUB: mpz_sub(r, a, b); break;
    case BIG_MUL: mpz_mul(r, a, b); break;
    case BIG_DIV: mpz_tdiv_q(r, a, b); break;
    case BIG_MOD: mpz_tdiv_r(r, a, b); break;
    case BIG_AND: mpz_and(r, a, b); break;
    case BIG_OR: mpz_ior(r, a, b); break;
    case BIG_XOR: mpz_xor(r, a, b); break;
    case BIG_NOT: mpz_com(r, a); break;
    case BIG_POW: mpz_pow_ui(r, a, mpz_get_ui(b)); break;
    case BIG_GCD: mpz_gcd(r, a, b); break;
    case BIG_LCM: mpz_lcm(r, a, b); break;
    case BIG_SQRT: mpz_sqrt(r, a); break;
    case BIG_FACTORIAL: mpz_fac_ui(r, mpz_get_ui(a)); break;
    case BIG_PRIMORIAL: mpz_primorial_ui(r, mpz_get_ui(a)); break;
    case BIG_NEXT_PRIME: mpz_nextprime(r, a); break;
    default: assert(false);
    }
}

static void compute(BigJob *j)
{
    mpz_t a, b, c, r;
    take(a, &j->a);
    take(b, &j->b);
    take(c, &j->c);
    mpz_init(r);
    j->found = true;
    switch (j->op) {
    case BIG_COMPARE: j->number = mpz_cmp(a, b); break;
    case BIG_IS_PRIME: j->number = mpz_probab_prime_p(a, CERTAIN) > 0; break;
    case BIG_DOUBLE: j->number = mpz_get_d_2exp(&j->exponent, a); break;
    case BIG_TEXT: mpz_get_str(j->text, (int)mpz_get_ui(b), a); break;
    case BIG_PARSE: j->found = mpz_set_str(r, j->text, (int)mpz_get_ui(b)) == 0; break;
    case BIG_INVERSE: j->found = mpz_invert(r, a, b) != 0; break;
    case BIG_POWMOD: mpz_powm(r, a, b, c); break;
    default: arithmetic(j->op, r, a, b);
    }
    if (j->found && j->out.digits) give(j, r);
    mpz_clears(a, b, c, r, NULL);
}

static int work(BigJob *j, double seconds)
{
    int64_t bytes = (int64_t)(8 * (j->a.n + j->b.n + j->c.n) * sizeof(uint32_t) + 8 * j->room);
    if (!mem_claim(bytes)) return BIG_NO_MEMORY;
    struct iovec made[] = {
        {j, sizeof *j},
        {j->out.digits ? (void *)j->out.digits : j->text, j->out.digits ? j->room * sizeof(uint32_t) : j->room}};
    int n = made[1].iov_base ? 2 : 1;
    int err = sys_apart(seconds, made, n);
    if (err == APART_WORK) {
        compute(j);
        err = sys_apart_done(made, n);
    }
    mem_unclaim(bytes);
    return err ? err == -EINTR ? BIG_INTERRUPTED : BIG_NO_MEMORY : 0;
}

const BigTable helio_bignum_table = {.work = work};
