// See decimal.h.
#include "lib/json/decimal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED_FROM = -5, FIXED_TO = 16, INTEGERS_TO = 999999999 }; // powers of ten that are written without an exponent

// "d.ddde-05", the fewest digits that bring x back.
static void shortest(char *text, size_t size, double x, bool is_single)
{
    bool has_all = fabs(x) >= (is_single ? FLT_MIN : DBL_MIN); // the least numbers have fewer digits
    for (int n = !has_all ? 1 : is_single ? 6 : 15;; n++) {
        snprintf(text, size, "%.*e", n - 1, x);
        bool is_back = is_single ? strtof(text, NULL) == (float)x : strtod(text, NULL) == x;
        if (is_back || n == (is_single ? 9 : DECIMAL_DIGITS)) return;
    }
}

// Digits without the point and the zeros at the end; how many.
static int digits_of(const char *p, char *digit)
{
    int n = 0;
    for (; *p && *p != 'e'; p++) {
        if (*p != '.') digit[n++] = *p;
    }
    while (n > 1 && digit[n - 1] == '0') n--;
    return n;
}

static char *put_fixed(char *to, const char *digit, int n, int power)
{
    if (power < 0) {
        *to++ = '0';
        *to++ = '.';
        for (int i = power + 1; i < 0; i++) *to++ = '0';
    }
    for (int i = 0; i < n || i <= power; i++) {
        *to++ = i < n ? digit[i] : '0';
        if (i == power) *to++ = '.';
    }
    if (to[-1] == '.') *to++ = '0';
    return to;
}

static char *put_power(char *to, const char *digit, int n, int power)
{
    *to++ = digit[0];
    if (n > 1) *to++ = '.';
    memcpy(to, digit + 1, (size_t)n - 1);
    to += n - 1;
    return to + snprintf(to, 8, "e%d", power);
}

size_t decimal_put(char text[DECIMAL_MAX], double x, bool is_single, int digits)
{
    char space[DECIMAL_MAX], digit[DECIMAL_MAX];
    if (!digits && fabs(x) <= INTEGERS_TO && x == floor(x) && !(x == 0 && signbit(x)))
        return (size_t)snprintf(text, DECIMAL_MAX, "%d.0", (int)x);
    if (digits)
        snprintf(space, sizeof space, "%.*e", digits - 1, x);
    else
        shortest(space, sizeof space, x, is_single);
    bool is_negative = space[0] == '-';
    int n = digits_of(space + is_negative, digit), power = atoi(strchr(space, 'e') + 1);
    char *to = text;
    if (is_negative) *to++ = '-';
    to = power > FIXED_FROM && power < FIXED_TO ? put_fixed(to, digit, n, power) : put_power(to, digit, n, power);
    return (size_t)(to - text);
}
