// See scan.h. One pass over the text; a value is written where it belongs as soon as it begins, so that whoever holds
// the outermost one holds all. Why no library: numbers keep all of their digits, errors have their place, and no tree
// lies between text and values. Start reading at json_scan.
#include "lib/json/scan.h"

#include "base/map.h"
#include "base/utf8.h"
#include "lib/collection/collection.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 1000, NUMBER_MAX = 400, POLL_EACH = 4096, EXACT_DIGITS = 15, EXACT_POWER = 22, NAMES = 256 };

typedef struct Scan {
    Call *call;
    const JsonChoice *choice;
    const char *begin, *p, *end;
    int depth;
    unsigned values;
    Val key;  // the one that is being looked up
    Val name[NAMES];  // by their hash, keys that have come: most come again
    Buf text; // of a string with escapes
} Scan;

static void value(Scan *s, Val *cell);

// --- Errors

static _Noreturn void fail(const Scan *s, const char *at, const char *what)
{
    long line = 1;
    const char *start = s->begin;
    for (const char *p = s->begin; p < at; p++) {
        if (*p == '\n') line++, start = p + 1;
    }
    throw_msg(s->call, E_SYNTAX, "The JSON text is broken in line %ld, column %ld: %s.", line, (long)(at - start) + 1,
              what);
}

// --- Words and numbers

static bool take_word(Scan *s, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0) return false;
    s->p += n;
    return true;
}

static Val word(Scan *s)
{
    if (take_word(s, "true")) return val_bool(true);
    if (take_word(s, "false")) return val_bool(false);
    if (take_word(s, "null")) return VAL_NULL;
    if (take_word(s, "NaN")) return val_double(NAN);
    if (take_word(s, "Infinity")) return val_double(INFINITY);
    if (take_word(s, "-Infinity")) return val_double(-INFINITY);
    fail(s, s->p, "a value is expected here");
}

static inline bool is_digit(const Scan *s, const char *p) { return p < s->end && *p >= '0' && *p <= '9'; }

static const char *digits(const Scan *s, const char *p, uint64_t *sum, int *count)
{
    if (!is_digit(s, p)) fail(s, p, "a digit is expected here");
    for (; is_digit(s, p); p++) {
        if (*count < EXACT_DIGITS + 4) *sum = *sum * 10 + (uint64_t)(*p - '0');
        *count += *count > 0 || *p != '0';
    }
    return p;
}

// A real number's text, exactly. Short ones by one multiplication or division, which rounds once.
static double real(Scan *s, const char *p, size_t n, uint64_t sum, int count, int power)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (count <= EXACT_DIGITS && power >= -EXACT_POWER && power <= EXACT_POWER) {
        double x = (double)sum;
        x = power < 0 ? x / tens[-power] : x * tens[power];
        return *p == '-' ? -x : x;
    }
    char space[NUMBER_MAX];
    char *copy = n < sizeof space ? space : call_scratch(s->call, n + 1);
    memcpy(copy, p, n);
    copy[n] = '\0';
    return strtod(copy, NULL);
}

// An integer that LONG64 cannot hold is ULONG64, and beyond that DOUBLE.
static Val integer(Scan *s, const char *p, size_t n, uint64_t sum, int count)
{
    bool is_negative = *p == '-';
    if (count <= 18) return val_long64(is_negative ? -(int64_t)sum : (int64_t)sum);
    char space[32];
    uint64_t x = UINT64_MAX;
    bool fits = count <= 20;
    if (fits) {
        memcpy(space, p + is_negative, n - is_negative);
        space[n - is_negative] = '\0';
        errno = 0;
        x = strtoull(space, NULL, 10);
        fits = errno == 0;
    }
    if (fits && x <= INT64_MAX) return val_long64(is_negative ? -(int64_t)x : (int64_t)x);
    if (fits && is_negative && x == (uint64_t)INT64_MAX + 1) return val_long64(INT64_MIN);
    if (fits && !is_negative) return (Val){.type = T_ULONG64, .ull = x};
    return val_double(real(s, p, n, 0, EXACT_DIGITS + 1, 0));
}

static Val number(Scan *s)
{
    const char *p = s->p, *first = p;
    uint64_t sum = 0;
    int count = 0, power = 0;
    bool is_real = false;
    p += *p == '-';
    if (is_digit(s, p) && *p == '0' && is_digit(s, p + 1)) fail(s, p, "a number does not begin with 0");
    p = digits(s, p, &sum, &count);
    if (p < s->end && *p == '.') {
        const char *point = p + 1;
        p = digits(s, point, &sum, &count);
        power = (int)(p - point < 100000 ? point - p : -100000);
        is_real = true;
    }
    if (p < s->end && (*p == 'e' || *p == 'E')) {
        uint64_t e = 0;
        int k = 0;
        bool is_less = p + 1 < s->end && p[1] == '-';
        p += 1 + (is_less || (p + 1 < s->end && p[1] == '+'));
        p = digits(s, p, &e, &k);
        if (k > 5) e = 100000;
        power += is_less ? -(int)e : (int)e;
        is_real = true;
    }
    s->p = p;
    if (is_real) return val_double(real(s, first, (size_t)(p - first), sum, count, power));
    return integer(s, first, (size_t)(p - first), sum, count);
}

// --- Strings

static int hex4(const Scan *s, const char *p)
{
    int x = 0;
    for (int i = 0; i < 4; i++, p++) {
        int d = p >= s->end              ? -1
                : *p >= '0' && *p <= '9' ? *p - '0'
                : *p >= 'a' && *p <= 'f' ? *p - 'a' + 10
                : *p >= 'A' && *p <= 'F' ? *p - 'A' + 10
                                         : -1;
        if (d < 0) fail(s, p, "four hexadecimal digits are expected behind \\u");
        x = x * 16 + d;
    }
    return x;
}

static void put_character(Buf *b, uint32_t code)
{
    char text[UTF8_MAX];
    buf_put(b, text, utf8_put(text, code));
}

// Behind "\u": one code, or two that belong together; half of a pair stands for nothing (U+FFFD).
static const char *take_code(Scan *s, const char *p)
{
    uint32_t x = (uint32_t)hex4(s, p);
    p += 4;
    bool is_first = x >= 0xD800 && x < 0xDC00;
    if (is_first && s->end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
        uint32_t y = (uint32_t)hex4(s, p + 2);
        if (y >= 0xDC00 && y < 0xE000) {
            put_character(&s->text, 0x10000 + ((x - 0xD800) << 10) + (y - 0xDC00));
            return p + 6;
        }
    }
    put_character(&s->text, x >= 0xD800 && x < 0xE000 ? 0xFFFD : x);
    return p;
}

// p is behind a backslash.
static const char *take_escape(Scan *s, const char *p)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (p < s->end && *p == 'u') return take_code(s, p + 1);
    const char *found = p < s->end && *p ? strchr(from, *p) : NULL;
    if (!found) fail(s, p, "there is no such escape");
    buf_putc(&s->text, to[found - from]);
    return p + 1;
}

// The first byte from p on that is none of a string's own.
static const char *plain_end(const Scan *s, const char *p)
{
    while (p < s->end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20) p++;
    return p;
}

// s->p is behind the quote.
static Val string(Scan *s)
{
    const char *first = s->p, *p = plain_end(s, first);
    if (p < s->end && *p == '"') {
        s->p = p + 1;
        return val_stringn(first, (size_t)(p - first));
    }
    s->text.len = 0;
    for (;;) {
        buf_put(&s->text, first, (size_t)(p - first));
        if (p >= s->end) fail(s, s->p - 1, "this string does not end");
        if (*p == '"') break;
        if (*p != '\\') fail(s, p, "a control character in a string must be written as \\u and four digits");
        first = take_escape(s, p + 1);
        p = plain_end(s, first);
    }
    if (!buf_ok(&s->text)) throw_no_memory(s->call);
    s->p = p + 1;
    return val_stringn(s->text.p, s->text.len);
}

// --- Arrays and objects

static void skip_blanks(Scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t')) s->p++;
}

static bool take(Scan *s, char what)
{
    skip_blanks(s);
    if (s->p >= s->end || *s->p != what) return false;
    s->p++;
    return true;
}

static void enter(Scan *s)
{
    if (++s->depth > DEPTH_MAX) fail(s, s->p - 1, "values lie more than 1000 deep in each other");
}

static void array(Scan *s, Val *cell)
{
    const char *begin = s->p - 1;
    List *l;
    enter(s);
    val_set_take(cell, collection_list_value(s->call, 0, &l));
    for (bool more = !take(s, ']'); more;) {
        if (!list_push_take(l, VAL_NULL)) throw_no_memory(s->call);
        value(s, list_at(l, l->n - 1));
        more = take(s, ',');
        if (!more && !take(s, ']'))
            fail(s, s->p < s->end ? s->p : begin,
                 s->p < s->end ? "a comma or ] is expected here" : "this [ is not closed");
    }
    s->depth--;
}

// A key, behind its quote: the string of another object's that is the same.
static Val key_string(Scan *s)
{
    const char *first = s->p, *p = plain_end(s, first);
    size_t n = (size_t)(p - first);
    if (p >= s->end || *p != '"') return string(s);
    Val *known = &s->name[hash_bytes(first, n) % NAMES];
    s->p = p + 1;
    if (known->type != T_STRING || str_len(known->s) != n || memcmp(str_text(known->s), first, n) != 0)
        val_set_take(known, val_stringn(first, n));
    return val_copy(known);
}

static Val *member(Scan *s, Table *t)
{
    if (!take(s, '"')) fail(s, s->p, "a name in quotes is expected here");
    val_set_take(&s->key, key_string(s));
    if (t->names_only) collection_put_take(s->call, t, &s->key, VAL_NULL);
    Val *cell = table_cell(t, &s->key);
    if (!cell) throw_no_memory(s->call);
    if (!take(s, ':')) fail(s, s->p, "a colon is expected here");
    return cell;
}

static void object(Scan *s, Val *cell)
{
    const char *begin = s->p - 1;
    Table *t;
    enter(s);
    val_set_take(cell, collection_table_value(s->call, s->choice->object_class, s->choice->folds_case, &t));
    for (bool more = !take(s, '}'); more;) {
        value(s, member(s, t));
        more = take(s, ',');
        if (!more && !take(s, '}'))
            fail(s, s->p < s->end ? s->p : begin,
                 s->p < s->end ? "a comma or } is expected here" : "this { is not closed");
    }
    s->depth--;
}

static void value(Scan *s, Val *cell)
{
    if (!(++s->values % POLL_EACH)) call_poll(s->call);
    skip_blanks(s);
    char c = s->p < s->end ? *s->p : '\0';
    if (c == '{' || c == '[' || c == '"') s->p++;
    if (c == '{')
        object(s, cell);
    else if (c == '[')
        array(s, cell);
    else if (c == '"')
        val_set_take(cell, string(s));
    else if ((c >= '0' && c <= '9') || (c == '-' && is_digit(s, s->p + 1)))
        val_set_take(cell, number(s));
    else
        val_set_take(cell, word(s));
}

static void release(void *arg)
{
    Scan *s = arg;
    val_drop(&s->key);
    for (int i = 0; i < NAMES; i++) val_drop(&s->name[i]);
    buf_free(&s->text);
}

void json_scan(Call *c, const char *text, size_t n, const JsonChoice *choice, Val *cell)
{
    static const char mark[] = "\xEF\xBB\xBF";
    Scan *s = call_alloc(c, sizeof *s);
    *s = (Scan){.call = c, .choice = choice, .begin = text, .p = text, .end = text + n, .text = BUF_INIT(BUF_NO_LIMIT)};
    call_defer(c, release, s);
    if (n >= 3 && memcmp(text, mark, 3) == 0) s->p += 3;
    value(s, cell);
    skip_blanks(s);
    if (s->p < s->end) fail(s, s->p, "something follows the value");
}
