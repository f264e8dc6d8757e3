// The values in a SAVE file: the description of a type, then its data; structure definitions; heap variables by number.
#ifndef HELIO_IO_SAVE_VALUE_H
#define HELIO_IO_SAVE_VALUE_H

#include "base/map.h"
#include "base/vec.h"
#include "core/arr.h"
#include "core/heap.h"
#include "io/save_file.h"

// --- Reading -----------------------------------------------------------------------------------------------------------

// A named structure that the file defines.
typedef struct SaveStruct {
    SDef *def;      // owned
    bool is_class;
    bool is_known;  // def is the session's own
} SaveStruct;

// A heap variable of the file.
typedef struct SaveCell {
    int32_t number;
    enum { SAVE_CELL_UNUSED, SAVE_CELL_POINTER, SAVE_CELL_OBJECT } kind;  // by the first reference to it
    HeapVar *h;  // owned reference
} SaveCell;

typedef struct SaveLoad {
    SaveIn *in;
    Heap *heap;
    const Map *known;  // the session's structures: "NAME" -> SDef *
    Map structs;       // the file's: "NAME" -> SaveStruct *
    VEC(SaveStruct *) order;
    SaveCell *cell;  // by number
    int ncells;
    bool is_whole;   // save_load_finish has been called
} SaveLoad;

// After a failure (save_in_ok) nothing of these is worth anything.
void save_load_heap_header(SaveLoad *l);  // the body of HEAP_HEADER: makes the variables, undefined
void save_load_heap_data(SaveLoad *l);    // of HEAP_DATA
void save_load_value(SaveLoad *l, Val *out);  // description and data, behind the name; owned
// All is read: objects become objects. What a reference called an object and is none dangles.
void save_load_finish(SaveLoad *l);
// Drops what the loader holds; without save_load_finish the heap variables are emptied too.
void save_load_free(SaveLoad *l);

// --- Writing: the heap variables must have their numbers (HeapVar.saved) ----------------------------------------------

typedef struct SaveStore {
    SaveOut *out;
    Map written;  // structures that the file has defined
} SaveStore;

// The value of a variable or, is_object, the data of an object.
void save_store_value(SaveStore *s, const Val *v, bool is_object, bool is_system);
void save_store_free(SaveStore *s);

#endif
