// Bytecode as text, for those who look at what the compiler made.
#ifndef HELIO_LANG_DISASM_H
#define HELIO_LANG_DISASM_H

#include "lang/code.h"
#include "lang/source.h"

// A routine's heading, then each of its lines and below it the instructions. Variables are named; %n are hidden registers
// and temporaries; L1: is a place that is jumped to. src: the whole text that the code was compiled from.
void disasm_put(const Code *code, const Source *src, Buf *out);
// A constant as a program would write it; large arrays by type and dimensions.
void disasm_put_value(const Val *v, Buf *out);

#endif
