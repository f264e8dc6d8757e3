// What a SAVE file holds, into the session: each says what it did when verbose.
#ifndef HELIO_LIB_SAVE_PLACING_H
#define HELIO_LIB_SAVE_PLACING_H

#include "lib/save/contents.h"

// Objects become objects, the file's structures are defined, heap variables brought to the session's definitions.
void placing_heap(Call *c, SaveContents *s, bool relaxed);
// "BLOCK,A,B"
void placing_common(Call *c, const char *common, bool verbose);
// A variable of the caller, or a system variable. Takes x's value; skip: what is defined stays.
void placing_item(Call *c, SaveItem *x, bool relaxed, bool skip, bool verbose);
void placing_routine(Call *c, const SaveSource *x, bool skip, bool verbose);

#endif
