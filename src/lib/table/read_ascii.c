// READ_ASCII. Start at fn_read_ascii.
#include "lib/table/column.h"

#include "lib/io/record.h"

#include <math.h>
#include <string.h>

#define READ_ASCII_KEYWORDS(K, R)                                                                                      \
    K(R, COMMENT_SYMBOL, "=string")                                                                                    \
    K(R, COUNT, OUT) K(R, DATA_START, "=lines") K(R, DELIMITER, "=string") K(R, HEADER, OUT)                           \
        K(R, MISSING_VALUE, "=value") K(R, NUM_RECORDS, "=n") K(R, RECORD_START, "=index")                             \
            K(R, TEMPLATE, "=structure") K(R, VERBOSE, FLAG)
KEYWORDS(READ_ASCII)

enum { POLL_ROWS = 4096 };

typedef struct Ascii {
    Call *c;
    const char *path;
    TableText text;
    const Arr *template;    // NULL: none
    char is_delimiter[256]; // of a delimited file; blanks alone when by_blanks
    bool by_blanks;         // fields are what stands between blanks and tabs
    const Str *comment;     // NULL: there are none
    int64_t data_start, record_start, most;
    double missing;
    Fields fields;
    int nlines;               // lines of a record
    const int64_t *counts;    // fields of each of them
    int nfields;              // of a record
    const int64_t *locations; // where fields begin in their line, for files in columns; NULL: not told
    Column *columns;
    Group *groups;
    int ngroups;
} Ascii;

// --- The template
// -----------------------------------------------------------------------------------------------------

static const Val *tag(Ascii *x, const char *name, TypeCode to)
{
    int i = sdef_find(x->template->def, name);
    if (i < 0) throw_msg(x->c, E_VALUE, "TEMPLATE has no tag %s.", name);
    const Tag *t = &x->template->def->tag[i];
    if (t->type == T_STRUCT) throw_msg(x->c, E_TYPE, "TEMPLATE's tag %s is a structure.", name);
    Arr *a =
        call_new_array(x->c, (TypeCode)t->type, t->rank ? t->rank : 1, t->rank ? t->dim : (const int64_t[]){1}, true);
    Arr part = {.type = t->type, .elem = t->elem, .n = t->n, .data = (char *)x->template->data + t->offset};
    arr_copy_elements(a, 0, &part, 0, t->n);
    return call_convert(x->c, call_keep_take(x->c, val_arr_take(arr_ref(a))), to);
}

static int64_t tag_number(Ascii *x, const char *name) { return ((const int64_t *)tag(x, name, T_LONG64)->a->data)[0]; }

static const int64_t *tag_numbers(Ascii *x, const char *name, int64_t least)
{
    const Arr *a = tag(x, name, T_LONG64)->a;
    if (a->n < least) throw_msg(x->c, E_VALUE, "TEMPLATE's tag %s has too few elements.", name);
    return a->data;
}

static void read_counts(Ascii *x)
{
    const Arr *a = tag(x, "FIELDCOUNT", T_LONG64)->a;
    x->counts = a->data;
    int64_t sum = 0;
    for (int64_t i = 0; i < a->n; i++) {
        if (x->counts[i] < 1 || x->counts[i] > 1000000)
            throw_msg(x->c, E_VALUE, "TEMPLATE's tag FIELDCOUNT is out of range.");
        sum += x->counts[i];
    }
    if (sum > 1000000) throw_msg(x->c, E_VALUE, "TEMPLATE's tag FIELDCOUNT is out of range.");
    x->nlines = (int)a->n;
    x->nfields = (int)sum;
}

// Fields of one group are a matrix; the first of them gives its name and type.
static void group_fields(Ascii *x, const int64_t *types, const int64_t *groups, const StrSlot *names)
{
    int *of = call_alloc(x->c, (size_t)x->nfields * sizeof *of);
    for (int i = 0; i < x->nfields; i++) {
        Column *k = &x->columns[i];
        if (!types[i]) continue;
        if (types[i] < T_BYTE || types[i] >= T_COUNT || (!type_is_numeric((TypeCode)types[i]) && types[i] != T_STRING))
            throw_msg(x->c, E_VALUE, "TEMPLATE's tag FIELDTYPES has the type %lld.", (long long)types[i]);
        int g = 0;
        while (g < x->ngroups && groups[of[g]] != groups[i]) g++;
        if (g == x->ngroups) {
            of[x->ngroups++] = i;
            const char *name = str_text(names[i].p);
            char *upper = call_alloc(x->c, strlen(name) + 1);
            for (size_t j = 0; name[j]; j++)
                upper[j] = (char)(name[j] >= 'a' && name[j] <= 'z' ? name[j] - 32 : name[j]);
            x->groups[g] =
                (Group){.name = *upper ? upper : column_name(x->c, i, x->nfields), .type = (TypeCode)types[i]};
        }
        *k = (Column){.type = x->groups[g].type, .group = g, .place = x->groups[g].count++};
    }
    if (!x->ngroups) throw_msg(x->c, E_VALUE, "TEMPLATE's tag FIELDTYPES leaves out all fields.");
}

static void set_delimiters(Ascii *x, const char *p, size_t n)
{
    memset(x->is_delimiter, 0, sizeof x->is_delimiter);
    x->by_blanks = true;
    for (size_t i = 0; i < n; i++) {
        if (p[i] != ' ') x->by_blanks = false;
        if (p[i] != ' ') x->is_delimiter[(unsigned char)p[i]] = 1;
    }
}

static void read_template(Ascii *x, const Val *v)
{
    if (v->type != T_STRUCT) throw_msg(x->c, E_TYPE, "TEMPLATE must be a structure as ASCII_TEMPLATE makes it.");
    x->template = v->a;
    if (tag_number(x, "VERSION") != 1) throw_msg(x->c, E_VALUE, "TEMPLATE's VERSION must be 1.0.");
    x->data_start = tag_number(x, "DATASTART");
    const char delimiter = (char)tag_number(x, "DELIMITER");
    set_delimiters(x, &delimiter, 1);
    x->missing = ((const double *)tag(x, "MISSINGVALUE", T_DOUBLE)->a->data)[0];
    x->comment = ((const StrSlot *)tag(x, "COMMENTSYMBOL", T_STRING)->a->data)[0].p;
    read_counts(x);
    x->columns = call_alloc(x->c, (size_t)x->nfields * sizeof *x->columns);
    x->groups = call_alloc(x->c, (size_t)x->nfields * sizeof *x->groups);
    const Arr *names = tag(x, "FIELDNAMES", T_STRING)->a;
    if (names->n < x->nfields) throw_msg(x->c, E_VALUE, "TEMPLATE's tag FIELDNAMES has too few elements.");
    x->locations = tag_numbers(x, "FIELDLOCATIONS", x->nfields);
    group_fields(x, tag_numbers(x, "FIELDTYPES", x->nfields), tag_numbers(x, "FIELDGROUPS", x->nfields), names->data);
}

// --- Lines and fields
// -------------------------------------------------------------------------------------------------

// The next line with anything but blanks and comments.
static bool next_line(Ascii *x, Piece *line)
{
    size_t n = x->comment ? str_len(x->comment) : 0;
    while (text_line(&x->text, line)) {
        const char *mark = n ? memmem(line->p, line->n, str_text(x->comment), n) : NULL;
        if (mark) line->n = (size_t)(mark - line->p);
        if (!text_is_blank(line)) return true;
    }
    return false;
}

static void trimmed(Ascii *x, const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    while (end > p && (end[-1] == ' ' || end[-1] == '\t')) end--;
    fields_add(x->c, &x->fields, p, (size_t)(end - p), false);
}

static void split_at_blanks(Ascii *x, const Piece *line)
{
    for (const char *p = line->p, *end = p + line->n;;) {
        while (p < end && (*p == ' ' || *p == '\t')) p++;
        if (p == end) return;
        const char *q = p;
        while (q < end && *q != ' ' && *q != '\t') q++;
        fields_add(x->c, &x->fields, p, (size_t)(q - p), false);
        p = q;
    }
}

static void split_at_delimiters(Ascii *x, const Piece *line)
{
    for (const char *p = line->p, *end = p + line->n;;) {
        const char *q = p;
        while (q < end && !x->is_delimiter[(unsigned char)*q]) q++;
        trimmed(x, p, q);
        if (q == end) return;
        p = q + 1;
    }
}

// Line k of a record in columns: each field goes to where the next one begins.
static void cut_at_locations(Ascii *x, const Piece *line, const int64_t *at, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t from = at[i] < 0 ? 0 : at[i], to = i + 1 < n ? at[i + 1] : (int64_t)line->n;
        if (from > (int64_t)line->n) from = (int64_t)line->n;
        if (to > (int64_t)line->n) to = (int64_t)line->n;
        trimmed(x, line->p + from, line->p + (to < from ? from : to));
    }
}

static bool are_locations(const int64_t *at, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        if (at[i] <= at[i - 1]) return false;
    }
    return at && n > 1;
}

// A template with blanks as delimiter is for both kinds of files: where the number of fields is not the expected one,
// the line is cut where its fields begin.
static void split(Ascii *x, const Piece *line, const int64_t *at, int64_t expected)
{
    x->fields.n = 0;
    if (x->by_blanks)
        split_at_blanks(x, line);
    else
        split_at_delimiters(x, line);
    if (!x->by_blanks || x->fields.n == expected || !at || !are_locations(at, expected)) return;
    x->fields.n = 0;
    cut_at_locations(x, line, at, expected);
}

// --- The file
// ---------------------------------------------------------------------------------------------------------

static void take_header(Ascii *x)
{
    Call *c = x->c;
    Fields lines = {0};
    Piece line;
    for (int64_t i = 0; i < x->data_start && text_line(&x->text, &line); i++) {
        if (call_kw_given(c, KW_READ_ASCII_HEADER)) fields_add(c, &lines, line.p, line.n, false);
    }
    if (!call_kw_given(c, KW_READ_ASCII_HEADER)) return;
    Val v = val_string("");
    if (lines.n) {
        Arr *a = call_new_array(c, T_STRING, 1, &(int64_t){lines.n}, true);
        for (int i = 0; i < lines.n; i++) record_put_text(c, a, i, lines.p[i].p, lines.p[i].n);
        v = val_arr_take(arr_ref(a));
    }
    call_kw_set_take(c, KW_READ_ASCII_HEADER, v);
}

// Without a template: as many columns of FLOAT as there are in the first line.
static void count_columns(Ascii *x)
{
    Piece line;
    const char *from = x->text.at;
    if (!next_line(x, &line)) return;
    x->text.at = from;
    split(x, &line, NULL, 0);
    x->nlines = 1;
    x->nfields = x->fields.n;
    int64_t *count = call_alloc(x->c, sizeof *count);
    *count = x->nfields;
    x->counts = count;
    x->columns = call_alloc(x->c, (size_t)x->nfields * sizeof *x->columns);
    x->groups = call_alloc(x->c, sizeof *x->groups);
    x->ngroups = 1;
    *x->groups = (Group){column_name(x->c, 0, x->nfields), T_FLOAT, x->nfields, true};
    for (int i = 0; i < x->nfields; i++) x->columns[i] = (Column){.type = T_FLOAT, .place = i};
}

// How many records are wanted of those that there are.
static int64_t count_records(Ascii *x)
{
    Piece line;
    const char *from = x->text.at;
    int64_t n = 0, lines = 0;
    while (x->nlines && next_line(x, &line)) {
        if (lines++ % x->nlines == 0) n++;
        if (lines % POLL_ROWS == 0) call_poll(x->c);
    }
    x->text.at = from;
    n -= x->record_start;
    return n < 0 ? 0 : n < x->most ? n : x->most;
}

static void read_values(Ascii *x, int64_t records)
{
    Piece line;
    for (int64_t i = -x->record_start; i < records; i++) {
        int first = 0;
        if (i % POLL_ROWS == 0) call_poll(x->c);
        for (int k = 0; k < x->nlines; k++) {
            bool there = next_line(x, &line);
            x->fields.n = 0;
            if (there && i >= 0) split(x, &line, x->locations ? x->locations + first : NULL, x->counts[k]);
            for (int64_t f = 0; i >= 0 && f < x->counts[k]; f++) {
                if (f < x->fields.n)
                    column_put(x->c, &x->columns[first + f], i, &x->fields.p[f]);
                else
                    column_put_missing(&x->columns[first + f], i);
            }
            first += (int)x->counts[k];
        }
    }
}

static void read_keywords(Ascii *x)
{
    Call *c = x->c;
    const Val *template = call_kw(c, KW_READ_ASCII_TEMPLATE);
    x->missing = NAN;
    set_delimiters(x, " ", 1);
    if (template) read_template(x, template);
    if (call_kw(c, KW_READ_ASCII_COMMENT_SYMBOL)) x->comment = call_kw_str_peek(c, KW_READ_ASCII_COMMENT_SYMBOL);
    if (x->comment && strspn(str_text(x->comment), " ") == str_len(x->comment)) x->comment = NULL;
    x->data_start = call_kw_int(c, KW_READ_ASCII_DATA_START, x->data_start);
    x->missing = call_kw_double(c, KW_READ_ASCII_MISSING_VALUE, x->missing);
    x->record_start = call_kw_int(c, KW_READ_ASCII_RECORD_START, 0);
    x->most = call_kw_int(c, KW_READ_ASCII_NUM_RECORDS, 0);
    const Str *d = call_kw_str_peek(c, KW_READ_ASCII_DELIMITER);
    if (d) set_delimiters(x, str_text(d), str_len(d));
    if (x->record_start < 0) throw_msg(c, E_VALUE, "RECORD_START must not be negative.");
    if (x->data_start < 0) throw_msg(c, E_VALUE, "DATA_START must not be negative.");
    if (x->most <= 0) x->most = INT64_MAX;
}

// READ_ASCII(Filename [, COMMENT_SYMBOL=string] [, COUNT=variable] [, DATA_START=lines] [, DELIMITER=string] [,
// HEADER=variable]
// [, MISSING_VALUE=value] [, NUM_RECORDS=n] [, RECORD_START=index] [, TEMPLATE=structure] [, /VERBOSE]): columns of a
// text as a structure. Without a TEMPLATE one tag, FIELD1 (or FIELD01), FLOAT[columns, records]; columns are counted in
// the first line behind DATA_START, and stand between blanks or characters of DELIMITER. What is lacking or no number
// is MISSING_VALUE (NaN). Blank lines and what follows COMMENT_SYMBOL are left out. 0 when there are no records.
// Manual: READ_ASCII, ASCII_TEMPLATE.
static void fn_read_ascii(Call *c)
{
    Ascii *x = call_alloc(c, sizeof *x);
    x->c = c;
    x->path = text_path(c);
    read_keywords(x);
    text_load(c, x->path, &x->text);
    take_header(x);
    if (!x->template) count_columns(x);
    int64_t n = count_records(x);
    call_kw_set_take(c, KW_READ_ASCII_COUNT, val_long((int32_t)(n < INT32_MAX ? n : INT32_MAX)));
    if (call_kw_set(c, KW_READ_ASCII_VERBOSE)) call_warn(c, true, "%s: %lld records.", x->path, (long long)n);
    if (!n) {
        call_return_take(c, val_long(0));
        return;
    }
    columns_set_missing(c, x->columns, x->nfields, x->missing);
    Arr *a = columns_make(c, x->columns, x->nfields, x->groups, x->ngroups, n);
    read_values(x, n);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

static const Routine rows[] = {
    {"READ_ASCII", FUNCTION, {1, 1}, fn_read_ascii, "Filename", KEYS(READ_ASCII)},
};
ROUTINE_TABLE(lib_read_ascii, rows)
