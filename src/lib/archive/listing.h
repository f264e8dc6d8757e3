// What FILE_TAR and its kin tell of their work: the names for FILES=, and the lines of VERBOSE.
#ifndef HELIO_LIB_ARCHIVE_LISTING_H
#define HELIO_LIB_ARCHIVE_LISTING_H

#include "lib/io/wildcards.h"
#include "vm/call/call.h"

typedef struct Listing {
    Names names;
    int64_t n, bytes; // of what was packed or unpacked
    double begun;
} Listing;

void listing_begin(Call *c, Listing *l); // released with the call
void listing_name(Call *c, Listing *l, const char *name, bool is_folder);
void listing_count(Listing *l, int64_t bytes);
Val listing_value(Call *c, const Listing *l); // the names as strings; '' when there are none
// "% NAME, N bytes"; bytes negative: a folder, "% NAME/".
void listing_line(Call *c, const char *name, int64_t bytes);
void listing_fate(Call *c, bool extracted, const char *name);
// "% Total N files, N bytes" and "% Time elapsed: S seconds."
void listing_total(Call *c, const Listing *l);

#endif
