// JSON text into values: objects are HASHes (or DICTIONARYs), arrays LISTs. See json.c.
#ifndef HELIO_LIB_JSON_SCAN_H
#define HELIO_LIB_JSON_SCAN_H

#include "vm/call/call.h"

typedef struct JsonChoice {
    const char *object_class; // ORDEREDHASH or DICTIONARY
    bool folds_case;          // keys are the same in upper and lower case
} JsonChoice;

// The value of a text by RFC 8259, into *cell (which must stay where it is, and be released by the caller). Beyond it
// NaN, Infinity and -Infinity are numbers, and a mark of the byte order at the beginning is passed over. Throws where
// the text is broken, with line and column.
void json_scan(Call *c, const char *text, size_t n, const JsonChoice *choice, Val *cell);

#endif
