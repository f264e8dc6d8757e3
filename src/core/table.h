// Table: keys and values of HASH objects, in the order in which the keys came. A key is a scalar string or number;
// numbers are the same key when their values are equal, whatever their types.
#ifndef HELIO_CORE_TABLE_H
#define HELIO_CORE_TABLE_H

#include "core/native.h"

typedef struct TableEntry {
    uint64_t hash;
    bool is_gone;  // removed; its place stays until the table is rebuilt
    Val key, v;
} TableEntry;

typedef struct Table {
    Native native;
    TableEntry *entry;
    int64_t used, n, cap;  // places taken, live entries, places
    int32_t *slot;         // positions in entry by hash, -1: free
    int64_t nslots;        // a power of two
    bool folds_case;
    bool names_only;       // of a DICTIONARY: keys are names of variables
} Table;

extern const NativeKind table_kind;

Table *table_new(bool folds_case);  // NULL when memory is out
void table_free(Table *t);
bool table_key_is_valid(const Val *key);
TableEntry *table_find(const Table *t, const Val *key);
// The value's cell for the key, made (undefined, as !NULL) when it is new. NULL when memory is out.
Val *table_cell(Table *t, const Val *key);
void table_remove(Table *t, TableEntry *e);  // drops key and value
// The next live entry at or behind position *at, which moves on; NULL at the end.
TableEntry *table_next(const Table *t, int64_t *at);

#endif
