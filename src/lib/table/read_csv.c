// READ_CSV. The text is gone through twice: once for the types of the columns, once for the values. Start at
// fn_read_csv.
#include "lib/table/column.h"
#include "lib/table/number.h"

#include "lib/io/record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define READ_CSV_KEYWORDS(K, R)                                                                                        \
    K(R, COUNT, OUT)                                                                                                   \
    K(R, HEADER, OUT) K(R, MISSING_VALUE, "=value") K(R, N_TABLE_HEADER, "=lines") K(R, NUM_RECORDS, "=n")             \
        K(R, RECORD_START, "=index") K(R, TABLE_HEADER, OUT) K(R, TYPES, "=names")
KEYWORDS(READ_CSV)

enum { POLL_ROWS = 4096 };

// What a column has been found to hold. The wider includes the narrower.
typedef enum Found { FOUND_NOTHING, FOUND_LONG, FOUND_LONG64, FOUND_DOUBLE, FOUND_STRING } Found;

typedef struct Csv {
    Call *c;
    TableText text;
    const char *data; // behind the table header
    Fields fields;    // of the row that is being looked at
    Found *found;
    bool *has_gap; // an empty field, or a row too short
    int ncolumns, cap;
    int64_t rows;        // records that are wanted
    int64_t start, most; // RECORD_START, NUM_RECORDS
    bool has_header;
} Csv;

// --- Rows -----------------------------------------------------------------------------------------------------------

// A field in quotes, p behind the first one: its end, the closing quote.
static const char *closing_quote(const char *p, const char *end)
{
    while (p < end) {
        p = memchr(p, '"', (size_t)(end - p));
        if (!p) return end;
        if (p + 1 == end || p[1] != '"') return p;
        p += 2;
    }
    return end;
}

static const char *quoted_field(Csv *x, const char *p, const char *end)
{
    const char *q = closing_quote(p + 1, end);
    fields_add(x->c, &x->fields, p + 1, (size_t)(q - p - 1), true);
    if (q < end) q++;
    while (q < end && *q != ',' && *q != '\n') q++; // what stands behind it is left out
    return q;
}

static const char *plain_field(Csv *x, const char *p, const char *end)
{
    const char *q = p;
    while (q < end && *q != ',' && *q != '\n') q++;
    size_t n = (size_t)(q - p);
    if (n && p[n - 1] == '\r' && (q == end || *q == '\n')) n--;
    fields_add(x->c, &x->fields, p, n, false);
    return q;
}

// The next row that is not blank.
static bool next_row(Csv *x)
{
    const char *end = x->text.end, *p = x->text.at;
    for (;;) {
        const char *q = p;
        while (q < end && (*q == ' ' || *q == '\t' || *q == '\r')) q++;
        if (q == end) return false;
        if (*q != '\n') break;
        p = q + 1;
    }
    x->fields.n = 0;
    for (;;) {
        const char *q = p;
        while (q < end && (*q == ' ' || *q == '\t')) q++;
        p = q < end && *q == '"' ? quoted_field(x, q, end) : plain_field(x, p, end);
        if (p >= end || *p == '\n') break;
        p++;
    }
    x->text.at = p < end ? p + 1 : end;
    return true;
}

// --- Types ----------------------------------------------------------------------------------------------------------

static Found kind_of(const Piece *f, bool *gap)
{
    Number x;
    int64_t v;
    switch (number_read(f->p, f->n, &x)) {
    case NUMBER_EMPTY: *gap = true; return FOUND_NOTHING;
    case NUMBER_NONE: return FOUND_STRING;
    case NUMBER_REAL: return FOUND_DOUBLE;
    default: break;
    }
    if (!number_integer(&x, &v)) return FOUND_DOUBLE;
    return v >= INT32_MIN && v <= INT32_MAX ? FOUND_LONG : FOUND_LONG64;
}

static void make_columns(Csv *x, int n)
{
    if (n <= x->ncolumns) return;
    if (n > x->cap) {
        int cap = n > 2 * x->cap ? n : 2 * x->cap;
        Found *found = call_alloc(x->c, (size_t)cap * sizeof *found);
        bool *gap = call_alloc(x->c, (size_t)cap);
        if (x->ncolumns) memcpy(found, x->found, (size_t)x->ncolumns * sizeof *found);
        if (x->ncolumns) memcpy(gap, x->has_gap, (size_t)x->ncolumns);
        x->found = found;
        x->has_gap = gap;
        x->cap = cap;
    }
    for (int i = x->ncolumns; i < n; i++) x->has_gap[i] = x->rows > 0;
    x->ncolumns = n;
}

static void note_types(Csv *x)
{
    make_columns(x, x->fields.n);
    for (int i = 0; i < x->fields.n; i++) {
        if (x->found[i] == FOUND_STRING) continue;
        Found k = kind_of(&x->fields.p[i], &x->has_gap[i]);
        if (k > x->found[i]) x->found[i] = k;
    }
    for (int i = x->fields.n; i < x->ncolumns; i++) x->has_gap[i] = true;
}

// The first row may be one: all of it is text.
static bool may_be_header(const Csv *x)
{
    Number n;
    bool text = false;
    for (int i = 0; i < x->fields.n; i++) {
        NumberKind k = number_read(x->fields.p[i].p, x->fields.p[i].n, &n);
        if (k >= NUMBER_INTEGER) return false;
        text |= k == NUMBER_NONE;
    }
    return text;
}

static void look_at_rows(Csv *x, bool has_header)
{
    x->text.at = x->data;
    x->rows = 0;
    x->ncolumns = 0;
    if (x->found) memset(x->found, 0, (size_t)x->cap * sizeof *x->found);
    if (has_header && next_row(x)) make_columns(x, x->fields.n);
    for (int64_t i = 0; next_row(x) && x->rows < x->most; i++) {
        if (i % POLL_ROWS == 0) call_poll(x->c);
        if (i < x->start) continue;
        note_types(x);
        x->rows++;
    }
}

// Names above columns of which one holds numbers, at least. Where all is text they are the first record.
static void find_header(Csv *x)
{
    x->text.at = x->data;
    x->has_header = next_row(x) && may_be_header(x);
    look_at_rows(x, x->has_header);
    if (!x->has_header) return;
    bool numbers = false;
    for (int i = 0; i < x->ncolumns; i++) numbers |= x->found[i] > FOUND_NOTHING && x->found[i] < FOUND_STRING;
    if (numbers) return;
    x->has_header = false;
    look_at_rows(x, false);
}

// --- Keywords -------------------------------------------------------------------------------------------------------

static TypeCode type_named(Call *c, const char *name)
{
    static const struct {
        const char *name;
        TypeCode type;
    } known[] = {{"BYTE", T_BYTE},     {"INT", T_INT},        {"LONG", T_LONG}, {"FLOAT", T_FLOAT},
                 {"DOUBLE", T_DOUBLE}, {"STRING", T_STRING},  {"UINT", T_UINT}, {"ULONG", T_ULONG},
                 {"LONG64", T_LONG64}, {"ULONG64", T_ULONG64}};
    if (!*name) return T_UNDEF;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!strcasecmp(name, known[i].name)) return known[i].type;
    }
    throw_msg(c, E_VALUE, "TYPES: %s is none of Byte, Int, Long, Long64, Uint, Ulong, Ulong64, Float, Double, String.",
              name);
}

// Of column i; T_UNDEF: as its values are. One name is for all.
static TypeCode wanted_type(Call *c, int i)
{
    const Val *v = call_kw(c, KW_READ_CSV_TYPES);
    if (!v) return T_UNDEF;
    if (v->type != T_STRING) throw_msg(c, E_TYPE, "TYPES must be of type STRING.");
    if (!val_is_array(v)) return type_named(c, str_text(v->s));
    return i < v->a->n ? type_named(c, str_text(((const StrSlot *)v->a->data)[i].p)) : T_UNDEF;
}

static TypeCode type_of_column(const Csv *x, int i, double missing)
{
    static const TypeCode types[] = {T_STRING, T_LONG, T_LONG64, T_DOUBLE, T_STRING};
    TypeCode t = wanted_type(x->c, i);
    if (t != T_UNDEF) return t;
    bool needs_real = x->has_gap[i] && !isfinite(missing) && x->found[i] > FOUND_NOTHING && x->found[i] < FOUND_DOUBLE;
    return needs_real ? T_DOUBLE : types[x->found[i]];
}

static Val lines_value(Call *c, const Piece *lines, int n)
{
    if (!n) return val_string("");
    Arr *a = call_new_array(c, T_STRING, 1, &(int64_t){n}, true);
    for (int i = 0; i < n; i++) {
        Column k = {.type = T_STRING, .at = arr_at(a, i)};
        column_put(c, &k, 0, &lines[i]);
    }
    return val_arr_take(arr_ref(a));
}

static void skip_table_header(Csv *x)
{
    Call *c = x->c;
    int64_t n = call_kw_int(c, KW_READ_CSV_N_TABLE_HEADER, 0);
    Fields lines = {0};
    Piece line;
    for (int64_t i = 0; i < n && text_line(&x->text, &line); i++) fields_add(c, &lines, line.p, line.n, false);
    x->data = x->text.at;
    if (call_kw_given(c, KW_READ_CSV_TABLE_HEADER)) {
        call_kw_set_take(c, KW_READ_CSV_TABLE_HEADER, lines_value(c, lines.p, lines.n));
    }
}

// --- Values ---------------------------------------------------------------------------------------------------------

static void read_values(Csv *x, const Column *columns)
{
    x->text.at = x->data;
    if (x->has_header) next_row(x);
    for (int64_t i = 0; i < x->start + x->rows && next_row(x); i++) {
        if (i % POLL_ROWS == 0) call_poll(x->c);
        if (i < x->start) continue;
        for (int k = 0; k < x->ncolumns; k++) {
            if (k < x->fields.n)
                column_put(x->c, &columns[k], i - x->start, &x->fields.p[k]);
            else
                column_put_missing(&columns[k], i - x->start);
        }
    }
}

static void give_header(Csv *x)
{
    if (!call_kw_given(x->c, KW_READ_CSV_HEADER)) return;
    x->text.at = x->data;
    bool there = x->has_header && next_row(x);
    call_kw_set_take(x->c, KW_READ_CSV_HEADER, lines_value(x->c, x->fields.p, there ? x->fields.n : 0));
}

static Arr *make_table(Csv *x)
{
    Call *c = x->c;
    double missing = call_kw_double(c, KW_READ_CSV_MISSING_VALUE, 0);
    Column *columns = call_alloc(c, (size_t)x->ncolumns * sizeof *columns);
    Group *groups = call_alloc(c, (size_t)x->ncolumns * sizeof *groups);
    for (int i = 0; i < x->ncolumns; i++) {
        columns[i] = (Column){.type = type_of_column(x, i, missing), .group = i};
        groups[i] = (Group){.name = column_name(c, i, x->ncolumns), .type = columns[i].type, .count = 1};
    }
    columns_set_missing(c, columns, x->ncolumns, missing);
    Arr *a = columns_make(c, columns, x->ncolumns, groups, x->ncolumns, x->rows);
    read_values(x, columns);
    return a;
}

// READ_CSV(Filename [, COUNT=variable] [, HEADER=variable] [, MISSING_VALUE=value] [, N_TABLE_HEADER=lines] [,
// NUM_RECORDS=n]
// [, RECORD_START=index] [, TABLE_HEADER=variable] [, TYPES=names]): a file of comma-separated values (RFC 4180:
// quotes, doubled quotes, commas and line ends within them) as a structure with a vector a column, FIELD1 and on: LONG,
// LONG64, DOUBLE or STRING, as all of its values are, or as TYPES says. A first line of text above numbers is the
// HEADER. Empty numbers are MISSING_VALUE (0). 0 when there are no records. Manual: READ_CSV.
static void fn_read_csv(Call *c)
{
    Csv *x = call_alloc(c, sizeof *x);
    x->c = c;
    x->start = call_kw_int(c, KW_READ_CSV_RECORD_START, 0);
    x->most = call_kw_int(c, KW_READ_CSV_NUM_RECORDS, 0);
    if (x->start < 0) throw_msg(c, E_VALUE, "RECORD_START must not be negative.");
    if (x->most <= 0) x->most = INT64_MAX;
    text_load(c, text_path(c), &x->text);
    skip_table_header(x);
    find_header(x);
    give_header(x);
    call_kw_set_take(c, KW_READ_CSV_COUNT, val_long((int32_t)(x->rows < INT32_MAX ? x->rows : INT32_MAX)));
    if (x->rows)
        call_return_take(c, val_arr_take(arr_ref(make_table(x))));
    else
        call_return_take(c, val_long(0));
}

static const Routine rows[] = {
    {"READ_CSV", FUNCTION, {1, 1}, fn_read_csv, "Filename", KEYS(READ_CSV)},
};
ROUTINE_TABLE(lib_read_csv, rows)
