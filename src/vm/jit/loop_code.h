// The machine code of a loop: what it works on, and what must hold for it to be entered.
#ifndef HELIO_VM_JIT_LOOP_CODE_H
#define HELIO_VM_JIT_LOOP_CODE_H

#include "core/arr.h"
#include "vm/jit/splice.h"

enum {
    JIT_REGS = SPLICED_REGS,
    JIT_ARRAYS = 24,      // and tags, of a loop
    JIT_POINTED = 8,      // heap variables
    JIT_FORS = 16,        // FOR loops whose subscripts are looked at before they start
    JIT_POINTERS = 16,    // to elements with several subscripts
    STRIP_TURNS = 64,     // for which functions are called at once
    STRIPS = 8,
    JIT_TEXTS = 4,        // strings that grow
    JIT_PIECES = 8,       // strings that a statement adds
    JIT_ADDITIONS = 8,    // such statements
    JIT_ADDED = 32,       // bytes that one of them may add by code, with a NUL
    VALUE_ARRAYS = 2 * JIT_REGS,                       // data, count
    VALUE_TEXTS = VALUE_ARRAYS + 2 * JIT_ARRAYS,       // where the string ends
    VALUE_POINTERS = VALUE_TEXTS + JIT_TEXTS,          // pointer, what it grows by each turn
    VALUE_STOPS = VALUE_POINTERS + 2 * JIT_POINTERS,
    VALUE_CARRIED = VALUE_STOPS + JIT_FORS,            // of each loop: an element that the turn before has stored
    JIT_VALUES = VALUE_CARRIED + JIT_FORS,
};

// What the code works on; R must be first. Machine code addresses these by offset from RBP.
typedef struct JitArray {
    char *data;
    int64_t n;
    int64_t room;           // elements that there is room for, of one that grows
    int64_t dim[MAX_RANK];  // of one that grows: as it was
} JitArray;

typedef struct JitText {  // a string that grows
    Val *v;
    char *limit;  // of its room; NULL: the code must ask for some, since others have the string as well
} JitText;

typedef struct JitAddition {  // what a statement adds, joined; the loop does not change it
    char text[JIT_ADDED];     // the bytes behind `len` are NUL
    uint64_t len, room;       // room: what there must be
} JitAddition;

typedef struct JitEnv {
    Val *R;
    volatile int interrupted;
    JitArray array[JIT_ARRAYS];
    HeapVar *heap[JIT_POINTED];
    int64_t strip_end;          // of the variable
    double strip[STRIPS][STRIP_TURNS];
    int ntexts;
    JitText text[JIT_TEXTS];
    JitAddition addition[JIT_ADDITIONS];
    const Val *operand[JIT_PIECES];  // of the call that adds strings
    uint64_t in, in2, out;      // of calls; a function's frame begins here
    Val argument[2], answer;    // of Routine.alone
    uint64_t slot[JIT_VALUES];  // values without a processor register, and those of registers during calls
} JitEnv;

// What must hold when the code is entered.
typedef struct JitEntry {
    uint16_t reg, tag;
    bool is_ref, is_written, is_temporary, has_constant;  // a temporary need only hold nothing that is counted
    int32_t constant;
} JitEntry;

typedef struct JitPointer {  // to a heap variable: in the register itself, or in the tag at `offset` of the record there
    uint16_t reg;
    bool of_object;
    SDef *def;  // NULL: itself
    size_t offset;
} JitPointer;

typedef struct JitUse {  // of elements: of the array in the register, or behind what is there
    uint16_t reg;
    uint8_t heap;        // 0, or those of the heap variable behind pointer heap - 1
    uint8_t type, rank;  // rank 0: any
    bool of_object;      // the register holds an object, and its data are meant
    bool is_stored;
    bool is_grown;       // by the code: it has one dimension
    bool is_single;      // there must be one record
    SDef *def;           // of records; NULL: an array of numbers
    const Tag *tag;      // of the record, an array; NULL: its elements are those of the array itself, or one tag of each record
    size_t offset;       // in the record
    uint32_t stride;     // bytes from one element to the next
} JitUse;

typedef struct JitPieces {  // of a statement that adds strings: registers and constants of the loop's own routine
    uint16_t of[JIT_PIECES];
    int n;
    size_t bytes;           // how many the code adds at most, with a NUL: 8, 16 or JIT_ADDED
} JitPieces;

// The machine code of a loop for some types. It answers the place where the interpreter goes on.
typedef struct LoopCode {
    struct LoopCode *next;  // for other types
    uint32_t (*run)(JitEnv *env);
    size_t size;      // bytes, mapped
    int written;      // of them code
    int npacked;      // loops in it that take several turns at a time
    int nentries, narrays, npointed, ntexts, nadditions;
    JitEntry *entry;
    JitUse array[JIT_ARRAYS];
    uint16_t text[JIT_TEXTS];  // registers
    JitPieces addition[JIT_ADDITIONS];
    JitPointer pointed[JIT_POINTED];
    uint32_t generation;  // of the routines that it was made from
    const Code *callee[SPLICED_CALLEES];
    int ncallees;
} LoopCode;

#endif
