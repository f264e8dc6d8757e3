// A text file as tables are read from: its bytes, lines, and the fields of a line.
#ifndef HELIO_LIB_TABLE_TEXT_H
#define HELIO_LIB_TABLE_TEXT_H

#include "vm/call/call.h"

typedef struct Piece {
    const char *p;
    size_t n;
    bool is_quoted; // it stood in quotes; doubled ones are still doubled
} Piece;

typedef struct Fields {
    Piece *p;
    int n, cap;
} Fields;

typedef struct TableText {
    const char *all, *end;
    const char *at; // the next line
} TableText;

// All of the file, for as long as the call lasts. A byte order mark is left out.
void text_load(Call *c, const char *path, TableText *t);
// The next line without its end (LF, CR LF); false: there is none.
bool text_line(TableText *t, Piece *line);
bool text_is_blank(const Piece *line);
void fields_add(Call *c, Fields *f, const char *p, size_t n, bool is_quoted);
// A file name, and the error of a missing one.
const char *text_path(Call *c);

#endif
