// Numbers to text in IDL's default fields and back. Formats (FORMAT=) are format_write.c and format_read.c; they come
// here for single values. Start reading at numtext_put and numtext_convert.
#include "fmt/numtext.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- to text -------------------------------------------------------------------------------------------------------

// The C library's %#g may drop the zeros of what rounds up to a power of ten: "1.e+06".
static bool lacks_zeros(const char *p, int digits)
{
    int n = 0;
    while (*p == ' ' || *p == '-' || *p == '+') p++;
    while (*p == '0' || (*p == '.' && !n)) p++;
    if (*p != '1') return false;
    for (; (*p >= '0' && *p <= '9') || *p == '.'; p++) n += *p != '.';
    return n < digits;
}

static const char *not_finite(double x, bool wide, int width)
{
    if (isnan(x)) return signbit(x) ? "-NaN" : "NaN";
    if (wide && (!width || width >= 8 + (x < 0))) return x < 0 ? "-Infinity" : "Infinity";
    return x < 0 ? "-Inf" : "Inf";
}

int numtext_real(char *out, size_t cap, const char *format, int width, int digits, double x)
{
    int n = snprintf(out, cap, format, width, digits, x);
    bool is_g = (format[strlen(format) - 1] | 32) == 'g';
    if (is_g && n < (int)cap && strchr(format, '#') && lacks_zeros(out, digits))
        n = snprintf(out, cap, format, width, digits, strtod(out, NULL));
    return n;
}

int numtext_not_finite(char *out, size_t cap, int width, double x, bool wide)
{
    return snprintf(out, cap, "%*s", width, not_finite(x, wide, width));
}

static int put_real(char *out, size_t cap, int width, int digits, double x, bool wide)
{
    if (!isfinite(x)) return numtext_not_finite(out, cap, width, x, wide);
    int n = snprintf(out, cap, "%#*.*g", width, digits, x);
    return lacks_zeros(out, digits) ? snprintf(out, cap, "%#*.*g", width, digits, strtod(out, NULL)) : n;
}

int numtext_width(TypeCode t, bool implied)
{
    switch (t) {
    case T_BYTE: return 4;
    case T_INT: case T_UINT: return 8;
    case T_LONG: case T_ULONG: return 12;
    case T_LONG64: case T_ULONG64: return 22;
    case T_FLOAT: return implied ? 16 : 13;
    case T_DOUBLE: return implied ? 25 : 16;
    case T_COMPLEX: return implied ? 35 : 29;
    case T_DCOMPLEX: return implied ? 53 : 35;
    default: return 0;
    }
}

static int put_complex(char *out, bool wide, double re, double im, bool implied)
{
    int w = numtext_width(wide ? T_DOUBLE : T_FLOAT, implied);
    int digits = wide ? (implied ? 17 : 8) : implied ? 8 : 6;
    int n = 0;
    out[n++] = '(';
    n += put_real(out + n, NUMTEXT_MAX - (size_t)n, w, digits, re, wide);
    out[n++] = ',';
    n += put_real(out + n, NUMTEXT_MAX - (size_t)n, w, digits, im, wide);
    out[n++] = ')';
    out[n] = 0;
    return n;
}

// An integer right-aligned in a field: the hot path of printing tables.
static int put_integer(char *out, uint64_t magnitude, bool negative, int width)
{
    char digits[24];
    int n = 0;
    do {
        digits[n++] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude);
    if (negative) digits[n++] = '-';
    int total = n > width ? n : width;
    memset(out, ' ', (size_t)(total - n));
    for (int i = 0; i < n; i++) out[total - 1 - i] = digits[i];
    out[total] = 0;
    return total;
}

int numtext_put(char out[NUMTEXT_MAX], TypeCode t, const void *p, bool implied)
{
    int w = numtext_width(t, implied);
    switch (t) {
    case T_FLOAT: return put_real(out, NUMTEXT_MAX, w, implied ? 8 : 6, *(const float *)p, false);
    case T_DOUBLE: return put_real(out, NUMTEXT_MAX, w, implied ? 17 : 8, *(const double *)p, true);
    case T_COMPLEX: return put_complex(out, false, ((const Cx *)p)->re, ((const Cx *)p)->im, implied);
    case T_DCOMPLEX: return put_complex(out, true, ((const Dcx *)p)->re, ((const Dcx *)p)->im, implied);
    case T_ULONG64: return put_integer(out, *(const uint64_t *)p, false, w);
    default: {
        int64_t x = numtext_as_int(t, p);
        return put_integer(out, x < 0 ? 0 - (uint64_t)x : (uint64_t)x, x < 0, w);
    }
    }
}

// ---- from text -----------------------------------------------------------------------------------------------------

static size_t skip_blanks(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && (p[i] == ' ' || p[i] == '\t' || p[i] == '\n' || p[i] == '\r')) i++;
    return i;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t numtext_scan_int(const char *p, size_t n, int64_t *out)
{
    size_t i = skip_blanks(p, n);
    bool negative = i < n && p[i] == '-';
    if (i < n && (p[i] == '-' || p[i] == '+')) i++;
    uint64_t v = 0;
    size_t first = i;
    for (; i < n && is_digit(p[i]); i++) v = v * 10 + (uint64_t)(p[i] - '0');
    if (i == first) return 0;
    *out = (int64_t)(negative ? 0 - v : v);
    return i;
}

static bool has_word(const char *p, size_t n, const char *word)
{
    size_t k = strlen(word);
    return n >= k && !strncasecmp(p, word, k);
}

static size_t scan_special(const char *p, size_t n, double *out)
{
    size_t i = n && (p[0] == '-' || p[0] == '+');
    size_t used;
    if (has_word(p + i, n - i, "nan")) {
        *out = p[0] == '-' ? -NAN : NAN;
        return i + 3;
    }
    if (has_word(p + i, n - i, "infinity")) used = i + 8;
    else if (has_word(p + i, n - i, "inf")) used = i + 3;
    else return 0;
    *out = p[0] == '-' ? -INFINITY : INFINITY;
    return used;
}

// The exact way, for what the fast path cannot do: strtod on a copy with E for D.
static double slow_real(const char *p, size_t n)
{
    char small[128];
    char *text = n < sizeof small ? small : mem_alloc(n + 1);
    if (!text) return NAN;
    for (size_t i = 0; i < n; i++) text[i] = p[i] == 'd' || p[i] == 'D' ? 'e' : p[i];
    text[n] = 0;
    double x = strtod(text, NULL);
    if (text != small) mem_free(text);
    return x;
}

size_t numtext_scan_real(const char *p, size_t n, double *out)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    size_t start = skip_blanks(p, n), i = start;
    if (i < n && (p[i] == '-' || p[i] == '+')) i++;
    uint64_t mantissa = 0;
    int digits = 0, scale = 0;
    bool any = false;
    for (bool point = false; i < n; i++) {
        if (p[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(p[i])) break;
        any = true;
        if (mantissa || p[i] != '0') digits++;
        if (digits <= 19) mantissa = mantissa * 10 + (uint64_t)(p[i] - '0');
        scale -= point;
    }
    if (!any) {
        size_t used = scan_special(p + start, n - start, out);
        return used ? start + used : 0;
    }
    if (i < n && p[i] && strchr("eEdD", p[i])) {
        size_t j = i + 1;
        bool negative = j < n && p[j] == '-';
        if (j < n && (p[j] == '-' || p[j] == '+')) j++;
        int e = 0;
        size_t first = j;
        for (; j < n && is_digit(p[j]); j++) e = e < 100000 ? e * 10 + (p[j] - '0') : e;
        if (j > first) {
            i = j;
            scale += negative ? -e : e;
        }
    }
    if (digits <= 19 && mantissa < (uint64_t)1 << 53 && scale >= -22 && scale <= 22) {  // exact: one rounding
        double x = scale < 0 ? (double)mantissa / power[-scale] : (double)mantissa * power[scale];
        *out = p[start] == '-' ? -x : x;
    } else {
        *out = slow_real(p + start, i - start);
    }
    return i;
}

// "(re,im)", the parts separated by a comma or blanks; or a plain real number.
static bool convert_complex(const char *p, size_t n, double *re, double *im)
{
    *re = *im = 0;
    size_t i = skip_blanks(p, n);
    bool paren = i < n && p[i] == '(';
    i += paren;
    size_t used = numtext_scan_real(p + i, n - i, re);
    if (!used) return false;
    if (!paren) return true;
    i += used;
    i += skip_blanks(p + i, n - i);
    if (i < n && p[i] == ',') i++;
    numtext_scan_real(p + i, n - i, im);
    return true;
}

bool numtext_convert(TypeCode t, void *out, const char *p, size_t n, bool loose)
{
    bool empty = skip_blanks(p, n) == n;
    if (t == T_COMPLEX || t == T_DCOMPLEX) {
        double re, im;
        bool ok = convert_complex(p, n, &re, &im) || empty;
        if (t == T_DCOMPLEX) *(Dcx *)out = (Dcx){re, im};
        else *(Cx *)out = (Cx){(float)re, (float)im};
        return ok;
    }
    if (t == T_FLOAT || t == T_DOUBLE) {
        double x = 0;
        bool ok = numtext_scan_real(p, n, &x) || empty;
        numtext_store_real(t, out, x);
        return ok;
    }
    int64_t v = 0;
    size_t used = numtext_scan_int(p, n, &v);
    if (used < n && strchr(loose ? ".eEdD" : ".", p[used])) {
        double x;
        size_t real = numtext_scan_real(p, n, &x);
        if (real > used && (loose || !used)) {  // more digits than an integer: 1.5e3, .5
            numtext_store_real(t, out, x);
            return true;
        }
    }
    numtext_store_int(t, out, v);
    return used || empty;
}

// Towards zero, out of range as x86 does: the rules of kern_convert.
void numtext_store_real(TypeCode t, void *out, double x)
{
    const double half = 9223372036854775808.0;
    switch (t) {
    case T_FLOAT: *(float *)out = (float)x; return;
    case T_DOUBLE: *(double *)out = x; return;
    case T_COMPLEX: *(Cx *)out = (Cx){(float)x, 0}; return;
    case T_DCOMPLEX: *(Dcx *)out = (Dcx){x, 0}; return;
    case T_ULONG64:
        if (x >= half) *(uint64_t *)out = x < 2 * half ? ((uint64_t)(x - half) | (uint64_t)1 << 63) : 0;
        else numtext_store_int(t, out, x > -half ? (int64_t)x : INT64_MIN);
        return;
    case T_ULONG: case T_LONG64: numtext_store_int(t, out, x > -half && x < half ? (int64_t)x : INT64_MIN); return;
    default: numtext_store_int(t, out, x > -2147483649.0 && x < 2147483648.0 ? (int32_t)x : INT32_MIN);
    }
}

void numtext_store_int(TypeCode t, void *out, int64_t x)
{
    switch (t) {
    case T_BYTE: *(uint8_t *)out = (uint8_t)x; return;
    case T_INT: case T_UINT: *(uint16_t *)out = (uint16_t)x; return;
    case T_LONG: case T_ULONG: *(uint32_t *)out = (uint32_t)x; return;
    case T_LONG64: case T_ULONG64: *(int64_t *)out = x; return;
    default: numtext_store_real(t, out, (double)x);
    }
}

double numtext_as_real(TypeCode t, const void *p)
{
    switch (t) {
    case T_FLOAT: case T_COMPLEX: return *(const float *)p;
    case T_DOUBLE: case T_DCOMPLEX: return *(const double *)p;
    case T_ULONG64: return (double)*(const uint64_t *)p;
    default: return (double)numtext_as_int(t, p);
    }
}

int64_t numtext_as_int(TypeCode t, const void *p)
{
    switch (t) {
    case T_BYTE: return *(const uint8_t *)p;
    case T_INT: return *(const int16_t *)p;
    case T_UINT: return *(const uint16_t *)p;
    case T_LONG: return *(const int32_t *)p;
    case T_ULONG: return *(const uint32_t *)p;
    case T_LONG64: case T_ULONG64: return *(const int64_t *)p;
    case T_FLOAT: case T_DOUBLE: case T_COMPLEX: case T_DCOMPLEX: {
        int64_t x;
        numtext_store_real(T_LONG64, &x, numtext_as_real(t, p));
        return x;
    }
    default: return 0;  // not a number
    }
}

const char *numtext_type_word(TypeCode t)
{
    static const char *const words[T_COUNT] = {
        [T_BYTE] = "Byte",       [T_INT] = "Integer",          [T_LONG] = "Long",
        [T_FLOAT] = "Float",     [T_DOUBLE] = "Double",        [T_COMPLEX] = "Complex",
        [T_STRING] = "String",   [T_DCOMPLEX] = "Dcomplex",    [T_UINT] = "Unsigned Integer",
        [T_ULONG] = "Unsigned Long", [T_LONG64] = "Long64",    [T_ULONG64] = "Unsigned Long64"};
    return t < T_COUNT && words[t] ? words[t] : "number";
}
