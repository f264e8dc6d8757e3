// Source: one piece of program text (a file, a line typed at the prompt) and the way errors point into it.
#ifndef HELIO_LANG_SOURCE_H
#define HELIO_LANG_SOURCE_H

#include "base/buf.h"

#include <stdint.h>

typedef struct Source {
    const char *path;  // as shown in messages; NULL: typed text
    const char *text;  // NUL-terminated
    size_t len;
    int first_line;  // line number of the first line (1, or where a batch stands)
} Source;

// The line number of a byte position.
int source_line(const Source *s, size_t pos);
// Writes the line around pos, and below it a caret under pos (tabs kept, so that it lines up).
void source_show(const Source *s, size_t pos, Buf *out);

#endif
