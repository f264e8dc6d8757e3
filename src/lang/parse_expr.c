// Expressions by precedence climbing. Levels, loosest first (IDL manual, "Operator Precedence"): ?:, && || ~ (9),
// AND OR XOR (8), EQ NE LT LE GT GE (7), < > (6 with + -), + - NOT (5), * / # ## MOD (4), ^ (3), postfix (1, 2).
// Start reading at parse_expression.
#include "base/mem.h"
#include "base/vec.h"
#include "lang/parse_internal.h"

#include <string.h>

static const struct {
    uint8_t token;
    uint8_t op;
    uint8_t level;  // higher binds tighter
} binary_rows[] = {
    {P_OROR, OPR_NONE, 1},    {P_ANDAND, OPR_NONE, 1}, {KW_TK_AND, OPR_AND, 2}, {KW_TK_OR, OPR_OR, 2},
    {KW_TK_XOR, OPR_XOR, 2},  {KW_TK_EQ, OPR_EQ, 3},   {KW_TK_NE, OPR_NE, 3},   {KW_TK_LT, OPR_LT, 3},
    {KW_TK_LE, OPR_LE, 3},    {KW_TK_GT, OPR_GT, 3},   {KW_TK_GE, OPR_GE, 3},   {P_PLUS, OPR_ADD, 4},
    {P_MINUS, OPR_SUB, 4},    {P_LESS, OPR_MIN, 4},    {P_GREATER, OPR_MAX, 4}, {P_STAR, OPR_MUL, 5},
    {P_SLASH, OPR_DIV, 5},    {KW_TK_MOD, OPR_MOD, 5}, {P_HASH, OPR_MATMUL, 5}, {P_HASH2, OPR_MATMUL2, 5},
    {P_CARET, OPR_POW, 6},    {P_INC, OPR_ADD, 4},     {P_DEC, OPR_SUB, 4},
};
enum { LEVEL_LOGIC = 1, LEVEL_ADD = 4, LEVEL_MUL = 5, LEVEL_POW = 6 };

static Node *parse_binary(Parser *p, int min_level);

static int binary_row(TokenKind k)
{
    for (size_t i = 0; i < sizeof binary_rows / sizeof binary_rows[0]; i++) {
        if (binary_rows[i].token == k) return (int)i;
    }
    return -1;
}

bool parse_can_start_operand(TokenKind k)
{
    switch (k) {
    case TK_NAME: case TK_SYSVAR: case TK_NUMBER: case TK_STRING: case TK_TEMPLATE: case P_LPAREN: case P_LBRACKET: case P_LBRACE:
    case P_PLUS: case P_MINUS: case P_STAR: case P_TILDE: case P_INC: case P_DEC: case KW_TK_NOT: return true;
    default: return false;
    }
}

// "a++" ends an operand, unless what follows can only be one itself ("a++b" is a + (+b)).
static bool is_increment(const Parser *p)
{
    TokenKind next = kind_ahead(p, 1);
    return !parse_can_start_operand(next) || next == P_PLUS || next == P_MINUS || next == P_STAR;
}

static Node *unary(Parser *p, Operator op, int operand_level)
{
    Node *n = node_new(p, N_UNARY);
    n->op = (uint8_t)op;
    advance(p);
    n->a = parse_binary(p, operand_level);
    return n;
}

static Node *parse_unary(Parser *p);

static Node *prefix_incr(Parser *p)
{
    Node *n = node_new(p, N_INCR);
    n->op = kind(p) == P_INC ? OPR_ADD : OPR_SUB;
    advance(p);
    n->a = kind(p) == P_STAR ? parse_unary(p) : parse_postfix(p);
    return n;
}

// *p.a[1] is what p.a[1] points to, but *p->method() is a method of what p points to.
static Node *parse_deref(Parser *p)
{
    Node *n = node_new(p, N_DEREF);
    bool outer = p->no_arrow;
    advance(p);
    if (kind(p) == TK_NUMBER) parse_fail(p, "Syntax error.");  // 2**3
    p->no_arrow = true;
    n->a = parse_unary(p);
    p->no_arrow = outer;
    return !p->failed && kind(p) == P_ARROW && !outer ? parse_suffixes(p, n) : n;
}

static Node *parse_unary(Parser *p)
{
    if (!parse_enter(p)) return NULL;
    Node *n;
    switch (kind(p)) {
    case P_MINUS: n = unary(p, OPR_NEG, LEVEL_MUL); break;
    case P_PLUS:
        advance(p);
        n = parse_binary(p, LEVEL_MUL);
        break;
    case KW_TK_NOT: n = unary(p, OPR_NOT, LEVEL_MUL); break;
    case P_TILDE: n = unary(p, OPR_LNOT, LEVEL_MUL); break;
    case P_STAR: n = parse_deref(p); break;
    case P_INC:
    case P_DEC: n = prefix_incr(p); break;
    default: n = parse_postfix(p);
    }
    parse_leave(p);
    return n;
}

static Node *parse_binary(Parser *p, int min_level)
{
    Node *left = parse_unary(p);
    while (!p->failed) {
        int row = binary_row(kind(p));
        if (row < 0 || binary_rows[row].level < min_level) break;
        Node *n = node_new(p, binary_rows[row].token == P_ANDAND ? N_ANDAND
                              : binary_rows[row].token == P_OROR ? N_OROR
                                                                 : N_BINARY);
        n->op = binary_rows[row].op;
        if (kind(p) == P_INC || kind(p) == P_DEC) {
            // "a--b" is a minus minus b: the second sign belongs to the operand.
            Node *sign = node_new(p, N_UNARY);
            sign->op = OPR_NEG;
            bool minus = kind(p) == P_DEC;
            advance(p);
            sign->a = parse_binary(p, LEVEL_MUL);
            n->b = minus ? sign : sign->a;
        } else {
            advance(p);
            n->b = parse_binary(p, binary_rows[row].level + 1);
        }
        n->a = left;
        left = n;
    }
    return left;
}

Node *parse_expression(Parser *p)
{
    if (!parse_enter(p)) return NULL;
    bool outer = p->no_arrow;
    p->no_arrow = false;
    Node *e = parse_binary(p, LEVEL_LOGIC);
    if (!p->failed && kind(p) == P_QUESTION) {
        Node *n = node_new(p, N_COND);
        advance(p);
        n->a = e;
        n->b = parse_expression(p);
        if (parse_expect(p, P_COLON)) n->c = parse_expression(p);
        e = n;
    }
    p->no_arrow = outer;
    parse_leave(p);
    return e;
}

// --- Subscripts and arguments -----------------------------------------------------------------------------------

static bool at_subscript_end(const Parser *p)
{
    TokenKind k = kind(p);
    return k == P_COMMA || k == P_RBRACKET || k == P_RPAREN;
}

// "*" as a whole subscript, or as the end of a range.
static bool at_star(const Parser *p)
{
    TokenKind next = kind_ahead(p, 1);
    return kind(p) == P_STAR && (next == P_COMMA || next == P_RBRACKET || next == P_RPAREN || next == P_COLON);
}

static Node *range_part(Parser *p)
{
    if (at_star(p)) {
        advance(p);
        return NULL;
    }
    return parse_expression(p);
}

static Node *parse_subscript(Parser *p)
{
    if (at_star(p) && kind_ahead(p, 1) != P_COLON) {
        Node *all = node_new(p, N_ALL);
        advance(p);
        return all;
    }
    Node *range = node_new(p, N_RANGE);
    range->a = range_part(p);
    if (p->failed || kind(p) != P_COLON) return range->a;
    advance(p);
    range->b = at_subscript_end(p) ? NULL : range_part(p);
    if (!p->failed && parse_accept(p, P_COLON)) range->c = parse_expression(p);
    return range;
}

static void parse_subscripts(Parser *p, NodeList *l, TokenKind close)
{
    do {
        Node *s = parse_subscript(p);
        if (p->failed) return;
        list_add(l, s);
    } while (parse_accept(p, P_COMMA));
    parse_expect(p, close);
}

static bool may_name_keyword(TokenKind k) { return k == TK_NAME || (k >= KW_TK_AND && k <= KW_TK_XOR); }

// KEYWORD=value or /KEYWORD; NULL (nothing consumed) if the argument is positional.
static Node *parse_keyword_arg(Parser *p)
{
    Node *n = node_new(p, N_KEYARG);
    if (kind(p) == P_SLASH) {
        advance(p);
        n->name = parse_name(p);
        n->a = node_new(p, N_CONST);
        n->a->value = val_int(1);
        return n;
    }
    if (!may_name_keyword(kind(p)) || kind_ahead(p, 1) != P_ASSIGN) return NULL;
    n->name = parse_name(p);
    advance(p);
    n->a = parse_expression(p);
    return n;
}

// Arguments up to `close` (TK_EOL: a procedure's, to the end of the statement, the separator left in place).
void parse_call_args(Parser *p, NodeList *l, TokenKind close)
{
    if (close != TK_EOL && parse_accept(p, close)) return;
    do {
        Node *a = parse_keyword_arg(p);
        if (!a && !p->failed) a = close == P_RPAREN || close == P_RBRACKET ? parse_subscript(p) : parse_expression(p);
        if (p->failed) return;
        list_add(l, a);
    } while (parse_accept(p, P_COMMA));
    if (close != TK_EOL) parse_expect(p, close);
}

static bool has_keyword(const NodeList *l)
{
    for (int i = 0; i < l->len; i++) {
        if (l->p[i]->kind == N_KEYARG) return true;
    }
    return false;
}

// --- Primaries ----------------------------------------------------------------------------------------------------

Node *parse_constant_take(Parser *p, Node *n, Val v)
{
    n->value = v;
    if (v.flags & VF_CELL) VEC_PUSH(&p->tree->values, v);
    return n;
}

static Node *parse_number(Parser *p)
{
    Node *n = node_new(p, N_CONST);
    Val v = VAL_UNDEF;
    const char *wrong = literal_number(p->src->text + cur(p)->pos, cur(p)->len, p->options, &v);
    parse_constant_take(p, n, v);
    if (wrong) parse_fail(p, wrong);
    else advance(p);
    return n;
}

static Node *parse_string(Parser *p)
{
    Node *n = node_new(p, N_CONST);
    parse_constant_take(p, n, literal_string(p->src->text + cur(p)->pos, cur(p)->len));
    advance(p);
    return n;
}

// Whether "(" is followed by "arg, arg: ...".
static bool at_lambda_arguments(const Parser *p)
{
    int i = 1;
    while (kind_ahead(p, i) == TK_NAME && kind_ahead(p, i + 1) == P_COMMA) i += 2;
    return kind_ahead(p, i) == TK_NAME && kind_ahead(p, i + 1) == P_COLON;
}

// LAMBDAP(arg: statement & statement) is LAMBDAP('arg: statement & statement').
static Node *parse_lambda_procedure(Parser *p, Node *n)
{
    NodeList args = {0};
    size_t from = cur(p)->pos + 1;
    for (int depth = 0; kind(p) != TK_EOL && kind(p) != TK_END; advance(p)) {
        depth += (kind(p) == P_LPAREN) - (kind(p) == P_RPAREN);
        if (!depth) break;
    }
    Node *text = parse_constant_take(p, node_new(p, N_CONST), val_stringn(p->src->text + from, cur(p)->pos - from));
    list_add(&args, text);
    parse_expect(p, P_RPAREN);
    n->kind = N_CALL;
    list_store(p, &args, n);
    return n;
}

static Node *parse_name_or_call(Parser *p)
{
    Node *n = node_new(p, N_VAR);
    n->name = parse_name(p);
    if (kind(p) != P_LPAREN) return n;
    if (strcmp(n->name, "LAMBDAP") == 0 && at_lambda_arguments(p)) return parse_lambda_procedure(p, n);
    NodeList args = {0};
    advance(p);
    size_t from = cur(p)->pos;
    parse_call_args(p, &args, P_RPAREN);
    n->kind = has_keyword(&args) || !args.len ? N_CALL : N_PAREN;
    bool is_lambda = !p->failed && strcmp(n->name, "LAMBDA") == 0 && args.len && args.p[args.len - 1]->kind == N_RANGE;
    if (is_lambda) n->name2 = arena_strndup(&p->tree->arena, p->src->text + from, p->tokens.p[p->at - 1].pos - from);
    list_store(p, &args, n);
    return n;
}

static int array_depth(const Node *n) { return n->kind == N_ARRAY ? n->op : 0; }

// [[a], [b]] joins along the second dimension; the element with the fewest brackets of its own decides.
static Node *parse_array(Parser *p)
{
    Node *n = node_new(p, N_ARRAY);
    NodeList items = {0};
    int inner = 0;
    advance(p);
    while (!p->failed && kind(p) != P_RBRACKET) {
        Node *e = parse_expression(p);
        if (p->failed) break;
        if (kind(p) == P_COLON) {  // [first:last:step]
            Node *range = node_new(p, N_RANGE);
            advance(p);
            range->a = e;
            range->b = parse_expression(p);
            if (!p->failed && parse_accept(p, P_COLON)) range->c = parse_expression(p);
            e = range;
            if (p->failed) break;
        }
        if (!items.len || array_depth(e) < inner) inner = array_depth(e);
        list_add(&items, e);
        if (!parse_accept(p, P_COMMA)) break;
    }
    if (!p->failed) parse_expect(p, P_RBRACKET);
    n->op = (uint8_t)(inner + 1);
    if (inner >= MAX_RANK) parse_fail(p, "Arrays have at most 8 dimensions.");
    list_store(p, &items, n);
    return n;
}

static Node *parse_field(Parser *p)
{
    Node *f = node_new(p, N_FIELD);
    if (parse_accept(p, KW_TK_INHERITS)) {
        f->kind = N_INHERITS;
        f->name = parse_name(p);
        return f;
    }
    if (kind_ahead(p, 1) != P_COLON) f->name = NULL;  // values of a named structure
    else f->name = kind(p) == TK_SYSVAR ? token_upper(p, cur(p)) : parse_name(p);
    if (f->name && kind(p) == TK_SYSVAR) advance(p);
    if (f->name) advance(p);
    f->a = parse_expression(p);
    return f;
}

static Node *parse_structure(Parser *p)
{
    Node *n = node_new(p, N_STRUCT);
    NodeList fields = {0};
    advance(p);
    bool named = kind(p) == TK_SYSVAR || (kind(p) == TK_NAME && kind_ahead(p, 1) != P_COLON);
    if (named) {
        n->name = token_upper(p, cur(p));
        advance(p);
        if (kind(p) != P_RBRACE) parse_expect(p, P_COMMA);
    }
    while (!p->failed && kind(p) != P_RBRACE) {
        list_add(&fields, parse_field(p));
        if (p->failed || !parse_accept(p, P_COMMA)) break;
    }
    if (!p->failed) parse_expect(p, P_RBRACE);
    list_store(p, &fields, n);
    return n;
}

// An expression, or an assignment, whose value it is.
Node *parse_value(Parser *p)
{
    Node *e = parse_expression(p);
    int tokens;
    Operator op = p->failed ? OPR_NONE : parse_assign_operator(p, &tokens);
    if (p->failed || !tokens) return e;
    Node *n = node_new(p, N_ASSIGN);
    p->at += tokens;
    n->op = (uint8_t)op;
    n->a = e;
    n->b = parse_expression(p);
    return n;
}

static Node *parse_parenthesised(Parser *p)
{
    advance(p);
    Node *e = parse_value(p);
    if (!p->failed) parse_expect(p, P_RPAREN);
    if (e) e->in_parens = 1;
    return e;
}

static Node *parse_primary(Parser *p)
{
    switch (kind(p)) {
    case TK_NUMBER: return parse_number(p);
    case TK_STRING: return parse_string(p);
    case TK_TEMPLATE: return parse_template(p);
    case TK_NAME: return parse_name_or_call(p);
    case TK_SYSVAR: {
        Node *n = node_new(p, N_SYSVAR);
        n->name = token_upper(p, cur(p));
        advance(p);
        return n;
    }
    case P_LPAREN: return parse_parenthesised(p);
    case P_LBRACKET: return parse_array(p);
    case P_LBRACE: return parse_structure(p);
    default: parse_fail(p, "Syntax error."); return NULL;
    }
}

// --- Postfix ------------------------------------------------------------------------------------------------------

static Node *parse_tag(Parser *p, Node *of)
{
    Node *n = node_new(p, N_TAG);
    advance(p);
    n->a = of;
    if (kind(p) == P_LPAREN) {
        n->kind = N_TAGN;
        advance(p);
        n->b = parse_expression(p);
        if (!p->failed) parse_expect(p, P_RPAREN);
        return n;
    }
    if (kind(p) == TK_SYSVAR) {
        n->name = token_upper(p, cur(p));
        advance(p);
    } else {
        n->name = parse_name(p);
    }
    return n;
}

static Node *parse_method(Parser *p, Node *of)
{
    Node *n = node_new(p, N_METHOD);
    advance(p);
    n->a = of;
    n->name = parse_name(p);
    if (!p->failed && parse_accept(p, P_COLON2)) {
        n->b = node_new(p, N_VAR);
        n->b->name = n->name;
        n->name = parse_name(p);
    }
    if (!p->failed && kind(p) == P_LPAREN) {
        NodeList args = {0};
        advance(p);
        parse_call_args(p, &args, P_RPAREN);
        list_store(p, &args, n);
        n->is_bracket = 1;  // written with parentheses: a function method
    }
    return n;
}

static bool is_keyword_at(const Parser *p, int ahead)
{
    TokenKind k = kind_ahead(p, ahead), next = kind_ahead(p, ahead + 1);
    return (k == P_SLASH && may_name_keyword(next)) || (may_name_keyword(k) && next == P_ASSIGN);
}

// a.name(), a.name(/KEYWORD), a.name(x, KEYWORD=y): a method called with a point. Others may be subscripts of a tag.
static bool is_dotted_call(const Parser *p, const Node *n)
{
    if (n->kind != N_TAG) return false;
    if (kind_ahead(p, 1) == P_RPAREN || is_keyword_at(p, 1)) return true;
    for (int i = 1, depth = 1; depth > 0; i++) {
        TokenKind k = kind_ahead(p, i);
        if (k == P_LPAREN || k == P_LBRACKET || k == P_LBRACE) depth++;
        else if (k == P_RPAREN || k == P_RBRACKET || k == P_RBRACE) depth--;
        else if (k == TK_EOL || k == TK_END) return false;
        else if (k == P_COMMA && depth == 1 && is_keyword_at(p, i + 1)) return true;
    }
    return false;
}

static Node *parse_dotted_call(Parser *p, Node *tag)
{
    NodeList args = {0};
    advance(p);
    parse_call_args(p, &args, P_RPAREN);
    tag->kind = N_METHOD;
    tag->is_bracket = 1;
    list_store(p, &args, tag);
    return tag;
}

static Node *parse_index(Parser *p, Node *of)
{
    Node *n = node_new(p, N_INDEX);
    TokenKind close = kind(p) == P_LBRACKET ? P_RBRACKET : P_RPAREN;
    NodeList subs = {0};
    n->is_bracket = close == P_RBRACKET;
    advance(p);
    n->a = of;
    parse_subscripts(p, &subs, close);
    if (subs.len > MAX_RANK) parse_fail(p, "At most 8 subscripts are allowed.");
    list_store(p, &subs, n);
    return n;
}

Node *parse_postfix(Parser *p)
{
    Node *n = parse_primary(p);
    return parse_suffixes(p, n);
}

Node *parse_suffixes(Parser *p, Node *n)
{
    while (!p->failed) {
        TokenKind k = kind(p);
        if (k == P_LBRACKET) {
            n = parse_index(p, n);
        } else if (k == P_LPAREN && (n->kind != N_CONST || n->in_parens)) {
            n = is_dotted_call(p, n) ? parse_dotted_call(p, n) : parse_index(p, n);
        } else if (k == P_DOT && kind_ahead(p, 2) != P_COLON2) {
            n = parse_tag(p, n);
        } else if (k == P_DOT || (k == P_ARROW && !p->no_arrow)) {
            n = parse_method(p, n);
        } else if ((k == P_INC || k == P_DEC) && is_increment(p) && n->kind != N_CONST) {
            Node *incr = node_new(p, N_INCR);
            incr->op = k == P_INC ? OPR_ADD : OPR_SUB;
            incr->is_postfix = 1;
            incr->a = n;
            advance(p);
            return incr;
        } else {
            break;
        }
    }
    return n;
}
