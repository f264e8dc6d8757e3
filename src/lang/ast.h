// The syntax tree. One node type: what its members mean per kind is said beside the kind. Nodes live in an arena.
#ifndef HELIO_LANG_AST_H
#define HELIO_LANG_AST_H

#include "base/arena.h"
#include "base/vec.h"
#include "core/val.h"
#include "lang/source.h"

typedef enum NodeKind {
    // Expressions
    N_CONST,    // value
    N_VAR,      // name
    N_SYSVAR,   // name with its "!"
    N_UNARY,    // op (Operator), a
    N_BINARY,   // op, a, b
    N_ANDAND,   // a, b
    N_OROR,     // a, b
    N_COND,     // a ? b : c
    N_INDEX,    // a[list]
    N_PAREN,    // name(list): subscript or call, settled by the compiler (meaning); name2: the text of LAMBDA(x: ...), or NULL
    N_CALL,     // name(list), surely a call (it has keywords)
    N_TAG,      // a.name
    N_TAGN,     // a.(b)
    N_DEREF,    // *a
    N_METHOD,   // a->name(list); b: the class in a->class::name, a N_VAR
    N_ARRAY,    // [list]; op: 1 + nesting of array literals inside
    N_STRUCT,   // {name, fields}; list of N_FIELD and N_INHERITS; name may be NULL
    N_FIELD,    // name: a
    N_INHERITS, // name
    N_ASSIGN,   // a op= b (op OP_NONE: plain); also a statement
    N_INCR,     // ++a or --a: op OP_ADD or OP_SUB; is_postfix; also a statement
    N_RANGE,    // subscript a:b:c, each NULL when absent; only in subscripts
    N_ALL,      // subscript *
    N_REG,      // the value in register number `options` (made by the compiler)
    N_KEYARG,   // name=a; only in calls
    // Statements
    S_BLOCK,    // list
    S_CALL,     // name, list; a procedure call
    S_BARE,     // name alone: a procedure call, or at the prompt a variable to print
    S_METHOD,   // a: the N_METHOD
    S_PRINT,    // a: an expression alone (implied print)
    S_IF,       // a, then b, else c
    S_FOR,      // name = a, b, c (step or NULL), do d
    S_FOREACH,  // name in a, key name2, do d
    S_WHILE,    // a, do d
    S_REPEAT,   // d, until a
    S_CASE,     // a; list of S_ARM; op: 1 for SWITCH
    S_ARM,      // a (NULL: ELSE), d
    S_BREAK,
    S_CONTINUE,
    S_GOTO,        // name
    S_LABEL,       // name
    S_RETURN,      // a or NULL
    S_COMMON,      // name, list of N_VAR
    S_ON_IOERROR,  // name or NULL
    S_OPTIONS,     // COMPILE_OPT: options is the whole set from here on
} NodeKind;

// X(name, spelling)
#define OPERATOR_LIST(X)                                                                                       \
    X(ADD, "+") X(SUB, "-") X(MUL, "*") X(DIV, "/") X(MOD, "MOD") X(POW, "^") X(MIN, "<") X(MAX, ">")          \
    X(EQ, "EQ") X(NE, "NE") X(LT, "LT") X(LE, "LE") X(GT, "GT") X(GE, "GE") X(AND, "AND") X(OR, "OR")          \
    X(XOR, "XOR") X(MATMUL, "#") X(MATMUL2, "##")                                                              \
    X(NEG, "-") X(NOT, "NOT") X(LNOT, "~")

typedef enum Operator {
#define X(name, text) OPR_##name,
    OPERATOR_LIST(X)
#undef X
    OPR_NONE,
} Operator;

typedef enum ParenMeaning {
    PAREN_OPEN,       // not settled yet
    PAREN_CALL,       // a call; where there is no such function, perhaps a subscript of a variable made later
    PAREN_SUBSCRIPT,  // of a variable; where that is undefined, perhaps a call
} ParenMeaning;

typedef struct Node Node;
struct Node {
    uint8_t kind;  // NodeKind
    uint8_t op;    // Operator
    uint8_t is_postfix;
    uint8_t is_bracket;
    uint8_t meaning;    // of N_PAREN, once settled (ParenMeaning)
    uint8_t in_parens;  // an expression in parentheses of its own: (s.tag)[1] is not s.tag[1]
    uint16_t file;  // which of the tree's texts it stands in
    uint32_t pos;  // byte position there, for messages
    int line;
    Node *a, *b, *c, *d;
    Node **list;
    int n;
    unsigned options;
    const char *name, *name2;  // upper case
    Val value;                 // N_CONST: owned by the Tree
};

typedef struct Param {
    const char *name;     // the variable
    const char *keyword;  // NULL: positional. "_EXTRA", "_REF_EXTRA" for those
} Param;

// A PRO, a FUNCTION, or the statements of a main program or a typed line.
typedef struct RoutineAst {
    const char *name;  // upper case; "$MAIN$"
    bool is_function, is_main;
    Param *param;
    int nparams;
    Node *body;  // S_BLOCK
    unsigned options;  // COMPILE_OPT in force at its end
    uint16_t file;
    uint32_t pos;
    int line, last_line;
    struct RoutineAst *next;
} RoutineAst;

typedef struct Tree {
    Arena arena;
    const Source *src;
    size_t base;  // positions in file 0 count from here in src
    VEC(const Source *) files;  // 1 and up: the texts of @FILE, in the arena; file 0 (NULL here) is src
    RoutineAst *units, *last;
    bool ended;       // a main program closed by END
    VEC(Val) values;  // counted constants
} Tree;

// The text that file number `file` has, and the place of `pos` in it.
const char *tree_text(const Tree *t, int file, size_t pos);
void tree_free(Tree *t);

#endif
