// Random words, the same in every run: Marsaglia's xorshift of 64 bits (2003).
#ifndef HELIO_TESTS_RANDOM_WORDS_H
#define HELIO_TESTS_RANDOM_WORDS_H

#include <stdint.h>

static uint64_t seed = 88172645463325252u;

static inline uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

#endif
