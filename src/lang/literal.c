// Numbers: an integer without suffix is the smallest of INT, LONG, LONG64, ULONG64 that holds it; with a suffix it must fit.
// Start reading at literal_number.
#include "lang/literal.h"

#include "base/mem.h"

#include <ctype.h>
#include <fenv.h>
#include <stdlib.h>
#include <string.h>

static int digit_value(int c)
{
    if (isdigit(c)) return c - '0';
    return isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

// Reads digits of a base; *n is how many characters were read. False: over 64 bits.
static bool read_digits(const char *p, size_t len, int base, uint64_t *value, size_t *n)
{
    *value = 0;
    for (*n = 0; *n < len && digit_value((unsigned char)p[*n]) < base; ++*n) {
        uint64_t d = (uint64_t)digit_value((unsigned char)p[*n]);
        if (__builtin_mul_overflow(*value, (uint64_t)base, value)) return false;
        if (__builtin_add_overflow(*value, d, value)) return false;
    }
    return true;
}

// 9223372036854775808 is -2^63, so that -9223372036854775808 can be written.
static const uint64_t SMALLEST = (uint64_t)1 << 63;

static const char *smallest(uint64_t v, bool is_decimal, unsigned options, Val *out)
{
    uint64_t int_max = is_decimal ? 32767 : 65535, long_max = is_decimal ? 2147483647u : UINT32_MAX;
    if (v <= int_max && !(options & OPT_DEFINT32)) *out = val_int((int16_t)v);
    else if (v <= long_max) *out = val_long((int32_t)v);
    else if (v <= (is_decimal ? SMALLEST : INT64_MAX)) *out = val_long64((int64_t)v);
    else *out = val_ulong64(v);
    return NULL;
}

static const char *suffixed(uint64_t v, const char *suffix, bool is_decimal, unsigned options, Val *out)
{
    if (strcmp(suffix, "B") == 0 || strcmp(suffix, "UB") == 0) {
        *out = val_byte((uint8_t)v);
        return v > 255 ? "Byte constant must be less than 256." : NULL;
    }
    if (strcmp(suffix, "U") == 0 && options & OPT_DEFINT32) suffix = "UL";
    if (strcmp(suffix, "U") == 0) {  // grows as the unsuffixed one does
        if (v <= 65535) *out = (Val){.type = T_UINT, .ui = (uint16_t)v};
        else if (v <= UINT32_MAX) *out = (Val){.type = T_ULONG, .ul = (uint32_t)v};
        else *out = val_ulong64(v);
        return NULL;
    }
    if (strcmp(suffix, "S") == 0) {
        *out = val_int((int16_t)v);
        return v > (is_decimal ? 32767 : 65535) ? "Integer constant must be less than 32768." : NULL;
    }
    if (strcmp(suffix, "US") == 0) {
        *out = (Val){.type = T_UINT, .ui = (uint16_t)v};
        return v > 65535 ? "Unsigned integer constant must be less than 65536." : NULL;
    }
    if (strcmp(suffix, "L") == 0) {
        *out = val_long((int32_t)v);
        return v > (is_decimal ? 2147483647u : UINT32_MAX) ? "Long integer constant must be less than 2147483648." : NULL;
    }
    if (strcmp(suffix, "UL") == 0 || strcmp(suffix, "LU") == 0) {
        *out = (Val){.type = T_ULONG, .ul = (uint32_t)v};
        return v > UINT32_MAX ? "Unsigned long integer constant must be less than 4294967296." : NULL;
    }
    if (strcmp(suffix, "LL") == 0) {
        *out = val_long64((int64_t)v);
        return is_decimal && v > SMALLEST ? "64-bit integer constant must be less than 9223372036854775808." : NULL;
    }
    if (strcmp(suffix, "ULL") == 0) {
        *out = val_ulong64(v);
        return NULL;
    }
    return "Illegal suffix on a number.";
}

static const char *integer(const char *p, size_t n, int base, const char *suffix_at, size_t suffix_len,
                           unsigned options, Val *out)
{
    uint64_t v;
    size_t used;
    bool fits = read_digits(p, n, base, &v, &used);
    if (used != n && fits) return "Illegal digit in a number.";
    char suffix[4] = "";
    if (suffix_len > 3) return "Illegal suffix on a number.";
    for (size_t i = 0; i < suffix_len; i++) suffix[i] = (char)toupper((unsigned char)suffix_at[i]);
    if (!fits) return "Integer constant does not fit in 64 bits.";
    return suffix_len ? suffixed(v, suffix, base == 10, options, out) : smallest(v, base == 10, options, out);
}

static const char *real(const char *p, size_t n, unsigned options, Val *out)
{
    char small[64], *text = n < sizeof small ? small : mem_must(n + 1);
    memcpy(text, p, n);
    text[n] = '\0';
    bool is_double = false, has_exponent = false, is_imaginary = strchr("iIjJ", text[n - 1]) != NULL;
    if (is_imaginary) text[n - 1] = '\0';
    for (char *c = text; *c; c++) {
        if (tolower((unsigned char)*c) == 'd') is_double = true, *c = 'e';
        if (*c == 'e' || *c == 'E') has_exponent = true;
    }
    if (!has_exponent && options & OPT_FLOAT64) is_double = true;
    fenv_t env; // the text is the program's, not arithmetic: no math error
    feholdexcept(&env);
    double v = strtod(text, NULL);
    float f = is_double ? 0 : strtof(text, NULL);
    fesetenv(&env);
    if (text != small) mem_free(text);
    if (is_imaginary) *out = is_double ? val_dcomplex(0, v) : val_complex(0, f);
    else *out = is_double ? val_double(v) : val_float(f);
    return NULL;
}

const char *literal_number(const char *p, size_t n, unsigned options, Val *out)
{
    if (*p == '"') {
        size_t d = 1;
        while (d < n && isdigit((unsigned char)p[d])) d++;
        return integer(p + 1, d - 1, 8, p + d, n - d, options, out);
    }
    if (*p == '\'') {
        const char *close = memchr(p + 1, '\'', n - 1);
        int letter = tolower((unsigned char)close[1]), base = letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
        return integer(p + 1, (size_t)(close - p) - 1, base, close + 2, n - (size_t)(close - p) - 2, options, out);
    }
    int letter = n > 1 ? tolower((unsigned char)p[1]) : 0;
    if (*p == '0' && n > 2 && (letter == 'x' || letter == 'o' || letter == 'b')) {
        int base = letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
        size_t d = 2;
        while (d < n && digit_value((unsigned char)p[d]) < base) d++;
        return integer(p + 2, d - 2, base, p + d, n - d, options, out);
    }
    size_t d = 0;
    while (d < n && isdigit((unsigned char)p[d])) d++;
    if (d == n || strchr("bBsSuUlL", p[d])) return integer(p, d, 10, p + d, n - d, options, out);
    return real(p, n, options, out);
}

Val literal_string(const char *p, size_t n)
{
    char quote = *p++;
    if (--n && p[n - 1] == quote) {
        // The last quote closes, unless it is the second of a doubled one at an unterminated end.
        size_t run = 0;
        while (run < n && p[n - 1 - run] == quote) run++;
        if (run % 2) n--;
    }
    if (!memchr(p, quote, n)) return val_stringn(p, n);
    char *text = mem_must(n + 1);
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        text[len++] = p[i];
        if (p[i] == quote) i++;
    }
    Val v = val_stringn(text, len);
    mem_free(text);
    return v;
}
