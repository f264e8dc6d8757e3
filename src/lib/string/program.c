// Writes a regular expression's tree as programs of a nondeterministic automaton, forward and backward, each part's instructions
// side by side, so that a part can be run by itself. Start at program_write.
#include "lib/string/automaton.h"

#include <string.h>

typedef struct Writer {
    Call *c;
    Pattern *re;
    int way;
} Writer;

static uint32_t put(const Writer *w, Instr i)
{
    Program *g = &w->re->program[w->way];
    pattern_grow(w->c, (void **)&g->p, &g->cap, g->n + 1, sizeof *g->p);
    g->p[g->n] = i;
    return g->n++;
}

static uint32_t here(const Writer *w) { return w->re->program[w->way].n; }
static Instr *instr(const Writer *w, uint32_t pc) { return &w->re->program[w->way].p[pc]; }

static void write_node(const Writer *w, int i);

static void write_cat(const Writer *w, const Node *node)
{
    bool forward = w->way == FORWARD;
    for (int k = forward ? node->first : node->last; k >= 0;) {
        Node *kid = &w->re->nodes[k];
        if (!forward) kid->mark = put(w, (Instr){.op = I_MARK});
        write_node(w, k);
        k = forward ? kid->next : kid->before;
    }
}

static void write_alternatives(const Writer *w, const Node *node)
{
    uint32_t jumps = 0;  // the last jump to the end, which names the one before
    for (int k = node->first; k >= 0; k = w->re->nodes[k].next) {
        bool is_last = w->re->nodes[k].next < 0;
        uint32_t split = is_last ? 0 : put(w, (Instr){.op = I_SPLIT, .x = here(w) + 1});
        write_node(w, k);
        if (is_last) break;
        jumps = put(w, (Instr){.op = I_JUMP, .x = jumps});
        instr(w, split)->y = here(w);
    }
    while (jumps) {
        uint32_t before = instr(w, jumps)->x;
        instr(w, jumps)->x = here(w);
        jumps = before;
    }
}

static void write_plus(const Writer *w, Node *node)
{
    uint32_t body = here(w);
    write_node(w, node->first);
    uint32_t split = put(w, (Instr){.op = I_SPLIT, .x = body, .y = here(w) + 1});
    if (w->way == BACKWARD) node->again = split;
}

static void write_quest(const Writer *w, const Node *node)
{
    uint32_t split = put(w, (Instr){.op = I_SPLIT, .x = here(w) + 1});
    write_node(w, node->first);
    instr(w, split)->y = here(w);
}

static void write_node(const Writer *w, int i)
{
    Node *node = &w->re->nodes[i];  // there are all of them: they stay where they are
    node->from[w->way] = here(w);
    switch ((NodeKind)node->kind) {
    case N_BYTE: put(w, (Instr){.op = I_BYTE, .byte = node->byte}); break;
    case N_ANY: put(w, (Instr){.op = I_ANY}); break;
    case N_SET: put(w, (Instr){.op = I_SET, .x = (uint32_t)node->set}); break;
    case N_BOL: put(w, (Instr){.op = I_BOL}); break;
    case N_EOL: put(w, (Instr){.op = I_EOL}); break;
    case N_BOW: put(w, (Instr){.op = I_BOW}); break;
    case N_EOW: put(w, (Instr){.op = I_EOW}); break;
    case N_CAT: write_cat(w, node); break;
    case N_ALT: write_alternatives(w, node); break;
    case N_GROUP: write_node(w, node->first); break;
    case N_PLUS: write_plus(w, node); break;
    case N_QUEST: write_quest(w, node); break;
    }
    node->to[w->way] = here(w);
}

// The characters that a match may begin with.
static void find_beginnings(Pattern *re)
{
    const Program *g = &re->program[FORWARD];
    uint32_t n = 0;
    re->turn++;
    re->stack[n++] = 0;
    while (n) {
        uint32_t pc = re->stack[--n];
        if (re->seen[pc] == re->turn) continue;
        re->seen[pc] = re->turn;
        if (pc == g->n) {
            re->may_be_empty = true;
            continue;
        }
        const Instr *i = &g->p[pc];
        for (int ch = 0; i->op <= I_SET && ch < 256; ch++) re->may_begin[ch] |= automaton_takes(re, i, (unsigned char)ch);
        if (i->op <= I_SET) continue;
        re->stack[n++] = i->op == I_SPLIT || i->op == I_JUMP ? i->x : pc + 1;
        if (i->op == I_SPLIT) re->stack[n++] = i->y;
    }
}

void program_write(Call *c, Pattern *re)
{
    for (int way = FORWARD; way <= (re->ngroups ? BACKWARD : FORWARD); way++) write_node(&(Writer){c, re, way}, re->root);
    size_t most = 1 + (re->program[0].n > re->program[1].n ? re->program[0].n : re->program[1].n);
    re->seen = call_alloc(c, most * sizeof *re->seen);
    re->stack = call_alloc(c, (2 * most + 2) * sizeof *re->stack);
    for (Threads *t = &re->now; t; t = t == &re->now ? &re->next : NULL) {
        t->pc = call_alloc(c, most * sizeof *t->pc);
        t->start = call_alloc(c, most * sizeof *t->start);
    }
    find_beginnings(re);
}
