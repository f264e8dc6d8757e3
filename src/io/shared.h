// Two units of one file see each other's bytes, as two descriptors do, though each has its buffer.
#ifndef HELIO_IO_SHARED_H
#define HELIO_IO_SHARED_H

#include "io/unit.h"

// A unit of a file has been opened: it and those that have the same file know of each other.
void shared_note(Unit *u);
// Before u reads: the other units of its file write what they hold back. Before it writes (or cuts the file off) they also
// forget what they have read ahead. The failure is worded with the unit that failed.
MUST_USE Status shared_settle(Unit *u, bool writing);

#endif
