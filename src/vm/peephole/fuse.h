// Fused expressions: a run of elementwise instructions that ends in one value is done piece by piece, each piece through
// all the operations while it is in the cache, without arrays for what lies between. The plan (which instructions, what
// feeds what) is found when an operation first meets an array, and kept with the code; scalars never come here.
#ifndef HELIO_VM_FUSE_H
#define HELIO_VM_FUSE_H

#include "vm/call/call.h"
#include "vm/engine.h"

#ifdef HELIO_DEBUG
#define FUSE_FROM 1  // the whole suite goes through it
#else
#define FUSE_FROM 16
#endif
enum {
    FUSE_STEPS = 32,          // operations of a plan
    FUSE_LEAST = FUSE_FROM,   // elements from which it pays
    FUSE_PIECE = 512,         // elements that a reducer takes at a time
    FUSE_BYTES = 8192,        // of one operand that go through all operations at a time, at most
};

typedef enum FuseKind { FUSE_BINARY, FUSE_UNARY, FUSE_MATH, FUSE_CAST } FuseKind;

// Where an operand comes from: an earlier step, or a register or constant.
typedef struct FuseSource {
    bool is_step;
    uint16_t at;
} FuseSource;

typedef struct FuseStep {
    uint8_t kind;  // FuseKind
    uint8_t op;    // KernOp, KernUnaryOp, KernMathFn or TypeCode
    FuseSource a, b;
} FuseStep;

typedef struct FusePlan {
    int n;           // 0: nothing to fuse here
    uint16_t dst;    // register of the result
    const Reducer *reducer;  // what takes the elements; NULL: they become an array
    bool to_bits;    // the call that follows takes the truths as FuseBits
    uint32_t after;  // the instruction behind the plan
    FuseStep step[];
} FusePlan;

// The plan that begins at an instruction; made on first use, owned by the code. NULL: none.
const FusePlan *fuse_plan(const Engine *e, Code *code, uint32_t pc);
// Runs it. False: the operands are not numbers of one shape, or memory is out, and nothing has happened. Ctrl-C throws, unless
// the result is being written into a variable.
bool fuse_run(Vm *vm, CallFrame *f, const FusePlan *p);

// Whether an operand is an array that may be worth it.
static inline bool fuse_may(const Val *v) { return (v->flags & (VF_ARR | VF_BOOL)) == VF_ARR && v->a->n >= FUSE_LEAST; }

#endif
