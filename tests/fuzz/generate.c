// Programs by a grammar (generate_values.c, generate_statements.c): mostly valid, over few names, so that values of
// every type and shape meet every operator and routine; some are broken afterwards. Start reading at generate_program.
#include "generate_internal.h"

#include <stdio.h>
#include <string.h>

enum { DEEPEST = 9, LONGEST = 12 << 10 };

static unsigned choice(Gen *g, unsigned n)
{
    if (g->p < g->end) return *g->p++ % n;
    g->random = g->random * 1664525u + 1013904223u;
    return (g->random >> 8) % n;
}

static const Rule *rule_find(const Rule *rules, char name)
{
    while (rules->name && rules->name != name) rules++;
    return rules->name ? rules : NULL;
}

static void expand(Gen *g, const char *text);

static void derive(Gen *g, char name)
{
    const Rule *r = rule_find(generate_value_rules, name);
    if (!r) r = rule_find(generate_statement_rules, name);
    unsigned n = 0;
    while (r->way[n]) n++;
    bool is_spent = g->depth > DEEPEST || g->out->len > LONGEST;
    g->depth++;
    expand(g, r->way[is_spent && !r->is_leaf ? 0 : choice(g, n)]);
    g->depth--;
}

static void expand(Gen *g, const char *text)
{
    char number[16];
    snprintf(number, sizeof number, "%d", strstr(text, "%j") ? ++g->numbers : 0);
    for (; *text; text++) {
        if (*text != '%') buf_put(g->out, text, 1);
        else if (*++text == '%') buf_puts(g->out, "%");
        else if (*text == 'j') buf_puts(g->out, number);
        else derive(g, *text);
    }
}

static void several(Gen *g, const char *what, unsigned least, unsigned more)
{
    for (unsigned n = least + choice(g, more); n > 0; n--) expand(g, what);
}

// Classes: O overloads every operator, O2 inherits it and has a static method, OL and OH are collections.
static const char classes[] =
    "function o::init, a\nself.w = n_elements(a)\nreturn, 1\nend\npro o::cleanup\nptr_free, self.v\nend\n"
    "function o::get, a, k=k, _ref_extra=e\nif n_elements(a) then return, a\nreturn, self.w\nend\n"
    "function o::again, n\nreturn, o.again(n)\nend\n"
    "pro o::set, x\nself.w = n_elements(x)\nself.v = ptr_new(x)\nend\n"
    "pro o::getproperty, w=w, v=v\nw = self.w\nv = self.v\nend\n"
    "function o::_overloadbracketsrightside, i, a, b, c\nreturn, n_elements(b) ? b : a\nend\n"
    "pro o::_overloadbracketsleftside, r, v, i, a\nself.w += 1\nif self.w mod 3 eq 0 then r = v\nend\n"
    "function o::_overloadforeach, v, k\nk = n_elements(k) ? k + 1 : 0\nv = k\nreturn, k lt 3\nend\n"
    "function o::_overloadprint\nreturn, 'o'\nend\nfunction o::_overloadhelp, n\nreturn, 'O'\nend\n"
    "function o::_overloadimpliedprint, n\nreturn, self\nend\n"
    "function o::_overloadsize\nreturn, [2,3]\nend\nfunction o::_overloadistrue\nreturn, self.w gt 0\nend\n"
    "function o2::static_one, a\ncompile_opt static\nreturn, a\nend\npro o2::static_two\ncompile_opt static\nend\n"
    "pro o__define\ns = {o, inherits idl_object, v: ptr_new(), w: 0L}\nend\n"
    "pro o2__define\ns = {o2, inherits o, y: obj_new()}\nend\npro ol__define\ns = {ol, inherits list, z: 0}\nend\n"
    "pro oh__define\ns = {oh, inherits hash, z: 0}\nend\npro one__define\ns = {one, q: 0, r: fltarr(2)}\nend\n"
    "pro two__define\ns = {two, inherits one, z: ''}\nend\n"
    "pro rec\nrec\nend\nfunction rec, n\nreturn, call_function('rec', n+1)\nend\n"
    "pro via, x, _ref_extra=e\nq, x, _extra=e\nend\nfunction via, x, _extra=e\nreturn, f(x, _extra=e)\nend\n";

static void overloads(Gen *g)
{
    static const char *const both[] = {"plus", "minus", "asterisk", "slash", "caret", "mod", "and", "or", "xor", "eq", "ne",
                                       "lt", "le", "gt", "ge", "pound", "poundpound", "lessthan", "greaterthan"};
    static const char *const one[] = {"minusunary", "not", "tilde"};
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++) {
        char head[64];
        snprintf(head, sizeof head, "function o::_overload%s, a, b\nreturn, ", both[i]);
        buf_puts(g->out, head);
        buf_puts(g->out, choice(g, 4) ? "b\nend\n" : choice(g, 2) ? "self\nend\n" : "b + 1\nend\n");
    }
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++) {
        char head[64];
        snprintf(head, sizeof head, "function o::_overload%s\nreturn, self.w\nend\n", one[i]);
        buf_puts(g->out, head);
    }
}

static const char variables[] =
    "w0=bindgen(20) & w1=indgen(20)-5 & w2=lindgen(600) & w3=findgen(20)/3 & w4=dindgen(600)-7 & w5=complexarr(20)+1\n"
    "w6=replicate({q:1,r:[1,2]},3) & w7=uindgen(20) & w8=l64indgen(20) & w9=ul64indgen(600) & wa=findgen(5,4) & wb=sindgen(20)\n"
    "wc=[1,0,2] & wd={q:findgen(20),r:1} & we=dcomplexarr(20) & e=findgen(4,3) & d=dictionary('q',1) & t='text' & m=!null\n"
    "l=list(1,2) & h=hash('a',1) & o=obj_new('o') & a=1 & b=2.5 & c=[1,2,3] & s={q:1,r:[1,2]} & p=ptr_new(1) & k='k' & r=[0]\n";

static void routines(Gen *g)
{
    static const char *const heads[] = {"pro q, a, b, k=k, _extra=x\n", "pro q, a, b, k=k, _ref_extra=x\n", "pro q, a, b, k=k\n"};
    buf_puts(g->out, heads[choice(g, 3)]);
    if (choice(g, 3) == 0) derive(g, '6');
    several(g, "%s", 1, 5);
    buf_puts(g->out, "end\nfunction f, a, b, _extra=x\non_error, 2\n");
    several(g, "%s", 0, 4);
    expand(g, "return, %e\nend\npro r, c\ncatch, e\nif e ne 0 then begin\n%s return\nendif\n");
    several(g, "%s", 0, 4);
    buf_puts(g->out, "end\npro o::setproperty, w=w, _extra=e\n");
    several(g, "%s", 0, 3);
    buf_puts(g->out, "if n_elements(w) then self.w = n_elements(w)\nend\n");
}

// Statements of which each gets its turn, whatever the others do: an error goes on with the next.
static void persistent_statements(Gen *g)
{
    unsigned most = 6 + choice(g, 12);
    buf_puts(g->out, "turn=0\ncatch, error\nturn++\nif turn gt 50 then retall\nswitch turn of\n");
    for (unsigned n = 1; n <= most; n++) {
        buf_printf(g->out, "%u: begin\nturn=%u\n", n, n);
        derive(g, 's');
        buf_puts(g->out, "end\n");
    }
    buf_puts(g->out, "else:\nendswitch\n");
}

// Makes the program wrong in a few places: a word too many, some bytes too few.
static void spoil(Gen *g)
{
    static const char *const words[] = {" end ", ")", "(", "]", " begin ", ":", " endif ", "'", "`", "${", " $\n", " & ", " then ", " of ",
                                        " else ", "\n", ",", "=", "->", ".", "::", "*", " pro x\n", "{", "}", "\"", "\t", ";", "\xe9", " endfor "};
    for (unsigned k = 1 + choice(g, 3); k > 0 && g->out->len > 40; k--) {
        size_t at = (choice(g, 256) << 8 | choice(g, 256)) % (g->out->len - 20), cut = choice(g, 12);
        const char *word = words[choice(g, sizeof words / sizeof words[0])];
        size_t tail = g->out->len - at - cut;
        Buf b = BUF_INIT(1 << 20);
        buf_put(&b, g->out->p + at + cut, tail);
        g->out->len = at;
        buf_puts(g->out, word);
        buf_put(g->out, b.p, tail);
        buf_free(&b);
    }
}

static uint32_t hash_of(const uint8_t *p, size_t n)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++) h = (h ^ p[i]) * 16777619u;
    return h;
}

void generate_program(const uint8_t *choices, size_t n, Buf *out)
{
    Gen g = {.p = choices, .end = choices + n, .random = hash_of(choices, n), .out = out};
    unsigned form = choice(&g, 8);
    bool is_session = form & 1;
    buf_puts(out, is_session ? ".compile\n" : "");
    routines(&g);
    buf_puts(out, classes);
    overloads(&g);
    if (is_session) buf_puts(out, "end\n");
    buf_puts(out, variables);
    if (is_session) several(&g, "%L", 4, 16);
    else if (form == 0) several(&g, "%s", 4, 16);
    else persistent_statements(&g);
    if (!is_session) buf_puts(out, "end\n");
    if (form >= 6) spoil(&g);
}
