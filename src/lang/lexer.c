// Text to tokens, in one pass. Comments and continued line ends vanish here; numbers and strings are only delimited,
// lang/literal.c reads their values. Start reading at lex.
#include "base/mem.h"
#include "base/vec.h"
#include "lang/token.h"
#include "sys/interrupt.h"

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

static TokenKind word_kind(const char *p, size_t n)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncasecmp(words[i].text, p, n) == 0 && words[i].text[n] == '\0') return words[i].kind;
    }
    return TK_NAME;
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

// A reserved word, or nothing, begins n characters ahead: what stands before may end a number without a blank (2LDO).
static bool is_word_end(const Lexer *x, size_t n)
{
    size_t end = n;
    while (is_name_char(at(x, end)) && at(x, end) != '$') end++;
    return end == n || word_kind(x->text + x->pos + n, end - n) != TK_NAME;
}

// B U S L suffixes of integers in any case: UB, US, UL, LL, ULL, LU. In "1LT 2" and "1OR" the word is the reserved one.
static void skip_integer_suffix(Lexer *x)
{
    size_t n = 0;
    while (n < 3 && at(x, n) && strchr("bBsSuUlL", at(x, n))) n++;
    if (is_word_end(x, 0)) return;
    while (n && !is_word_end(x, n)) n--;
    x->pos += n;
}

static bool skip_exponent(Lexer *x)
{
    if (!at(x, 0) || !strchr("eEdD", at(x, 0)) || is_word_end(x, 0)) return false;
    size_t n = 1;
    if (at(x, n) == '+' || at(x, n) == '-') n++;
    if (isdigit(at(x, n))) {
        x->pos += n;
        skip_digits(x);
        return true;
    }
    bool imaginary = at(x, 1) && strchr("iIjJ", at(x, 1)) && !is_name_char(at(x, 2));
    if (!is_word_end(x, 1) && !imaginary) return false;
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

// Whether a statement may begin behind this token.
static bool before_statement(TokenKind k)
{
    switch (k) {
    case TK_EOL: case TK_AMP: case P_COLON: case KW_TK_THEN: case KW_TK_ELSE: case KW_TK_DO: case KW_TK_BEGIN: case KW_TK_OF:
    case KW_TK_REPEAT: return true;
    default: return false;
    }
}

static bool closes(TokenKind k) { return k == P_RPAREN || k == P_RBRACKET || k == P_RBRACE || k == P_INC || k == P_DEC; }

static bool is_one_of(TokenKind k, const uint8_t *set, size_t n) { return memchr(set, (int)k, n) != NULL; }

// The first character behind the blanks that follow; 0: the statement ends. ends: a reserved word ends it, too.
static int next_in_statement(const Lexer *x, bool ends)
{
    size_t n = 0;
    while (at(x, n) == ' ' || at(x, n) == '\t') n++;
    int c = at(x, n);
    if (strchr("\r\n;&$", c)) return 0;  // the end of the text, too
    return ends && isalpha(c) && is_word_end(x, n) ? 0 : c;
}

// Words that IDL learned late are names where no statement of that word can stand: "continue = 1", "goto, switch".
static TokenKind late_word(const Lexer *x, TokenKind kind, TokenKind before)
{
    static const uint8_t whole[] = {KW_TK_BREAK, KW_TK_CONTINUE}, enders[] = {KW_TK_ENDFOREACH, KW_TK_ENDSWITCH};
    static const uint8_t openers[] = {KW_TK_SWITCH, KW_TK_FOREACH, KW_TK_COMPILE_OPT, KW_TK_FORWARD_FUNCTION};
    int next = next_in_statement(x, !is_one_of(kind, openers, sizeof openers));
    bool stands = true;
    if (is_one_of(kind, whole, sizeof whole)) stands = before_statement(before) && !next;
    else if (is_one_of(kind, enders, sizeof enders))
        stands = !next && (before < P_HASH2_SET || before == P_COLON || closes(before));
    else if (is_one_of(kind, openers, sizeof openers))
        stands = before_statement(before) && next && !strchr("=[,:.-+/<>^#)", next);
    else if (kind == KW_TK_INHERITS) stands = (before == P_LBRACE || before == P_COMMA) && (isalpha(next) || next == '_');
    return stands ? kind : TK_NAME;
}

static void lex_word(Lexer *x)
{
    size_t start = x->pos;
    while (is_name_char(at(x, 0))) x->pos++;
    // After "." or "->" a reserved word is a tag or method name.
    TokenKind before = x->out.len ? x->out.p[x->out.len - 1].kind : TK_EOL;
    bool is_tag = before == P_DOT || before == P_ARROW;
    TokenKind kind = is_tag ? TK_NAME : word_kind(x->text + start, x->pos - start);
    push(x, late_word(x, kind, before), start);
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

// Two operands side by side are no expression: behind an empty line the statement has ended, in spite of its "$".
static bool begins_anew(const Lexer *x)
{
    size_t n = 0;
    while (at(x, n) == ' ' || at(x, n) == '\t') n++;
    int c = at(x, n);
    return after_operand(x) && (isdigit(c) || ((isalpha(c) || c == '_') && !is_word_end(x, n)));
}

// "$": what follows on its line is ignored, and the next line goes on; comment lines and empty ones may come between.
static void lex_continuation(Lexer *x)
{
    const char *end = memchr(x->text + x->pos, '\n', x->len - x->pos);
    bool skipped = false;
    x->pos = end ? (size_t)(end - x->text) + 1 : x->len;
    for (size_t next; is_empty_line(x, x->pos, &next); skipped = true) x->pos = next;
    if (x->pos >= x->len) x->out.incomplete = true;
    else if (skipped && begins_anew(x)) push(x, TK_EOL, x->pos - 1);
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

enum { CTRL_Z = 0x1A };

// Some editors left NULs or a Ctrl-Z at the end of a file.
static bool is_padding(const Lexer *x)
{
    for (size_t i = x->pos; i < x->len; i++) {
        if (x->text[i] && x->text[i] != CTRL_Z && !isspace((unsigned char)x->text[i])) return false;
    }
    return true;
}

static void lex_one(Lexer *x)
{
    int c = at(x, 0);
    if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || ((c == 0 || c == CTRL_Z) && is_padding(x))) {
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
    } else if (c == '!' && (isalnum(at(x, 1)) || at(x, 1) == '!' || at(x, 1) == '_')) {
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
        while (x.pos < x.len && x.out.len < INT32_MAX / 4 && ((x.out.len & 0xFFF) || !sys_interrupted())) lex_one(&x);
        if (x.pos < x.len) x.out.too_long = true;
    }
    push(&x, TK_END, x.pos);
    return x.out;
}

void tokens_free(Tokens *t) { VEC_FREE(t); }
