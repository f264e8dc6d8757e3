// Default: values printed without a FORMAT, in IDL's columns, wrapped at a width. One DefaultOut is one PRINT.
#ifndef HELIO_FMT_DEFAULT_H
#define HELIO_FMT_DEFAULT_H

#include "base/buf.h"
#include "base/vec.h"
#include "core/val.h"
#include "fmt/spill.h"

// Where each line ends in the output, for STRING, whose lines are array elements: offsets of the newlines, and of the
// end if the last line has none.
typedef struct LineEnds {
    VEC(size_t) at;
} LineEnds;

typedef struct DefaultOut {
    Buf *out;
    LineEnds *ends; // may be NULL
    Spill *spill;   // may be NULL; not together with ends
    size_t width;   // 0: never wrap
    size_t col;     // of the current line
    bool implied;   // the digits of implied print
    bool stdio_non_finite;  // NaN and Inf as the C library writes them
    bool ended;     // an array has ended its line already
    bool array_before; // a later array starts its own line, a first one does not
    bool in_struct; // inside braces: strings take a blank before them
} DefaultOut;

// `width` is the line's: what would end past it starts a new line. `col` is where the line stands already.
void default_start(DefaultOut *d, Buf *out, int width);
void default_value(DefaultOut *d, const Val *v);
// A text as a scalar string prints (what _overloadPrint returned, say).
void default_text(DefaultOut *d, const char *p, size_t n);
void default_end(DefaultOut *d);  // the final newline, unless an array has made it

// Implied print of one value: full digits, string vectors one element a line, structures with tags.
void default_implied(Buf *out, const Val *v, int width, Spill *spill);

// One scalar's text in its default field: what STRING gives for an element, and STRTRIM and others start from.
void default_scalar(Buf *out, TypeCode t, const void *p, bool implied);
// A value as HELP shows it after "= " and implied print inside structures: strings quoted, numbers without blanks.
void default_brief(Buf *out, TypeCode t, const void *p, char quote);

#endif
