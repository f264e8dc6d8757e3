// Completion at the prompt: routines, variables, keywords, system variables, tags, files.
#ifndef HELIO_REPL_COMPLETE_H
#define HELIO_REPL_COMPLETE_H

#include "base/vec.h"
#include "repl/editor.h"
#include "vm/vm.h"

typedef struct Completer {
    Vm *vm;
    VEC(char *) words;  // of the last answer
    char append;        // after the word last added
    const char *typed;  // the word being completed: head (kept as it is) and name
    size_t head, len;
} Completer;

// EditorHost's `complete`, with a Completer as arg.
void complete_words(void *completer, const char *line, size_t start, size_t end, EditorWords *out);
void completer_free(Completer *c);

#endif
