// The instructions of a loop with those of the functions that it calls, as one sequence with one numbering of registers.
#ifndef HELIO_VM_JIT_SPLICE_H
#define HELIO_VM_JIT_SPLICE_H

#include "vm/engine.h"
#include "vm/peephole/quick.h"

enum { SPLICED_REGS = 192, SPLICED_LENGTH = 3000, SPLICED_CALLEES = 8, SPLICED_CONSTANTS = 0x7000 };
enum { OUTSIDE = 0x40000000 };  // a place from here on: outside[place - OUTSIDE], in the loop's routine

// Besides the plain operations.
enum {
    S_ENTER = Q_COUNT,  // registers a ... a+b-1 of a function hold nothing
    S_PASS,             // parameter a is (or refers to) b
    S_RESULT,           // r[a] = k[b]; arguments from c on have been read. b is NO_REG: the function answers nothing
    S_GONE,             // while splicing: becomes the jump behind a RETURN
};

typedef enum RegKind { KIND_VARIABLE, KIND_HIDDEN, KIND_TEMPORARY } RegKind;

typedef struct Origin {
    const Code *code;
    uint16_t regs, constants;  // how far its registers and constants have moved
    uint32_t call;             // of a function: the place of the call in the loop's routine,
    int nargs;                 // and how many arguments it has
} Origin;

typedef struct SplicedInstr {
    Instr i;
    uint16_t origin;
    uint32_t place;  // where the interpreter goes on if the code leaves here: of a function's, the call
} SplicedInstr;

typedef struct Spliced {
    VEC(SplicedInstr) ins;
    VEC(Val) k;  // not counted: the codes hold them
    VEC(Origin) origin;  // 0: the loop's routine
    VEC(uint32_t) outside;
    uint32_t back, after;  // the loop's jump back (by number), and the place behind the loop
    int nregs;
    uint8_t kind[SPLICED_REGS];  // RegKind
    const Code *callee[SPLICED_CALLEES];
    int ncallees;
} Spliced;

// The loop from head to before end, whose jump back is at `back`. False: it is too long. splice_free in any case.
bool splice_loop(const Engine *e, const Code *c, uint32_t head, uint32_t back, uint32_t end, Spliced *s);
// All of a function that changes nothing but its own variables, and may call itself. False: it is not like that, or too long.
bool splice_function(const Engine *e, const Code *c, Spliced *s);
void splice_free(Spliced *s);
// A register or constant of the origin's code in the common numbering.
uint16_t splice_number(const Origin *o, uint16_t x);

#endif
