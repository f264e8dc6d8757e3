// The command line of helio, with the options of `idl`.
#ifndef HELIO_REPL_OPTIONS_H
#define HELIO_REPL_OPTIONS_H

#include "vm/vm.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct Options {
    bool quiet, interactive, help, version;
    bool is_bridged;   // --bridge: a child of IDL_IDLBridge, which alone starts it so
    const char *safe;  // --safe: the folder; NULL: not asked for
    char *statement;     // of all -e, each its own lines; owned
    const char *file;
    bool from_input;     // FILE is "-"
    const char *disasm;  // a file whose bytecode is shown
    const char **args;  // of the program: ARGS, -arg, -args
    int nargs;
    const char **preferences;  // pairs: "IDL_PATH", value; NULL, a file's name
    int npreferences;
} Options;

void options_usage(FILE *to);
// argv: without the program's name. False: something is wrong, and has been told on standard error.
bool options_parse(char **argv, int argc, Options *o);
// The preferences that the command line sets; before the library starts. False as above.
bool options_give_preferences(Vm *vm, const Options *o);
void options_free(Options *o);

#endif
