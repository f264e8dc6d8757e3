// Sets of small numbers as bits, in levels. Start reading at ranks_find.
#include "lib/math/ranks.h"

Ranks *ranks_new(Call *c, int64_t n)
{
    Ranks *r = call_alloc(c, sizeof *r);
    do {
        n = (n + 63) / 64;
        r->bits[r->levels++] = call_alloc(c, (size_t)n * sizeof(uint64_t));
    } while (n > 1);
    return r;
}

void ranks_add(Ranks *r, int64_t x)
{
    r->count++;
    r->below += x < r->at;
    for (int l = 0; l < r->levels; l++, x >>= 6) {
        uint64_t *word = &r->bits[l][x >> 6], before = *word;
        *word |= 1ull << (x & 63);
        if (before) return;
    }
}

void ranks_remove(Ranks *r, int64_t x)
{
    r->count--;
    r->below -= x < r->at;
    for (int l = 0; l < r->levels; l++, x >>= 6) {
        uint64_t *word = &r->bits[l][x >> 6];
        *word &= ~(1ull << (x & 63));
        if (*word) return;
    }
}

// Down from bit x of a level: to the last or first element under it.
static int64_t last_under(const Ranks *r, int l, int64_t x)
{
    while (l-- > 0) x = x << 6 | (63 - __builtin_clzll(r->bits[l][x]));
    return x;
}

static int64_t first_under(const Ranks *r, int l, int64_t x)
{
    while (l-- > 0) x = x << 6 | __builtin_ctzll(r->bits[l][x]);
    return x;
}

int64_t ranks_before(const Ranks *r, int64_t x)
{
    for (int l = 0; l < r->levels; l++, x >>= 6) {
        uint64_t low = r->bits[l][x >> 6] & ((1ull << (x & 63)) - 1);
        if (low) return last_under(r, l, (x & ~63ll) | (63 - __builtin_clzll(low)));
    }
    return -1;
}

// The first element from x on.
static int64_t from(const Ranks *r, int64_t x)
{
    uint64_t high = r->bits[0][x >> 6] >> (x & 63);
    if (high) return x + __builtin_ctzll(high);
    x >>= 6;
    for (int l = 1; l < r->levels; l++, x >>= 6) {
        high = (x & 63) == 63 ? 0 : r->bits[l][x >> 6] >> (x & 63) >> 1;
        if (high) return first_under(r, l, x + 1 + __builtin_ctzll(high));
    }
    return -1;
}

int64_t ranks_find(Ranks *r, int64_t k)
{
    while (r->below > k) {
        r->at = ranks_before(r, r->at);
        r->below--;
    }
    r->at = from(r, r->at);
    while (r->below < k) {
        r->at = from(r, r->at + 1);
        r->below++;
    }
    return r->at;
}
