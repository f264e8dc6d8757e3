// Reasons that lie in an expression or an argument list: operators of other languages, brackets, commas. Start reading at
// reason_expression.
#include "lang/reason.h"

#include <ctype.h>
#include <string.h>

static bool is_bad(const Wrong *w, int i, char c)
{
    return reason_kind(w, i) == TK_BAD && w->p->src->text[w->p->tokens.p[i].pos] == c;
}

static bool pair(const Wrong *w, int i, TokenKind a, TokenKind b)
{
    return reason_kind(w, i) == a && reason_kind(w, i + 1) == b && reason_touches(w, i);
}

// Operators that two tokens make, of which the parser is stuck at either.
const char *reason_operator(const Wrong *w)
{
    TokenKind first = reason_kind(w, w->start);
    bool in_condition = first == KW_TK_IF || first == KW_TK_WHILE || first == KW_TK_REPEAT;
    for (int i = w->at - 2; i <= w->at; i++) {
        if (pair(w, i, P_ASSIGN, P_ASSIGN)) return "IDL's == is EQ: IF a EQ b THEN.";
        if (is_bad(w, i, '!') && reason_kind(w, i + 1) == P_ASSIGN) return "IDL's != is NE: IF a NE b THEN.";
        if (pair(w, i, P_TILDE, P_ASSIGN)) return "IDL's ~= is NE: IF a NE b THEN.";
        if (pair(w, i, P_LESS, P_GREATER)) return "IDL's <> is NE: IF a NE b THEN.";
        if (pair(w, i, P_STAR, P_STAR)) return "IDL's ** is ^: a^2.";
    }
    if (reason_kind(w, w->at - 1) == P_DOT && reason_kind(w, w->at) >= P_STAR && reason_kind(w, w->at) <= P_CARET)
        return "Arrays are multiplied element by element by *, divided by /, raised by ^; # and ## are the matrix "
            "products.";
    if (is_bad(w, w->at, '%'))
        return w->at == w->start ? "A comment begins with ;, not with %." : "IDL's % is MOD: a MOD b; a text with "
            "values in it is STRING(x, FORMAT='(I5)').";
    if (is_bad(w, w->at, '!')) return "A logical NOT is ~, as in ~flag, or NOT.";
    TokenKind k = reason_kind(w, w->at);
    if (k == P_LESS_SET) return "IDL's <= is LE: IF a LE b THEN (< is the smaller of two values).";
    if (k == P_GREATER_SET) return "IDL's >= is GE: IF a GE b THEN (> is the larger of two values).";
    if (k == P_ASSIGN && in_condition) return "In a condition = is EQ: IF a EQ b THEN.";
    return NULL;
}

// --- Brackets -------------------------------------------------------------------------------------------------------------

static TokenKind closer(TokenKind open) { return open == P_LPAREN ? P_RPAREN : open == P_LBRACKET ? P_RBRACKET : P_RBRACE; }
static bool opens(TokenKind k) { return k == P_LPAREN || k == P_LBRACKET || k == P_LBRACE; }
static bool closes(TokenKind k) { return k == P_RPAREN || k == P_RBRACKET || k == P_RBRACE; }
static bool is_operand_end(TokenKind k)
{
    return k == TK_NAME || k == TK_NUMBER || k == TK_STRING || k == TK_TEMPLATE || k == TK_SYSVAR || k == P_RPAREN ||
        k == P_RBRACKET ||
           k == P_RBRACE;
}

// The innermost bracket that is open where the parser is stuck; -1: none.
static int open_bracket(const Wrong *w)
{
    int depth = 0;
    for (int i = w->at - 1; i >= w->start; i--) {
        TokenKind k = reason_kind(w, i);
        if (closes(k)) depth++;
        else if (opens(k) && depth-- == 0) return i;
    }
    return -1;
}

static int column(const Wrong *w, int token)
{
    size_t pos = w->p->tokens.p[token].pos, start = pos;
    while (start && w->p->src->text[start - 1] != '\n') start--;
    return (int)(pos - start) + 1;
}

static const char *not_closed(const Wrong *w, int open)
{
    return reason_say(w, "The %s in column %d is not closed; a statement that goes on in the next line ends this one "
        "with $.",
                      token_kind_text(reason_kind(w, open)), column(w, open));
}

static const char *reason_in_brackets(const Wrong *w, int open)
{
    TokenKind k = reason_kind(w, w->at), bracket = reason_kind(w, open), before = reason_kind(w, w->at - 1);
    bool is_call = is_operand_end(reason_kind(w, open - 1));
    if (closes(k) && k != closer(bracket)) {
        return reason_say(w, "The %s in column %d is closed by %s, not by %s.", token_kind_text(bracket), column(w,
            open),
                          token_kind_text(closer(bracket)), token_kind_text(k));
    }
    if (closes(k) && before == P_COMMA) return reason_say(w, "Something is missing between the comma and %s.",
        token_kind_text(k));
    if (bracket == P_LPAREN && k == P_COMMA && !is_call) return "Arrays are written in brackets: [1, 2, 3].";
    if (bracket == P_LBRACE && k == P_ASSIGN) return "A tag and its value are separated by a colon: {a: 1, b: 2}.";
    if (bracket == P_LBRACE && k == TK_STRING) return "A tag is a name without quotes: {a: 1, b: 2}.";
    if (bracket == P_LBRACKET && !is_call && parse_can_start_operand(k) && is_operand_end(before))
        return "Elements are separated by commas: [1, 2, 3].";
    if (k == P_ASSIGN && is_call) return "A keyword is a name: NAME(x, KEYWORD=value).";
    return is_operand_end(before) && (reason_ends(k) || (k >= KW_TK_BEGIN && k <= KW_TK_XOR)) ? not_closed(w,
        open) : NULL;
}

// --- Operands -------------------------------------------------------------------------------------------------------------

// NAME operand ...: the comma behind a procedure's name.
static const char *missing_comma(const Wrong *w)
{
    if (w->at != w->start + 1 || reason_kind(w, w->start) != TK_NAME) return NULL;
    TokenKind k = reason_kind(w, w->at);
    bool may_be_argument = k == TK_NAME || k == TK_NUMBER || k == TK_STRING || k == TK_TEMPLATE || k == TK_SYSVAR ||
        k == P_LBRACE ||
                           k == P_TILDE || k == P_AT || k == KW_TK_NOT;
    const char *name = reason_word(w, w->start);
    return may_be_argument ? reason_say(w, "A comma is missing behind %s: %s, %s ...", name, name, reason_word(w,
        w->at)) : NULL;
}

static bool wants_operand(TokenKind k)
{
    if (k >= P_HASH2_SET && k <= P_AT) return !closes(k) && k != P_INC && k != P_DEC;
    switch (k) {
    case KW_TK_AND: case KW_TK_OR: case KW_TK_XOR: case KW_TK_NOT: case KW_TK_EQ: case KW_TK_NE: case KW_TK_LT: case KW_TK_LE:
    case KW_TK_GT: case KW_TK_GE: case KW_TK_MOD: case KW_TK_IF: case KW_TK_WHILE: case KW_TK_UNTIL: case KW_TK_CASE:
        return true;
    default: return false;
    }
}

static const char *missing_operand(const Wrong *w)
{
    TokenKind k = reason_kind(w, w->at), before = reason_kind(w, w->at - 1);
    if (w->at == w->start || !wants_operand(before)) return NULL;
    if (before == P_COMMA && reason_ends(k)) return "The line ends in a comma; a statement that goes on in the next "
        "line ends this one with $.";
    if (reason_ends(k)) {
        return reason_say(w, "Something is missing behind %s; a statement that goes on in the next line ends this one "
            "with $.",
                          reason_word(w, w->at - 1));
    }
    if (k >= KW_TK_AND && k <= KW_TK_XOR)
        return reason_say(w, "%s is a reserved word: no variable can have that name.", reason_word(w, w->at));
    if (k == TK_BAD) return NULL;
    return reason_say(w, "Something is missing between %s and %s.", reason_word(w, w->at - 1), reason_word(w, w->at));
}

static bool lacks_colon(const Wrong *w)
{
    int open = 0;
    for (int i = w->start; i < w->at; i++) open += (reason_kind(w, i) == P_QUESTION) - (reason_kind(w, i) == P_COLON);
    return open > 0;
}

static const char *operands_side_by_side(const Wrong *w)
{
    TokenKind k = reason_kind(w, w->at), before = reason_kind(w, w->at - 1);
    if (!is_operand_end(before)) return NULL;
    if (reason_ends(k) && lacks_colon(w)) return "A choice has a colon: condition ? value : other.";
    if (k == KW_TK_IF) return "A choice within an expression is condition ? value : other.";
    if (before == TK_NUMBER && k == TK_NAME && reason_touches(w, w->at - 1))
        return reason_say(w, "No name begins with a digit; a product is written %s*%s.", reason_word(w, w->at - 1),
            reason_word(w, w->at));
    if (k == TK_NAME || k == TK_NUMBER || k == TK_STRING || k == TK_SYSVAR || k == P_LBRACE || k == KW_TK_NOT)
        return reason_say(w, "A comma or an operator is missing between %s and %s.", reason_word(w, w->at - 1),
            reason_word(w, w->at));
    return NULL;
}

// A value alone, which is a statement at the prompt only.
static const char *value_alone(const Wrong *w)
{
    if (!reason_ends(reason_kind(w, w->at)) || w->p->typed) return NULL;
    if (reason_kind(w, w->start) == TK_NAME && reason_kind(w, w->start + 1) == P_LPAREN) {
        const char *name = reason_word(w, w->start);
        return reason_say(w, "A procedure is called with a comma: %s, x; a function's value goes somewhere: y = "
            "%s(x).", name, name);
    }
    return "A value alone is a statement at the prompt only: PRINT, value, or x = value.";
}

const char *reason_expression(const Wrong *w)
{
    TokenKind k = reason_kind(w, w->at);
    const char *why = NULL;
    if (k == P_ASSIGN && reason_kind(w, w->at - 1) == TK_NAME && reason_kind(w, w->at - 2) == P_SLASH) {
        const char *name = reason_word(w, w->at - 1);
        return reason_say(w, "/%s sets the keyword to 1; with a value it is %s=value.", name, name);
    }
    int open = open_bracket(w);
    if (open < 0 && closes(k)) return reason_say(w, "%s closes nothing: no bracket is open.", token_kind_text(k));
    if (open >= 0) why = reason_in_brackets(w, open);
    if (!why) why = missing_comma(w);
    if (!why) why = missing_operand(w);
    if (!why) why = operands_side_by_side(w);
    if (!why) why = value_alone(w);
    if (!why && k == TK_BAD && isprint((unsigned char)w->p->src->text[w->p->tokens.p[w->at].pos]))
        why = reason_say(w, "The character %s has no meaning here.", reason_word(w, w->at));
    return why;
}
