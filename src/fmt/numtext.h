// Numtext: numbers to text in IDL's default fields, and text to numbers. Knows single values only.
#ifndef HELIO_FMT_NUMTEXT_H
#define HELIO_FMT_NUMTEXT_H

#include "base/buf.h"
#include "core/type.h"

enum { NUMTEXT_MAX = 80 };  // enough for any number in its default field, complex ones included

// The element at p, of numeric type t, in its default field: right-aligned, "(re,im)" for complex types. `implied` asks
// for the digits of implied print. Returns the length; out is NUL-terminated.
int numtext_put(char out[NUMTEXT_MAX], TypeCode t, const void *p, bool implied);
// Width of that field.
int numtext_width(TypeCode t, bool implied);
// A finite number by a printf format that takes a width, a precision and a double.
int numtext_real(char *out, size_t cap, const char *format, int width, int digits, double x);
// Inf, or Infinity of a wide type where it fits; NaN or -NaN.
int numtext_not_finite(char *out, size_t cap, int width, double x, bool wide);

// The number at the start of text, after blanks: how many characters it takes, 0 if there is none. Reals allow a D
// exponent, NaN and Inf; integers wrap at 64 bits.
size_t numtext_scan_real(const char *p, size_t n, double *out);
size_t numtext_scan_int(const char *p, size_t n, int64_t *out);

// Stores into an element of numeric type t what a program's conversion of the text gives: a leading number, "(re,im)"
// for complex types; anything after it is ignored. False, and zero stored, when there is no number (empty text counts
// as 0 and is true). `loose` lets integers take real text ("1e3" is 1000), as reading does; conversions take the
// leading digits.
bool numtext_convert(TypeCode t, void *out, const char *p, size_t n, bool loose);
// Stores x or i into an element, converting as kern_convert does.
void numtext_store_real(TypeCode t, void *out, double x);
void numtext_store_int(TypeCode t, void *out, int64_t x);
// An element as a real number and as an integer (bits of an unsigned 64-bit one).
double numtext_as_real(TypeCode t, const void *p);
int64_t numtext_as_int(TypeCode t, const void *p);

// "Long": how conversion errors name the type.
const char *numtext_type_word(TypeCode t);

#endif
