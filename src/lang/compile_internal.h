// Shared between the files of the compiler: emission, registers, constants, jumps.
#ifndef HELIO_LANG_COMPILE_INTERNAL_H
#define HELIO_LANG_COMPILE_INTERNAL_H

#include "base/map.h"
#include "base/vec.h"
#include "core/arr.h"
#include "lang/compiler.h"

typedef struct Fixup {
    int at;            // instruction whose place is to be filled
    const char *label;  // GOTO: name; NULL: by the list that holds it
    uint16_t file;
    uint32_t pos;
} Fixup;

typedef VEC(int) Jumps;

typedef struct Loop {  // innermost loop, CASE or SWITCH
    Jumps breaks, continues;
    bool is_loop;
    struct Loop *outer;
} Loop;

// A subscript of a variable which, where that is undefined, is a call (compile_detours).
typedef struct Doubtful {
    const Node *paren;
    int at;           // the instruction that subscripts
    int temp;         // the next free register there
    int hidden;
} Doubtful;

typedef struct Compiler {
    const RoutineAst *unit;
    Tree *tree;
    Code *code;
    const Scope *scope;
    Map var_index;         // name -> number in vars + 1
    VEC(const char *) vars;
    int hidden, hidden_max;
    int temp, temp_max;    // next free and highest temporary (register numbers)
    int line;              // of the last mark
    VEC(uint16_t) pins;    // temporaries of this statement that keep a heap variable alive
    VEC(Instr) ins;
    VEC(LineMark) marks;
    VEC(Val) k;
    VEC(Path) paths;
    VEC(CallSite) calls;
    VEC(StructSite) structs;
    VEC(CommonSite) commons;
    VEC(const Node *) declared;  // COMMON statements, in the order of the text
    VEC(SysSite) sys;
    VEC(Doubtful) doubtful;
    VEC(Detour) detours;
    VEC(Fixup) gotos;
    Map labels;            // name -> place + 1
    Map constants;         // "type:bits" of scalar constants -> index + 1
    Loop *loop;
    unsigned options;
    int depth;             // of the tree, against a limit
    int grows;             // a = [a, ...]: 1 + the register of a, for the array literal compiled next; 0: none
    bool failed;
    ParseIssue issue;
} Compiler;

typedef uint16_t Operand;
typedef VEC(const Node *) NodeChain;

// n and the operators of its kind down the left side of the tree, n first; the caller frees the list.
NodeChain chain_of(const Node *n);

// The variables of a COMMON statement that names none; how many.
int common_names(const Compiler *c, const Node *n, const char *const **names);
void compile_fail(Compiler *c, const Node *at, const char *text);
int emit(Compiler *c, Op op, int a, int b, int d);
int emit_place(Compiler *c, Op op, int a, uint32_t place);  // jumps: place in b and c
uint32_t here(const Compiler *c);
void patch(Compiler *c, int at, uint32_t place);
void patch_all(Compiler *c, Jumps *list, uint32_t place);
Operand temp_new(Compiler *c, const Node *at);
// The number of the site just added to a list of len; fails when an instruction cannot name it.
int site_number(Compiler *c, const Node *at, int len);
static inline bool is_temp(const Compiler *c, Operand r) { return r < K_BASE && r >= c->code->nvars + c->code->nhidden; }
Operand constant(Compiler *c, const Node *at, const Val *v);  // borrowed
int var_reg(const Compiler *c, const char *name);              // or -1
// name(...) subscripts a variable.
static inline bool is_subscript(const Node *paren) { return paren->meaning == PAREN_SUBSCRIPT; }

// compile_expr.c
Operand compile_expr(Compiler *c, const Node *n);              // wherever the value is
void compile_expr_to(Compiler *c, const Node *n, Operand dst);  // into a register
void compile_jump(Compiler *c, const Node *cond, bool when, bool nonzero, Jumps *out);
void compile_assign(Compiler *c, const Node *n, int result);    // result: register for the value, or -1
void compile_incr(Compiler *c, const Node *n, int result);
// compile_call.c
void compile_call(Compiler *c, const Node *n, const char *name, bool is_function, Operand dst);
// Calls of SCOPE_VARFETCH stand for a variable: they may be assigned to, and go by reference as arguments.
bool is_place_call(const Node *n);
void compile_place_call(Compiler *c, const Node *n, Operand ref);
// The call that name(...) makes instead of subscripting, with the subscripts' operands for its arguments.
void compile_call_with(Compiler *c, const Node *paren, const Operand *args, Operand dst);
void compile_method(Compiler *c, const Node *n, bool is_function, Operand dst);
void compile_lambda(Compiler *c, const Node *n, Operand dst);
void compile_struct(Compiler *c, const Node *n, Operand dst);
void compile_array(Compiler *c, const Node *n, Operand dst);
bool is_append(const Node *assign);
// compile_path.c
void compile_path_get(Compiler *c, const Node *n, Operand dst);
// a[f(x)] += 1 evaluates f(x) once: path_hold puts such parts into hidden registers (path_unstable_parts says how many) and
// returns the path that reads them; path_release gives back those above `hidden`.
int path_unstable_parts(const Node *n);
const Node *path_hold(Compiler *c, const Node *n);
void path_release(Compiler *c, int hidden);
void compile_path_set(Compiler *c, const Node *n, Operand value);
void compile_detours(Compiler *c);
Operand compile_brief_reference(Compiler *c, const Node *n);  // the same, without keeping the pointer alive
Operand compile_reference(Compiler *c, const Node *n);  // of *p or !X: a temporary holding a reference
// compile_stmt.c
void compile_statement(Compiler *c, const Node *n);
void compile_commons(Compiler *c);  // binds their variables, wherever in the routine the statements are

#endif
