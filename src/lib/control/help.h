// HELP's parts, each of which appends lines (with their line ends) to a buffer; some serve other routines, too.
#ifndef HELIO_LIB_CONTROL_HELP_H
#define HELIO_LIB_CONTROL_HELP_H

#include "base/buf.h"
#include "core/sdef.h"
#include "vm/call/call.h"

// How a list is wanted.
typedef struct HelpHow {
    bool brief, full;  // BRIEF: names side by side. FULL: what is left out otherwise, too
    const Val *names;  // NAMES: patterns (strings) of what is asked for; NULL: everything
} HelpHow;

bool help_is_named(const HelpHow *how, const char *name);
// Names side by side.
void help_brief_names(Buf *b, const char *const *name, int n);

// --- help_variable.c
// The line of one variable.
void help_variable_line(Buf *b, const char *name, const Val *v);
// The same of a variable that may be in a COMMON block: "X (BLOCK)".
void help_cell_line(Vm *vm, Buf *b, const char *name, const Val *cell);
// "** Structure NAME, n tags, ..." and a line a tag, of the first record of v.
void help_structure_lines(Buf *b, const Val *v);
// The variables of a frame, by name.
void help_frame_variables(Call *c, Buf *b, int frame, const HelpHow *how);
void help_system_variables(Vm *vm, Buf *b, const HelpHow *how);
void help_heap_variables(Vm *vm, Buf *b, const HelpHow *how);

// --- help_classes.c
// "** Object class NAME, ...": superclasses and methods. Source of the format: GDL.
void help_class_lines(Vm *vm, Buf *b, const SDef *d);
// Every named structure, or (objects) class: its lines, or (brief) the names. full: the hidden ones too.
void help_definitions(Vm *vm, Buf *b, bool objects, const HelpHow *how);

// --- help_routines.c
typedef enum HelpRoutines { HELP_PROCEDURES = 1, HELP_FUNCTIONS = 2, HELP_FILES = 4, HELP_LAMBDA = 8 } HelpRoutines;
// Compiled routines: with their parameters, or (HELP_FILES) their files; of LAMBDA alone (HELP_LAMBDA).
void help_routines(Vm *vm, Buf *b, unsigned which, const HelpHow *how);
// The loops of compiled routines that ran long enough to become machine code, or why they did not (help_loops.c).
void help_loops(Vm *vm, Buf *b, const HelpHow *how);
// The names of compiled routines, as HELP alone ends.
void help_routine_names(Vm *vm, Buf *b);
// The calls that are running, innermost first: "NAME <file(line)>", or (places) as messages have them.
void help_calls(Vm *vm, Buf *b, bool places);
// How the routines that the call's arguments name are called; throws for one that there is none.
void help_usages(Call *c, Buf *b);

// --- help_session.c
void help_units(Call *c, Buf *b);  // of the arguments, or all that are open
void help_memory(Buf *b);
void help_last_message(Vm *vm, Buf *b);
void help_device(Vm *vm, Buf *b);
void help_modules(Call *c, Buf *b, const HelpHow *how);  // those that the arguments name, or all
void help_path(Vm *vm, Buf *b);
void help_preferences(Vm *vm, Buf *b, const HelpHow *how);
void help_recall(Vm *vm, Buf *b);
void help_keys(Buf *b);
void help_shared_memory(Buf *b);

#endif
