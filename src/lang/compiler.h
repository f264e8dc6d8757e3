// Syntax tree to bytecode.
#ifndef HELIO_LANG_COMPILER_H
#define HELIO_LANG_COMPILER_H

#include "lang/ast.h"
#include "lang/code.h"
#include "lang/parser.h"

// What is known where the code is to run.
typedef struct Scope {
    // For code that runs against an existing frame (typed statements, EXECUTE): whether a name is a variable there. May be NULL.
    bool (*has_variable)(void *arg, const char *name);
    // Whether name(...) is a call even beside a variable of that name. May be NULL: never.
    bool (*has_function)(void *arg, const char *name);
    void *arg;
    // The names of a COMMON block declared before, for a COMMON statement without variables; 0 when there is none.
    int (*common_names)(void *arg, const char *block, const char *const **names);
    // The statements run in turns: whoever starts them sets the last three hidden registers (LONG) to 1, the number of turns, 1.
    bool repeats;
} Scope;

// One routine or main unit. scope may be NULL. On failure NULL, with *issue filled (text in the tree's arena).
Code *compile_unit(const RoutineAst *unit, Tree *tree, const char *path, const Scope *scope, ParseIssue *issue);

#endif
