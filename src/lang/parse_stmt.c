// Statements: blocks, control flow, assignments, procedure calls. A block is closed by its own END word or by a
// plain END. Start reading at parse_statement.
#include "base/mem.h"
#include "lang/parse_internal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static Node *parse_statement(Parser *p);

bool is_separator(TokenKind k) { return k == TK_EOL || k == TK_AMP; }

static const struct {
    uint8_t token;
    uint8_t op;
} assign_rows[] = {
    {P_ASSIGN, OPR_NONE},  {P_PLUS_SET, OPR_ADD},  {P_MINUS_SET, OPR_SUB},   {P_STAR_SET, OPR_MUL},
    {P_SLASH_SET, OPR_DIV}, {P_CARET_SET, OPR_POW}, {P_HASH_SET, OPR_MATMUL}, {P_HASH2_SET, OPR_MATMUL2},
    {P_LESS_SET, OPR_MIN}, {P_GREATER_SET, OPR_MAX},
};
static const struct {
    uint8_t token;
    uint8_t op;
} word_assign_rows[] = {
    {KW_TK_AND, OPR_AND}, {KW_TK_OR, OPR_OR}, {KW_TK_XOR, OPR_XOR}, {KW_TK_EQ, OPR_EQ}, {KW_TK_NE, OPR_NE},
    {KW_TK_LT, OPR_LT},   {KW_TK_LE, OPR_LE}, {KW_TK_GT, OPR_GT},   {KW_TK_GE, OPR_GE}, {KW_TK_MOD, OPR_MOD},
};

Operator parse_assign_operator(Parser *p, int *tokens)
{
    *tokens = 0;
    for (size_t i = 0; i < sizeof assign_rows / sizeof assign_rows[0]; i++) {
        if (assign_rows[i].token == kind(p)) {
            *tokens = 1;
            return assign_rows[i].op;
        }
    }
    if (kind_ahead(p, 1) != P_ASSIGN) return OPR_NONE;
    for (size_t i = 0; i < sizeof word_assign_rows / sizeof word_assign_rows[0]; i++) {
        if (word_assign_rows[i].token == kind(p)) {  // "AND=", written together
            *tokens = 2;
            return word_assign_rows[i].op;
        }
    }
    return OPR_NONE;
}

// --- Blocks -------------------------------------------------------------------------------------------------------

static void skip_separators(Parser *p)
{
    while (is_separator(kind(p))) advance(p);
}

static bool is_one_of(TokenKind k, const TokenKind *set, int n)
{
    for (int i = 0; i < n; i++) {
        if (set[i] == k) return true;
    }
    return false;
}

static void include_file(Parser *p, NodeList *into);

// The text ends inside a block.
static void fail_at_end(Parser *p)
{
    char text[240];
    const ParseBlock *b = p->open;
    snprintf(text, sizeof text, "Syntax error. The end of the text comes before the END of the %s that began on line %d.",
             b ? token_kind_text(b->opener) : "block", b ? b->line : 1);
    size_t n = strlen(text);
    if (p->plain_line && b) {
        snprintf(text + n, sizeof text - n, " (The END on line %d ended the %s of line %d.)", p->plain_line,
                 token_kind_text(p->plain.opener), p->plain.line);
    }
    parse_fail(p, arena_strndup(&p->tree->arena, text, strlen(text)));
}

// Statements up to one of the enders, which is left in place.
Node *parse_statements(Parser *p, const TokenKind *enders, int n)
{
    Node *block = node_new(p, S_BLOCK);
    NodeList items = {0};
    skip_separators(p);
    while (parse_goes_on(p) && !is_one_of(kind(p), enders, n)) {
        if (kind(p) == TK_END) {
            fail_at_end(p);
            break;
        }
        if (kind(p) == P_AT) include_file(p, &items);
        else list_add(&items, parse_statement(p));
        if (p->failed) break;
        bool after_label = items.p[items.len - 1]->kind == S_LABEL;  // LABEL: statement
        if (!after_label && !is_separator(kind(p)) && !is_one_of(kind(p), enders, n)) parse_fail(p, "Syntax error.");
        skip_separators(p);
    }
    list_store(p, &items, block);
    return block;
}

// BEGIN ... END or ENDxxx. An arm of a CASE or SWITCH may be closed by ENDCASE, ENDSWITCH, ENDELSE as well.
static Node *parse_block(Parser *p, TokenKind ender, TokenKind opener, int line)
{
    static const TokenKind arm_enders[] = {KW_TK_END, KW_TK_ENDCASE, KW_TK_ENDSWITCH, KW_TK_ENDELSE};
    if (!parse_enter(p)) return NULL;
    ParseBlock own = {opener, line, p->open};
    p->open = &own;
    advance(p);
    Node *b = ender == KW_TK_ENDCASE ? parse_statements(p, arm_enders, 4)
                                     : parse_statements(p, (TokenKind[]){KW_TK_END, ender}, 2);
    if (!p->failed && kind(p) == KW_TK_END && opener != KW_TK_BEGIN) {
        p->plain = own;
        p->plain_line = parse_line_of(p, cur(p)->pos);
    }
    if (!p->failed) advance(p);
    p->open = own.outer;
    parse_leave(p);
    return b;
}

// What follows THEN, ELSE, DO, a CASE selector: a block or one statement (possibly none).
static Node *parse_body(Parser *p, TokenKind ender, TokenKind opener, int line)
{
    return kind(p) == KW_TK_BEGIN ? parse_block(p, ender, opener, line) : parse_statement(p);
}

// --- Control flow ---------------------------------------------------------------------------------------------------

static Node *parse_if(Parser *p)
{
    Node *n = node_new(p, S_IF);
    advance(p);
    n->a = parse_expression(p);
    if (p->failed || !parse_expect(p, KW_TK_THEN)) return n;
    n->b = parse_body(p, KW_TK_ENDIF, KW_TK_IF, n->line);
    if (p->failed || kind(p) != KW_TK_ELSE) return n;
    int line = parse_line_of(p, cur(p)->pos);
    advance(p);
    n->c = parse_body(p, KW_TK_ENDELSE, KW_TK_ELSE, line);
    return n;
}

static Node *parse_for(Parser *p)
{
    Node *n = node_new(p, S_FOR);
    advance(p);
    n->name = parse_name(p);
    if (p->failed || !parse_expect(p, P_ASSIGN)) return n;
    n->a = parse_expression(p);
    if (p->failed || !parse_expect(p, P_COMMA)) return n;
    n->b = parse_expression(p);
    if (!p->failed && parse_accept(p, P_COMMA)) n->c = parse_expression(p);
    if (p->failed || !parse_expect(p, KW_TK_DO)) return n;
    n->d = parse_body(p, KW_TK_ENDFOR, KW_TK_FOR, n->line);
    return n;
}

static Node *parse_foreach(Parser *p)
{
    Node *n = node_new(p, S_FOREACH);
    advance(p);
    n->name = parse_name(p);
    if (p->failed || !parse_expect(p, P_COMMA)) return n;
    n->a = parse_expression(p);
    if (!p->failed && parse_accept(p, P_COMMA)) n->name2 = parse_name(p);
    if (p->failed || !parse_expect(p, KW_TK_DO)) return n;
    n->d = parse_body(p, KW_TK_ENDFOREACH, KW_TK_FOREACH, n->line);
    return n;
}

static Node *parse_while(Parser *p)
{
    Node *n = node_new(p, S_WHILE);
    advance(p);
    n->a = parse_expression(p);
    if (p->failed || !parse_expect(p, KW_TK_DO)) return n;
    n->d = parse_body(p, KW_TK_ENDWHILE, KW_TK_WHILE, n->line);
    return n;
}

static Node *parse_repeat(Parser *p)
{
    Node *n = node_new(p, S_REPEAT);
    advance(p);
    n->d = parse_body(p, KW_TK_ENDREP, KW_TK_REPEAT, n->line);
    if (!p->failed) skip_separators(p);
    if (p->failed) return n;
    if (!parse_accept(p, KW_TK_UNTIL)) {
        parse_fail(p, "Syntax error. UNTIL is missing: REPEAT statement UNTIL condition.");
        return n;
    }
    n->a = parse_expression(p);
    return n;
}

static Node *parse_arm(Parser *p)
{
    Node *arm = node_new(p, S_ARM);
    p->statement = p->at;
    if (parse_accept(p, KW_TK_ELSE)) {
        if (kind(p) == P_COLON) advance(p);
    } else {
        arm->a = parse_expression(p);
        if (p->failed || !parse_expect(p, P_COLON)) return arm;
    }
    if (kind(p) == KW_TK_BEGIN) {
        arm->d = parse_block(p, KW_TK_ENDCASE, KW_TK_BEGIN, arm->line);
        return arm;
    }
    arm->d = is_separator(kind(p)) ? NULL : parse_statement(p);
    return arm;
}

static Node *parse_case(Parser *p)
{
    Node *n = node_new(p, S_CASE);
    TokenKind ender = kind(p) == KW_TK_CASE ? KW_TK_ENDCASE : KW_TK_ENDSWITCH;
    n->op = ender == KW_TK_ENDSWITCH;
    NodeList arms = {0};
    advance(p);
    n->a = parse_expression(p);
    if (!p->failed) parse_expect(p, KW_TK_OF);
    ParseBlock own = {ender == KW_TK_ENDCASE ? KW_TK_CASE : KW_TK_SWITCH, n->line, p->open};
    p->open = &own;
    skip_separators(p);
    while (!p->failed && kind(p) != ender && kind(p) != KW_TK_END) {
        if (kind(p) == TK_END) {
            fail_at_end(p);
            break;
        }
        list_add(&arms, parse_arm(p));
        if (!p->failed && !is_separator(kind(p)) && kind(p) != ender && kind(p) != KW_TK_END) {
            parse_fail(p, "Syntax error.");
        }
        skip_separators(p);
    }
    if (!p->failed) advance(p);
    p->open = own.outer;
    list_store(p, &arms, n);
    return n;
}

// --- Simple statements ------------------------------------------------------------------------------------------------

static Node *named(Parser *p, NodeKind k)
{
    Node *n = node_new(p, k);
    advance(p);
    n->name = parse_name(p);
    return n;
}

static Node *parse_common(Parser *p)
{
    Node *n = named(p, S_COMMON);
    NodeList vars = {0};
    while (!p->failed && parse_accept(p, P_COMMA)) {
        Node *v = node_new(p, N_VAR);
        v->name = parse_name(p);
        list_add(&vars, v);
    }
    list_store(p, &vars, n);
    return n;
}

static unsigned option_bits(const char *name)
{
    static const struct {
        const char *name;
        unsigned bits;
    } rows[] = {
        {"IDL2", OPT_DEFINT32 | OPT_STRICTARR},
        {"IDL3", OPT_DEFINT32 | OPT_STRICTARR | OPT_FLOAT64 | OPT_LOGICAL_PREDICATE},
        {"DEFINT32", OPT_DEFINT32}, {"STRICTARR", OPT_STRICTARR}, {"STRICTARRSUBS", OPT_STRICTARRSUBS},
        {"LOGICAL_PREDICATE", OPT_LOGICAL_PREDICATE}, {"HIDDEN", OPT_HIDDEN}, {"OBSOLETE", OPT_OBSOLETE},
        {"STATIC", OPT_STATIC}, {"FLOAT64", OPT_FLOAT64}, {"NOSAVE", OPT_NOSAVE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) return rows[i].bits;
    }
    return 0;
}

static Node *parse_options(Parser *p)
{
    Node *n = node_new(p, S_OPTIONS);
    advance(p);
    do {
        const char *name = parse_name(p);
        unsigned bits = name ? option_bits(name) : 0;
        if (name && !bits) {
            p->at--;
            parse_fail(p, "Unknown COMPILE_OPT option.");
        }
        p->options |= bits;
    } while (!p->failed && parse_accept(p, P_COMMA));
    n->options = p->options;
    return n;
}

static Node *parse_forward(Parser *p)
{
    Node *n = node_new(p, S_FORWARD);
    NodeList names = {0};
    advance(p);
    do {
        Node *name = node_new(p, N_VAR);
        name->name = parse_name(p);
        list_add(&names, name);
    } while (!p->failed && parse_accept(p, P_COMMA));
    list_store(p, &names, n);
    return n;
}

static Node *parse_return(Parser *p)
{
    Node *n = node_new(p, S_RETURN);
    advance(p);
    if (parse_accept(p, P_COMMA)) n->a = parse_value(p);
    return n;
}

static Node *parse_on_ioerror(Parser *p)
{
    Node *n = node_new(p, S_ON_IOERROR);
    advance(p);
    if (parse_expect(p, P_COMMA)) n->name = parse_name(p);
    if (n->name && strcmp(n->name, "NULL") == 0) n->name = NULL;
    return n;
}

static bool at_statement_end(const Parser *p)
{
    TokenKind k = kind(p);
    return is_separator(k) || k == TK_END || (k >= KW_TK_AND && k <= KW_TK_XOR);
}

static Node *parse_procedure(Parser *p)
{
    Node *n = node_new(p, S_CALL);
    NodeList args = {0};
    n->name = parse_name(p);
    if (parse_accept(p, P_COMMA)) parse_call_args(p, &args, TK_EOL);
    else n->kind = S_BARE;
    list_store(p, &args, n);
    return n;
}

static Node *parse_method_statement(Parser *p, Node *m)
{
    Node *n = node_new(p, S_METHOD);
    NodeList args = {0};
    n->a = m;
    if (parse_accept(p, P_COMMA)) {
        parse_call_args(p, &args, TK_EOL);
        list_store(p, &args, m);
    }
    return n;
}

// An assignment, an increment, a method call, or an expression alone.
static Node *parse_simple(Parser *p)
{
    int start = p->at;
    Node *left = kind(p) == P_STAR || kind(p) == P_INC || kind(p) == P_DEC ? parse_expression(p) : parse_postfix(p);
    if (p->failed) return left;
    int tokens;
    Operator op = parse_assign_operator(p, &tokens);
    if (tokens) {
        Node *n = node_new(p, N_ASSIGN);
        p->at += tokens;
        n->op = (uint8_t)op;
        n->a = left;
        n->b = parse_expression(p);
        n->pos = left->pos;
        return n;
    }
    if (left->kind == N_TAG && kind(p) == P_COMMA) left->kind = N_METHOD;  // a.name, arguments
    if (left->kind == N_TAG && at_statement_end(p) && !p->typed) left->kind = N_METHOD;  // a.name: no arguments
    if (left->kind == N_METHOD && (kind(p) == P_COMMA || (at_statement_end(p) && !left->is_bracket))) {
        return parse_method_statement(p, left);
    }
    if (left->kind == N_INCR && at_statement_end(p)) return left;
    if (left->kind == N_ASSIGN && at_statement_end(p) && !p->typed) return left;  // (a = 2)
    p->at = start;
    Node *n = node_new(p, S_PRINT);
    n->a = parse_expression(p);
    if (!p->typed && !p->failed) {
        p->stuck = p->at;
        if (at_statement_end(p)) p->at = start;
        parse_fail(p, "Syntax error.");
    }
    return n;
}

// RETURN is no reserved word, but a statement when a comma or the end of the statement follows.
static bool is_return(const Parser *p)
{
    TokenKind next = kind_ahead(p, 1);
    return cur(p)->len == 6 && strncasecmp(p->src->text + cur(p)->pos, "RETURN", 6) == 0 && next != P_ASSIGN &&
           next != P_COLON && next != P_LPAREN;
}

static Node *parse_named_statement(Parser *p)
{
    TokenKind next = kind_ahead(p, 1);
    if (is_return(p)) return parse_return(p);
    if (next == P_COLON) {
        Node *n = node_new(p, S_LABEL);
        n->name = parse_name(p);
        advance(p);
        return n;
    }
    bool ends = is_separator(next) || next == TK_END || next == KW_TK_ELSE ||
                (next >= KW_TK_END && next <= KW_TK_ENDWHILE) || next == KW_TK_UNTIL;
    if (next == P_COMMA || ends) return parse_procedure(p);
    return parse_simple(p);
}

static Node *parse_by_first_word(Parser *p)
{
    switch (kind(p)) {
    case TK_NAME: return parse_named_statement(p);
    case KW_TK_IF: return parse_if(p);
    case KW_TK_FOR: return parse_for(p);
    case KW_TK_FOREACH: return parse_foreach(p);
    case KW_TK_WHILE: return parse_while(p);
    case KW_TK_REPEAT: return parse_repeat(p);
    case KW_TK_CASE:
    case KW_TK_SWITCH: return parse_case(p);
    case KW_TK_BEGIN: return parse_block(p, KW_TK_END, KW_TK_BEGIN, parse_line_of(p, cur(p)->pos));
    case KW_TK_COMMON: return parse_common(p);
    case KW_TK_COMPILE_OPT: return parse_options(p);
    case KW_TK_FORWARD_FUNCTION: return parse_forward(p);
    case KW_TK_ON_IOERROR: return parse_on_ioerror(p);
    case KW_TK_GOTO: {
        Node *n = node_new(p, S_GOTO);
        advance(p);
        if (parse_expect(p, P_COMMA)) n->name = parse_name(p);
        return n;
    }
    case KW_TK_BREAK:
    case KW_TK_CONTINUE: {
        Node *n = node_new(p, kind(p) == KW_TK_BREAK ? S_BREAK : S_CONTINUE);
        advance(p);
        return n;
    }
    default: return at_statement_end(p) ? node_new(p, S_BLOCK) : parse_simple(p);
    }
}

// Whether a statement may end here. If not, whoever goes on will fail, and tell of this statement.
static bool may_end(const Parser *p)
{
    TokenKind k = kind(p);
    return is_separator(k) || k == TK_END || k == KW_TK_ELSE || k == KW_TK_UNTIL || (k >= KW_TK_END && k <= KW_TK_ENDWHILE);
}

static Node *parse_statement(Parser *p)
{
    if (!parse_enter(p)) return NULL;
    int outer = p->statement;
    p->statement = p->at;
    Node *n = parse_by_first_word(p);
    if (!p->failed && may_end(p)) p->statement = outer;
    parse_leave(p);
    return n;
}

Node *parse_line(Parser *p)
{
    Node *block = node_new(p, S_BLOCK);
    NodeList items = {0};
    while (parse_goes_on(p) && kind(p) != TK_EOL && kind(p) != TK_END) {
        if (kind(p) == TK_AMP) {
            advance(p);
            continue;
        }
        list_add(&items, parse_statement(p));
        if (p->failed) break;
        if (!is_separator(kind(p)) && kind(p) != TK_END) parse_fail(p, "Syntax error.");
    }
    list_store(p, &items, block);
    return block;
}

// --- @FILE ------------------------------------------------------------------------------------------------------------

enum { INCLUDE_DEPTH = 32, INCLUDES_MAX = 10000 };

// The rest of the line after "@", blanks and quotes stripped.
static char *include_name(Parser *p)
{
    const char *s = p->src->text + cur(p)->pos + 1, *end = s;
    while (*end && *end != '\n' && *end != ';' && *end != '&') end++;
    while (s < end && strchr(" \t'\"", *s)) s++;
    while (end > s && strchr(" \t'\"\r", end[-1])) end--;
    while (kind(p) != TK_EOL && kind(p) != TK_END && kind(p) != TK_AMP) advance(p);
    return arena_strndup(&p->tree->arena, s, (size_t)(end - s));
}

// The text of @FILE as the tree's own; its number, or 0 with the parser failed.
static int add_include(Parser *p, const char *name)
{
    bool too_deep = p->include_depth >= INCLUDE_DEPTH || p->tree->files.len > INCLUDES_MAX;
    const Includer *in = too_deep ? NULL : p->includer;
    size_t len = 0;
    char *path = NULL, *text = in ? in->read(in->arg, name, p->src->path, &len, &path) : NULL;
    if (!text) {
        parse_fail(p, too_deep ? "Include files are nested too deeply."
                               : "Include file not found (looked in this folder, along !PATH, and beside this file).");
        return 0;
    }
    Arena *arena = &p->tree->arena;
    Source *src = arena_alloc(arena, sizeof *src);
    *src = (Source){.path = path ? arena_strndup(arena, path, strlen(path)) : name, .len = len, .first_line = 1};
    src->text = arena_strndup(arena, text, len);
    VEC_PUSH(&p->tree->files, src);
    mem_free(text);
    mem_free(path);
    return p->tree->files.len - 1;
}

// Its statements, and the routines that it defines; an END that closes it is not that of the unit around.
static void parse_included(Parser *p, NodeList *into)
{
    static const TokenKind enders[] = {TK_END, KW_TK_END, KW_TK_PRO, KW_TK_FUNCTION};
    for (;;) {
        list_add(into, parse_statements(p, enders, 4));
        if (p->failed || kind(p) == TK_END) return;
        if (kind(p) == KW_TK_END) {
            advance(p);
            skip_separators(p);
            if (kind(p) != TK_END) parse_fail(p, "Syntax error. Something follows the END of this include file.");
            return;
        }
        if (!parse_at_routine(p)) parse_fail(p, "Syntax error.");
        else if (p->no_routines) parse_fail(p, "Routines cannot be defined by an @FILE inside statements that are typed.");
        else parse_routine_here(p);
        if (p->failed) return;
    }
}

// Parses the file's text as if it stood here.
static void include_file(Parser *p, NodeList *into)
{
    int at = p->at;
    char *name = include_name(p);
    int end = p->at;
    p->at = at;
    int file = add_include(p, name);
    if (!file) return;
    p->at = end;
    const Source *src = p->tree->files.p[file];
    Parser inner = {.src = src, .file = (uint16_t)file, .tree = p->tree, .tokens = lex(src), .options = p->options,
                    .depth = p->depth, .includer = p->includer, .include_depth = p->include_depth + 1, .line = 1,
                    .no_routines = p->typed || p->no_routines};
    parse_included(&inner, into);
    p->options = inner.options;
    tokens_free(&inner.tokens);
    if (!inner.failed) return;
    p->failed = true;
    p->issue = inner.issue;
}
