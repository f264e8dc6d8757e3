// Spill: lines of a long output go to where they belong before the last one is made. The first can be read at once, Ctrl-C finds
// an end soon, and the text need not be in memory whole.
#ifndef HELIO_FMT_SPILL_H
#define HELIO_FMT_SPILL_H

#include "base/buf.h"
#include "base/status.h"

typedef struct Spill {
    Status (*write)(void *arg, const char *p, size_t n);
    void *arg;
    Status failed;  // of the first write that did: what follows goes nowhere
} Spill;

// `out` ends in a finished line: hands it over, and empties it, when it is long. spill may be NULL.
void spill_lines(Spill *spill, Buf *out);
static inline bool spill_failed(const Spill *spill) { return spill && spill->failed.code; }

#endif
