// TVLCT and LOADCT: the colour table of the engine. The numbered tables themselves are gfx/ctables.c.
#include "lib/graphics/state.h"

#include "base/mem.h"
#include "gfx/colorspace.h"
#include "gfx/ctables.h"
#include "io/lun.h"
#include "sys/fd.h"
#include "vm/scope/commons.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TVLCT_KEYWORDS(K, R) K(R, GET, FLAG) K(R, HLS, FLAG) K(R, HSV, OR_FLAG)
KEYWORDS(TVLCT)
// clang-format off
#define LOADCT_KEYWORDS(K, R)                                                                                      \
    K(R, BOTTOM, "=value") K(R, FILE, "=string") K(R, GET_NAMES, OUT) K(R, NCOLORS, "=value") K(R, RGB_TABLE, OUT) \
    K(R, SILENT, FLAG)
// clang-format on
KEYWORDS(LOADCT)

enum { HUE_NONE, HUE_HLS, HUE_HSV };

static int hue_system(Call *c)
{
    return call_kw_set(c, KW_TVLCT_HLS) ? HUE_HLS : call_kw_set(c, KW_TVLCT_HSV) ? HUE_HSV : HUE_NONE;
}

// --- TVLCT, /GET

// Column k of the table from `start` on, as bytes or as hue, and so on.
static void read_column(const ColorTable *t, int start, int n, int k, int system, void *out)
{
    for (int i = 0; i < n; i++) {
        uint8_t rgb[3] = {t->r[start + i], t->g[start + i], t->b[start + i]};
        float x[3];
        if (system == HUE_NONE) {
            ((uint8_t *)out)[i] = rgb[k];
            continue;
        }
        if (system == HUE_HLS)
            color_to_hls(rgb, &x[0], &x[1], &x[2]);
        else
            color_to_hsv(rgb, &x[0], &x[1], &x[2]);
        ((float *)out)[i] = x[k];
    }
}

// TVLCT, V1, V2, V3 [, Start], /GET or TVLCT, V1 [, Start], /GET.
static void get_table(Call *c)
{
    const ColorTable *t = &gfx_of(c->vm)->colors;
    bool is_matrix = c->argc <= 2;
    int columns = is_matrix ? 1 : 3, system = hue_system(c);
    int start = c->argc > columns ? gfx_ranged(c, call_int(c, columns), 0, 255, "Start") : 0;
    int n = 256 - start;
    TypeCode type = system == HUE_NONE ? T_BYTE : T_FLOAT;
    for (int k = 0; k < columns; k++) {
        Arr *a = call_new_array(c, type, is_matrix ? 2 : 1, (int64_t[]){n, 3}, false);
        for (int j = 0; j < (is_matrix ? 3 : 1); j++) {
            read_column(t, start, n, is_matrix ? j : k, system, (char *)a->data + (size_t)j * (size_t)n * a->elem);
        }
        call_set_take(c, k, val_arr_take(arr_ref(a)));
    }
}

// --- TVLCT, to load

// The values of argument i as type t: *n of them.
static const void *column_arg(Call *c, int i, TypeCode t, int64_t *n)
{
    const Val *v = call_convert(c, call_arg(c, i), t);
    *n = val_count(v);
    return val_data_peek(v);
}

static void store_entry(ColorTable *t, int at, int system, const void *const col[3], int64_t i)
{
    uint8_t rgb[3];
    if (system == HUE_NONE) {
        for (int k = 0; k < 3; k++) rgb[k] = ((const uint8_t *)col[k])[i];
    } else {
        const float *const *f = (const float *const *)col;
        if (system == HUE_HLS)
            color_from_hls((double)f[0][i], (double)f[1][i], (double)f[2][i], rgb);
        else
            color_from_hsv((double)f[0][i], (double)f[1][i], (double)f[2][i], rgb);
    }
    t->r[at] = rgb[0];
    t->g[at] = rgb[1];
    t->b[at] = rgb[2];
}

// TVLCT, V1, V2, V3 [, Start] or TVLCT, Array(n,3) [, Start]: loads entries; what goes past 255 is left out.
static void pro_tvlct(Call *c)
{
    if (call_kw_set(c, KW_TVLCT_GET)) {
        get_table(c);
        return;
    }
    int system = hue_system(c);
    TypeCode type = system == HUE_NONE ? T_BYTE : T_FLOAT;
    bool is_matrix = c->argc <= 2;
    const void *col[3];
    int64_t n;
    if (is_matrix) {
        const Val *v = gfx_array_arg(c, 0);
        if (v->a->rank != 2 || v->a->dim[1] != 3) {
            throw_msg(c, E_SHAPE, "Array must be dimensioned (n,3): %s.", call_arg_name(c, 0));
        }
        int64_t total;
        const char *p = column_arg(c, 0, type, &total);
        n = v->a->dim[0];
        for (int k = 0; k < 3; k++) col[k] = p + (size_t)(k * n) * type_size(type);
    } else {
        n = INT64_MAX;
        for (int k = 0; k < 3; k++) {
            int64_t m;
            col[k] = column_arg(c, k, type, &m);
            if (m < n) n = m;
        }
    }
    int at = is_matrix ? 1 : 3;
    int start = c->argc > at ? gfx_ranged(c, call_int(c, at), 0, 255, "Start") : 0;
    if (n > 256 - start) n = 256 - start;
    for (int64_t i = 0; i < n; i++) store_entry(&gfx_of(c->vm)->colors, start + (int)i, system, col, i);
}

// --- LOADCT

// The tables to choose from: ours, or those of a FILE: a byte with their number, 768 bytes each, names of 32
// characters.
typedef struct TableSet {
    int count;
    uint8_t *file; // NULL: ours
} TableSet;

enum { TABLE_BYTES = 768, NAME_BYTES = 32 };

static TableSet open_tables(Call *c)
{
    const Str *name = call_kw_str_peek(c, KW_LOADCT_FILE);
    if (!name) return (TableSet){CTABLE_COUNT, NULL};
    const char *path = gfx_expand(c, str_text(name));
    FILE *f = sys_fopen(path, "r");
    if (!f) TRY(c, status_sys(E_OPEN, errno, "Error opening file. File: %s", path));
    int count = fgetc(f);
    size_t size = count > 0 ? (size_t)count * (TABLE_BYTES + NAME_BYTES) : 0;
    uint8_t *p = size ? mem_alloc(size) : NULL;
    bool is_read = p && fread(p, 1, size, f) == size;
    fclose(f);
    if (!is_read) {
        mem_free(p);
        throw_msg(c, E_READ, "Not a file of colour tables: %s", path);
    }
    call_defer(c, mem_free, p);
    return (TableSet){count, p};
}

static Str *table_name(const TableSet *set, int n)
{
    if (!set->file) return str_from(ctable_name(n));
    const char *p = (const char *)set->file + (size_t)set->count * TABLE_BYTES + (size_t)n * NAME_BYTES;
    size_t len = NAME_BYTES;
    while (len > 0 && (p[len - 1] == ' ' || p[len - 1] == 0)) len--;
    return str_new(p, len);
}

static void table_colors(const TableSet *set, int n, ColorTable *t)
{
    if (!set->file) {
        ctable_make(n, t);
        return;
    }
    const uint8_t *p = set->file + (size_t)n * TABLE_BYTES;
    memcpy(t->r, p, 256);
    memcpy(t->g, p + 256, 256);
    memcpy(t->b, p + 512, 256);
}

static void return_names(Call *c, const TableSet *set)
{
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){set->count}, true);
    for (int i = 0; i < set->count; i++) ((StrSlot *)a->data)[i].p = table_name(set, i);
    call_kw_set_take(c, KW_LOADCT_GET_NAMES, val_arr_take(arr_ref(a)));
}

// Lists the tables and asks for a number, as LOADCT without arguments does.
static int64_t ask_table(Call *c, const TableSet *set)
{
    Unit *out, *in;
    TRY(c, lun_for_text(c->vm->units, LUN_STDOUT, UF_WRITE, &out));
    Buf *text = gfx_new_buf(c);
    int lines = (set->count + 2) / 3;
    for (int i = 0; i < lines; i++) {
        for (int k = i; k < set->count; k += lines) {
            Str *name = table_name(set, k);
            buf_printf(text, "%2d- %-22s", k, str_text(name));
            str_drop(name);
        }
        buf_putc(text, '\n');
    }
    buf_puts(text, "Enter table number: ");
    if (!buf_ok(text)) throw_no_memory(c);
    TRY(c, unit_write_text(out, text->p, text->len));
    TRY(c, unit_end_text(out));
    TRY(c, lun_for_text(c->vm->units, LUN_STDIN, UF_READ, &in));
    const char *line;
    size_t n;
    TRY(c, unit_read_line(in, &line, &n));
    char number[32];
    snprintf(number, sizeof number, "%.*s", (int)(n < 31 ? n : 31), line);
    char *end;
    long value = strtol(number, &end, 10);
    if (end == number) throw_msg(c, E_VALUE, "Table number must be from 0 to %d", set->count - 1);
    return value;
}

// COMMON COLORS, R_orig, G_orig, B_orig, R_curr, G_curr, B_curr: the table as LOADCT left it, for programs.
static void share_colors(Call *c, const ColorTable *t)
{
    static const char *const names[] = {"R_ORIG", "G_ORIG", "B_ORIG", "R_CURR", "G_CURR", "B_CURR"};
    for (int i = 0; i < 6; i++) {
        Arr *a = call_new_array(c, T_BYTE, 1, (int64_t[]){256}, false);
        memcpy(a->data, i % 3 == 0 ? t->r : i % 3 == 1 ? t->g : t->b, 256);
        val_set_take(common_cell(c->vm, "COLORS", i, names, 6), val_arr_take(arr_ref(a)));
    }
}

// LOADCT [, Table]: loads a numbered table into entries BOTTOM .. BOTTOM+NCOLORS-1, or returns it in RGB_TABLE.
static void pro_loadct(Call *c)
{
    TableSet set = open_tables(c);
    if (call_kw_given(c, KW_LOADCT_GET_NAMES)) {
        return_names(c, &set);
        bool asks_more = call_kw_given(c, KW_LOADCT_RGB_TABLE) && c->argc > 0;
        if (!asks_more) return;  // no table is loaded then (manual)
    }
    int64_t number = c->argc > 0 ? call_int(c, 0) : ask_table(c, &set);
    if (number < 0 || number >= set.count) {
        throw_msg(c, E_VALUE, "Table number must be from 0 to %d", set.count - 1);
    }
    int bottom = gfx_ranged(c, call_kw_int(c, KW_LOADCT_BOTTOM, 0), 0, 255, "BOTTOM keyword");
    int64_t wanted = call_kw_int(c, KW_LOADCT_NCOLORS, 256 - bottom);
    int n = gfx_ranged(c, wanted > 256 - bottom ? 256 - bottom : wanted, 1, 256, "NCOLORS keyword");
    ColorTable t;
    table_colors(&set, (int)number, &t);
    if (call_kw_given(c, KW_LOADCT_RGB_TABLE)) {
        Arr *a = call_new_array(c, T_BYTE, 2, (int64_t[]){n, 3}, false);
        uint8_t *p = a->data;
        for (int i = 0; i < n; i++) {
            int from = n > 1 ? i * 255 / (n - 1) : 0;
            p[i] = t.r[from];
            p[n + i] = t.g[from];
            p[2 * n + i] = t.b[from];
        }
        call_kw_set_take(c, KW_LOADCT_RGB_TABLE, val_arr_take(arr_ref(a)));
        return;
    }
    ColorTable *now = &gfx_of(c->vm)->colors;
    for (int i = 0; i < n; i++) {
        int from = n > 1 ? i * 255 / (n - 1) : 0;
        now->r[bottom + i] = t.r[from];
        now->g[bottom + i] = t.g[from];
        now->b[bottom + i] = t.b[from];
    }
    share_colors(c, now);
    if (call_kw_set(c, KW_LOADCT_SILENT)) return;
    Str *name = table_name(&set, (int)number);
    Val *kept = call_keep_take(c, val_str_take(name));
    call_warn(c, true, "Loading table %s", str_text(kept->s));
}

static const Routine rows[] = {
    {"LOADCT", PROCEDURE, {0, 1}, pro_loadct, "[, Table]", KEYS(LOADCT)},
    {"TVLCT", PROCEDURE, {1, 4}, pro_tvlct, "V1 [, V2, V3] [, Start]", KEYS(TVLCT)},
};
ROUTINE_TABLE(lib_loadct, rows)
