// The parser's frame: cursor, errors, routines, files and typed statements. Start reading at parse; expressions are
// in parse_expr.c, statements in parse_stmt.c.
#include "lang/parser.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "lang/parse_internal.h"
#include "lang/reason.h"
#include "sys/interrupt.h"
#include "sys/stack.h"

#include <ctype.h>
#include <string.h>

int parse_line_of(Parser *p, size_t pos)
{
    if (!p->line || pos < p->line_pos) {
        p->line = p->src->first_line;
        p->line_pos = 0;
    }
    const char *end = p->src->text + pos;
    for (const char *s = p->src->text + p->line_pos; (s = memchr(s, '\n', (size_t)(end - s))) != NULL; s++) p->line++;
    p->line_pos = pos;
    return p->line;
}

Node *node_new(Parser *p, NodeKind k)
{
    Node *n = arena_alloc(&p->tree->arena, sizeof *n);
    n->kind = (uint8_t)k;
    n->op = OPR_NONE;
    n->file = p->file;
    n->pos = cur(p)->pos;
    n->line = parse_line_of(p, n->pos);
    return n;
}

void parse_fail(Parser *p, const char *text)
{
    if (p->failed) return;
    p->failed = true;
    // Typed text that simply stops is not wrong: more lines may follow.
    bool at_end = kind(p) == TK_END && strncmp(text, "Syntax error. The end", 21) == 0;
    p->wants_more = p->typed && (at_end || p->tokens.incomplete);
    bool is_plain = strcmp(text, "Syntax error.") == 0 || strcmp(text, "Syntax error. A name is expected here.") == 0;
    if (is_plain && !p->wants_more) text = parse_reason(p, text);
    p->issue = (ParseIssue){cur(p)->pos, text, NULL, p->tree->files.p[p->file]};
}

bool parse_accept(Parser *p, TokenKind k)
{
    if (kind(p) != k) return false;
    advance(p);
    return true;
}

bool parse_expect(Parser *p, TokenKind k)
{
    if (parse_accept(p, k)) return true;
    parse_fail(p, "Syntax error.");
    return false;
}

const char *token_upper(Parser *p, const Token *t)
{
    char *s = arena_strndup(&p->tree->arena, p->src->text + t->pos, t->len);
    for (char *c = s; *c; c++) *c = (char)toupper((unsigned char)*c);
    return s;
}

const char *parse_name(Parser *p)
{
    if (p->failed) return NULL;
    // A reserved word is a fine name for a keyword, tag or option.
    if (kind(p) != TK_NAME && !(kind(p) >= KW_TK_AND && kind(p) <= KW_TK_XOR)) {
        parse_fail(p, "Syntax error. A name is expected here.");
        return NULL;
    }
    const char *name = token_upper(p, cur(p));
    if (cur(p)->len > 128) parse_fail(p, "Names have at most 128 characters.");
    advance(p);
    return name;
}

bool parse_goes_on(Parser *p)
{
    if (sys_interrupted()) parse_fail(p, "Interrupted.");
    return !p->failed;
}

bool parse_enter(Parser *p)
{
    if (p->failed) return false;
    if (++p->depth <= sys_stack_levels(PARSE_DEPTH)) return true;
    parse_fail(p, sys_stack_levels(PARSE_DEPTH) == PARSE_DEPTH ? "Expressions and blocks are nested too deeply (limit 5000)."
                                                               : "Expressions and blocks are nested too deeply for this stack.");
    return false;
}

void list_add(NodeList *l, Node *n) { VEC_PUSH(l, n); }

void list_store(Parser *p, NodeList *l, Node *n)
{
    n->n = l->len;
    n->list = l->len ? arena_alloc(&p->tree->arena, (size_t)l->len * sizeof *l->p) : NULL;
    if (l->len) memcpy(n->list, l->p, (size_t)l->len * sizeof *l->p);
    VEC_FREE(l);
}

const char *tree_text(const Tree *t, int file, size_t pos)
{
    return file ? t->files.p[file]->text + pos : t->src->text + t->base + pos;
}

void tree_free(Tree *t)
{
    VEC_FREE(&t->files);
    for (int i = 0; i < t->values.len; i++) val_drop(&t->values.p[i]);
    VEC_FREE(&t->values);
    arena_free(&t->arena);
}

// --- Routines -------------------------------------------------------------------------------------------------------

typedef VEC(Param) ParamList;

static void parse_param(Parser *p, ParamList *params)
{
    const char *name = parse_name(p);
    Param param = {name, NULL};
    if (name && parse_accept(p, P_ASSIGN)) {
        param.keyword = name;
        param.name = parse_name(p);
    } else if (name && (strcmp(name, "_EXTRA") == 0 || strcmp(name, "_REF_EXTRA") == 0)) {
        parse_fail(p, "Syntax error. Write _EXTRA=NAME.");
    }
    VEC_PUSH(params, param);
}

static const char *routine_name(Parser *p)
{
    const char *name = parse_name(p);
    if (!name || !parse_accept(p, P_COLON2)) return name;
    const char *method = parse_name(p);
    if (!method) return NULL;
    char *full = arena_alloc(&p->tree->arena, strlen(name) + strlen(method) + 3);
    memcpy(full, name, strlen(name));
    memcpy(full + strlen(name), "::", 2);
    memcpy(full + strlen(name) + 2, method, strlen(method));
    return full;
}

// Two parameters may share neither a variable nor a keyword.
static void refuse_duplicates(Parser *p, const ParamList *params)
{
    Map names = {0}, keywords = {0};
    for (int i = 0; i < params->len && !p->failed; i++) {
        const Param *a = &params->p[i];
        bool taken = map_get(&names, a->name) || (a->keyword && map_get(&keywords, a->keyword));
        if (taken) {
            const char *name = map_get(&names, a->name) ? a->name : a->keyword;
            char *text = arena_alloc(&p->tree->arena, strlen(name) + sizeof " is already defined with a conflicting definition.");
            strcat(strcpy(text, name), " is already defined with a conflicting definition.");
            parse_fail(p, text);
            break;
        }
        map_set(&names, a->name, &names);
        if (a->keyword) map_set(&keywords, a->keyword, &keywords);
    }
    map_free(&names);
    map_free(&keywords);
}

static RoutineAst *parse_routine(Parser *p)
{
    RoutineAst *u = arena_alloc(&p->tree->arena, sizeof *u);
    ParamList params = {0};
    u->is_function = kind(p) == KW_TK_FUNCTION;
    u->file = p->file;
    u->pos = cur(p)->pos;
    u->line = parse_line_of(p, u->pos);
    ParseBlock own = {kind(p), u->line, NULL};
    p->statement = p->at;
    p->plain_line = 0;
    p->open = &own;
    advance(p);
    unsigned outer = p->options;
    u->name = routine_name(p);
    while (!p->failed && parse_accept(p, P_COMMA)) parse_param(p, &params);
    if (!p->failed && !is_separator(kind(p))) parse_fail(p, "Syntax error.");
    if (!p->failed) refuse_duplicates(p, &params);
    u->nparams = params.len;
    u->param = arena_alloc(&p->tree->arena, (size_t)params.len * sizeof *params.p + 1);
    if (params.len) memcpy(u->param, params.p, (size_t)params.len * sizeof *params.p);
    VEC_FREE(&params);
    if (!p->failed) u->body = parse_statements(p, (TokenKind[]){KW_TK_END}, 1);
    if (!p->failed) {
        u->last_line = parse_line_of(p, cur(p)->pos);
        advance(p);
    }
    u->options = p->options;
    p->options = outer;
    p->open = NULL;
    return u;
}

static RoutineAst *main_unit(Parser *p)
{
    RoutineAst *u = arena_alloc(&p->tree->arena, sizeof *u);
    u->name = "$MAIN$";
    u->is_main = true;
    u->file = p->file;
    u->pos = cur(p)->pos;
    u->line = parse_line_of(p, u->pos);
    return u;
}

// --- Files ------------------------------------------------------------------------------------------------------------

static bool at_line_start(const Parser *p) { return p->at == 0 || is_separator((TokenKind)p->tokens.p[p->at - 1].kind); }

static bool at_routine(const Parser *p)
{
    return (kind(p) == KW_TK_PRO || kind(p) == KW_TK_FUNCTION) && at_line_start(p);
}

// After an error: on to the next routine.
static void recover(Parser *p, ParseIssue *issues, int max, int *n)
{
    if (*n < max) issues[*n] = p->issue;
    ++*n;
    p->failed = false;
    p->depth = p->stuck = 0;
    p->open = NULL;
    if (at_routine(p)) advance(p);
    while (kind(p) != TK_END && !at_routine(p)) advance(p);
}

static void unit_add(Tree *t, RoutineAst *u)
{
    if (t->last) t->last->next = u;
    else t->units = u;
    t->last = u;
}

bool parse_at_routine(const Parser *p) { return at_routine(p); }

void parse_routine_here(Parser *p)
{
    RoutineAst *u = parse_routine(p);
    if (!p->failed) unit_add(p->tree, u);
    else if (!p->issue.module) p->issue.module = u->name;
}

// Declarations do nothing when they run (FORWARD_FUNCTION, COMPILE_OPT); a main program of nothing else is none.
static bool is_declaration(const Node *block)
{
    for (int i = 0; i < block->n; i++) {
        const Node *n = block->list[i];
        bool declares = n->kind == S_OPTIONS || n->kind == S_FORWARD;
        if (!declares && !(n->kind == S_BLOCK && is_declaration(n))) return false;
    }
    return true;
}

// Statements of the main program up to its END, or to a routine: they may stand before and between routines, too.
static void parse_main(Parser *p, RoutineAst *u, NodeList *parts)
{
    static const TokenKind enders[] = {KW_TK_END, TK_END, KW_TK_PRO, KW_TK_FUNCTION};
    unsigned outer = p->options;
    Node *part = parse_statements(p, enders, 4);
    u->options = p->options;
    p->options = outer;
    if (p->failed) return;
    list_add(parts, part);
    if (kind(p) == KW_TK_END) {
        p->tree->ended = true;
        advance(p);
    } else if (kind(p) != TK_END && !at_routine(p)) {
        parse_fail(p, "Syntax error. A routine cannot begin here.");
    }
}

// Routines and a main program in any order; what follows the END of the main program is not compiled.
static void parse_file(Parser *p, ParseIssue *issues, int max, int *nissues)
{
    RoutineAst *main = main_unit(p);
    Node *body = node_new(p, S_BLOCK);
    NodeList parts = {0};
    bool main_failed = false;
    while (!p->tree->ended) {
        while (is_separator(kind(p))) advance(p);
        if (kind(p) == TK_END) break;
        if (at_routine(p)) {
            parse_routine_here(p);
        } else {
            RoutineAst *here = main_unit(p);
            if (!parts.len) main->pos = here->pos, main->line = here->line;
            parse_main(p, main, &parts);
            main_failed |= p->failed;
        }
        if (p->failed) recover(p, issues, max, nissues);
    }
    list_store(p, &parts, body);
    main->body = body;
    bool is_empty = body->n && !p->tree->ended && is_declaration(body) && p->tree->units;
    if (body->n && !is_empty && !main_failed) unit_add(p->tree, main);
}

static void parse_typed(Parser *p)
{
    while (is_separator(kind(p))) advance(p);
    if (kind(p) == TK_END) return;
    if (at_routine(p)) {
        parse_routine_here(p);
        return;
    }
    RoutineAst *u = main_unit(p);
    u->body = parse_line(p);
    u->options = p->options;
    unit_add(p->tree, u);
}

// What words, tree and code take at most of a text that is long.
enum { SHORT = 64 << 10, MEMORY_PER_BYTE = 180 };

ParseResult parse(const Source *src, ParseMode mode, size_t *at, const Includer *includer, unsigned options,
                  Tree *tree, ParseIssue *issues, int max, int *nissues)
{
    *tree = (Tree){.src = src, .base = *at};
    VEC_PUSH(&tree->files, NULL);
    *nissues = 0;
    Source rest = {src->path, src->text + *at, src->len - *at, source_line(src, *at)};
    bool fits = rest.len < SHORT || mem_has_room((int64_t)rest.len * MEMORY_PER_BYTE);
    Parser p = {.src = &rest, .tree = tree, .tokens = lex(fits ? &rest : &(Source){.text = "", .first_line = 1}),
                .options = options, .typed = mode == PARSE_STATEMENT, .includer = includer};
    if (!fits) {
        p.failed = true;
        p.issue = (ParseIssue){.text = "Unable to allocate memory."};
    } else if (p.tokens.too_long) {
        p.failed = true;
        p.issue = (ParseIssue){.text = "The text is too long (limit 4 GB, 500 million words)."};
        if (sys_interrupted()) p.issue.text = "Interrupted.";
    } else if (mode == PARSE_FILE) {
        parse_file(&p, issues, max, nissues);
    } else {
        parse_typed(&p);
        if (!p.failed && p.tokens.incomplete) p.failed = p.wants_more = true;
    }
    ParseResult result = *nissues ? PARSE_ERROR : PARSE_OK;
    if (p.failed) {
        issues[0] = p.issue;
        *nissues = 1;
        result = p.wants_more ? PARSE_MORE : PARSE_ERROR;
    }
    for (int i = 0; i < *nissues && i < max; i++) issues[i].pos += issues[i].src ? 0 : *at;
    *at += mode == PARSE_FILE || !fits ? rest.len : cur(&p)->pos + (kind(&p) == TK_EOL);
    tokens_free(&p.tokens);
    return result;
}

bool parse_is_program(const Source *src)
{
    Tokens t = lex(src);
    bool program = false;
    int last = TK_EOL, last_start = TK_EOL;
    for (int i = 0; i < t.len && !program; i++) {
        TokenKind k = (TokenKind)t.p[i].kind;
        if (is_separator((TokenKind)last)) {
            if (k == KW_TK_PRO || k == KW_TK_FUNCTION) program = true;
            if (!is_separator(k) && k != TK_END) last_start = k;
        }
        last = k;
    }
    tokens_free(&t);
    return program || last_start == KW_TK_END;
}
