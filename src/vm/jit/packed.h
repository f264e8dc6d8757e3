// Loops that take several turns at a time: what packed.c and lanes.c share.
#ifndef HELIO_VM_JIT_PACKED_H
#define HELIO_VM_JIT_PACKED_H

#include "vm/jit/gen.h"

enum { SEGMENTS = STRIPS, FIXED = 12, ACCESSES = 24, LATER = 8, LANES_BYTES = 16 };

// Where the value of a VM register is within a turn. IN_ARRAY: it has not been loaded yet. REDUCED: a sum over turns.
typedef enum Place { NOWHERE, IN_REGISTER, IN_STRIP, IN_ARRAY, REDUCED } Place;

typedef enum FixedKind { FIXED_VALUE, FIXED_BITS, FIXED_ELEMENT, FIXED_COUNT } FixedKind;  // COUNT: 0, 1, 2, 3 as LONG

typedef struct Element {
    int array, n;
    Sum at[MAX_RANK];
} Element;

// The same in all turns: loaded to all lanes of a register before a segment's loop.
typedef struct Same {
    FixedKind kind;
    int reg;
    uint16_t x;
    uint64_t bits;
    Element element;
} Same;

typedef struct Touch {  // of an element
    int array, pointer, add;
    bool is_store, by_turn;
} Touch;

typedef struct Segment {
    Same same[FIXED];
    int nsame, top;  // top: label
} Segment;

typedef struct Pack {
    Gen *g;
    const ForLoop *l;
    const char *why;         // it cannot be done
    TypeCode type;           // of the lanes
    unsigned free, at_start; // processor registers, by bits
    int var;                 // processor register of the loop's variable
    Types head;
    uint8_t place[JIT_REGS];
    int8_t reg[JIT_REGS], strip[JIT_REGS];
    unsigned strips;         // taken, by bits
    Segment segment[SEGMENTS];
    int now;                 // the one being written
    Touch touch[ACCESSES];
    int ntouched;
    Element later[LATER];    // of registers that are IN_ARRAY: reg says which
    int nlater;
    bool reduces, calls;
} Pack;

// A value in all lanes; is_ours: nobody reads the register afterwards.
typedef struct Lanes {
    int reg;
    bool is_ours;
} Lanes;

// lanes.c: values in the lanes of processor registers.
Lanes lanes_refuse(Pack *p, const char *why);  // the loop is not for this; what is answered may be used
int lanes_count(const Pack *p);
int lanes_take(Pack *p);                       // a register
void lanes_give(Pack *p, Lanes v);
int lanes_copy(Pack *p, Lanes v);              // a register with v to make a result in
unsigned lanes_free(const Gen *g);             // the registers that hold nothing at the loop's head; not the first two
bool lanes_settle(Pack *p, TypeCode t);        // refuses another type than that of the lanes
Lanes lanes_value(Pack *p, uint16_t x);        // the value of x, converted
Lanes lanes_same_bits(Pack *p, uint64_t single, uint64_t real);  // of FLOAT, of DOUBLE
Lanes lanes_element(Pack *p, const Element *e, const Reach *r);
bool lanes_keep(Pack *p, uint16_t x, int reg); // the value of x from now on
bool lanes_keep_later(Pack *p, uint16_t x, const Element *e);
void lanes_load_same(Pack *p);                 // what the segment needs in all turns
Mem lanes_strip(const Pack *p, int strip);
int lanes_take_strip(Pack *p);
void lanes_save(Pack *p);                      // what is in registers and read behind a call goes to memory

#endif
