// Code: a compiled routine. Instructions are 8 bytes; registers 0.. are variables, then hidden loop registers, then
// the temporaries of statements. Counted: a frame keeps its code when the routine is compiled anew.
#ifndef HELIO_LANG_CODE_H
#define HELIO_LANG_CODE_H

#include "core/val.h"
#include "lang/literal.h"

typedef enum Op {
#define OP(name, text) OP_##name,
#include "lang/ops.def"
#undef OP
    OP_FIRST_QUICK,
} Op;

enum { K_BASE = 0x8000, REGS_MAX = 0x7000, NO_REG = 0xFFFF };
enum { NO_PLACE = 0xFFFFFFFF };  // beyond INT_MAX: in one enum with the others gcc 13 makes all of them unsigned

typedef struct Instr {
    uint16_t op, a, b, c;
} Instr;

static inline uint32_t instr_place(Instr i) { return (uint32_t)i.b | (uint32_t)i.c << 16; }

// One step of a path: a subscript list, a tag, a tag by number.
typedef enum StepKind { STEP_INDEX, STEP_TAG, STEP_TAGN } StepKind;
typedef enum SubKind { SUB_EXPR, SUB_ALL, SUB_RANGE } SubKind;

typedef struct Sub {
    uint8_t kind;            // SubKind
    uint16_t reg, hi, step;  // registers or constants; NO_REG: absent
} Sub;

typedef struct Step {
    uint8_t kind;  // StepKind
    uint8_t nsubs;
    uint8_t is_paren;
    uint16_t reg;  // STEP_TAGN
    Sub *sub;
    char *tag;        // STEP_TAG
    const void *seen; // inline cache of STEP_TAG: the definition last met
    int seen_at;      // and the tag's index in it
} Step;

typedef struct Path {
    Step *step;
    int n;
} Path;

// A call: what it is called, and its keywords. Positional arguments come first in the registers, then keyword values.
typedef struct CallSite {
    char *name;
    int npos, nkw;
    char **kw;             // as written, upper case
    bool is_function;
    const void *target;    // resolved: Routine or Code, see vm/call_site
    uint16_t *slot;        // of each keyword in the target
    uint32_t generation;   // of the routine table when it was resolved
    uint32_t missed;       // the same, when there was no such routine but a variable
    uint8_t target_kind;
    bool is_constructor;   // the name is that of a class: CIRCLE(1) is OBJ_NEW('CIRCLE', 1)
    bool is_paren;         // written NAME(...) without keywords: may turn out to be a subscript
    bool is_place;         // SCOPE_VARFETCH: the variable is wanted, not its value
    bool is_method;        // the object comes first in the registers; npos does not count it
    char *class_name;      // of object->CLASS::NAME; NULL
    char *object_name;     // of a method: the variable (or class) before the point; NULL: an expression
    const void *seen;      // of a method: the class definition it was resolved for
} CallSite;

typedef struct StructSite {
    char *name;   // NULL: anonymous
    char **tag;   // per value; NULL: by position; for INHERITS the class, with is_inherits
    bool *is_inherits;
    int n;

} StructSite;

typedef struct CommonSite {
    char *name;
    uint16_t *reg;
    char **var;  // names in this routine, for SCOPE and HELP
    int n;
} CommonSite;

typedef struct SysSite {
    char *name;
    void *var;  // resolved SysVar
} SysSite;

// At instruction `at` a variable is subscripted; when it is undefined, and `name` is a function, the code goes on at `to`.
typedef struct Detour {
    uint32_t at, to;
    char *name;
} Detour;

typedef struct LineMark {
    uint32_t pc;
    int line, column;  // of the first statement on the line; the column counts bytes from 0
} LineMark;

typedef struct LineTally {
    int64_t count;
    double time;  // seconds, with what the statement called
} LineTally;

typedef struct CodeParam {
    uint16_t reg;
    char *keyword;  // NULL: positional
} CodeParam;

typedef struct Code {
    uint32_t refs;
    char *name;  // "NAME", "CLASS::NAME", "$MAIN$"
    char *class_name;  // of a method: "CLASS"; NULL
    uint16_t self_reg;  // of a method: the variable SELF
    char *path;  // source file, or NULL
    char *text;  // of a main program: its file's; else NULL
    bool is_function, is_main;
    unsigned options;
    int nparams, npositional;
    CodeParam *param;
    int extra;  // index in param of _EXTRA or _REF_EXTRA, or -1
    bool extra_is_ref;
    char **var;   // names of the variables, registers 0..nvars-1
    int nvars, nhidden, nregs;
    Instr *ins;
    int nins;
    uint16_t *plain;  // the operations behind OP_BREAK; NULL: the debugger does not look
    void **fused;     // by instruction: the VM's plan for the expression that begins there (vm/peephole/fuse.h); NULL: none yet
    LineMark *mark;
    int nmarks;
    LineTally *tally; // by mark: how often it ran while the profiler looked; NULL: it does not look
    Val *k;
    int nk;
    Path *path_site;
    int npaths;
    CallSite *call_site;
    int ncalls;
    Detour *detour;  // by `at`
    int ndetours;
    StructSite *struct_site;
    int nstructs;
    CommonSite *common_site;
    int ncommons;
    SysSite *sys_site;
    int nsys;
    struct LoopTable *loops;               // the VM's, of loops that are hot (vm/jit/jit.h); NULL: none yet
    void (*loops_free)(struct Code *c);
    int64_t heat;     // calls as a function, until machine code is tried
} Code;

static inline Code *code_ref(Code *c)
{
    c->refs++;
    return c;
}
void code_drop(Code *c);
int code_line(const Code *c, uint32_t pc);
int code_place(const Code *c, uint32_t pc, int *column);  // the line, and the column of its statement
// The first statement that begins at pc; -1: none does.
int code_mark(const Code *c, uint32_t pc);
int code_find_var(const Code *c, const char *name);  // register, or -1
const Detour *code_detour(const Code *c, uint32_t pc);  // NULL: none
uint32_t code_home(const Code *c, uint32_t pc);  // of an instruction of a detour, the one that it is for; else pc
const char *op_name(int op);

#endif
