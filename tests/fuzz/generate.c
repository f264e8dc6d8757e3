// The grammar: mostly valid programs over few names, so that values of every type and shape meet every operator.
// Start reading at generate_program.
#include "generate.h"

#include <stdbool.h>

typedef struct Gen {
    const uint8_t *p, *end;
    Buf *out;
    int depth;
} Gen;

enum { DEEPEST = 7, LONGEST = 16 << 10 };

static unsigned choice(Gen *g, unsigned n) { return g->p < g->end ? *g->p++ % n : 0; }
static bool is_spent(const Gen *g) { return g->p >= g->end || g->depth > DEEPEST || g->out->len > LONGEST; }

#define PICK(g, ...) pick(g, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
static void pick(Gen *g, const char *const *list, size_t n) { buf_puts(g->out, list[choice(g, (unsigned)n)]); }

static void expression(Gen *g);

static void name(Gen *g) { PICK(g, "a", "b", "c", "s", "p", "k", "x", "l", "h", "o", "undefined_one"); }

static void literal(Gen *g)
{
    PICK(g, "1", "0", "2b", "-3", "7L", "40000", "3000000000", "5uL", "9LL", "18446744073709551615ULL", "1.5", "2d", "0.0",
         "!values", "'abc'", "\"q\"", "''", "complex(1,2)", "dcomplex(0,1)", "!null", "[1,2,3]", "[[1.,2],[3,4]]", "indgen(4)",
         "findgen(2,3)", "bytarr(5)", "strarr(2)", "{q: 1, r: [1,2]}", "['a','bc']", "lindgen(2,2,2)", "255b", "-32768", "'7FFF'x",
         "1e38", "!pi", "fltarr(1)", "ptr_new(5)", "list(1,'a',[2,3])", "list()", "hash('a',1,2,'b')", "dictionary('x',1)",
         "orderedhash(['a','b'],1)", "obj_new('o')", "obj_new()", "lambda(x: x+1)", "lambda('x,y: x*y')", "`t ${a} ${b, \"%5.1f\"}`",
         "replicate({q: 1, r: [1,2]}, 3)");
}

static void subscript(Gen *g)
{
    switch (choice(g, 6)) {
    case 0: expression(g); break;
    case 1: buf_puts(g->out, "*"); break;
    case 2: buf_puts(g->out, "-1"); break;
    case 3:
        expression(g);
        buf_puts(g->out, ":");
        expression(g);
        break;
    case 4: PICK(g, "1:*", "0:-1", "*:*:2", "::", "1:0", "-2:*:-1"); break;
    default:
        expression(g);
        buf_puts(g->out, ",");
        expression(g);
        break;
    }
}

static void call(Gen *g)
{
    PICK(g, "string", "fix", "byte", "double", "complex", "strlen", "strtrim", "strsplit", "n_elements", "size", "f", "long64",
         "strmid", "isa", "array_equal", "strjoin", "strpos", "uint", "temporary", "reform", "make_array", "strcompress",
         "call_function", "list", "hash", "obj_valid", "ptr_valid", "create_struct", "typename", "where", "o", "lambda", "scope_varfetch");
    buf_puts(g->out, "(");
    for (unsigned n = choice(g, 3) + 1; n > 0; n--) {
        expression(g);
        if (n > 1) buf_puts(g->out, ",");
    }
    PICK(g, "", "", "", ", /overwrite", ", format='(i3)'", ", k=b");
    buf_puts(g->out, ")");
}

static void binary(Gen *g)
{
    buf_puts(g->out, "(");
    expression(g);
    PICK(g, " + ", " - ", " * ", " / ", " mod ", "^", " < ", " > ", " eq ", " ne ", " lt ", " ge ", " and ", " or ", " xor ",
         " # ", " ## ", " && ", " || ");
    expression(g);
    buf_puts(g->out, ")");
}

static void expression(Gen *g)
{
    if (is_spent(g)) {
        name(g);
        return;
    }
    g->depth++;
    switch (choice(g, 11)) {
    case 0: case 1: literal(g); break;
    case 2: case 3: name(g); break;
    case 4: case 5: binary(g); break;
    case 6: call(g); break;
    case 7:
        name(g);
        PICK(g, "[", "[", ".q[", ".r[", ".(0)[", ".w[");
        subscript(g);
        buf_puts(g->out, "]");
        break;
    case 10:
        name(g);
        PICK(g, ".length", ".dim", ".typename", ".count()", ".keys()", ".values()", ".toarray()", ".remove()", "->get()", ".w", ".x",
             ".map(lambda(x: x))", ".filter('f')", ".where(1)", ".haskey('a')", ".sort()", ".reduce('f')", ".tostruct()", ".toarray(/promote)",
             ".split(',')", ".replace('a','b')", ".tostring()", "->o::get()", ".isempty()", "['a']", "['a',0]", "[-1]", "[[0,1]]");
        break;
    case 8:
        PICK(g, "-", "not ", "~", "*", "++", "[");
        if (g->out->p[g->out->len - 1] == '[') {
            expression(g);
            buf_puts(g->out, ", ");
            expression(g);
            buf_puts(g->out, "]");
        } else {
            name(g);
        }
        break;
    default:
        buf_puts(g->out, "(");
        expression(g);
        buf_puts(g->out, " ? ");
        expression(g);
        buf_puts(g->out, " : ");
        expression(g);
        buf_puts(g->out, ")");
        break;
    }
    g->depth--;
}

static void statement(Gen *g);

static void block(Gen *g, const char *end)
{
    buf_puts(g->out, " begin\n");
    for (unsigned n = choice(g, 3) + 1; n > 0; n--) statement(g);
    buf_puts(g->out, end);
    buf_puts(g->out, "\n");
}

static void assignment(Gen *g)
{
    name(g);
    switch (choice(g, 6)) {
    case 0:
        buf_puts(g->out, "[");
        subscript(g);
        buf_puts(g->out, "]");
        break;
    case 1: PICK(g, ".q", ".r[1]", ".(1)", ".q.r"); break;
    default: break;
    }
    PICK(g, " = ", " = ", " = ", " += ", " *= ", " mod= ", " <= ", " #= ");
    expression(g);
    buf_puts(g->out, "\n");
}

static void loop(Gen *g)
{
    switch (choice(g, 4)) {
    case 0:
        PICK(g, "for i=0,3 do", "for i=5b,0,-1 do", "for k=0L,2 do", "for x=0.,1,0.3 do", "for i=32760,32770 do");
        block(g, "endfor");
        break;
    case 1:
        buf_puts(g->out, "foreach x, ");
        expression(g);
        PICK(g, " do", ", k do");
        block(g, "endforeach");
        break;
    case 2:
        buf_puts(g->out, "while n_elements(a) lt 20 and ");
        expression(g);
        buf_puts(g->out, " do");
        block(g, "a=[a,1] & endwhile");
        break;
    default:
        buf_puts(g->out, "repeat");
        block(g, "endrep until 1");
        break;
    }
}

static void branch(Gen *g)
{
    if (choice(g, 2)) {
        buf_puts(g->out, "if ");
        expression(g);
        buf_puts(g->out, " then");
        block(g, "endif else c=1");
        return;
    }
    PICK(g, "case ", "switch ");
    bool is_case = g->out->p[g->out->len - 2] == 'e';
    expression(g);
    buf_puts(g->out, " of\n");
    expression(g);
    buf_puts(g->out, ": ");
    statement(g);
    PICK(g, "", "else: c=2\n");
    buf_puts(g->out, is_case ? "endcase\n" : "endswitch\n");
}

static void statement(Gen *g)
{
    if (is_spent(g)) {
        buf_puts(g->out, "b=1\n");
        return;
    }
    g->depth++;
    switch (choice(g, 12)) {
    case 0: case 1: case 2: case 3: assignment(g); break;
    case 4: loop(g); break;
    case 5: branch(g); break;
    case 6:
        buf_puts(g->out, "print, ");
        expression(g);
        PICK(g, "\n", ", format='(3(a,1x))'\n", ", b\n");
        break;
    case 7:
        PICK(g, "q, ", "q, k=a, ", "r, ", "message, ", "catch, ");
        expression(g);
        buf_puts(g->out, "\n");
        break;
    case 8: PICK(g, "break\n", "continue\n", "return\n", "a++\n", "--b\n", "p=temporary(a)\n", "on_ioerror, null\n"); break;
    case 9:
        buf_puts(g->out, "t=execute(\"");
        PICK(g, "a=b+1", "b=[a,a]", "print,a", "a=", "p=ptr_new(a)", "return");
        buf_puts(g->out, "\")\n");
        break;
    case 10:
        PICK(g, "l.add, ", "h['k'] = ", "l.add, /extract, ", "o->set, ", "o.w = ", "obj_destroy, ", "call_procedure, 'q', ", "l[0] = ",
             "h['a','b'] = ", "ptr_free, ", "l.remove, ", "h.remove, ", "o[1] = ", "s.r[1] = ", "o.v = ", "heap_free, ");
        expression(g);
        buf_puts(g->out, "\n");
        break;
    default: PICK(g, "l.reverse\n", "h.remove, /all\n", "l.add, l\n", "h['h'] = h\n", "heap_gc\n", "o = 0\n", "common z, a, b\n", "on_error, 2\n", "*p=a\n", "s={q: a, r: [b,b]}\n", "a=a\n", "a[*]=b\n"); break;
    }
    g->depth--;
}

static void body(Gen *g)
{
    for (unsigned n = choice(g, 6) + 2; n > 0; n--) statement(g);
}

void generate_program(const uint8_t *choices, size_t n, Buf *out)
{
    Gen g = {choices, choices + n, out, 0};
    buf_puts(out, "pro q, a, b, k=k, _extra=x\n");
    body(&g);
    buf_puts(out, "end\npro r, c\nr, c\nend\nfunction f, a, b\non_error, 2\n");
    body(&g);
    buf_puts(out, "return, a\nend\n"
                  "function o::init, a\nself.w = n_elements(a)\nreturn, 1\nend\npro o::cleanup\nptr_free, self.v\nend\n"
                  "function o::get\nreturn, self.w\nend\npro o::set, x\nself.w = x\nself.v = ptr_new(x)\nend\n"
                  "function o::_overloadplus, a, b\nreturn, b\nend\nfunction o::_overloadbracketsrightside, i, s\nreturn, s\nend\n"
                  "pro o::_overloadbracketsleftside, r, v, i, s\nself.w += 1\nend\n"
                  "function o::_overloadforeach, v, k\nk = n_elements(k) ? k + 1 : 0\nv = k\nreturn, k lt 3\nend\n"
                  "function o::_overloadprint\nreturn, 'o'\nend\npro o::getproperty, w=w, v=v\nw = self.w\nv = self.v\nend\n"
                  "pro o::setproperty, w=w, _extra=e\n");
    body(&g);
    buf_puts(out, "self.w = n_elements(w)\nend\npro o__define\ns = {o, inherits idl_object, v: ptr_new(), w: 0L}\nend\n"
                  "l=list(1,2) & h=hash('a',1) & o=obj_new('o') & a=1 & b=2.5 & c=[1,2,3] & s={q:1,r:[1,2]} & p=ptr_new(1) & k='k'\n");
    body(&g);
    body(&g);
    buf_puts(out, "end\n");
}
