// Fuzz target for the routines that draw: random data (NaN, infinities, empty, huge, reversed and empty ranges,
// logarithms of what is negative), keywords and system variables, texts with every embedded command, on every device
// that needs no screen. The keywords come from the tables. An input is the seed of LINES lines in one engine
// (session.h). None may crash, hang, or leave a block alive.
#include "lib/tables.h"
#include "session.h"
#include "vm/names/library.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES = 25, KEYWORDS_KEPT = 80, NAME_LEN = 40, ROUTINES_MAX = 80 };

static const char *const names[] = {
    "PLOT",
    "PLOT_IO",
    "PLOT_OI",
    "PLOT_OO",
    "OPLOT",
    "AXIS",
    "PLOTS",
    "XYOUTS",
    "POLYFILL",
    "USERSYM",
    "CONVERT_COORD",
    "ERASE",
    "TV",
    "TVSCL",
    "TVRD",
    "CONTOUR",
    "SURFACE",
    "SHADE_SURF",
    "SHADE_SURF_IRR",
    "SHADE_VOLUME",
    "ISOSURFACE",
    "POLYSHADE",
    "PROJECT_VOL",
    "SET_SHADING",
    "T3D",
    "SCALE3",
    "SCALE3D",
    "SURFR",
    "CREATE_VIEW",
    "VERT_T3D",
    "SHOW3",
    "TRIANGULATE",
    "TRIGRID",
    "POLAR_SURFACE",
    "POLAR_CONTOUR",
    "IMAGE_CONT",
    "POLYCONTOUR",
    "MAP_SET",
    "MAP_GRID",
    "MAP_CLIP_SET",
    "MAP_CONTINENTS",
    "MAP_IMAGE",
    "MAP_PATCH",
    "MAP_PROJ_INIT",
    "MAP_PROJ_FORWARD",
    "MAP_PROJ_INVERSE",
    "MAP_2POINTS",
    "ERRPLOT",
    "OPLOTERR",
    "PLOTERR",
    "BAR_PLOT",
    "ARROW",
    "VELOVECT",
    "VEL",
    "FLOW3",
    "PLOT_FIELD",
    "LABEL_DATE",
    "LOADCT",
    "TVLCT",
    "TVCRS",
    "STRETCH",
    "GAMMA_CT",
    "H_EQ_CT",
    "HLS",
    "HSV",
    "COLOR_CONVERT",
    "COLOR_QUAN",
    "DEVICE",
};

static const char *const devices[] = {"z", "png", "null", "ps", "svg", "pdf", "term"};

static const char *const data_values[] = {
    "findgen(11)",
    "findgen(11)-5",
    "randomu(1L,300)",
    "randomn(2L,50)",
    "fltarr(5)",
    "[1.,2]",
    "[2.,1]",
    "[0,0]",
    "[1]",
    "3",
    "0",
    "-1",
    "1e300",
    "[-1d300,1d300]",
    "[1e-300,1e-299]",
    "[1e-40,2e-40]",
    "!values.f_nan",
    "replicate(!values.f_nan,5)",
    "[0,!values.f_infinity]",
    "[1.,!values.f_nan,3,-!values.f_infinity,5]",
    "[-5,-1]",
    "10.^findgen(12)",
    "10d^(dindgen(60)*10-300)",
    "indgen(6)",
    "bindgen(256)",
    "lindgen(3,4)",
    "dist(20)",
    "dist(20)-5",
    "dist(7,3)*1e30",
    "fltarr(10,10)",
    "fltarr(10,10)+!values.f_nan",
    "randomu(3L,12,15)",
    "findgen(2,2)",
    "findgen(1,5)",
    "findgen(5,1)",
    "randomu(4L,3,100)",
    "findgen(4,4,4)",
    "randomu(5L,9,9,9)",
    "complex(findgen(5),1)",
    "['a','b']",
    "!null",
    "list(1,2)",
    "2459000.5d + dindgen(40)*10",
    "[1d7,1d7+1d-9]",
    "[1,1+1e-7]",
    "randomu(6L,20000L)",
    "sin(findgen(1000)/10)*1e5",
    "-90+findgen(19)*10",
    "findgen(37)*10-180",
    "[3L,0,1,2]",
    "[4L,0,1,2,3,-1]",
    "lindgen(3,5)",
    "100000L",
    "2147483647L",
    "0.5",
    "45",
    "360",
    "-180",
};

static const char *const range_values[] = {
    "[0,1]",
    "[1,0]",
    "[0,0]",
    "[5,5]",
    "[-1,1]",
    "[1e-300,1e300]",
    "[-1e300,1e300]",
    "[0,!values.f_nan]",
    "[!values.f_infinity,0]",
    "[1,1+1e-7]",
    "[1d,1d + 1d-15]",
    "[-5,0]",
    "[0,1e-310]",
    "[2459000d,2459400d]",
    "[1,10,100]",
    "[0.1,0.1,0.9,0.9]",
    "[0.9,0.9,0.1,0.1]",
    "[0,0,0,0]",
    "[-1,-1,2,2]",
    "[0,2,3]",
    "[0,50,50,0,1]",
    "[-1,0,0]",
    "[90,-180,-90,180]",
    "[-90,-180,90,180]",
    "[30,0,30,0]",
    "[100,200,300,400]",
    "[0,0,0,1,1,1]",
};

static const char *const number_values[] = {
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "7",
    "8",
    "10",
    "-1",
    "-3",
    "-10",
    "29",
    "31",
    "60",
    "255",
    "300",
    "1000",
    "100000L",
    "0.5",
    "0.02",
    "1.5",
    "-0.02",
    "1e-30",
    "1e30",
    "16777215L",
    "!values.f_nan",
    "!values.f_infinity",
    "2147483647L",
    "-2147483647L-1",
    "1d300",
};

static const char *const text_values[] = {
    "''",
    "' '",
    "'abc'",
    "'!3A!4B!5C!6D!7E!8F!9G!X'",
    "'!20a!18b!40c!99d'",
    "'x!U2!N!D3!N!E4!I5!N'",
    "'!A!B!C!L!S!R!N'",
    "'!Sa!Ub!R!Dc!N'",
    "'!'",
    "'!!'",
    "'!U!U!U!U!U!Ux'",
    "'!R!R!R'",
    "'!C!C!C'",
    "'!W1!M!F!Z(03B1,03B2)'",
    "'!Z('",
    "'!Z(zz)'",
    "'!Pa!Qb'",
    "string(bindgen(255)+1b)",
    "strjoin(replicate('!Ux!N',3000))",
    "strjoin(replicate('ab',20000))",
    "['a','b','c']",
    "replicate(' ',30)",
    "'(F5.1)'",
    "'(I3)'",
    "'(A1)'",
    "'(C(CYI,\"-\",CMOI))'",
    "'(Z'",
    "'nosuch_function'",
    "'label_date'",
    "['Time','Days','Hours']",
    "'Numeric'",
    "'Hours'",
    "'Helvetica'",
    "'DejaVu Sans'",
    "'f.ps'",
    "'/nonexistent/f.ps'",
};

static const char *const settings[] = {
    "!p.multi",      "!p.charsize",     "!p.font",       "!p.thick",    "!p.psym",    "!p.linestyle",
    "!p.position",   "!p.region",       "!p.t",          "!p.t3d",      "!p.color",   "!p.title",
    "!p.ticklen",    "!p.nsum",         "!p.clip",       "!p.noclip",   "!p.symsize", "!p.noerase",
    "!p.background", "!x.range",        "!x.style",      "!x.margin",   "!x.omargin", "!x.ticks",
    "!x.tickv",      "!x.tickname",     "!x.tickformat", "!x.minor",    "!x.s",       "!x.crange",
    "!x.window",     "!x.type",         "!x.title",      "!x.charsize", "!x.thick",   "!x.ticklen",
    "!x.gridstyle",  "!y.range",        "!y.style",      "!y.s",        "!y.crange",  "!y.type",
    "!y.margin",     "!y.tickv",        "!z.range",      "!z.s",        "!z.style",   "!z.type",
    "!order",        "!map.projection", "!map.p",        "!map.uv_box",
};

typedef struct Drawing {
    const char *name;
    bool is_function;
    int least, most, nkeywords;
    char keyword[KEYWORDS_KEPT][NAME_LEN];
} Drawing;

static Drawing drawing[ROUTINES_MAX];
static int ndrawings;

extern const LibraryText library_texts[];
extern const int library_ntexts;

static void take_keyword(void *arg, const char *name, size_t n)
{
    Drawing *d = arg;
    if (d->nkeywords < KEYWORDS_KEPT && n && n < NAME_LEN) memcpy(d->keyword[d->nkeywords++], name, n);
}

static void keep_builtin(Drawing *d, const Routine *r)
{
    d->is_function = r->kind == FUNCTION;
    d->least = r->nargs.min;
    d->most = r->nargs.max == ARGS_ANY ? r->nargs.min + 3 : r->nargs.max;
    for (int i = 0; i < r->keywords.n; i++) take_keyword(d, r->keywords.p[i].name, strlen(r->keywords.p[i].name));
}

static void keep_text(Drawing *d, const LibraryText *t)
{
    d->is_function = t->is_function;
    d->least = 0;
    d->most = 4;
    session_usage_keywords(t->usage, take_keyword, d);
}

// Those of `names` that there are.
static void list_drawings(Vm *vm)
{
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        Drawing *d = &drawing[ndrawings];
        d->name = NULL;
        for (int i = 0; i < (int)vm->engine->builtins.len && !d->name; i++) {
            if (strcmp(vm->engine->builtins.p[i]->name, names[k]) != 0) continue;
            d->name = names[k];
            keep_builtin(d, vm->engine->builtins.p[i]);
        }
        for (int i = 0; i < library_ntexts && !d->name; i++) {
            if (strcmp(library_texts[i].name, names[k]) != 0) continue;
            d->name = names[k];
            keep_text(d, &library_texts[i]);
        }
        ndrawings += d->name != NULL;
    }
}

#define ANY_OF(table) ((table)[session_draw(sizeof(table) / sizeof *(table))])

static const char *any_value(void)
{
    switch (session_draw(6)) {
    case 0: return ANY_OF(data_values);
    case 1: return ANY_OF(range_values);
    case 2: return ANY_OF(text_values);
    default: return ANY_OF(number_values);
    }
}

static void put_keyword(Buf *b, const Drawing *d)
{
    const char *name = d->keyword[session_draw((uint64_t)d->nkeywords)];
    bool is_text = strstr(name, "TITLE") || strstr(name, "FORMAT") || strstr(name, "NAME") || strstr(name, "UNITS");
    bool is_range = strstr(name, "RANGE") || strstr(name, "POSITION") || strstr(name, "CLIP") || strstr(name, "LIMIT");
    const char *value = session_draw(6) == 0 ? any_value()
                        : is_text            ? ANY_OF(text_values)
                        : is_range           ? ANY_OF(range_values)
                        : session_draw(8)    ? ANY_OF(number_values)
                                             : ANY_OF(data_values);
    if (session_draw(4) == 0 && !is_text && !is_range)
        buf_printf(b, ", /%s", name);
    else
        buf_printf(b, ", %s=%s", name, value);
}

static void put_call(Buf *b, const Drawing *d)
{
    int n = d->least + (int)session_draw((uint64_t)(d->most - d->least) + 1);
    bool is_text = strcmp(d->name, "XYOUTS") == 0;
    buf_printf(b, d->is_function ? "x = %s(" : "%s, ", d->name);
    for (int i = 0; i < n; i++)
        buf_printf(b, "%s%s", i ? ", " : "",
                   is_text && i == n - 1 ? ANY_OF(text_values)
                   : session_draw(8)     ? ANY_OF(data_values)
                                         : any_value());
    size_t end = b->len;
    for (int k = d->nkeywords ? (int)session_draw(5) : 0; k > 0; k--) put_keyword(b, d);
    if (!n && b->len > end) { // no comma in front of the first keyword
        memmove(b->p + end, b->p + end + 2, b->len - end - 2);
        b->len -= 2;
    }
    if (!n && b->len == end && !d->is_function) b->len -= 2;
    buf_puts(b, d->is_function ? ")\n" : "\n");
}

static bool draw_one(Vm *vm)
{
    Buf b = BUF_INIT(1 << 20);
    uint64_t what = session_draw(12);
    if (what == 0)
        buf_printf(&b, "%s = %s\n", ANY_OF(settings), any_value());
    else if (what == 1 && session_draw(3) == 0)
        buf_printf(&b, "set_plot, '%s'\n", ANY_OF(devices));
    else if (what < 7)
        put_call(&b, &drawing[session_draw(ndrawings < 10 ? (uint64_t)ndrawings : 10)]); // most of them PLOT's family
    else
        put_call(&b, &drawing[session_draw((uint64_t)ndrawings)]);
    buf_putc(&b, '\0');
    bool goes_on = !buf_ok(&b) || session_run(vm, b.p);
    buf_free(&b);
    return goes_on;
}

static void replay(const uint8_t *data, size_t size)
{
    session_seed(data, size);
    Vm *vm = session_new();
    char text[100];
    snprintf(text, sizeof text, "set_plot, '%s'\n", ANY_OF(devices));
    bool goes_on = session_run(vm, text);
    for (int i = 0; i < LINES && goes_on; i++) goes_on = draw_one(vm);
    session_end(vm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (session_start()) {
        Vm *vm = session_new();
        list_drawings(vm);
        vm_free(vm);
    }
    session_leaks(replay, data, size);
    return 0;
}
