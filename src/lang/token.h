// Tokens of IDL. The lexer turns a whole text into an array of them; spans point into the text.
#ifndef HELIO_LANG_TOKEN_H
#define HELIO_LANG_TOKEN_H

#include "lang/source.h"

// Reserved words: X(enum suffix, text)
#define KEYWORD_LIST(X)                                                                                         \
    X(AND, "AND") X(BEGIN, "BEGIN") X(BREAK, "BREAK") X(CASE, "CASE") X(COMMON, "COMMON")                       \
    X(COMPILE_OPT, "COMPILE_OPT") X(CONTINUE, "CONTINUE") X(DO, "DO") X(ELSE, "ELSE") X(END, "END")             \
    X(ENDCASE, "ENDCASE") X(ENDELSE, "ENDELSE") X(ENDFOR, "ENDFOR") X(ENDFOREACH, "ENDFOREACH")                 \
    X(ENDIF, "ENDIF") X(ENDREP, "ENDREP") X(ENDSWITCH, "ENDSWITCH") X(ENDWHILE, "ENDWHILE") X(EQ, "EQ")         \
    X(FOR, "FOR") X(FOREACH, "FOREACH") X(FORWARD_FUNCTION, "FORWARD_FUNCTION") X(FUNCTION, "FUNCTION")         \
    X(GE, "GE") X(GOTO, "GOTO") X(GT, "GT") X(IF, "IF") X(INHERITS, "INHERITS") X(LE, "LE") X(LT, "LT")         \
    X(MOD, "MOD") X(NE, "NE") X(NOT, "NOT") X(OF, "OF") X(ON_IOERROR, "ON_IOERROR") X(OR, "OR") X(PRO, "PRO")   \
    X(REPEAT, "REPEAT") X(SWITCH, "SWITCH") X(THEN, "THEN") X(UNTIL, "UNTIL") X(WHILE, "WHILE") X(XOR, "XOR")

// Punctuation: X(enum suffix, text), longest first among those that share a beginning.
#define PUNCT_LIST(X)                                                                                            \
    X(HASH2_SET, "##=") X(ARROW, "->") X(ANDAND, "&&") X(OROR, "||") X(INC, "++") X(DEC, "--") X(PLUS_SET, "+=") \
    X(MINUS_SET, "-=") X(STAR_SET, "*=") X(SLASH_SET, "/=") X(CARET_SET, "^=") X(HASH_SET, "#=")                 \
    X(LESS_SET, "<=") X(GREATER_SET, ">=") X(HASH2, "##") X(COLON2, "::") X(PLUS, "+") X(MINUS, "-") X(STAR, "*")              \
    X(SLASH, "/") X(CARET, "^") X(HASH, "#") X(LESS, "<") X(GREATER, ">") X(ASSIGN, "=") X(LPAREN, "(")          \
    X(RPAREN, ")") X(LBRACKET, "[") X(RBRACKET, "]") X(LBRACE, "{") X(RBRACE, "}") X(COMMA, ",") X(COLON, ":")   \
    X(DOT, ".") X(QUESTION, "?") X(TILDE, "~") X(AT, "@")

typedef enum TokenKind {
    TK_END,     // of the text
    TK_EOL,     // end of a line
    TK_AMP,     // "&" between statements
    TK_NAME,
    TK_SYSVAR,  // !NAME
    TK_NUMBER,  // as written; lang/literal.h reads it
    TK_TEMPLATE,  // with its backticks
    TK_STRING,  // with its quotes (the closing one may be missing at the end of a line)
    TK_BAD,     // a character that cannot begin a token
#define X(name, text) KW_TK_##name,
    KEYWORD_LIST(X)
#undef X
#define X(name, text) P_##name,
    PUNCT_LIST(X)
#undef X
} TokenKind;

typedef struct Token {
    uint8_t kind;
    uint8_t space_before;  // blank before it on its line
    uint32_t pos, len;
} Token;

typedef struct Tokens {
    Token *p;
    int len, cap;
    bool incomplete;  // the text ends inside a continued line
    bool too_long;    // over 2^31 tokens or 4 GB
} Tokens;

// Where the backtick is that ends the template string whose text begins at i; n: nowhere.
size_t template_end(const char *text, size_t n, size_t i);
// The whole text; the last token is TK_END. Free with tokens_free.
Tokens lex(const Source *src);
void tokens_free(Tokens *t);
const char *token_kind_text(TokenKind k);  // "ENDIF", "<=" or a description

#endif
