// Random values as statements. Start at save_random_values.
#include "save_made.h"

enum { DEPTH = 4, VARIABLES = 8 };

static void put_expression(Choices *c, Buf *b, int depth);

static const char *const scalars[] = {
    "0b", "255b", "-32768", "32767", "65535u", "-2147483647L-1", "2147483647L", "4294967295ul", "9223372036854775807LL",
    "-9223372036854775807LL-1", "18446744073709551615ull", "0.", "-0.", "1e-45", "3.4e38", "!values.f_nan", "-!values.f_infinity", "5d-324",
    "1.7d308", "!values.d_nan", "complex(-0., 1e38)", "dcomplex(1d300, !values.d_nan)", "boolean(1)", "''", "'text'", "string(bindgen(256))",
    "strjoin(replicate('0123456789', 30))", "!null", "ptr_new()", "obj_new()", "ptr_new(/allocate_heap)",
};

static const char *const arrays[] = {"bytarr", "intarr", "lonarr", "fltarr", "dblarr", "complexarr", "dcomplexarr", "strarr",
                                     "uintarr", "ulonarr", "lon64arr", "ulon64arr", "boolarr", "ptrarr", "objarr"};
static const char *const counting[] = {"bindgen", "indgen", "lindgen", "findgen", "dindgen", "cindgen", "dcindgen", "sindgen",
                                       "uindgen", "ulindgen", "l64indgen", "ul64indgen"};

#define ANY(list) list[choose(c, sizeof list / sizeof *list)]

static void put_dimensions(Choices *c, Buf *b)
{
    int rank = 1 + (int)choose(c, choose(c, 4) ? 3 : 8);
    for (int i = 0; i < rank; i++) buf_printf(b, "%s%d", i ? ", " : "", 1 + (int)choose(c, rank > 3 ? 2 : 9));
}

static void put_structure(Choices *c, Buf *b, int depth)
{
    int n = 1 + (int)choose(c, 4);
    buf_putc(b, '{');
    for (int i = 0; i < n; i++) {
        buf_printf(b, "%st%d: ", i ? ", " : "", i);
        Choices before = *c;
        size_t at = b->len;
        put_expression(c, b, depth - 1);
        if (b->len - at != 5 || memcmp(b->p + at, "!null", 5) != 0) continue;  // a tag cannot be !NULL
        *c = before;
        choose(c, 2);
        b->len = at;
        buf_puts(b, "1");
    }
    buf_putc(b, '}');
}

// An earlier variable's heap variables are shared, and may come to hold themselves.
static void put_expression(Choices *c, Buf *b, int depth)
{
    switch (choose(c, depth > 0 ? 13 : 3)) {
    case 0: buf_puts(b, ANY(scalars)); return;
    case 1: buf_printf(b, "%s(", ANY(arrays)); break;
    case 2: buf_printf(b, "%s(", ANY(counting)); break;
    case 3: buf_puts(b, "ptr_new("); put_expression(c, b, depth - 1); buf_putc(b, ')'); return;
    case 4: put_structure(c, b, depth); return;
    case 5: buf_puts(b, "replicate("); put_structure(c, b, depth); buf_printf(b, ", %d, %d)", 1 + (int)choose(c, 3), 1 + (int)choose(c, 3)); return;
    case 6: buf_puts(b, "list("); put_expression(c, b, depth - 1); buf_puts(b, ", "); put_expression(c, b, depth - 1); buf_putc(b, ')'); return;
    case 7: buf_printf(b, "%s('a', ", choose(c, 2) ? "hash" : "orderedhash"); put_expression(c, b, depth - 1); buf_puts(b, ", 'B', "); put_expression(c, b, depth - 1); buf_putc(b, ')'); return;
    case 8: buf_puts(b, "dictionary('key', "); put_expression(c, b, depth - 1); buf_putc(b, ')'); return;
    case 9: buf_printf(b, "{n%d, a: 1, b: [ptr_new('x'), ptr_new()], c: {n, z: 'in'}}", 0); return;
    case 10: buf_printf(b, "v%d", (int)choose(c, VARIABLES)); return;
    case 11: buf_printf(b, "[p, q, p]"); return;
    default: buf_puts(b, "obj_new('idl_object')"); return;
    }
    put_dimensions(c, b);
    buf_putc(b, ')');
}

void save_random_values(Choices *c, Buf *b)
{
    buf_puts(b, "p = ptr_new(1) & q = ptr_new(p)\n");
    for (int i = 0; i < VARIABLES; i++) buf_printf(b, "v%d = %d\n", i, i);
    for (int i = 0; i < VARIABLES; i++) {
        buf_printf(b, "v%d = ", i);
        put_expression(c, b, DEPTH);
        buf_putc(b, '\n');
    }
    if (choose(c, 3) == 0) buf_printf(b, "*p = q\n");  // a ring
    if (choose(c, 3) == 0) buf_printf(b, "*p = v%d\n", (int)choose(c, VARIABLES));
}
