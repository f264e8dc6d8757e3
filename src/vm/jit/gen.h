// Compiling one loop: what the parts share. The generator walks the bytecode along its paths and keeps, for each register
// of the VM, the type it has at that point (Types). A place in the bytecode that is reached with different types is
// compiled once for each (a version), so types never need to be checked inside the loop. The walk is made twice: the
// first counts how often each value is used, then values get processor registers, then the second writes the code.
// Start reading at compile.c.
#ifndef HELIO_VM_JIT_GEN_H
#define HELIO_VM_JIT_GEN_H

#include "vm/jit/loop_code.h"
#include "vm/jit/x64.h"

enum {
    JIT_VERSIONS = 6,     // of a place
    JIT_FACTS = 24,       // of a place, when more is known than types
    JIT_CODE = 1 << 18,   // bytes
    FUNCTION_PARAMETERS = 8,
    FUNCTION_SETS = 4,    // of types of the parameters, in one function
    JIT_LOADS = 8,
    JIT_CHECKS = 24,      // of a FOR loop
};

// Besides type codes: what a register may hold. Zero: nothing that anybody will read.
enum { TYPE_REF = 0x20, TYPE_OTHER = 0x21, TYPE_POINTER = 0x22, TYPE_HEAP = 0x23, TYPE_SHARED = 0x24, TYPE_ARRAY = 0x40 };

// What is known at a point.
typedef struct Types {
    // type code, TYPE_ARRAY | type code, TYPE_REF to the variable `to`, TYPE_POINTER a copy of pointer number `to`, TYPE_HEAP a
    // reference to what that points to, TYPE_SHARED the array that the variable `to` has, which OP_CONCAT is to grow,
    // TYPE_OTHER: not for us
    uint8_t type[JIT_REGS];
    uint8_t to[JIT_REGS];
    int32_t constant[JIT_REGS];  // of a hidden register whose value is known
    uint8_t is_constant[JIT_REGS];
    uint8_t sum_of[JIT_REGS];    // a temporary that is in no register yet: register sum_of - 1 plus `constant`; 0: is not
    uint16_t inside;             // FOR loops (bits by number) whose subscripts are known to be inside
    bool is_entry;               // the first instruction after entering
    bool has_frame;              // of a function: it has seen that there is room for the next one's frame, and may make calls
    uint8_t is_kept[JIT_REGS];   // of a function: the slot has the register's value
} Types;

// A subscript: a register or constant plus a number.
typedef struct Sum {
    uint16_t base;
    int32_t add;
} Sum;

typedef struct Check {  // that a subscript is inside
    int8_t array, dim;  // -1: the only one
    Sum at;
} Check;

typedef struct Access {
    uint32_t pc;
    int array, add;
} Access;

typedef struct ForLoop {
    uint32_t head, next;         // first instruction, and the jump back
    uint16_t var, limit, step;
    int32_t least, most;         // of what is added to the variable
    Check check[JIT_CHECKS];
    int nchecks;
    bool is_entered;             // there was a way into it
    int stores, by;              // by: the step, 0: not always the same
    Access stored, loaded[JIT_LOADS];  // elements with one subscript, which the variable is part of
    int nloaded;
    bool grows_array;            // its elements move, so subscripts are compared at each
    bool grows_text;
    bool calls;                  // straight, with functions that packed_calls
    bool carries;                // what `stored` stores the next turn finds in loaded[0], without loading it
} ForLoop;

typedef struct ElementPointer {
    int8_t loop, array, n;
    bool moves;                  // with the loop's variable
    bool by_index;               // the first subscript is the loop's variable, and no part of the pointer
    Sum sub[MAX_RANK];
} ElementPointer;

typedef enum ValueClass { WHOLE, REAL } ValueClass;

// What the flags say: a condition; for real numbers also whether NaN makes it false (ORDERED) or true.
typedef enum Parity { PARITY_NONE, PARITY_ORDERED, PARITY_UNORDERED } Parity;
typedef struct Truth {
    Cond cond;
    Parity parity;
} Truth;

typedef struct Version {
    uint32_t pc;
    int label;
    bool is_done;
    Types types;
} Version;

typedef struct Exit {
    uint32_t pc;
    int label;
    Types types;
} Exit;

typedef struct GenFunction {  // when it is no loop that is compiled but a function
    uint8_t type[FUNCTION_SETS][FUNCTION_PARAMETERS];  // of its parameters; the first set is what it is compiled for
    int start[FUNCTION_SETS];                          // labels
    int nsets;
    unsigned answers;      // bits by type
    int gone, deep;        // labels of the ways out; deep: there was no room for a frame
    uint64_t *memory;      // for frames
} GenFunction;

typedef struct Gen {
    const Engine *e;
    const CallFrame *f;        // NULL: of a function
    GenFunction *function;     // NULL: of a loop
    Code *code;
    const Spliced *s;          // its instructions
    uint32_t end, back;        // how many; the loop's jump back
    Asm a;
    bool is_counting;
    const bool *is_target;     // by instruction: others jump to it
    uint8_t *depth;            // by instruction: of loops within the loop
    double use[JIT_VALUES];
    int8_t home[JIT_VALUES];   // processor register, -1: its slot
    Types now, before;         // before: as the instruction began
    uint32_t pc, next;         // of the instruction, and where control goes on
    int exit;                  // of this instruction, -1: none yet
    VEC(Version *) version;
    VEC(Exit *) exits;
    VEC(struct Aside *) asides;  // growth.h
    bool touched[JIT_REGS], written[JIT_REGS];
    JitUse array[JIT_ARRAYS];
    int narrays;
    JitPointer pointed[JIT_POINTED];
    int npointed;
    uint16_t text[JIT_TEXTS];  // registers
    JitPieces addition[JIT_ADDITIONS];
    int ntexts, nadditions;
    ForLoop loop[JIT_FORS];
    int nloops;
    ElementPointer pointer[JIT_POINTERS];
    int npointers;
    bool comes_round, overflows;
    bool is_entry;  // of this instruction: the first after entering
    int npacked;
    bool is_rare;   // what is written now does not run at each turn
    const char *why;           // the first instruction that leaves, and why
    uint32_t why_pc;
    const char *why_name;
} Gen;

static inline Instr instr_at(const Gen *g, uint32_t pc) { return g->s->ins.p[pc].i; }
// Of the instruction that is compiled now.
static inline const Origin *origin_now(const Gen *g) { return &g->s->origin.p[g->s->ins.p[g->pc].origin]; }

// compile.c. NULL: *why says why not (static text, or with *name), at *pc.
typedef struct Refusal {
    uint32_t pc;
    const char *why, *name;
} Refusal;
LoopCode *jit_compile(const Engine *e, const CallFrame *f, const Spliced *s, Refusal *why);
void jit_free_code(LoopCode *c);
void *jit_compile_function(const Engine *e, Code *c, const Spliced *s, GenFunction *f, size_t *mapped, const char **why);

// pages.c: memory for code, first writable, then executable, never both. NULL: the system refuses.
void *pages_make(const uint8_t *code, size_t n, size_t *mapped);
void pages_free(void *p, size_t mapped);

// flow.c: places, jumps, exits.
int flow_exit(Gen *g);             // label of the way out before this instruction
int flow_exit_to(Gen *g, uint32_t pc);  // label of the way out to another place, as things are now
int flow_target(Gen *g, uint32_t pc);   // label of the code at pc for the types of now; outside the loop: a way out
void flow_poll(Gen *g, int exit);  // leaves when Ctrl-C was typed
bool flow_leave(Gen *g, const char *why, const char *name);  // the instruction is for the interpreter; false
void flow_write_exits(Gen *g);
bool flow_jump(Gen *g, Instr i);   // false: control does not come out at the next instruction
bool flow_branch(Gen *g, Instr i);
bool flow_decides(const Gen *g, uint16_t truth);  // the next instruction is a conditional jump by that temporary
bool flow_counts_odd(const Gen *g, uint32_t at);       // there a number is true when it is odd
void flow_decide(Gen *g, uint32_t at, Truth t);   // the conditional jump at that place, flags set
bool flow_for_prep(Gen *g, Instr i);
bool flow_for_next(Gen *g, Instr i);

// each.c
bool each_next(Gen *g, Instr i);

// operand.c: values in processor registers.
ValueClass class_of(TypeCode t);
bool type_is_simple(unsigned t);   // a number that the code works on
unsigned operand_type(Gen *g, uint16_t x, bool *is_simple);
uint16_t operand_variable(const Gen *g, uint16_t x);  // behind a reference
bool operand_constant(const Gen *g, uint16_t x, int32_t *value);  // of a whole number
bool is_temporary(const Gen *g, uint16_t x);
void consume(Gen *g, uint16_t x);
// The value of x as type t, in its own register or in scratch; it must not be changed.
int whole_in(Gen *g, uint16_t x, TypeCode t, int scratch);
int real_in(Gen *g, uint16_t x, TypeCode t, int scratch);
// As second operand of an operation: memory where that is as good.
void real_operate(Gen *g, unsigned op, int reg, uint16_t x, TypeCode t, int scratch);
void whole_wrap(Gen *g, TypeCode t, int reg);    // to the type's width
void whole_convert(Gen *g, TypeCode from, TypeCode to, int dst, int src);
void real_convert(Gen *g, TypeCode from, TypeCode to, int dst, int src);  // at least one of the two is REAL
// Where a result may be made: the register of x, or scratch; then result_done.
int result_in(Gen *g, uint16_t x, TypeCode t, int scratch);
void result_done(Gen *g, uint16_t x, TypeCode t, int reg);
bool result_fits(const Gen *g, uint16_t x);  // x may become a number
int value_number(uint16_t x, ValueClass c);
ValueClass value_class(int value);
void forget_value(Gen *g, uint16_t x);  // nobody will read x
int value_home(Gen *g, int value);           // counts the use
Mem value_slot(int value);
Mem register_address(Gen *g, uint16_t x, int scratch);  // of a VM register's payload in memory, by way of scratch
void register_pointer(Gen *g, int reg, uint16_t x);     // where its value lies; a constant of the loop's own routine, too
void count_reference(Gen *g, Mem refs);  // by way of RAX
void load_arrays(Gen *g, int from, int to);  // data and counts whose registers lie in that range
void round_trip(Gen *g, bool save);  // what a call would destroy, to the slots or back

// arith.c
bool arith_binary(Gen *g, Instr i, int op);
bool arith_unary(Gen *g, Instr i);
bool arith_is_square(const Gen *g, Instr i);  // x^2, which is x*x
bool arith_increment(Gen *g, Instr i);
bool arith_move(Gen *g, uint16_t dst, uint16_t src);
// elements.c
bool elements_get(Gen *g, Instr i);  // OP_INDEX1, OP_PATH_GET
bool elements_set(Gen *g, Instr i);  // OP_STORE1, OP_PATH_SET
unsigned elements_load_op(TypeCode t);  // X_MOV or what else extends an element to a register
Mem elements_count(Gen *g, int array);  // in memory
int elements_count_in(Gen *g, int array, int scratch);  // in a register
void elements_save_counts(Gen *g);      // of arrays that grow: from their registers to memory
Mem elements_field(int array, size_t field);  // of its JitArray
void elements_store(Gen *g, int value, TypeCode t, Mem m);  // from a register of the type's class
int elements_data(Gen *g, int array, int scratch);  // the register that points to its elements
// owners.c
typedef struct Target {
    int array, n;             // its number, and that of the subscripts; 0: there is one element
    uint16_t sub[MAX_RANK];   // registers
} Target;
// What OP_INDEX1, OP_STORE1, OP_PATH_GET or OP_PATH_SET goes to; false: not numbers the code works on.
bool elements_target(Gen *g, Instr i, uint16_t base, bool stores, Target *t);
int elements_array(Gen *g, uint16_t x, bool stores);  // the number of the array in x, -1: not one the code works on
// Whose elements they are now; NULL: they are not there any more. heap: the heap variables of the loop's pointers.
const Arr *owner_find(const CallFrame *f, const JitUse *use, HeapVar *const *heap);
bool elements_pointer_tag(Gen *g, const struct Path *path, JitPointer *p);  // completes p; false: the path is not to a pointer
bool owner_fill(const JitUse *use, const Arr *a, JitArray *out);  // false: the code is not for it
// pointers.c; false: that is not what it is.
bool pointers_move(Gen *g, uint16_t dst, uint16_t src);
bool pointers_get(Gen *g, Instr i);
bool pointers_deref(Gen *g, Instr i);
void pointers_write(Gen *g, uint16_t x, unsigned type, int number);  // where the code leaves
HeapVar *pointer_find(const CallFrame *f, const JitPointer *p);      // NULL: it points to nothing
// ranges.c: FOR loops whose subscripts are known to be inside before they start.
void ranges_find(Gen *g);
bool ranges_add(Gen *g, Instr i, int op, TypeCode t, int32_t k);  // a loop's variable plus k: needs no instruction now
// Where the element is, when the loop has seen to it that it is inside; scratch: RAX, RCX.
bool ranges_place(Gen *g, const Target *t, Mem *m);
typedef struct Reach {
    Mem mem;
    int pointer, add;  // pointer: of several subscripts, -1: of one; add: to the first subscript
    bool by_turn;      // the first subscript is the loop's variable plus `add`
    bool moves;        // another one is
} Reach;
bool ranges_reach(Gen *g, int array, const Sum *at, int n, Reach *r);  // the same with more about it
Sum ranges_sum(const Gen *g, uint16_t x);
bool ranges_is_straight(const Gen *g, const ForLoop *l);  // no jumps in it
bool ranges_is_fixed(const Gen *g, const ForLoop *l, uint16_t x);  // the loop does not change it
void ranges_enter(Gen *g, uint32_t head);  // jumps to a loop's first instruction
bool ranges_next(Gen *g, Instr i);         // its jump back; false: nothing is known
void ranges_leave(Gen *g, Types *t, uint32_t pc);  // what is not known at pc, outside of loops
void ranges_choose(Gen *g);                // after the walk that counts: elements that stay in a register
int ranges_carried(const Gen *g, bool store);  // the register for the element that this instruction loads or stores; -1: none
void ranges_note(Gen *g, const Target *t, bool store);
bool ranges_is_slow(const Gen *g);         // this is the version for subscripts that are not inside
// packed.c: several turns at a time.
bool packed_calls(const Gen *g, uint32_t pc);  // a function whose loop over many elements costs less than as many calls
void packed_write(Gen *g, const ForLoop *l);   // as many turns as possible, but the last; goes on with the next one
// functions.c
bool functions_call(Gen *g, Instr i, const CallSite *s);  // of itself
bool functions_return(Gen *g, Instr i);
void functions_make_frame(Gen *g);  // before a call of whatever: those that make none need not look whether there is room
void functions_begin(Gen *g);  // what stands before the first instruction, for each set of types
// The call by the interpreter; false: it is to be made as always. *at: what is known of the function, NULL: nothing yet.
struct Function;
bool functions_run(Vm *vm, struct Function **at, const CallSite *s, Val *args, Val *out);
bool functions_is_given_up(const struct Function *f);
bool functions_has_code(const struct Function *f);
void functions_forget(struct Function *f);
void functions_describe(const struct Function *f, const Code *code, Buf *out);
// rounding.c: FLOOR, CEIL, ROUND of a real number; false: the call is none of these
bool rounding_call(Gen *g, Instr i, const char *name);
// calls.c
bool calls_function(Gen *g, Instr i);
int calls_each(const Gen *g, uint32_t pc);  // EACH_ (vm/call/call.h) of a call there of a function of one argument, 0: not one
void calls_power(Gen *g, Instr i, TypeCode t);

#endif
