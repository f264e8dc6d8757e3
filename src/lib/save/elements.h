// The elements of LIST and HASH objects in a SAVE file. They lie beside the object's tags, so that a heap variable of its
// own stands for them: {HELIO_OBJECT: the object, HELIO_KEYS, HELIO_ITEMS: pointers to arrays of pointers, HELIO_FOLDS}.
#ifndef HELIO_LIB_SAVE_ELEMENTS_H
#define HELIO_LIB_SAVE_ELEMENTS_H

#include "core/heap.h"
#include "vm/call/call.h"

// An object with elements. What an object keeps otherwise (ASSOC) belongs to the session and is not saved.
bool elements_has(const HeapVar *h);
// Such a heap variable for an object with elements: one reference, kept by the call.
HeapVar *elements_pack(Call *c, HeapVar *object);
// If v is one, gives the object its elements.
void elements_unpack(Call *c, const Val *v);

#endif
