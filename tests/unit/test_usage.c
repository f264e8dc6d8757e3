// Usage lines, and that every row fits its own: `args` shows as many arguments as the call takes and no keyword, each keyword
// stands once and has a form that can be shown. A row that breaks this is found. Expectations by hand.
#include "base/mem.h"
#include "check.h"
#include "lib/tables.h"
#include "vm/engine.h"
#include "vm/names/usage.h"

#include <ctype.h>
#include <stdlib.h>

typedef struct Arity {
    int least, most;
} Arity;

// Where the reading of arguments is: "Array [, Count]", "V, {N | X, XOUT}", "D1 [, ..., D8]", "Unit...", "[Y,] X".
typedef struct Reader {
    const char *p, *begin;
    int number;      // of the last name: D1
    bool has_dots;   // "..." stands before the next name
} Reader;

static int at_most_any(int n) { return n < ARGS_ANY ? n : ARGS_ANY; }

// D8 behind "D1, ...," stands for seven more, Dn for any number.
static Arity read_name(Reader *r)
{
    size_t n = 0;
    while (isalnum((unsigned char)r->p[n]) || r->p[n] == '_') n++;
    size_t digits = n;
    while (digits > 0 && isdigit((unsigned char)r->p[digits - 1])) digits--;
    int before = r->number, number = digits < n ? atoi(r->p + digits) : 0;
    bool has_dots = r->has_dots;
    r->p += n;
    r->number = number ? number : before;
    r->has_dots = false;
    if (!has_dots) return (Arity){1, 1};
    return number ? (Arity){number - before, number - before} : (Arity){0, ARGS_ANY};
}

// As far as the bracket that closes, or the end. A line that cannot be read takes {-1, -1}.
static Arity read_arguments(Reader *r, char close)
{
    Arity all = {ARGS_ANY, 0}, one = {0, 0};
    bool is_bad = false;
    for (;;) {
        char c = *r->p;
        Arity a = {0, 0};
        if (c == close || c == '|' || c == '\0') {
            is_bad = is_bad || (c == '\0' && close != '\0');
            if (r->has_dots) one.most = ARGS_ANY;  // "Arg1, ..."
            r->has_dots = false;
            if (one.least < all.least) all.least = one.least;
            if (one.most > all.most) all.most = one.most;
            one = (Arity){0, 0};
            if (c) r->p++;
            if (c != '|') return is_bad ? (Arity){-1, -1} : all;
        } else if (c == '[' || c == '{') {
            r->p++;
            a = read_arguments(r, c == '[' ? ']' : '}');
            is_bad = is_bad || a.least < 0;
            if (c == '[') a.least = 0;
        } else if (strncmp(r->p, "...", 3) == 0) {
            r->has_dots = r->p == r->begin || r->p[-1] == ' ';
            if (!r->has_dots) a.most = ARGS_ANY;  // "Unit..."
            r->p += 3;
        } else if (isalpha((unsigned char)c)) {
            a = read_name(r);
        } else {
            is_bad = is_bad || (c != ' ' && c != ',');
            r->p++;
        }
        one.least += a.least;
        one.most = at_most_any(one.most + a.most);
    }
}

static Arity shown_arity(const char *args)
{
    Reader r = {.p = args, .begin = args};
    Arity a = read_arguments(&r, '\0');
    return *r.p ? (Arity){-1, -1} : a;
}

static bool form_is_right(const Keyword *k, const Keyword *before)
{
    const char *form = k->form;
    if (*form == OR_FLAG[0]) {
        if (!before || *before->form == HIDDEN[0]) return false;
        form++;
    }
    if (*form == '=') return form[1] != '\0';
    return strcmp(form, FLAG) == 0 || strcmp(form, OUT) == 0 || strcmp(form, HIDDEN) == 0;
}

// What is wrong with a row; NULL: nothing.
static const char *mistake(const Routine *r)
{
    Arity a = shown_arity(r->args);
    if (a.least < 0) return "args cannot be read";
    if (a.least != r->nargs.min) return "args shows another number of arguments that are needed";
    if (a.most != r->nargs.max) return "args shows another number of arguments that are allowed";
    if (r->spelling && strcasecmp(r->spelling, r->name) != 0) return "spelling is another name";
    for (int i = 0; i < r->keywords.n; i++) {
        const Keyword *k = &r->keywords.p[i];
        if (!form_is_right(k, i ? k - 1 : NULL)) return k->name;
        for (int j = 0; j < i; j++) {
            if (strcmp(k->name, r->keywords.p[j].name) == 0) return "a keyword stands twice";
        }
    }
    return NULL;
}

#define PICK_KEYWORDS(K, R) \
    K(R, OLD, HIDDEN) K(R, COUNT, OUT) K(R, FAST, FLAG) K(R, SLOW, OR_FLAG) K(R, NULL, "|=code") K(R, WIDTH, "={0|1}")
KEYWORDS(PICK)
#define TWICE_KEYWORDS(K, R) K(R, COUNT, OUT)
#define LATER_KEYWORDS(K, R) TWICE_KEYWORDS(K, R) K(R, EITHER, OR_OUT)
KEYWORDS(LATER)

static void check_line(Routine r, const char *want)
{
    Buf b = BUF_INIT(1 << 16);
    r.name = "PICK";
    usage_put_routine(&r, &b);
    buf_putc(&b, '\0');
    CHECK_STR(b.p, want);
    CHECK_STR(mistake(&r) ? mistake(&r) : "none", "none");
    buf_free(&b);
}

static void check_lines(void)
{
#define SHOWN "COUNT=variable] [, /FAST | /SLOW | NULL=code] [, WIDTH={0|1}]"
    check_line((Routine){"", FUNCTION, {0, 0}, NULL, ""}, "Result = PICK()");
    check_line((Routine){"", FUNCTION, {0, 0}, NULL, "", KEYS(PICK)}, "Result = PICK([" SHOWN ")");
    check_line((Routine){"", FUNCTION, {1, 2}, NULL, "[Y,] X", KEYS(PICK)}, "Result = PICK([Y,] X [, " SHOWN ")");
    check_line((Routine){"", FUNCTION, {0, 1}, NULL, "[X]", .spelling = "Pick"}, "Result = Pick([X])");
    check_line((Routine){"", PROCEDURE, {0, 0}, NULL, ""}, "PICK");
    check_line((Routine){"", PROCEDURE, {0, 0}, NULL, "", KEYS(LATER)}, "PICK [, COUNT=variable | EITHER=variable]");
    check_line((Routine){"", PROCEDURE, {0, ARGS_ANY}, NULL, "[, Unit...]", KEYS(PICK)}, "PICK [, Unit...] [, " SHOWN);
    check_line((Routine){"", PROCEDURE, {1, 2}, NULL, "[File,] Unit"}, "PICK, [File,] Unit");
#undef SHOWN
    CHECK_INT(KW_PICK_OLD, 0);
    CHECK_INT(KW_PICK_WIDTH, KW_COUNT_PICK - 1);
    CHECK(routine_keyword_is_output(&(Routine){.keywords = KEYS(LATER)}, KW_LATER_EITHER));
    CHECK(!routine_keyword_is_output(&(Routine){.keywords = KEYS(PICK)}, KW_PICK_SLOW));
}

static void check_arities(void)
{
    static const struct {
        const char *args;
        int least, most;
    } rows[] = {
        {"", 0, 0},
        {"A, B", 2, 2},
        {"A [, B [, C]]", 1, 3},
        {"[Y,] X", 1, 2},
        {"D1 [, ..., D8]", 1, 8},
        {"[Seed [, D1, ..., D8]]", 0, 9},
        {"ObjRef, Value, IsRange, Sub1 [, ..., Sub8]", 4, 11},
        {"V, {N | X, XOUT}", 2, 3},
        {"Image [, Position | X, Y [, Channel]]", 1, 4},
        {"A, S1, ..., Sn", 2, ARGS_ANY},
        {"File...", 1, ARGS_ANY},
        {"[Name | Arg1, ...] [, Value]", 0, ARGS_ANY},
        {"A [, B", -1, -1},
        {"A] [, B", -1, -1},
        {"A, {B | C]", -1, -1},
        {"A [, /NAN]", -1, -1},
        {"A [, NAN=value]", -1, -1},
        {"A) or F(B, A", -1, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Arity a = shown_arity(rows[i].args);
        CHECK_INT(a.least, rows[i].least);
        CHECK_INT(a.most, rows[i].most);
    }
}

// The check can fail.
static void check_mistakes(void)
{
    static const Keyword twice[] = {{"A", FLAG}, {"A", OUT}}, first[] = {{"ALTERNATIVE", OR_FLAG}},
                         hidden[] = {{"OLD", HIDDEN}, {"OTHER", OR_FLAG}}, no_form[] = {{"EMPTY", "="}},
                         odd[] = {{"ODD", "value"}};
    static const struct {
        Routine row;
        const char *what;
    } rows[] = {
        {{"P", PROCEDURE, {1, 1}, NULL, "A [, B]"}, "args shows another number of arguments that are allowed"},
        {{"P", PROCEDURE, {0, 2}, NULL, "A [, B]"}, "args shows another number of arguments that are needed"},
        {{"P", PROCEDURE, {1, 1}, NULL, "A, /B"}, "args cannot be read"},
        {{"P", PROCEDURE, {1, 1}, NULL, "A", .spelling = "q"}, "spelling is another name"},
        {{"P", PROCEDURE, {1, 1}, NULL, "A", {twice, 2}}, "a keyword stands twice"},
        {{"P", PROCEDURE, {1, 1}, NULL, "A", {first, 1}}, "ALTERNATIVE"},
        {{"P", PROCEDURE, {1, 1}, NULL, "A", {hidden, 2}}, "OTHER"},
        {{"P", PROCEDURE, {1, 1}, NULL, "A", {no_form, 1}}, "EMPTY"},
        {{"P", PROCEDURE, {1, 1}, NULL, "A", {odd, 1}}, "ODD"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) CHECK_STR(mistake(&rows[i].row), rows[i].what);
}

int main(void)
{
    check_lines();
    check_arities();
    check_mistakes();
    Vm *vm = vm_new();
    lib_start(vm);
    const Engine *e = vm->engine;
    for (int i = 0; i < e->builtins.len; i++) {
        const char *what = mistake(e->builtins.p[i]);
        CHECK(!what);
        if (what) fprintf(stderr, "  %s: %s: %s\n", e->builtins.p[i]->name, what, e->builtins.p[i]->args);
    }
    vm_free(vm);
    CHECK_INT(mem_stats().in_use, 0);
    CHECK_DONE();
}
