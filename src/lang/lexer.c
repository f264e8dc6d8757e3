// Text to tokens, in one pass. Comments and continued line ends vanish here; numbers and strings are only delimited,
// lang/literal.c reads their values. Start reading at lex.
#include "base/mem.h"
#include "base/vec.h"
#include "lang/token.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

typedef struct Lexer {
    const char *text;
    size_t pos, len;
    Tokens out;
    bool space; // blank seen since the last token
} Lexer;

static const struct {
    const char *text;
    TokenKind kind;
} words[] = {
#define X(name, text) {text, KW_TK_##name},
    KEYWORD_LIST(X)
#undef X
};

static const struct {
    const char *text;
    uint8_t len;
    uint8_t kind;
} puncts[] = {
#define X(name, text) {text, sizeof(text) - 1, P_##name},
    PUNCT_LIST(X)
#undef X
};

const char *token_kind_text(TokenKind k)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].kind == k) return words[i].text;
    }
    for (size_t i = 0; i < sizeof puncts / sizeof puncts[0]; i++) {
        if (puncts[i].kind == k) return puncts[i].text;
    }
    return k == TK_EOL || k == TK_END ? "end of line" : "text";
}

static void push(Lexer *x, TokenKind kind, size_t start)
{
    VEC_PUSH(&x->out, (Token){(uint8_t)kind, x->space, (uint32_t)start, (uint32_t)(x->pos - start)});
    x->space = false;
}

static int at(const Lexer *x, size_t ahead)
{
    return x->pos + ahead < x->len ? (unsigned char)x->text[x->pos + ahead] : 0;
}

static bool is_name_char(int c) { return isalnum(c) || c == '_' || c == '$'; }

// True if a value ends just before here, so that "." and quotes cannot begin a number.
static bool after_operand(const Lexer *x)
{
    if (!x->out.len) return false;
    TokenKind k = x->out.p[x->out.len - 1].kind;
    return k == TK_NAME || k == TK_SYSVAR || k == TK_NUMBER || k == TK_STRING || k == TK_TEMPLATE || k == P_RPAREN ||
           k == P_RBRACKET;
}

static void skip_digits(Lexer *x)
{
    while (isdigit(at(x, 0))) x->pos++;
}

// B U S L suffixes of integers in any case: UB, US, UL, LL, ULL, LU.
static void skip_integer_suffix(Lexer *x)
{
    size_t n = 0;
    while (n < 3 && at(x, n) && strchr("bBsSuUlL", at(x, n))) n++;
    if (!is_name_char(at(x, n))) x->pos += n;
}

static bool skip_exponent(Lexer *x)
{
    if (!at(x, 0) || !strchr("eEdD", at(x, 0))) return false;
    size_t n = 1;
    if (at(x, n) == '+' || at(x, n) == '-') n++;
    if (isdigit(at(x, n))) {
        x->pos += n;
        skip_digits(x);
        return true;
    }
    bool imaginary = at(x, 1) && strchr("iIjJ", at(x, 1)) && !is_name_char(at(x, 2));
    if (is_name_char(at(x, 1)) && !imaginary) return false;
    x->pos++; // "1d", "1e": no digits
    return true;
}

// "2i", "2.5j", "2di": imaginary.
static void skip_imaginary(Lexer *x)
{
    if (at(x, 0) && strchr("iIjJ", at(x, 0)) && !is_name_char(at(x, 1))) x->pos++;
}

static void lex_number(Lexer *x)
{
    size_t start = x->pos;
    int base = tolower(at(x, 1));
    if (at(x, 0) == '0' && (base == 'x' || base == 'o' || base == 'b') && isxdigit(at(x, 2))) {
        x->pos += 2;
        int top = base == 'x' ? 0 : base == 'o' ? '7' : '1';
        while (top ? (at(x, 0) >= '0' && at(x, 0) <= top) : isxdigit(at(x, 0))) x->pos++;
        skip_integer_suffix(x);
        push(x, TK_NUMBER, start);
        return;
    }
    skip_digits(x);
    bool real = false;
    if (at(x, 0) == '.') {
        x->pos++;
        skip_digits(x);
        real = true;
    }
    if (skip_exponent(x)) real = true;
    if (!real) skip_integer_suffix(x);
    skip_imaginary(x);
    push(x, TK_NUMBER, start);
}

// '1A'X, '17'O, '101'B with an integer suffix: the character after the closing quote decides.
static bool lex_quoted_number(Lexer *x)
{
    size_t n = 1;
    while (isxdigit(at(x, n))) n++;
    if (n == 1 || at(x, n) != '\'') return false;
    int base = tolower(at(x, n + 1));
    if (base != 'x' && base != 'o' && base != 'b') return false;
    size_t suffix = n + 2;
    while (at(x, suffix) && strchr("bBsSuUlL", at(x, suffix)) && suffix < n + 5) suffix++;
    if (is_name_char(at(x, suffix))) return false;
    size_t start = x->pos;
    x->pos += suffix;
    push(x, TK_NUMBER, start);
    return true;
}

// "17, "17L: octal, unless followed by a quote, a point, a letter or a digit; then it is a string.
static bool lex_octal(Lexer *x)
{
    size_t n = 1;
    while (at(x, n) >= '0' && at(x, n) <= '7') n++;
    if (n == 1) return false;
    size_t suffix = n;
    while (suffix < n + 3 && at(x, suffix) && strchr("bBsSuUlL", at(x, suffix))) suffix++;
    int next = at(x, suffix);
    if (next == '"' || next == '.' || isalnum(next)) return false;
    size_t start = x->pos;
    x->pos += suffix;
    push(x, TK_NUMBER, start);
    return true;
}

static void lex_string(Lexer *x)
{
    size_t start = x->pos;
    int quote = at(x, 0);
    if (quote == '\'' ? lex_quoted_number(x) : lex_octal(x)) return;
    x->pos++;
    while (x->pos < x->len && at(x, 0) != '\n') {
        if (at(x, 0) == quote) {
            if (at(x, 1) != quote) {
                x->pos++;
                break;
            }
            x->pos++;
        }
        x->pos++;
    }
    push(x, TK_STRING, start);
}

static void lex_template(Lexer *x)
{
    size_t start = x->pos, end = template_end(x->text, x->len, x->pos + 1);
    if (end == x->len) x->out.incomplete = true;
    x->pos = end < x->len ? end + 1 : end;
    push(x, TK_TEMPLATE, start);
}

static TokenKind word_kind(const char *p, size_t n)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncasecmp(words[i].text, p, n) == 0 && words[i].text[n] == '\0') return words[i].kind;
    }
    return TK_NAME;
}

static void lex_word(Lexer *x)
{
    size_t start = x->pos;
    while (is_name_char(at(x, 0))) x->pos++;
    // After "." or "->" a reserved word is a tag or method name.
    TokenKind before = x->out.len ? x->out.p[x->out.len - 1].kind : TK_EOL;
    bool is_tag = before == P_DOT || before == P_ARROW;
    push(x, is_tag ? TK_NAME : word_kind(x->text + start, x->pos - start), start);
}

static void lex_sysvar(Lexer *x)
{
    size_t start = x->pos++;
    if (at(x, 0) == '!') x->pos++;
    while (is_name_char(at(x, 0))) x->pos++;
    push(x, TK_SYSVAR, start);
}

// True if the line at p holds nothing but blanks and perhaps a comment; *next is the start of the line after it.
static bool is_empty_line(const Lexer *x, size_t p, size_t *next)
{
    while (p < x->len && (x->text[p] == ' ' || x->text[p] == '\t' || x->text[p] == '\r')) p++;
    if (p >= x->len || (x->text[p] != '\n' && x->text[p] != ';')) return false;
    const char *end = memchr(x->text + p, '\n', x->len - p);
    *next = end ? (size_t)(end - x->text) + 1 : x->len;
    return true;
}

// "$": what follows on its line is ignored, and the next line goes on; comment lines and empty ones may come between.
static void lex_continuation(Lexer *x)
{
    const char *end = memchr(x->text + x->pos, '\n', x->len - x->pos);
    x->pos = end ? (size_t)(end - x->text) + 1 : x->len;
    for (size_t next; is_empty_line(x, x->pos, &next);) x->pos = next;
    if (x->pos >= x->len) x->out.incomplete = true;
    x->space = true;
}

static void lex_punct(Lexer *x)
{
    size_t start = x->pos;
    for (size_t i = 0; i < sizeof puncts / sizeof puncts[0]; i++) {
        if (x->len - x->pos >= puncts[i].len && memcmp(x->text + x->pos, puncts[i].text, puncts[i].len) == 0) {
            x->pos += puncts[i].len;
            push(x, puncts[i].kind, start);
            return;
        }
    }
    x->pos++;
    push(x, TK_BAD, start);
}

static void lex_one(Lexer *x)
{
    int c = at(x, 0);
    if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
        x->pos++;
        x->space = true;
    } else if (c == ';') {
        while (x->pos < x->len && at(x, 0) != '\n') x->pos++;
    } else if (c == '\n') {
        x->pos++;
        push(x, TK_EOL, x->pos - 1);
    } else if (c == '$') {
        lex_continuation(x);
    } else if (c == '&' && at(x, 1) != '&') {
        x->pos++;
        push(x, TK_AMP, x->pos - 1);
    } else if (isalpha(c) || c == '_') {
        lex_word(x);
    } else if (isdigit(c) || (c == '.' && isdigit(at(x, 1)) && !after_operand(x))) {
        lex_number(x);
    } else if (c == '\'' || c == '"') {
        lex_string(x);
    } else if (c == '`') {
        lex_template(x);
    } else if (c == '!' && (isalpha(at(x, 1)) || at(x, 1) == '!' || at(x, 1) == '_')) {
        lex_sysvar(x);
    } else {
        lex_punct(x);
    }
}

Tokens lex(const Source *src)
{
    Lexer x = {.text = src->text, .len = src->len};
    if (src->len > UINT32_MAX - 1) {
        x.out.too_long = true;
    } else {
        if (src->len >= 3 && memcmp(src->text, "\xEF\xBB\xBF", 3) == 0) x.pos = 3; // byte order mark
        if (x.pos + 1 < x.len && src->text[x.pos] == '#' && src->text[x.pos + 1] == '!') {
            while (x.pos < x.len && src->text[x.pos] != '\n') x.pos++; // #!/usr/bin/env helio
        }
        while (x.pos < x.len && x.out.len < INT32_MAX / 4) lex_one(&x);
        if (x.pos < x.len) x.out.too_long = true;
    }
    push(&x, TK_END, x.pos);
    return x.out;
}

void tokens_free(Tokens *t) { VEC_FREE(t); }
