// Columns of a table that is being read: where a field's value goes, in a structure with a tag a column or group of
// them.
#ifndef HELIO_LIB_TABLE_COLUMN_H
#define HELIO_LIB_TABLE_COLUMN_H

#include "lib/table/text.h"

typedef struct Column {
    TypeCode type; // T_UNDEF: skipped
    int group;     // the tag
    int place;     // in the group
    char *at;      // the value of the first row
    size_t stride; // bytes to that of the next
    double missing;
    uint64_t missing_bits; // of that type, where it is no complex one
} Column;

typedef struct Group {
    const char *name;
    TypeCode type;
    int count;      // columns
    bool is_matrix; // two dimensions, even with one column
} Group;

// The structure, zeroed, and where its columns' values are. Owned by the call. Names that are taken get a number.
Arr *columns_make(Call *c, Column *columns, int n, const Group *groups, int ngroups, int64_t rows);
// Field -> value of row i. What is no number, or empty, is the missing value; of a string, "".
void column_put(Call *c, const Column *k, int64_t i, const Piece *field);
void column_put_missing(const Column *k, int64_t i);
// "FIELD1", or "FIELD01" where there are ten and more.
const char *column_name(Call *c, int i, int n);
// missing as a value of each column's type; not for strings.
void columns_set_missing(Call *c, Column *columns, int n, double missing);

#endif
