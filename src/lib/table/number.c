// See number.h. Start at number_read.
#include "lib/table/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { EXACT_DIGITS = 19, EXACT_POWER = 22, TEXT_MAX = 400, POWER_MAX = 100000 };
static const uint64_t exact_max = (uint64_t)1 << 53;

static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }

static NumberKind word(Number *x, const char *p, const char *end)
{
    size_t n = (size_t)(end - p);
    bool known = (n == 3 && (!strncasecmp(p, "nan", 3) || !strncasecmp(p, "inf", 3))) ||
                 (n == 8 && !strncasecmp(p, "infinity", 8));
    x->is_word = known;
    return known ? NUMBER_REAL : NUMBER_NONE;
}

static const char *take_digits(Number *x, const char *p, const char *end)
{
    for (; p < end && is_digit(*p); p++) {
        x->count += x->count > 0 || *p != '0';
        if (x->count <= EXACT_DIGITS) x->digits = x->digits * 10 + (uint64_t)(*p - '0');
    }
    return p;
}

// Behind e, E, d or D. NULL: there are no digits.
static const char *take_exponent(Number *x, const char *p, const char *end)
{
    bool less = p < end && *p == '-';
    int e = 0;
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end) return NULL;
    for (; p < end && is_digit(*p); p++) e = e < POWER_MAX ? e * 10 + (*p - '0') : e;
    x->power += less ? -e : e;
    return p;
}

NumberKind number_read(const char *p, size_t n, Number *x)
{
    const char *end = p + n;
    while (p < end && is_blank(*p)) p++;
    while (end > p && is_blank(end[-1])) end--;
    *x = (Number){.p = p, .n = (size_t)(end - p)};
    if (p == end) return NUMBER_EMPTY;
    x->is_negative = *p == '-';
    p += *p == '-' || *p == '+';
    if (p == end || !(is_digit(*p) || *p == '.')) return word(x, p, end);
    const char *first = p;
    p = take_digits(x, p, end);
    size_t seen = (size_t)(p - first);
    bool is_real = p < end;
    if (p < end && *p == '.') {
        const char *point = ++p;
        p = take_digits(x, p, end);
        x->power = point - p < -POWER_MAX ? -POWER_MAX : (int)(point - p);
        seen += (size_t)(p - point);
    }
    if (!seen) return NUMBER_NONE;
    if (p < end && (*p == 'e' || *p == 'E' || *p == 'd' || *p == 'D')) p = take_exponent(x, p + 1, end);
    if (p != end) return NUMBER_NONE;
    return is_real ? NUMBER_REAL : NUMBER_INTEGER;
}

// Long ones, by the C library, in the form that it knows.
static double by_library(const Number *x)
{
    char space[TEXT_MAX], *text = x->n < sizeof space ? space : malloc(x->n + 1);
    if (!text) return NAN;
    memcpy(text, x->p, x->n);
    text[x->n] = '\0';
    for (char *q = text; *q && !x->is_word; q++) *q = *q == 'd' || *q == 'D' ? 'e' : *q;
    double v = strtod(text, NULL);
    if (text != space) free(text);
    return v;
}

// Few digits and a small power are exact as DOUBLE, so that one multiplication or division rounds once.
double number_double(const Number *x)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    bool is_exact = !x->is_word && x->count <= EXACT_DIGITS && x->digits <= exact_max;
    if (!is_exact || x->power < -EXACT_POWER || x->power > EXACT_POWER) return by_library(x);
    double v = (double)x->digits;
    v = x->power < 0 ? v / tens[-x->power] : v * tens[x->power];
    return x->is_negative ? -v : v;
}

bool number_integer(const Number *x, int64_t *out)
{
    uint64_t most = (uint64_t)INT64_MAX + x->is_negative;
    if (x->count > EXACT_DIGITS || x->digits > most) return false;
    *out = x->is_negative ? (int64_t)(0 - x->digits) : (int64_t)x->digits;
    return true;
}
