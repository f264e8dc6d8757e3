// Structures and classes of a SAVE file against those of the session.
#ifndef HELIO_LIB_SAVE_STRUCTURES_H
#define HELIO_LIB_SAVE_STRUCTURES_H

#include "io/save_value.h"
#include "vm/call/call.h"

// Defines what the session does not know; a class is looked for first (NAME__DEFINE along !PATH).
void structures_define(Call *c, SaveLoad *l);
// Brings a value read from the file to the session's definition of its structure. When they differ: relaxed assigns tag
// by tag; else the value becomes undefined, which is said, and the answer is false.
bool structures_settle(Call *c, Val *v, bool relaxed);

#endif
