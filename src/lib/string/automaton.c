// Runs the programs of a regular expression: all states at once, each once a place, so that time is at most the product of text
// and pattern. Start at automaton_search.
#include "lib/string/automaton.h"

#include <ctype.h>
#include <string.h>

enum { POLL_EVERY = 1 << 16 };

static void worked(Pattern *re, size_t n)
{
    re->work += n;
    if (re->work < POLL_EVERY) return;
    re->work = 0;
    call_poll(re->c);
}

static void new_turn(Pattern *re)
{
    if (++re->turn) return;
    size_t most = re->program[0].n > re->program[1].n ? re->program[0].n : re->program[1].n;
    memset(re->seen, 0, (most + 1) * sizeof *re->seen);
    re->turn = 1;
}

static bool is_word(const Pattern *re, size_t i)
{
    unsigned char ch = (unsigned char)re->p[i];
    return ch < 128 && (isalnum(ch) || ch == '_');
}

static bool holds(const Pattern *re, int op, size_t place)
{
    bool before = place > 0 && is_word(re, place - 1), behind = place < re->n && is_word(re, place);
    switch (op) {
    case I_BOL: return place == 0;
    case I_EOL: return place == re->n;
    case I_BOW: return !before && behind;
    default: return before && !behind;
    }
}

bool automaton_takes(const Pattern *re, const Instr *i, unsigned char ch)
{
    return i->op == I_BYTE ? i->byte == ch : i->op == I_ANY || set_has(&re->sets[i->x], ch);
}

// A part of a program in the course of running.
typedef struct Run {
    Pattern *re;
    const Instr *program;
    uint32_t stop;  // where the part ends
    bool ended;     // it has been reached at this place,
    size_t start;   // by a match that began here
} Run;

// Adds the states that pc leads to at `place`, for a match that began at `start`.
static void reach(Run *r, Threads *t, uint32_t pc, size_t place, size_t start)
{
    Pattern *re = r->re;
    uint32_t n = 0;
    re->stack[n++] = pc;
    while (n) {
        pc = re->stack[--n];
        if (re->seen[pc] == re->turn) continue;
        re->seen[pc] = re->turn;
        if (pc == r->stop) {
            r->ended = true;
            r->start = start;
            continue;
        }
        const Instr *i = &r->program[pc];
        if (i->op <= I_SET) {
            t->pc[t->n] = pc;
            t->start[t->n++] = start;
        } else if (i->op == I_SPLIT) {
            re->stack[n++] = i->y;
            re->stack[n++] = i->x;
        } else if (i->op == I_JUMP) {
            re->stack[n++] = i->x;
        } else if (i->op == I_MARK || holds(re, i->op, place)) {
            re->stack[n++] = pc + 1;
        }
    }
}

// The states behind a character that brings them to `place`. Those of matches that began after `latest` are given up.
static void step(Run *r, unsigned char ch, size_t place, size_t latest)
{
    Pattern *re = r->re;
    Threads from = re->now;
    re->now = re->next;
    re->next = from;
    re->now.n = 0;
    r->ended = false;
    new_turn(re);
    for (uint32_t k = 0; k < from.n && from.start[k] <= latest; k++)
        if (automaton_takes(re, &r->program[from.pc[k]], ch)) reach(r, &re->now, from.pc[k] + 1, place, from.start[k]);
    worked(re, from.n + 1);
}

static Run start_of(Pattern *re, int way, uint32_t stop)
{
    re->now.n = 0;
    new_turn(re);
    return (Run){.re = re, .program = re->program[way].p, .stop = stop};
}

// The next place at which a match may begin.
static size_t next_beginning(Pattern *re, size_t place)
{
    while (place < re->n && !re->may_be_empty) {
        size_t end = re->n - place > POLL_EVERY ? place + POLL_EVERY : re->n, from = place;
        while (place < end && !re->may_begin[(unsigned char)re->p[place]]) place++;
        worked(re, (place - from) / 8);
        if (place < end) break;
    }
    new_turn(re);  // what has been reached at another place does not count
    return place;
}

// Which match began first is known by the order of the states: an older one comes first everywhere.
bool automaton_search(Pattern *re, size_t from, bool any, Span *found)
{
    Run r = start_of(re, FORWARD, re->program[FORWARD].n);
    size_t best = SIZE_MAX, end = 0;
    for (size_t place = from;; place++) {
        if (best == SIZE_MAX) {
            if (!re->now.n && !r.ended) place = next_beginning(re, place);
            if (!r.ended) reach(&r, &re->now, 0, place, place);
        }
        if (r.ended && r.start <= best) {
            best = r.start;
            end = place;
            if (any) return true;
        }
        if (place >= re->n || (best != SIZE_MAX && !re->now.n)) break;
        step(&r, (unsigned char)re->p[place], place + 1, best);
    }
    if (best != SIZE_MAX) *found = (Span){(int64_t)best, (int64_t)end};
    return best != SIZE_MAX;
}

static bool is_allowed(const uint64_t *allowed, size_t i) { return !allowed || allowed[i >> 6] >> (i & 63) & 1; }

int64_t automaton_longest(Pattern *re, const Node *node, size_t from, size_t to, const uint64_t *allowed, size_t from0)
{
    Run r = start_of(re, FORWARD, node->to[FORWARD]);
    int64_t longest = -1;
    reach(&r, &re->now, node->from[FORWARD], from, 0);
    for (size_t place = from;; place++) {
        if (r.ended && is_allowed(allowed, place - from0)) longest = (int64_t)place;
        if (place >= to || !re->now.n) return longest;
        step(&r, (unsigned char)re->p[place], place + 1, 0);
    }
}

void automaton_backward(Pattern *re, uint32_t pc, uint32_t stop, size_t from, size_t to, const uint32_t *watched, size_t nwatched,
                        size_t rows)
{
    Run r = start_of(re, BACKWARD, stop);
    size_t row = (to - from) / 64 + 1;
    reach(&r, &re->now, pc, to, 0);
    for (size_t place = to;; place--) {
        uint64_t *bits = re->words + rows + (place - from) / 64, bit = 1ull << ((place - from) & 63);
        for (size_t k = 0; k < nwatched; k++)
            if (re->seen[watched[k]] == re->turn) bits[k * row] |= bit;
        worked(re, nwatched);
        if (place <= from || !re->now.n) return;
        step(&r, (unsigned char)re->p[place - 1], place - 1, 0);
    }
}
