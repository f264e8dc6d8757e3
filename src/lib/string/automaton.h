// What a regular expression becomes: a tree (syntax.c), two programs for a nondeterministic automaton, one for each direction of
// reading (program.c), and what runs them needs (automaton.c, groups.c).
#ifndef HELIO_LIB_STRING_AUTOMATON_H
#define HELIO_LIB_STRING_AUTOMATON_H

#include "lib/string/pattern.h"

typedef enum NodeKind {
    N_BYTE, N_ANY, N_SET,            // one character
    N_BOL, N_EOL, N_BOW, N_EOW,      // places: begin and end of the text, of a word
    N_CAT, N_ALT,                    // any number of children
    N_GROUP, N_PLUS, N_QUEST,        // one child
} NodeKind;

enum { FORWARD, BACKWARD };
enum { NO_NODE = -1, VARIES = -1 };

typedef struct Node {
    uint8_t kind, byte;
    bool has_group;         // itself or below
    int set, group;         // of N_SET, N_GROUP
    int first, last;        // children
    int next, before;       // siblings
    int64_t width;          // of everything it matches, or VARIES
    uint32_t from[2], to[2];  // its instructions
    uint32_t mark;          // backward: reached when all siblings behind have matched (child of N_CAT)
    uint32_t again;         // N_PLUS, backward: reached after each turn
} Node;

typedef enum InstrOp { I_BYTE, I_ANY, I_SET, I_BOL, I_EOL, I_BOW, I_EOW, I_SPLIT, I_JUMP, I_MARK } InstrOp;

typedef struct Instr {
    uint8_t op, byte;
    uint32_t x, y;  // of I_SPLIT both ways, of I_JUMP the way, of I_SET the set
} Instr;

typedef struct Program {
    Instr *p;
    uint32_t n;
    size_t cap;
} Program;

typedef struct CharSet {
    uint64_t bits[4];
} CharSet;

static inline bool set_has(const CharSet *s, unsigned char ch) { return s->bits[ch >> 6] >> (ch & 63) & 1; }
static inline void set_add(CharSet *s, unsigned char ch) { s->bits[ch >> 6] |= 1ull << (ch & 63); }

// States that are alive, in the order of where their matches began.
typedef struct Threads {
    uint32_t *pc;
    size_t *start;
    uint32_t n;
} Threads;

struct Pattern {
    Node *nodes;
    size_t nnodes, nodes_cap;
    CharSet *sets;
    size_t nsets, sets_cap;
    Program program[2];
    size_t ngroups;
    int root;
    bool may_begin[256], may_be_empty;
    // Working room of the automaton.
    Threads now, next;
    uint32_t *seen, turn, *stack;  // seen[pc] == turn: the state has been reached at this place
    uint64_t *words;               // places from which groups.c knows the rest to match, as a stack of bits
    size_t nwords, words_cap;
    // The text.
    const char *p;
    size_t n, work;
    Call *c;
};

enum { NODES_MAX = 1 << 18, NESTED_MAX = 1000 };

// *p has room for `need` elements of `size` bytes, or memory is out and it throws.
void pattern_grow(Call *c, void **p, size_t *cap, size_t need, size_t size);
_Noreturn void pattern_bad(Call *c, const char *text, const char *why);

// syntax.c: the tree. program.c: the programs of the tree.
void syntax_read(Call *c, Pattern *re, const Str *text, bool fold_case);
void program_write(Call *c, Pattern *re);

// automaton.c. Whether an instruction for a character takes this one.
bool automaton_takes(const Pattern *re, const Instr *i, unsigned char ch);
// Whether there is a match in p[from..n) (`any`: that is all), and where.
bool automaton_search(Pattern *re, size_t from, bool any, Span *found);
// The longest match of a fragment from `from` on that ends by `to` in a place of `allowed` (bit 0 is the place `from0`; NULL:
// all): its end, or -1.
int64_t automaton_longest(Pattern *re, const Node *node, size_t from, size_t to, const uint64_t *allowed, size_t from0);
// Runs the backward program from pc at `to` down to `from`: in row k of `rows` the bit of each place where watched[k] is
// reached.
void automaton_backward(Pattern *re, uint32_t pc, uint32_t stop, size_t from, size_t to, const uint32_t *watched, size_t nwatched,
                        size_t rows);

// groups.c: the spans of the groups in the match [from, to).
void groups_find(Pattern *re, size_t from, size_t to, size_t nspans, Span *spans);

#endif
