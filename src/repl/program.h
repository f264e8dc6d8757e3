// .RUN, .RNEW, .COMPILE and .GO: program text from files, or from the lines that follow the command.
#ifndef HELIO_REPL_PROGRAM_H
#define HELIO_REPL_PROGRAM_H

#include "repl/batch.h"

typedef enum ProgramUse { PROGRAM_RUN, PROGRAM_RNEW, PROGRAM_COMPILE } ProgramUse;

// args: what follows the command's name; changed.
RunResult program_command(Vm *vm, LineFeed *feed, ProgramUse use, char *args);
RunResult program_go(Vm *vm);  // the main program last compiled, from its beginning

#endif
