// Statements from a file, an argument, or standard input: read line by line, blocks gathered until they close, the
// executive commands (".RUN", "@FILE", "$command") carried out. Each returns true when EXIT was met.
#ifndef HELIO_REPL_BATCH_H
#define HELIO_REPL_BATCH_H

#include "vm/vm.h"

bool batch_statement(Vm *vm, const char *text);     // helio -e
bool batch_file(Vm *vm, const char *path);          // helio FILE
bool batch_stdin(Vm *vm, bool quiet);               // the prompt, or a batch when standard input is no terminal

// One line from somewhere: owned by the source until the next call; false at the end. `more`: a block is open.
typedef struct LineFeed {
    bool (*next)(void *arg, bool more, const char **p, size_t *n);
    void *arg;
    const char *path;  // for messages; NULL: typed
    int line;          // of the line last given
    bool is_prompt;    // STOP and errors do not end it
    bool is_cleared;   // set by `next`: Ctrl-C, an open block is forgotten
} LineFeed;
bool batch_lines(Vm *vm, LineFeed *feed);

#endif
