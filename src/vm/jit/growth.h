// Variables that grow within a loop: strings and arrays.
#ifndef HELIO_VM_JIT_GROWTH_H
#define HELIO_VM_JIT_GROWTH_H

#include "vm/jit/gen.h"

// A call for what the code does not do itself. It seldom runs, and stands behind the rest of the code.
typedef struct Aside {
    int label, back, exit;  // where it is, where it goes on, where to when it fails
    uint32_t pc;
    Types now;
    void (*write)(Gen *g, const struct Aside *a);  // the call
    int number;             // of the text or array
    uint16_t variable;
    JitPieces pieces;       // of a text
    int n;                  // elements
} Aside;
// growth.c
int growth_call_aside(Gen *g, Aside a, int back);  // its label; label, exit, pc and now are set here
void growth_write_asides(Gen *g);
// texts.c: s = s + x
bool texts_begins(const Gen *g, Instr i);  // the first instruction of such a statement
bool texts_are_in(Gen *g, const ForLoop *l);  // as the loop is entered
bool texts_add(Gen *g);                    // all of it
void texts_save(Gen *g);                   // where strings end: from the registers to the slots
void texts_load(Gen *g);                   // and back
void texts_prepare(const CallFrame *f, const LoopCode *c, JitEnv *env);
void texts_settle(const LoopCode *c, const JitEnv *env);  // when the code has been left
// growth.c: a = [a, x]
bool growth_is_share(const Gen *g, Instr i);  // it begins a = [a, ...], a an array of numbers
bool growth_share(Gen *g, Instr i);           // takes a, which is not copied
bool growth_concat(Gen *g, Instr i);
void growth_write(Gen *g, uint16_t x, const Types *types);  // a TYPE_SHARED where the code leaves
int64_t growth_room(const Arr *a);                         // elements
void growth_settle(const CallFrame *f, const LoopCode *c, const JitEnv *env);  // when the code has been left
bool growth_is_in(const Gen *g, const ForLoop *l);

#endif
