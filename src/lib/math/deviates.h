// Random numbers of several distributions from one Mersenne Twister.
#ifndef HELIO_LIB_MATH_DEVIATES_H
#define HELIO_LIB_MATH_DEVIATES_H

#include "core/type.h"

enum { RANDOM_WORDS = 624, RANDOM_STATE_WORDS = 628, RANDOM_OLD = RANDOM_WORDS + 1, DEVIATES_PIECE = 512 };

// As it lies in a program's state variable, ULONG[628].
typedef struct Random {
    uint32_t next;         // the word to deliver next; RANDOM_WORDS: make new ones first; RANDOM_OLD: see random_start_old
    uint32_t word[RANDOM_WORDS];
    uint32_t has_spare;    // the polar method's second number waits
    uint32_t spare[2];     // the bits of a double
} Random;
_Static_assert(sizeof(Random) == RANDOM_STATE_WORDS * sizeof(uint32_t), "the state is an array of ULONG");

typedef enum DeviateKind { DEVIATE_UNIFORM, DEVIATE_NORMAL, DEVIATE_GAMMA, DEVIATE_POISSON, DEVIATE_BINOMIAL } DeviateKind;

typedef struct Deviate {
    DeviateKind kind;
    double mean;            // GAMMA: the order, a whole number; POISSON
    double trials, chance;  // BINOMIAL
} Deviate;

void random_start(Random *r, uint32_t seed);
// The generator of IDL before 8.2.2 (RAN1); its state lies in the first words.
void random_start_old(Random *r, int64_t seed);
// The next m (at most DEVIATES_PIECE) numbers, as FLOAT or DOUBLE; uniform ones also as LONG (0 to 2^31 - 2) or ULONG words.
void deviates_piece(Random *r, TypeCode t, const Deviate *d, void *out, int64_t m);

#endif
