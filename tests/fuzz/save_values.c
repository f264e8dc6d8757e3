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

static void put_call(Choices *c, Buf *b, const char *head, const char *between, int depth)
{
    buf_puts(b, head);
    put_expression(c, b, depth - 1);
    if (between) buf_puts(b, between);
    if (between) put_expression(c, b, depth - 1);
    buf_putc(b, ')');
}

static void put_array(Choices *c, Buf *b, const char *maker)
{
    buf_printf(b, "%s(", maker);
    put_dimensions(c, b);
    buf_putc(b, ')');
}

// An earlier variable's heap variables are shared, and may come to hold themselves.
static void put_expression(Choices *c, Buf *b, int depth)
{
    switch (choose(c, depth > 0 ? 14 : 3)) {
    case 0: buf_puts(b, ANY(scalars)); break;
    case 1: put_array(c, b, ANY(arrays)); break;
    case 2: put_array(c, b, ANY(counting)); break;
    case 3: put_call(c, b, "ptr_new(", NULL, depth); break;
    case 4: put_structure(c, b, depth); break;
    case 5:
        buf_puts(b, "replicate(");
        put_structure(c, b, depth);
        buf_printf(b, ", %d, %d)", 1 + (int)choose(c, 3), 1 + (int)choose(c, 3));
        break;
    case 6: put_call(c, b, "list(", ", ", depth); break;
    case 7: put_call(c, b, "hash('a', ", ", 'B', ", depth); break;
    case 8: put_call(c, b, "orderedhash(1, ", ", 2.5, ", depth); break;
    case 9: put_call(c, b, "dictionary('key', ", NULL, depth); break;
    case 10: buf_puts(b, "{n0, a: 1, b: [ptr_new('x'), ptr_new()], c: {n, z: 'in'}}"); break;
    case 11: buf_printf(b, "v%d", (int)choose(c, VARIABLES)); break;
    case 12: buf_puts(b, "[p, q, p]"); break;
    default: buf_puts(b, "obj_new('idl_object')"); break;
    }
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
