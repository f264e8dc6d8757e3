// The compiler's frame: finds a routine's variables, lays out registers, emits, resolves labels, packs the Code.
// Start reading at compile_unit; the other compile_*.c files hold expressions, paths, calls, statements.
#include "lang/compiler.h"

#include "base/mem.h"
#include "core/arr.h"
#include "lang/compile_internal.h"
#include "sys/stack.h"

#include <stdio.h>
#include <string.h>

enum { PARAMS_MAX = 2000 };

static void fail_at(Compiler *c, int file, uint32_t pos, const char *text)
{
    c->failed = true;
    c->issue = (ParseIssue){file ? pos : c->tree->base + pos, text, NULL, c->tree->files.p[file]};
}

void compile_fail(Compiler *c, const Node *at, const char *text)
{
    if (c->failed) return;
    fail_at(c, at->file, at->pos, text);
}

enum { TREE_DEPTH = 6000 };

int site_number(Compiler *c, const Node *at, int len)
{
    if (len > 0xFFFF) compile_fail(c, at, "This routine is too long (limit 65,535 calls, paths or structures); split it.");
    return (len - 1) & 0xFFFF;
}

int emit(Compiler *c, Op op, int a, int b, int d)
{
    VEC_PUSH(&c->ins, (Instr){(uint16_t)op, (uint16_t)a, (uint16_t)b, (uint16_t)d});
    return c->ins.len - 1;
}

int emit_place(Compiler *c, Op op, int a, uint32_t place)
{
    return emit(c, op, a, (int)(place & 0xFFFF), (int)(place >> 16));
}

uint32_t here(const Compiler *c) { return (uint32_t)c->ins.len; }

void patch(Compiler *c, int at, uint32_t place)
{
    c->ins.p[at].b = (uint16_t)place;
    c->ins.p[at].c = (uint16_t)(place >> 16);
}

void patch_all(Compiler *c, Jumps *list, uint32_t place)
{
    for (int i = 0; i < list->len; i++) patch(c, list->p[i], place);
    VEC_FREE(list);
}

Operand temp_new(Compiler *c, const Node *at)
{
    if (c->temp >= REGS_MAX) {
        compile_fail(c, at, "This statement needs too many temporary values; split it.");
        return (Operand)(REGS_MAX - 1);
    }
    int t = c->temp++;
    if (c->temp > c->temp_max) c->temp_max = c->temp;
    return (Operand)t;
}

static int constant_index(Compiler *c, const Val *v)
{
    if (v->flags & VF_CELL) {
        VEC_PUSH(&c->k, val_copy(v));
        return c->k.len - 1;
    }
    char key[40];
    snprintf(key, sizeof key, "%d:%llx", v->tag, (unsigned long long)v->bits);
    void *known = map_get(&c->constants, key);
    if (known) return (int)(uintptr_t)known - 1;
    VEC_PUSH(&c->k, *v);
    map_set(&c->constants, key, (void *)(uintptr_t)c->k.len);
    return c->k.len - 1;
}

Operand constant(Compiler *c, const Node *at, const Val *v)
{
    int i = constant_index(c, v);
    if (i < 0xFFFF - K_BASE) return (Operand)(K_BASE + i);
    Operand t = temp_new(c, at);
    emit_place(c, OP_LOADK, t, (uint32_t)i);
    return t;
}

int var_reg(const Compiler *c, const char *name) { return (int)(uintptr_t)map_get(&c->var_index, name) - 1; }


// --- Finding the variables ----------------------------------------------------------------------------------------------

static void declare(Compiler *c, const char *name)
{
    if (var_reg(c, name) >= 0) return;
    VEC_PUSH(&c->vars, name);
    map_set(&c->var_index, name, (void *)(uintptr_t)c->vars.len);
}

// A name(...) that reads a variable of the frame that typed code runs in.
static void declare_known(Compiler *c, const Node *n)
{
    if (c->scope && c->scope->has_variable && c->scope->has_variable(c->scope->arg, n->name)) declare(c, n->name);
}

static bool has_range(const Node *n)
{
    for (int i = 0; i < n->n; i++) {
        if (n->list[i]->kind == N_RANGE || n->list[i]->kind == N_ALL) return true;
    }
    return false;
}

// name(...) is settled in the order of the text: a subscript if the name has been a variable before this place and no function
// has it (Scope.has_function), or if a range stands in the parentheses, which no call could have.
static void settle(Compiler *c, Node *n)
{
    if (n->meaning != PAREN_OPEN) return;
    declare_known(c, n);
    bool subscripts = false;
    if (!(c->options & OPT_STRICTARR)) {
        const Scope *s = c->scope;
        bool is_function = map_get(&c->forward, n->name) || (s && s->has_function && s->has_function(s->arg, n->name));
        subscripts = var_reg(c, n->name) >= 0 ? has_range(n) || !is_function : has_range(n) && !n->name2;
        if (n->n > MAX_RANK) subscripts = false;
    }
    if (subscripts) declare(c, n->name);
    n->meaning = subscripts ? PAREN_SUBSCRIPT : PAREN_CALL;
}

static void declare_target(Compiler *c, const Node *n)
{
    Node *root = n->a;
    while (root && (root->kind == N_INDEX || root->kind == N_TAG || root->kind == N_TAGN)) root = root->a;
    if (!root || root->kind != N_PAREN || root->in_parens || c->options & OPT_STRICTARR || is_place_call(root)) return;
    declare(c, root->name);
    root->meaning = PAREN_SUBSCRIPT;
}

static int hidden_of(const Node *n)
{
    if (n->kind == N_INCR || (n->kind == N_ASSIGN && n->op != OPR_NONE)) return path_unstable_parts(n->a);
    return n->kind == S_FOREACH ? 3 : n->kind == S_FOR ? 2 : n->kind == S_CASE ? 1 : 0;
}

int common_names(const Compiler *c, const Node *n, const char *const **names)
{
    *names = NULL;
    return c->scope && c->scope->common_names && !n->n ? c->scope->common_names(c->scope->arg, n->name, names) : 0;
}

static void declare_common(Compiler *c, const Node *n)
{
    const char *const *names;
    int count = common_names(c, n, &names);
    for (int i = 0; i < count; i++) declare(c, arena_strndup(&c->tree->arena, names[i], strlen(names[i])));
}

NodeChain chain_of(const Node *n)
{
    NodeChain chain = {0};
    for (const Node *x = n; x->kind == n->kind; x = x->a) VEC_PUSH(&chain, x);
    return chain;
}

static void find_variables(Compiler *c, Node *n);

static void find_in_chain(Compiler *c, Node *n)
{
    NodeChain chain = chain_of(n);
    find_variables(c, chain.p[chain.len - 1]->a);
    for (int i = chain.len - 1; i >= 0; i--) find_variables(c, chain.p[i]->b);
    VEC_FREE(&chain);
}

static void find_in_list(Compiler *c, Node *n)
{
    for (int i = 0; i < n->n; i++) find_variables(c, n->list[i]);
}

// What stands inside a node, in the order of the text; a variable that is assigned to exists only behind the assignment.
static void find_inside(Compiler *c, Node *n)
{
    switch ((NodeKind)n->kind) {
    case S_FORWARD: break;  // its names are no variables
    case N_BINARY: case N_ANDAND: case N_OROR: find_in_chain(c, n); break;
    case N_ASSIGN:
        find_variables(c, n->b);
        declare_target(c, n);
        find_variables(c, n->a);
        break;
    case N_INCR:
        declare_target(c, n);
        find_variables(c, n->a);
        break;
    case S_REPEAT:
        find_variables(c, n->d);
        find_variables(c, n->a);
        break;
    default:
        find_variables(c, n->a);
        if (n->kind != N_METHOD) find_variables(c, n->b);
        find_variables(c, n->c);
        find_in_list(c, n);
        find_variables(c, n->d);
    }
}

static void find_here(Compiler *c, Node *n)
{
    switch ((NodeKind)n->kind) {
    case N_VAR: declare(c, n->name); break;
    case S_COMMON:
        declare_common(c, n);
        VEC_PUSH(&c->declared, n);
        break;
    case S_BARE: declare_known(c, n); break;
    case S_FORWARD:
        for (int i = 0; i < n->n; i++) map_set(&c->forward, n->list[i]->name, c);
        break;
    case N_PAREN: settle(c, n); break;
    case S_FOR:
    case S_FOREACH:
        declare(c, n->name);
        if (n->name2) declare(c, n->name2);
        break;
    default: break;
    }
}

// The first walk over the tree: later ones may go as deep as it did.
static void find_variables(Compiler *c, Node *n)
{
    if (!n || c->failed) return;
    if (++c->depth > sys_stack_levels(TREE_DEPTH)) {
        compile_fail(c, n, "This expression is too long (limit 6,000 operators in a row); split it.");
        return;
    }
    c->hidden += hidden_of(n);
    if (c->hidden > c->hidden_max) c->hidden_max = c->hidden;
    find_here(c, n);
    bool is_lambda = n->kind == N_PAREN && n->name2 && n->meaning == PAREN_CALL;  // whose names are its own
    if (!is_lambda) find_inside(c, n);
    c->hidden -= hidden_of(n);
    c->depth--;
}

// --- Packing ------------------------------------------------------------------------------------------------------------

static void resolve_labels(Compiler *c)
{
    for (int i = 0; i < c->gotos.len && !c->failed; i++) {
        Fixup f = c->gotos.p[i];
        uintptr_t place = (uintptr_t)map_get(&c->labels, f.label);
        if (place) {
            patch(c, f.at, (uint32_t)place - 1);
        } else {
            fail_at(c, f.file, f.pos, "This label is not defined in the routine.");
        }
    }
}

static void set_params(Compiler *c)
{
    Code *k = c->code;
    k->nparams = c->unit->nparams;
    k->param = mem_must((size_t)k->nparams * sizeof *k->param + 1);
    k->extra = -1;
    for (int i = 0; i < k->nparams; i++) {
        const Param *p = &c->unit->param[i];
        k->param[i].reg = (uint16_t)var_reg(c, p->name);
        k->param[i].keyword = p->keyword ? mem_strdup(p->keyword) : NULL;
        if (!p->keyword) k->npositional++;
        else if (strcmp(p->keyword, "_EXTRA") == 0 || strcmp(p->keyword, "_REF_EXTRA") == 0) {
            k->extra = i;
            k->extra_is_ref = p->keyword[1] == 'R';
        }
    }
}

static void pack(Compiler *c)
{
    Code *k = c->code;
    k->nregs = c->temp_max;
    k->options = c->options;
    k->ins = c->ins.p, k->nins = c->ins.len;
    k->mark = c->marks.p, k->nmarks = c->marks.len;
    k->k = c->k.p, k->nk = c->k.len;
    k->path_site = c->paths.p, k->npaths = c->paths.len;
    k->call_site = c->calls.p, k->ncalls = c->calls.len;
    k->detour = c->detours.p, k->ndetours = c->detours.len;
    k->struct_site = c->structs.p, k->nstructs = c->structs.len;
    k->common_site = c->commons.p, k->ncommons = c->commons.len;
    k->sys_site = c->sys.p, k->nsys = c->sys.len;
}

static bool repeats(const Compiler *c) { return c->scope && c->scope->repeats; }

// To the beginning, as FOR does it.
static void next_turn(Compiler *c)
{
    int turn = c->code->nvars + c->code->nhidden - 3;
    emit(c, OP_FOR_NEXT, turn, turn + 1, 0);
    emit_place(c, OP_JUMP, 0, 0);
}

static void lay_out(Compiler *c)
{
    Code *k = c->code;
    if (c->unit->nparams > PARAMS_MAX) {
        fail_at(c, c->unit->file, c->unit->pos, "A routine has at most 2,000 parameters.");
    }
    for (int i = 0; i < c->unit->nparams; i++) declare(c, c->unit->param[i].name);
    if (k->class_name) {
        declare(c, "SELF");
        k->self_reg = (uint16_t)var_reg(c, "SELF");
    }
    find_variables(c, c->unit->body);
    if (c->vars.len + c->hidden_max > REGS_MAX / 2) {
        fail_at(c, c->unit->file, c->unit->pos, "Too many variables in one routine (limit 14,000).");
    }
    k->nvars = c->vars.len;
    k->nhidden = c->hidden_max + (repeats(c) ? 3 : 0);
    k->var = mem_must((size_t)k->nvars * sizeof *k->var + 1);
    for (int i = 0; i < k->nvars; i++) k->var[i] = mem_strdup(c->vars.p[i]);
    c->hidden = 0;
    c->temp = c->temp_max = k->nvars + k->nhidden;
}

Code *compile_unit(const RoutineAst *unit, Tree *tree, const char *path, const Scope *scope, ParseIssue *issue)
{
    Compiler c = {.unit = unit, .tree = tree, .scope = scope, .options = unit->options};
    Code *k = c.code = mem_must(sizeof *k);
    k->refs = 1;
    k->name = mem_strdup(unit->name);
    k->path = path ? mem_strdup(path) : NULL;
    k->is_function = unit->is_function;
    k->is_main = unit->is_main;
    const char *colons = strstr(unit->name, "::");
    if (colons) k->class_name = mem_strndup(unit->name, (size_t)(colons - unit->name));
    lay_out(&c);
    set_params(&c);
    compile_commons(&c);
    compile_statement(&c, unit->body);
    if (repeats(&c)) next_turn(&c);
    if (unit->last_line) VEC_PUSH(&c.marks, (LineMark){here(&c), unit->last_line, 0});
    emit(&c, unit->is_main ? OP_STOP_AT_END : OP_RETURN, 0, 0, 0);
    compile_detours(&c);
    resolve_labels(&c);
    pack(&c);
    VEC_FREE(&c.vars);
    VEC_FREE(&c.gotos);
    VEC_FREE(&c.pins);
    VEC_FREE(&c.doubtful);
    map_free(&c.var_index);
    map_free(&c.labels);
    map_free(&c.forward);
    map_free(&c.constants);
    if (!c.failed) return k;
    *issue = c.issue;
    code_drop(k);
    return NULL;
}
