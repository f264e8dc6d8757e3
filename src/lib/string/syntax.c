// Reads a regular expression into a tree, by the rules of Henry Spencer's library, which IDL's manual names: a brace that no
// digit follows is an ordinary character, a repetition needs something to repeat and is not repeated, no branch is empty, a
// backslash makes the next character ordinary (so there are no back references). Start at syntax_read.
#include "lib/string/automaton.h"

#include <ctype.h>
#include <string.h>

typedef struct Syntax {
    Call *c;
    Pattern *re;
    const char *text, *p, *end;
    bool fold;
    int depth;
} Syntax;

static const char NOTHING_TO_REPEAT[] = "repetition-operator operand invalid";
static const char UNBALANCED[] = "parentheses not balanced";
static const char BAD_COUNT[] = "invalid repetition count(s)";
static const char BAD_RANGE[] = "invalid character range";
static const char OPEN_BRACKET[] = "brackets ([ ]) not balanced";

static _Noreturn void bad(const Syntax *s, const char *why) { pattern_bad(s->c, s->text, why); }

static bool more(const Syntax *s) { return s->p < s->end; }
static bool sees(const Syntax *s, char ch) { return more(s) && *s->p == ch; }
static bool sees_two(const Syntax *s, char a, char b) { return s->end - s->p > 1 && s->p[0] == a && s->p[1] == b; }

static bool eats(Syntax *s, char ch)
{
    if (!sees(s, ch)) return false;
    s->p++;
    return true;
}

// --- The tree -------------------------------------------------------------------------------------------------------

static Node *at(const Syntax *s, int i) { return &s->re->nodes[i]; }

static int new_node(Syntax *s, NodeKind kind, int64_t width)
{
    Pattern *re = s->re;
    if (re->nnodes >= NODES_MAX) bad(s, "out of memory");
    pattern_grow(s->c, (void **)&re->nodes, &re->nodes_cap, re->nnodes + 1, sizeof *re->nodes);
    re->nodes[re->nnodes] = (Node){.kind = (uint8_t)kind, .width = width, .first = NO_NODE, .last = NO_NODE, .next = NO_NODE,
                                   .before = NO_NODE};
    return (int)re->nnodes++;
}

static int new_set(Syntax *s)
{
    Pattern *re = s->re;
    pattern_grow(s->c, (void **)&re->sets, &re->sets_cap, re->nsets + 1, sizeof *re->sets);
    re->sets[re->nsets] = (CharSet){{0}};
    return (int)re->nsets++;
}

static void add_child(const Syntax *s, int parent, int child)
{
    Node *n = at(s, parent), *k = at(s, child);
    k->before = n->last;
    if (n->last >= 0) at(s, n->last)->next = child;
    else n->first = child;
    n->last = child;
    n->has_group |= k->has_group;
    if (n->kind == N_CAT) n->width = n->width < 0 || k->width < 0 ? VARIES : n->width + k->width;
    else if (n->kind != N_ALT || k->before == NO_NODE) n->width = k->width;
    else if (n->width != k->width) n->width = VARIES;
}

static int around(Syntax *s, NodeKind kind, int child)
{
    int n = new_node(s, kind, VARIES);
    add_child(s, n, child);
    if (kind != N_GROUP) at(s, n)->width = VARIES;
    return n;
}

static int copy(Syntax *s, int from)
{
    Node old = *at(s, from);
    int made = new_node(s, (NodeKind)old.kind, old.kind == N_CAT ? 0 : old.width);
    at(s, made)->byte = old.byte;
    at(s, made)->set = old.set;
    at(s, made)->group = old.group;
    at(s, made)->has_group = old.has_group;
    for (int k = old.first; k >= 0; k = at(s, k)->next) add_child(s, made, copy(s, k));
    at(s, made)->width = old.width;
    return made;
}

// --- Brackets -------------------------------------------------------------------------------------------------------

static int class_of(const char *name, size_t n)
{
    static const char *const names[] = {"alnum", "alpha", "blank", "cntrl", "digit", "graph",
                                        "lower", "print", "punct", "space", "upper", "xdigit"};
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
        if (strlen(names[i]) == n && !memcmp(names[i], name, n)) return i;
    return -1;
}

static bool in_class(int class, int ch)
{
    if (ch > 127) return false;
    switch (class) {
    case 0: return isalnum(ch);
    case 1: return isalpha(ch);
    case 2: return ch == ' ' || ch == '\t';
    case 3: return iscntrl(ch);
    case 4: return isdigit(ch);
    case 5: return isgraph(ch);
    case 6: return islower(ch);
    case 7: return isprint(ch);
    case 8: return ispunct(ch);
    case 9: return isspace(ch);
    case 10: return isupper(ch);
    default: return isxdigit(ch);
    }
}

// What stands between [: and :], [. and .], [= and =]; s->p is behind the opening pair.
static const char *bracket_name(Syntax *s, char kind, size_t *n)
{
    const char *name = s->p;
    while (more(s) && !sees_two(s, kind, ']')) s->p++;
    if (!more(s)) bad(s, OPEN_BRACKET);
    *n = (size_t)(s->p - name);
    s->p += 2;
    return name;
}

static unsigned char collating(Syntax *s, char kind)
{
    size_t n;
    const char *name = bracket_name(s, kind, &n);
    if (n != 1) bad(s, "invalid collating element");
    return (unsigned char)*name;
}

static unsigned char bracket_char(Syntax *s)
{
    if (!more(s)) bad(s, OPEN_BRACKET);
    if (!sees_two(s, '[', '.')) return (unsigned char)*s->p++;
    s->p += 2;
    return collating(s, '.');
}

static void bracket_range(Syntax *s, CharSet *set)
{
    unsigned char low = bracket_char(s), high = low;
    if (sees(s, '-') && s->end - s->p > 1 && s->p[1] != ']') {
        s->p++;
        high = eats(s, '-') ? '-' : bracket_char(s);
    }
    if (low > high) bad(s, BAD_RANGE);
    for (unsigned ch = low; ch <= high; ch++) set_add(set, (unsigned char)ch);
}

static void bracket_term(Syntax *s, CharSet *set)
{
    if (sees_two(s, '[', ':')) {
        size_t n;
        s->p += 2;
        const char *name = bracket_name(s, ':', &n);
        int class = class_of(name, n);
        if (class < 0) bad(s, "invalid character class");
        for (int ch = 0; ch < 256; ch++)
            if (in_class(class, ch)) set_add(set, (unsigned char)ch);
    } else if (sees_two(s, '[', '=')) {
        s->p += 2;
        set_add(set, collating(s, '='));
    } else if (sees(s, '-')) {
        bad(s, BAD_RANGE);  // it is ordinary at either end only
    } else {
        bracket_range(s, set);
    }
}

static void fold_set(CharSet *set)
{
    for (int ch = 'A'; ch <= 'Z'; ch++) {
        unsigned char upper = (unsigned char)ch, lower = (unsigned char)(ch + 32);
        if (set_has(set, upper)) set_add(set, lower);
        else if (set_has(set, lower)) set_add(set, upper);
    }
}

// [[:<:]] and [[:>:]]: where words begin and end; s->p is behind the first bracket.
static bool word_edge(Syntax *s, int *node)
{
    if (s->end - s->p < 6 || (memcmp(s->p, "[:<:]]", 6) && memcmp(s->p, "[:>:]]", 6))) return false;
    *node = new_node(s, s->p[2] == '<' ? N_BOW : N_EOW, 0);
    s->p += 6;
    return true;
}

static int bracket(Syntax *s)
{
    int node;
    if (word_edge(s, &node)) return node;
    CharSet set = {{0}};
    bool negate = eats(s, '^');
    if (eats(s, ']')) set_add(&set, ']');
    else if (eats(s, '-')) set_add(&set, '-');
    while (more(s) && !sees(s, ']') && !sees_two(s, '-', ']')) bracket_term(s, &set);
    if (eats(s, '-')) set_add(&set, '-');
    if (!eats(s, ']')) bad(s, OPEN_BRACKET);
    if (s->fold) fold_set(&set);
    for (int i = 0; negate && i < 4; i++) set.bits[i] = ~set.bits[i];
    int made = new_set(s);
    s->re->sets[made] = set;
    node = new_node(s, N_SET, 1);
    at(s, node)->set = made;
    return node;
}

// --- Repetition -----------------------------------------------------------------------------------------------------

enum { COUNT_MAX = 255, UNBOUNDED = COUNT_MAX + 1 };

static int count(Syntax *s)
{
    int n = 0;
    if (!more(s) || !isdigit((unsigned char)*s->p)) bad(s, BAD_COUNT);
    while (more(s) && isdigit((unsigned char)*s->p) && n <= COUNT_MAX) n = n * 10 + (*s->p++ - '0');
    if (n > COUNT_MAX) bad(s, BAD_COUNT);
    return n;
}

static void bounds(Syntax *s, int *least, int *most)
{
    *least = *most = count(s);
    if (eats(s, ',')) *most = more(s) && isdigit((unsigned char)*s->p) ? count(s) : UNBOUNDED;
    if (*least > *most) bad(s, BAD_COUNT);
    if (eats(s, '}')) return;
    bad(s, memchr(s->p, '}', (size_t)(s->end - s->p)) ? BAD_COUNT : "braces not balanced");
}

// x{2,4} is x x? x? x with all but the first and the last left out at will; x{0,4} is (x{1,4})?; x{2,} is x x+.
static int repeated(Syntax *s, int x, int least, int most)
{
    int all = new_node(s, N_CAT, 0);
    if (most == 0) return all;
    int sure = least > 1 ? least - 1 : 0, optional = most == UNBOUNDED ? 0 : most - sure - 1;
    for (int i = 0; i < sure; i++) add_child(s, all, copy(s, x));
    for (int i = 0; i < optional; i++) {
        int one = copy(s, x);
        add_child(s, all, around(s, N_QUEST, one));
    }
    add_child(s, all, most == UNBOUNDED ? around(s, N_PLUS, x) : x);
    return least ? all : around(s, N_QUEST, all);
}

static bool sees_repetition(const Syntax *s)
{
    if (!more(s)) return false;
    char ch = *s->p;
    return ch == '*' || ch == '+' || ch == '?' || (ch == '{' && s->end - s->p > 1 && isdigit((unsigned char)s->p[1]));
}

static int repetition(Syntax *s, int atom)
{
    int least = 0, most = UNBOUNDED;
    switch (*s->p++) {
    case '*': atom = around(s, N_QUEST, around(s, N_PLUS, atom)); break;
    case '+': atom = around(s, N_PLUS, atom); break;
    case '?': atom = around(s, N_QUEST, atom); break;
    default: bounds(s, &least, &most); atom = repeated(s, atom, least, most); break;
    }
    if (sees_repetition(s)) bad(s, NOTHING_TO_REPEAT);
    return atom;
}

// --- The expression -------------------------------------------------------------------------------------------------

static int alternatives(Syntax *s);

static int group(Syntax *s)
{
    int number = (int)++s->re->ngroups;
    if (++s->depth > NESTED_MAX) {
        throw_msg(s->c, E_VALUE, "Error processing regular expression: groups are nested too deeply (limit %d).", NESTED_MAX);
    }
    if (!more(s)) bad(s, UNBALANCED);
    int node = around(s, N_GROUP, sees(s, ')') ? new_node(s, N_CAT, 0) : alternatives(s));
    if (!eats(s, ')')) bad(s, UNBALANCED);
    s->depth--;
    at(s, node)->group = number;
    at(s, node)->has_group = true;
    return node;
}

static int ordinary(Syntax *s, unsigned char ch)
{
    bool both = s->fold && ch < 128 && isalpha(ch);
    int set = both ? new_set(s) : 0, node = new_node(s, both ? N_SET : N_BYTE, 1);
    at(s, node)->byte = ch;
    at(s, node)->set = set;
    if (both) {
        set_add(&s->re->sets[set], ch);
        set_add(&s->re->sets[set], ch ^ 32);
    }
    return node;
}

static int atom(Syntax *s)
{
    if (sees_repetition(s)) bad(s, NOTHING_TO_REPEAT);
    char ch = *s->p++;
    switch (ch) {
    case '(': return group(s);
    case ')': bad(s, UNBALANCED);
    case '[': return bracket(s);
    case '.': return new_node(s, N_ANY, 1);
    case '$': return new_node(s, N_EOL, 0);
    case '^':
        if (sees_repetition(s)) bad(s, NOTHING_TO_REPEAT);
        return new_node(s, N_BOL, 0);
    case '\\':
        if (!more(s)) bad(s, "trailing backslash (\\)");
        ch = *s->p++;
        break;
    default: break;
    }
    return ordinary(s, (unsigned char)ch);
}

static int branch(Syntax *s)
{
    int all = new_node(s, N_CAT, 0);
    while (more(s) && *s->p != '|' && !(*s->p == ')' && s->depth)) {
        int piece = atom(s);
        if (sees_repetition(s)) piece = repetition(s, piece);
        add_child(s, all, piece);
    }
    if (at(s, all)->first == NO_NODE) bad(s, "empty (sub)expression");
    return all;
}

static int alternatives(Syntax *s)
{
    int first = branch(s);
    if (!sees(s, '|')) return first;
    int all = new_node(s, N_ALT, VARIES);
    add_child(s, all, first);
    while (eats(s, '|')) add_child(s, all, branch(s));
    return all;
}

void syntax_read(Call *c, Pattern *re, const Str *text, bool fold_case)
{
    const char *p = str_text(text);
    Syntax s = {.c = c, .re = re, .text = p, .p = p, .end = p + strlen(p), .fold = fold_case};
    re->root = alternatives(&s);
}
