// Template strings: `text ${expression} text ${expression, "%5.2f"}`. They become sums of string constants and calls of
// STRING. Start reading at parse_template.
#include "lang/parse_internal.h"

#include "base/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static Node *call(Parser *p, const char *name, Node *const *args, int n)
{
    Node *c = node_new(p, N_CALL);
    NodeList list = {0};
    for (int i = 0; i < n; i++) list_add(&list, args[i]);
    c->name = name;
    list_store(p, &list, c);
    return c;
}

static Node *keyword(Parser *p, const char *name, Node *value)
{
    Node *k = node_new(p, N_KEYARG);
    k->name = name;
    k->a = value;
    return k;
}

static Node *constant(Parser *p, Val v) { return parse_constant_take(p, node_new(p, N_CONST), v); }

// The text of a value: STRTRIM(STRING(e, /IMPLIED_PRINT), 2), or STRING(e, FORMAT=format).
static Node *as_text(Parser *p, Node *e, Node *format)
{
    if (format) return call(p, "STRING", (Node *[]){e, keyword(p, "FORMAT", format)}, 2);
    Node *text = call(p, "STRING", (Node *[]){e, keyword(p, "IMPLIED_PRINT", constant(p, val_int(1)))}, 2);
    return call(p, "STRTRIM", (Node *[]){text, constant(p, val_int(2))}, 2);
}

// text[from..to) of the source: an expression, perhaps with a format behind a comma.
static Node *parse_inside(Parser *p, size_t from, size_t to)
{
    Source part = {p->src->path, p->src->text + from, to - from, 1};
    Parser inner = *p;
    inner.tokens = lex(&part);
    inner.at = inner.statement = inner.stuck = 0;
    inner.no_arrow = false;
    for (int i = 0; i < inner.tokens.len; i++) inner.tokens.p[i].pos += (uint32_t)from;
    Node *format = NULL, *e = parse_enter(&inner) ? parse_expression(&inner) : NULL;
    if (!inner.failed && parse_accept(&inner, P_COMMA)) format = parse_expression(&inner);
    if (!inner.failed && kind(&inner) != TK_END) parse_fail(&inner, "Syntax error.");
    tokens_free(&inner.tokens);
    if (inner.failed) {
        p->failed = true;
        p->issue = inner.issue;
        return NULL;
    }
    return as_text(p, e, format);
}

// One escape at text[*i], a backslash; false when it is none.
static bool put_escape(Buf *b, const char *text, size_t n, size_t *i)
{
    static const char codes[] = "bfnrtv\\`$", values[] = "\b\f\n\r\t\v\\`$";
    char c = *i + 1 < n ? text[*i + 1] : '\0';
    const char *at = c ? strchr(codes, c) : NULL;
    if (at) {
        buf_putc(b, values[at - codes]);
        *i += 2;
        return true;
    }
    if (c != 'x' || *i + 3 >= n || !isxdigit((unsigned char)text[*i + 2]) || !isxdigit((unsigned char)text[*i + 3]))
        return false;
    char hex[3] = {text[*i + 2], text[*i + 3], '\0'};
    buf_putc(b, (char)strtol(hex, NULL, 16));
    *i += 4;
    return true;
}

enum { TEMPLATE_DEPTH = 500 };  // templates inside the expressions of templates; more have no end

static size_t end_at_depth(const char *text, size_t n, size_t i, int nested)
{
    for (int depth = 0; i < n; i++) {
        char c = text[i];
        if (c == '\\' && !depth) {
            i++;
        } else if (!depth && c == '`') {
            return i;
        } else if (!depth && c == '$' && i + 1 < n && text[i + 1] == '{') {
            depth = 1;
            i++;
        } else if (depth && (c == '\'' || c == '"')) {
            const char *close = memchr(text + i + 1, c, n - i - 1);
            if (!close) return n;
            i = (size_t)(close - text);
        } else if (depth && (c == '{' || c == '}')) {
            depth += c == '{' ? 1 : -1;
        } else if (depth && c == '`') {
            i = nested < TEMPLATE_DEPTH ? end_at_depth(text, n, i + 1, nested + 1) : n;
        }
    }
    return n;
}

size_t template_end(const char *text, size_t n, size_t i) { return end_at_depth(text, n, i, 0); }

// Where the "}" is that closes the "{" before i.
static size_t inside_end(const char *text, size_t n, size_t i)
{
    for (int depth = 1; i < n; i++) {
        char c = text[i];
        if (c == '\'' || c == '"') {
            const char *close = memchr(text + i + 1, c, n - i - 1);
            if (!close) return n;
            i = (size_t)(close - text);
        } else if (c == '`') {
            i = template_end(text, n, i + 1);
        } else if (c == '{') {
            depth++;
        } else if (c == '}' && --depth == 0) {
            return i;
        }
    }
    return n;
}

static Node *joined(Parser *p, Node *left, Node *right)
{
    if (!left || !right) return left ? left : right;
    Node *sum = node_new(p, N_BINARY);
    sum->op = OPR_ADD;
    sum->a = left;
    sum->b = right;
    return sum;
}

// The literal text gathered so far, as a node; NULL when there is none.
static Node *literal(Parser *p, Buf *b)
{
    Node *n = b->len ? constant(p, val_stringn(b->p, b->len)) : NULL;
    b->len = 0;
    return n;
}

Node *parse_template(Parser *p)
{
    size_t pos = cur(p)->pos, n = pos + cur(p)->len - 1, i = pos + 1;
    const char *text = p->src->text;
    Buf b = BUF_INIT(1 << 30);
    Node *all = NULL;
    if (cur(p)->len < 2 || text[n] != '`')
        parse_fail(p, "Syntax error. The end of the text comes before the end of a template string.");
    while (i < n && !p->failed) {
        if (text[i] == '$' && i + 1 < n && text[i + 1] == '{') {
            size_t end = inside_end(text, n, i + 2);
            all = joined(p, all, literal(p, &b));
            all = joined(p, all, parse_inside(p, i + 2, end));
            i = end + 1;
        } else if (text[i] == '\\') {
            if (!put_escape(&b, text, n, &i))
                parse_fail(p, "Syntax error. A template string has an escape that does not exist.");
        } else {
            if (text[i] != '\r' || text[i + 1] != '\n') buf_putc(&b, text[i]);
            i++;
        }
    }
    all = joined(p, all, literal(p, &b));
    buf_free(&b);
    if (p->failed) return NULL;
    if (!all) all = constant(p, val_string(""));
    advance(p);
    all->in_parens = 1;
    return all;
}
