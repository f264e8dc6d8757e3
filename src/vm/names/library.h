// Where routines come from: the builtin tables, what has been compiled, and .pro files along !PATH.
#ifndef HELIO_VM_LIBRARY_H
#define HELIO_VM_LIBRARY_H

#include "lang/parser.h"
#include "vm/call/call.h"
#include "vm/engine.h"

void library_add_table(Vm *vm, const RoutineTable *t);

// A routine of the library written in IDL: embedded, compiled on first call when no file of the program defines it.
typedef struct LibraryText {
    const char *name;  // upper case
    bool is_function;
    int size;
    const char *usage;  // as of builtins
    const char *text;
} LibraryText;
// rows: sorted by name; they must live as long as the engine.
void library_add_texts(Vm *vm, const LibraryText *rows, int n);
const LibraryText *library_text(Vm *vm, const char *name, bool is_function);  // NULL when there is none
// A compiled routine by name, compiling NAME.pro down to its end on first use; NULL when there is none. Syntax errors
// are reported.
UserRoutine *library_find(Vm *vm, const char *name, bool is_function);
// A routine compiled before it is called.
typedef struct Resolution {
    bool procedures, functions;  // what it may be
    bool again;       // even if it is compiled already
    bool whole_file;  // also what stands below it in its file
    bool quiet;       // no "% Compiled module"
} Resolution;
UserRoutine *library_resolve(Vm *vm, const char *name, const Resolution *r);  // NULL when there is none
// The text of a file for @FILE and .run: cwd first, then !PATH; NAME.pro, then NAME as it is. NULL when not found;
// *path (owned) is where it was. Throws nothing.
char *library_read_file(Vm *vm, const char *name, size_t *len, char **path);
// Compiles all units of a text. Routines are installed (with "% Compiled module: X." unless hidden or quiet); a main
// program comes back in *main_code (owned). Returns the number of syntax errors, all reported.
int library_compile(Vm *vm, const char *path, const char *text, size_t len, bool quiet, Code **main_code);
// Compiles all units of a text, shows each to `each` in the order written, and keeps none of them. Returns as above.
int library_each_code(Vm *vm, const char *path, const char *text, size_t len, void (*each)(void *arg, const Code *), void *arg);
// The same, quietly, of routines whose text begins at a line of the file `path`: what SAVE, /ROUTINES has kept.
int library_compile_source(Vm *vm, const char *path, const char *text, int first_line);
// What is known of the folders along !PATH is forgotten; it is read again at the next look.
void library_forget_path(Vm *vm);
// Every file NAME.pro of the current folder and along !PATH; for completion and suggestions.
void library_each_file(Vm *vm, void (*each)(void *arg, const char *file), void *arg);
// Every folder along !PATH, with how many of its .pro files are found there first.
void library_each_folder(Vm *vm, void (*each)(void *arg, const char *folder, int files), void *arg);
// Files may have come or gone, or the working folder has changed: names that were not found are looked for again.
void library_look_again(Vm *vm);
// !PATH as a colon-separated list; "+DIR" has been expanded.
void library_set_path(Vm *vm, const char *path);
const char *library_path(Vm *vm);
void library_free(Vm *vm);
// For Scope: whether NAME(...) is a call even where a variable has the name: builtin and library functions, and those that are
// compiled; but for names that IDL took for functions late.
bool library_has_function(void *vm, const char *name);
bool library_is_late(const char *name);  // one of the latter, like LIST and HASH
// For Includer: NAME or NAME.pro in the current folder, along !PATH, or beside the file that includes it.
char *library_include(void *vm, const char *name, const char *from, size_t *len, char **path);
// Prints a syntax error: the line, a caret, the text, the place.
void library_report(Vm *vm, const Source *src, const ParseIssue *issue);

#define LAMBDA_PREFIX "IDL$LAMBDA"  // of routines that LAMBDA and LAMBDAP make; F or P and a number follow
// The name of a function of the arguments text[0..colon) that returns the expression behind the colon, or of a procedure
// that executes the statements there; compiled once for a text. NULL: it does not compile (reported).
const char *library_lambda(Vm *vm, const char *text, size_t colon, size_t n, bool is_function);
// The routine that a scalar string names, if LAMBDA or LAMBDAP has made it; NULL.
UserRoutine *library_lambda_named(Vm *vm, const Val *v, bool is_function);

#endif
