// SAVE files of our own making for fuzz_save: random values, the comparison of what comes back, and changes that keep the frames.
#ifndef HELIO_TESTS_FUZZ_SAVE_MADE_H
#define HELIO_TESTS_FUZZ_SAVE_MADE_H

#include "base/buf.h"
#include "core/val.h"

#include <stdint.h>

// A stream of choices that follows from its state alone.
typedef struct Choices {
    uint64_t state;
} Choices;
static inline uint64_t choose(Choices *c, uint64_t n)  // 0 to n - 1
{
    c->state ^= c->state << 13;
    c->state ^= c->state >> 7;
    c->state ^= c->state << 17;
    return (c->state >> 11) % n;
}

// Statements that set V0 to V7 to random values: all types, shapes, structures, heap variables in any shape, collections.
void save_random_values(Choices *c, Buf *b);

// Whether two values, of two engines, are the same: types, shapes, definitions, bits, the same graph of heap variables. What
// differs is told on standard error. compare_start before the first of values that belong together.
void compare_start(void);
bool compare_values(const Val *a, const Val *b);

// A SAVE file with changed records: words, counts, marks and texts within a record, records doubled, left out, exchanged;
// headers and compression fit again. False: it is no such file.
bool save_change_frames(Choices *c, const uint8_t *file, size_t n, Buf *out);

#endif
