// Parses FORTRAN-style FORMAT strings into the flat program of format.h. The C style inside %"..." or without
// parentheses is format_printf.c; running programs is format_write.c and format_read.c. Start at format_parse.
#include "fmt/format.h"

#include "core/errors.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

typedef struct Parser {
    Format *f;
    const char *p;
    size_t n, i;
    const char *why;  // first failure
    int depth;
    bool in_calendar;
} Parser;

static bool fail(Parser *s, const char *why)
{
    if (!s->why) s->why = why;
    return false;
}

static int peek(Parser *s)
{
    while (s->i < s->n && (s->p[s->i] == ' ' || s->p[s->i] == '\t')) s->i++;
    return s->i < s->n ? (unsigned char)s->p[s->i] : -1;
}

// A number of at most `max`; -1 if there is none.
static int32_t number(Parser *s, int32_t max)
{
    if (!isdigit(peek(s))) return -1;
    int64_t v = 0;
    while (s->i < s->n && isdigit((unsigned char)s->p[s->i])) {
        v = v * 10 + (s->p[s->i++] - '0');
        if (v > max) {
            fail(s, "number too large");
            v = max;
        }
    }
    return (int32_t)v;
}

static FormatOp *add(Parser *s, FormatCode code, int32_t repeat)
{
    if (s->f->ops.len >= FORMAT_MAX_OPS) fail(s, "format too long");
    VEC_PUSH(&s->f->ops, (FormatOp){.code = (uint8_t)code, .repeat = repeat, .w = -1, .d = -1});
    return &s->f->ops.p[s->f->ops.len - 1];
}

static void add_text(Parser *s, const char *p, size_t n)
{
    FormatOp *op = add(s, FC_TEXT, 1);
    op->text = arena_strndup(&s->f->arena, p, n);
    op->len = (int32_t)n;
}

// [+][-][0][w][.d][Ee]
static void width(Parser *s, FormatOp *op)
{
    for (int c = peek(s); c == '+' || c == '-'; c = peek(s)) {
        op->flags |= c == '+' ? FF_PLUS : FF_LEFT;
        s->i++;
    }
    if (peek(s) == '0') op->flags |= FF_ZERO;
    op->w = number(s, FORMAT_MAX_WIDTH);
    if (peek(s) == '.') {
        s->i++;
        op->d = number(s, FORMAT_MAX_WIDTH);
        if (op->d < 0) op->d = 0;
    }
    if ((op->code == FC_E || op->code == FC_G) && toupper(peek(s)) == 'E' && s->i + 1 < s->n &&
        isdigit((unsigned char)s->p[s->i + 1])) {
        s->i++;
        number(s, FORMAT_MAX_WIDTH);  // width of the exponent: allowed, ignored
    }
}

// 'text' with the quote doubled inside.
static bool quoted(Parser *s, Buf *out)
{
    char q = s->p[s->i++];
    for (; s->i < s->n; s->i++) {
        if (s->p[s->i] == q) {
            if (s->i + 1 >= s->n || s->p[s->i + 1] != q) {
                s->i++;
                return true;
            }
            s->i++;
        }
        buf_putc(out, s->p[s->i]);
    }
    return fail(s, "missing closing quote");
}

static bool quoted_text(Parser *s)
{
    Buf text = BUF_INIT(s->n + 1);
    bool ok = quoted(s, &text);
    if (ok) add_text(s, text.p ? text.p : "", text.len);
    buf_free(&text);
    return ok;
}

// %"..." : the inside is C style. A backslash keeps the quote after it from ending the string.
static bool printf_text(Parser *s)
{
    char q = s->p[++s->i];
    size_t first = ++s->i;
    while (s->i < s->n && s->p[s->i] != q) s->i += s->p[s->i] == '\\' ? 2 : 1;
    if (s->i >= s->n) return fail(s, "missing closing quote");
    size_t at = 0;
    const char *why = NULL;
    if (!format_parse_printf(s->f, s->p + first, s->i - first, &why, &at)) {
        s->i = first + at;
        return fail(s, why);
    }
    s->i++;
    return true;
}

typedef struct CalendarCode {
    const char *name;
    FormatCode code;
    int w, d;
} CalendarCode;

// Default widths as the manual gives them.
static const CalendarCode calendar_codes[] = {
    {"CMOA", FC_CMOA, 3, -1}, {"CMOI", FC_CMOI, 2, -1}, {"CDWA", FC_CDWA, 3, -1}, {"CAPA", FC_CAPA, 2, -1},
    {"CDI", FC_CDI, 2, -1},   {"CYI", FC_CYI, 4, -1},   {"CHI", FC_CHI, 2, -1},   {"CMI", FC_CMI, 2, -1},
    {"CSI", FC_CSI, 2, -1},   {"CSF", FC_CSF, 5, 2},
};

static bool calendar_code(Parser *s)
{
    for (size_t k = 0; k < sizeof calendar_codes / sizeof *calendar_codes; k++) {
        const CalendarCode *c = &calendar_codes[k];
        size_t len = strlen(c->name);
        const char *q = s->p + s->i;
        if (s->n - s->i < len || strncasecmp(q, c->name, len)) continue;
        FormatOp *op = add(s, c->code, 1);
        bool is_name = c->code == FC_CMOA || c->code == FC_CDWA || c->code == FC_CAPA;
        // CMOA capitals, CMoA capitalised, CmoA small; ChI hours of a half day.
        if (is_name) op->flags |= isupper((unsigned char)q[2]) ? FF_UPPER : isupper((unsigned char)q[1]) ? 0 : FF_LOWER;
        if (c->code == FC_CHI && q[1] == 'h') op->flags |= FF_HALF;
        s->i += len;
        width(s, op);
        if (op->w < 0) {
            op->w = c->w;
            if (op->d < 0) op->d = c->d;
        }
        return true;
    }
    return fail(s, "unknown calendar code");
}

static bool sequence(Parser *s);

// C() and C(...): the codes inside write or read one date.
static bool calendar(Parser *s, int32_t repeat)
{
    static const char standard[] = "CDwA,X,CMoA,X,CDI2.2,X,CHI2.2,\":\",CMI2.2,\":\",CSI2.2,X,CYI4)";
    int at = s->f->ops.len;
    add(s, FC_CALENDAR, repeat);
    s->i++;
    s->in_calendar = true;
    bool ok;
    if (peek(s) == ')') {
        Parser inner = *s;
        inner.p = standard;
        inner.n = sizeof standard - 1;
        inner.i = 0;
        ok = sequence(&inner);
        s->i++;
    } else {
        ok = sequence(s);
    }
    s->in_calendar = false;
    if (!ok) return false;
    FormatOp *end = add(s, FC_END_CALENDAR, 1);
    end->match = at;
    s->f->ops.p[at].match = s->f->ops.len - 1;
    return true;
}

static bool group(Parser *s, int32_t repeat)
{
    if (s->in_calendar) return fail(s, "no groups inside C()");
    if (++s->depth > FORMAT_MAX_DEPTH) return fail(s, "groups nested too deeply");
    int at = s->f->ops.len;
    add(s, FC_GROUP, repeat);
    s->i++;
    if (!sequence(s)) return false;
    FormatOp *end = add(s, FC_END_GROUP, 1);
    end->match = at;
    s->f->ops.p[at].match = s->f->ops.len - 1;
    s->depth--;
    if (s->depth == 1) s->f->revert = at;
    return true;
}

// nHtext
static bool hollerith(Parser *s, int32_t count)
{
    s->i++;
    if ((size_t)count > s->n - s->i) return fail(s, "H code runs past the end");
    add_text(s, s->p + s->i, (size_t)count);
    s->i += (size_t)count;
    return true;
}

static bool tab(Parser *s)
{
    s->i++;
    int c = toupper(peek(s));
    FormatCode code = c == 'L' ? FC_TL : c == 'R' ? FC_TR : FC_T;
    if (code != FC_T) s->i++;
    FormatOp *op = add(s, code, 1);
    op->w = number(s, FORMAT_MAX_WIDTH);
    if (op->w < 0 && code == FC_T) return fail(s, "T needs a column");
    if (op->w < 0) op->w = 1;
    return true;
}

static bool data_code(Parser *s, int c, int32_t repeat)
{
    static const char letters[] = "ABIOZFDEGSQ";
    static const uint8_t codes[] = {FC_A, FC_B, FC_I, FC_O, FC_Z, FC_F, FC_F, FC_E, FC_G, FC_A, FC_Q};
    const char *hit = c ? strchr(letters, toupper(c)) : NULL;
    if (!hit || toupper(c) == 'S') return fail(s, "unknown format code");
    if (s->in_calendar) return fail(s, "only calendar codes, X, / and text inside C()");
    FormatOp *op = add(s, codes[hit - letters], repeat);
    if (isupper(c)) op->flags |= FF_UPPER;
    s->i++;
    if (op->code != FC_Q) width(s, op);
    return true;
}

static bool code(Parser *s, int c, int32_t count)
{
    int32_t repeat = count < 0 ? 1 : count;
    switch (toupper(c)) {
    case '(': return group(s, repeat);
    case 'X':
        s->i++;
        add(s, FC_X, 1)->w = repeat;
        return true;
    case 'H': return count < 0 ? fail(s, "H needs a count") : hollerith(s, count);
    case 'T': return tab(s);
    case 'C': {
        if (s->in_calendar) return calendar_code(s);
        s->i++;
        return peek(s) == '(' ? calendar(s, repeat) : fail(s, "C needs parentheses");
    }
    case '"': case '\'': return quoted_text(s);
    case '%':
        if (s->i + 1 < s->n && (s->p[s->i + 1] == '"' || s->p[s->i + 1] == '\'')) return printf_text(s);
        return fail(s, "% needs a quoted string");
    default: return data_code(s, c, repeat);
    }
}

static const char no_count[] = "Repetition count not allowed with \")\"";  // IDL's words

static bool sequence(Parser *s)
{
    for (;;) {
        int c = peek(s);
        switch (c) {
        case -1: return fail(s, "missing )");
        case ')': s->i++; return !s->why;
        case ',': s->i++; break;
        case '/': s->i++; add(s, FC_NEWLINE, 1); break;
        case ':': s->i++; add(s, FC_COLON, 1); break;
        case '$': s->i++; add(s, FC_DOLLAR, 1); break;
        default: {
            int32_t count = number(s, FORMAT_MAX_REPEAT);
            if (count == 0) return fail(s, "repeat count must be positive");
            c = peek(s);
            if (c < 0) return fail(s, "missing )");
            if (count > 0 && c == ')') return fail(s, no_count);
            if (!code(s, c, count) || s->why) return false;
        }
        }
    }
}

static void find_data(Format *f)
{
    for (int i = f->revert; i < f->ops.len; i++)
        if (f->ops.p[i].code <= FC_LAST_DATA) f->revert_has_data = true;
}

Status format_parse(const char *p, size_t n, Format **out)
{
    Parser s = {.f = mem_must(sizeof(Format)), .p = p, .n = n};
    bool ok;
    if (peek(&s) == '(') {
        s.i++;
        s.depth = 1;
        ok = sequence(&s);
        if (ok && peek(&s) >= 0) ok = fail(&s, "text after the closing parenthesis");
    } else {
        s.i = 0;
        ok = format_parse_printf(s.f, p, n, &s.why, &s.i);
        if (!memchr(p, '%', n)) s.f->bare = arena_strndup(&s.f->arena, p, n);
    }
    if (!ok) {
        format_free(s.f);
        size_t from = s.i > 60 ? s.i - 60 : 0, len = n - from > 120 ? 120 : n - from;
        const char *before = s.why == no_count ? "" : "Illegal format: ", *why = s.why ? s.why : "error";
        return status_fail(E_FORMAT, "%s%s.\n  %.*s\n  %*s^", before, why, (int)len, p + from, (int)(s.i - from), "");
    }
    find_data(s.f);
    *out = s.f;
    return STATUS_OK;
}

Status format_takes_nothing(const Format *f)
{
    if (!f->bare) return status_fail(E_FORMAT, "Infinite format loop detected.");
    return status_fail(E_FORMAT, "Infinite format loop detected: a format is written in parentheses, as "
        "FORMAT='(%.60s)'.", f->bare);
}

void format_free(Format *f)
{
    if (!f) return;
    VEC_FREE(&f->ops);
    arena_free(&f->arena);
    mem_free(f);
}
