// The settings of plots as routines see them: keyword, else !P, !X, !Y, !Z. And what plots leave in those variables.
#ifndef HELIO_LIB_GRAPHICS_SETTINGS_H
#define HELIO_LIB_GRAPHICS_SETTINGS_H

#include "vm/call/call.h"

// A number without its fraction; what is none is 0, what is huge a million million.
static inline int64_t number_whole(double x)
{
    const double most = 1e12;
    if (x != x) return 0;
    return x > most ? (int64_t)most : x < -most ? -(int64_t)most : (int64_t)x;
}

// Where the values of a tag are, to be read and written, until the next call. `variable` is 'P', 'X', 'Y' or 'Z'.
// Throws when memory is out.
void *setting(Call *c, char variable, const char *tag);
void *setting_of(Call *c, const char *name, const char *tag); // of !MAP, !MOUSE, ...
int32_t setting_long(Call *c, char variable, const char *tag);
double setting_float(Call *c, char variable, const char *tag);
double *setting_doubles(Call *c, char variable, const char *tag);
float *setting_floats(Call *c, char variable, const char *tag);
const char *setting_text(Call *c, char variable, const char *tag);

// The keyword's value, else the setting's.
double kw_or_float(Call *c, int slot, char variable, const char *tag);
int64_t kw_or_long(Call *c, int slot, char variable, const char *tag);
// Lives as long as the call.
const Str *kw_or_text(Call *c, int slot, char variable, const char *tag);
// The keyword's numbers as DOUBLE, at least lo and at most hi of them; NULL: not given. *n: how many.
const double *kw_numbers(Call *c, int slot, int lo, int hi, int *n);
// The numbers of an argument as DOUBLE; throws for what is no number.
const double *arg_numbers(Call *c, int i, int64_t *n);

#endif
