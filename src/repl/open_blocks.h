// Whether a statement that is being gathered line by line can be whole yet; judged from each new line alone, so that a
// long block is not parsed again for every line.
#ifndef HELIO_REPL_OPEN_BLOCKS_H
#define HELIO_REPL_OPEN_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct OpenBlocks {
    int depth;       // BEGIN, CASE, SWITCH, PRO and FUNCTION without their END so far
    bool continued;  // the last line ended in "$"
    bool unsure;     // a template string may span lines: only the parser can tell
} OpenBlocks;

void open_blocks_add(OpenBlocks *o, const char *line, size_t n);
bool open_blocks_surely(const OpenBlocks *o);  // more lines must follow

#endif
