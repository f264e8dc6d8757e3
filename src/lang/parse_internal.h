// Shared between the files of the parser: the cursor over tokens, and the errors.
#ifndef HELIO_LANG_PARSE_INTERNAL_H
#define HELIO_LANG_PARSE_INTERNAL_H

#include "lang/literal.h"
#include "lang/parser.h"
#include "lang/token.h"

// A block that waits for its END: of a control statement, of BEGIN alone, or a routine.
typedef struct ParseBlock {
    TokenKind opener;  // the word: IF, ELSE, FOR, CASE, BEGIN, PRO, ...
    int line;
    const struct ParseBlock *outer;
} ParseBlock;

typedef struct Parser {
    const Source *src;
    uint16_t file;  // of the tree's texts
    Tree *tree;
    Tokens tokens;
    int at;        // index of the current token
    int statement; // the token that the statement here begins with
    int stuck;     // a failure is told at its statement's beginning, but this token is what does not fit; 0
    int depth;     // of nesting, against a limit
    const ParseBlock *open;
    ParseBlock plain;  // the last block that END ended where ENDIF, ENDFOR, ... could stand
    int plain_line;    // of that END; 0: there was none in this routine
    unsigned options;
    bool no_arrow; // inside the operand of a prefix *, which binds tighter than ->
    bool typed;    // statement mode
    bool no_routines;  // an @FILE within typed statements
    bool failed;   // an issue was recorded; unwinding to the routine's end
    bool wants_more;  // the failure was the end of the text inside an open block
    ParseIssue issue;
    const Includer *includer;
    int include_depth;
    // Line of a position, kept near the last one asked for.
    size_t line_pos;
    int line;
} Parser;

enum { PARSE_DEPTH = 5000 };

static inline const Token *cur(const Parser *p) { return &p->tokens.p[p->at]; }
static inline TokenKind kind(const Parser *p) { return (TokenKind)p->tokens.p[p->at].kind; }
static inline TokenKind kind_ahead(const Parser *p, int n)
{
    int i = p->at + n;
    return i < p->tokens.len ? (TokenKind)p->tokens.p[i].kind : TK_END;
}
static inline void advance(Parser *p)
{
    if (p->at < p->tokens.len - 1) p->at++;
}

Node *node_new(Parser *p, NodeKind k);          // placed at the current token
int parse_line_of(Parser *p, size_t pos);       // the line number
void parse_fail(Parser *p, const char *text);   // records the first issue; at the end of typed text asks for more
bool parse_expect(Parser *p, TokenKind k);      // consumes k, or fails
bool parse_accept(Parser *p, TokenKind k);
const char *parse_name(Parser *p);              // consumes a name, upper-cased; NULL after a failure
const char *token_upper(Parser *p, const Token *t);
bool parse_goes_on(Parser *p);  // not failed, and no Ctrl-C
bool parse_enter(Parser *p);                    // one level deeper; false (and failed) past the limit
static inline void parse_leave(Parser *p) { p->depth--; }

typedef struct NodeList {
    Node **p;
    int len, cap;
} NodeList;
void list_add(NodeList *l, Node *n);
void list_store(Parser *p, NodeList *l, Node *n);  // moves the list into the tree

Node *parse_constant_take(Parser *p, Node *n, Val v);  // makes n a constant
Node *parse_template(Parser *p);  // parse_template.c
Node *parse_expression(Parser *p);
Node *parse_value(Parser *p);     // an expression or an assignment
Node *parse_suffixes(Parser *p, Node *n);  // subscripts, tags, calls after n
Node *parse_postfix(Parser *p);   // a value with its subscripts, tags and calls; what an assignment may begin with
void parse_call_args(Parser *p, NodeList *l, TokenKind close);
bool parse_can_start_operand(TokenKind k);
Operator parse_assign_operator(Parser *p, int *tokens);  // OPR_NONE with *tokens 1 for "="; *tokens 0: none here
Node *parse_statements(Parser *p, const TokenKind *enders, int n);
bool parse_at_routine(const Parser *p);  // PRO or FUNCTION at the beginning of a line
void parse_routine_here(Parser *p);      // which becomes one of the tree's units
Node *parse_line(Parser *p);      // the statements of one typed line
bool is_separator(TokenKind k);

#endif
