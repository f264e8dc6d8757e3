// What the formatted I/O routines share: FORMAT= and its companions read from keywords, output built and cut into
// lines, input lines from a unit or from strings. All resources belong to the call.
#ifndef HELIO_LIB_FORMAT_FORMATTING_H
#define HELIO_LIB_FORMAT_FORMATTING_H

#include "fmt/format.h"
#include "io/lun.h"
#include "vm/call/call.h"

// Slots of the keywords that describe a format; -1 where the routine has no such keyword.
typedef struct FormatKeywords {
    int format, am_pm, days_of_week, months;
} FormatKeywords;

// The parsed FORMAT, or NULL for free format (not given, or empty). Throws on a bad one.
const Format *formatting_format(Call *c, const FormatKeywords *kw);
const Format *formatting_parse(Call *c, const Str *text);
void formatting_names(Call *c, const FormatKeywords *kw, FormatNames *names);

Buf *formatting_buf(Call *c);       // empty, freed with the call
LineEnds *formatting_ends(Call *c);
// Positional arguments from `first` on, as the formatter takes them; throws on undefined ones.
const Val **formatting_args(Call *c, int first);
// v, or what the overloaded method makes of the object that it is (kept by the call).
const Val *formatting_shown(Call *c, const Val *v, const char *method);
// Items over n values, freed with the call.
Items *formatting_items(Call *c, const Val *const *vals, int n, bool split_complex);

// Reads arguments first.. (variables; undefined ones become FLOAT) from lines, by the format or freely. u: of the lines, or NULL.
void formatting_read(Call *c, const FormatKeywords *kw, int first, const LineSource *lines, Unit *u);
// All positional arguments to standard output, as STOP shows them.
void formatting_show_arguments(Call *c);
// What an expression alone prints.
MUST_USE Status formatting_implied_print(Vm *vm, const Val *v);
// Lines of a unit.
LineSource formatting_unit_lines(Unit *u);

#endif
