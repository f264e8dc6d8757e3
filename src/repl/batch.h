// Statements from a file, an argument, or standard input: read line by line, blocks gathered until they close, the
// executive commands (".RUN", "@FILE", "$command") carried out. Each returns RAN_EXIT when EXIT was met, RAN_STOPPED or
// RAN_INTERRUPTED when STOP or Ctrl-C ended it.
#ifndef HELIO_REPL_BATCH_H
#define HELIO_REPL_BATCH_H

#include "vm/session/statement.h"

RunResult batch_statement(Vm *vm, const char *text);  // helio -e
RunResult batch_file(Vm *vm, const char *path, bool is_all);  // helio FILE; is_all: nothing runs after it
RunResult batch_stdin(Vm *vm);                        // standard input that is no terminal
RunResult batch_startup(Vm *vm);                      // the file $IDL_STARTUP names, before the first prompt

// One line from somewhere: owned by the source until the next call; false at the end. `more`: a block is open.
typedef struct LineFeed {
    bool (*next)(void *arg, bool more, const char **p, size_t *n);
    void *arg;
    const char *path;    // for messages; NULL: typed
    const char *called;  // what "Prematurely closing" names; NULL: it is not said
    int line;            // of the line last given
    int start;           // of the block that is open
    bool is_prompt;      // STOP does not end it
    bool is_live;        // Ctrl-C does not end it: someone may be typing at the other end
    bool asks_program;   // .RUN without a file takes lines: the prompt is "- "
    bool is_cleared;     // set by `next`: Ctrl-C, an open block is forgotten
    bool is_transcript;  // set by `next`: of these lines those that have no prompt are output
} LineFeed;
RunResult batch_lines(Vm *vm, LineFeed *feed);
bool batch_has_prompt(const char *p, size_t n);  // whether the line begins with a prompt, as pasted ones do

#endif
