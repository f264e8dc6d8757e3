// HELP's lines for others that describe variables.
#ifndef HELIO_LIB_CONTROL_HELP_H
#define HELIO_LIB_CONTROL_HELP_H

#include "base/buf.h"
#include "core/sdef.h"
#include "vm/call.h"

// The line of one variable, with its line end.
void help_variable_line(Buf *b, const char *name, const Val *v);
// "** Structure NAME, n tags, ..." and a line a tag, of the first record of v.
void help_structure_lines(Buf *b, const Val *v);
// "** Object class NAME, ...": superclasses and methods. Source of the format: GDL.
void help_class_lines(Vm *vm, Buf *b, const SDef *d);
// Every named structure, or (objects) class: its lines, or (brief) the names. full: the hidden ones too.
void help_definitions(Vm *vm, Buf *b, bool objects, bool brief, bool full);
// Names side by side.
void help_brief_names(Buf *b, const char *const *name, int n);
// Writes what b holds (consumed) to standard output. Throws.
void help_write_take(Call *c, Buf b);

#endif
