// Reasons: why a text is no statement, in a sentence that says what to write instead. For people; the parser has failed already.
#ifndef HELIO_LANG_REASON_H
#define HELIO_LANG_REASON_H

#include "lang/parse_internal.h"

// A statement that does not parse.
typedef struct Wrong {
    Parser *p;
    int start;  // its first token
    int at;     // where the parser is stuck
    int end;    // the separator (or end of the text) behind
} Wrong;

// "Syntax error. SENTENCE", in the tree's arena; otherwise, when nothing is known.
const char *parse_reason(Parser *p, const char *otherwise);

// The parts, each a sentence or NULL.
const char *reason_operator(const Wrong *w);   // operators of other languages
const char *reason_block(const Wrong *w);      // END words, PRO inside a block
const char *reason_statement(const Wrong *w);  // by the word that the statement begins with
const char *reason_expression(const Wrong *w); // brackets, operators, operands

const char *reason_say(const Wrong *w, const char *format, ...) PRINTF_LIKE(2, 3);
const char *reason_word(const Wrong *w, int i);  // token i in upper case; a line's end as words
TokenKind reason_kind(const Wrong *w, int i);    // TK_END outside of the text
bool reason_is(const Wrong *w, int i, const char *upper);
bool reason_touches(const Wrong *w, int i);      // no blank between token i and the next
bool reason_ends(TokenKind k);                   // a line's, statement's or text's end

#endif
