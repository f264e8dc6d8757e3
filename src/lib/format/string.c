// STRING: its arguments as PRINT would show them, in a string or one string a line; bytes as characters. FIX(TYPE=7)
// and the string routines come here for conversion too. Start at fn_string.
#include "lib/format/convert.h"
#include "lib/format/formatting.h"

#include <string.h>

#define STRING_KEYWORDS(K, R)                                                                            \
    K(R, AM_PM, "=[string, string]") K(R, DAYS_OF_WEEK, "=string_array{7 names}") K(R, FORMAT, "=value") \
    K(R, IMPLIED_PRINT, FLAG) K(R, MONTHS, "=string_array{12 names}") K(R, PRINT, FLAG)
KEYWORDS(STRING)

static const FormatKeywords keywords = {KW_STRING_FORMAT, KW_STRING_AM_PM, KW_STRING_DAYS_OF_WEEK, KW_STRING_MONTHS};

enum { STRING_WIDTH = 80 };  // where the lines of several arguments wrap

static void set_text(Call *c, StrSlot *slot, const char *p, size_t n)
{
    slot->p = str_new(p, n);
    if (!slot->p && n) throw_no_memory(c);
}

static Val *one_string(Call *c, const char *p, size_t n)
{
    Str *s = str_new(p, n);
    if (!s && n) throw_no_memory(c);
    return call_keep_take(c, val_str_take(s));
}

Val *string_of_bytes(Call *c, const Val *v)
{
    if (!val_is_array(v)) return one_string(c, (const char *)&v->b, v->b != 0);
    const Arr *a = v->a;
    size_t len = (size_t)a->dim[0];
    if (a->rank == 1) return one_string(c, a->data, strnlen(a->data, len));
    Val *cell = convert_new_array(c, T_STRING, a->rank - 1, a->dim + 1);
    StrSlot *slots = cell->a->data;
    for (int64_t i = 0; i < cell->a->n; i++) {
        if (!(i & 0xFFFF)) call_poll(c);
        const char *p = (const char *)a->data + (size_t)i * len;
        set_text(c, slots + i, p, strnlen(p, len));
    }
    return cell;
}

void string_from_value(Call *c, const Val *v, bool implied)
{
    if (v->type == T_STRING) {
        call_return_take(c, val_copy(v));
        return;
    }
    Buf *text = formatting_buf(c);
    if (!val_is_array(v)) {
        default_scalar(text, v->type, val_data_peek(v), implied);
        if (!buf_ok(text)) throw_no_memory(c);
        call_return_take(c, val_stringn(text->p, text->len));
        return;
    }
    const Arr *a = v->a;
    Val *cell = convert_new_array(c, T_STRING, a->rank, a->dim);
    StrSlot *slots = cell->a->data;
    for (int64_t i = 0; i < a->n; i++) {
        if (!(i & 0xFFF)) call_poll(c);
        buf_clear(text);
        default_scalar(text, a->type, arr_at(a, i), implied);
        if (!buf_ok(text)) throw_no_memory(c);
        set_text(c, slots + i, text->p, text->len);
    }
    call_return_take(c, val_take(cell));
}

// The lines of a text: a scalar string for one, else an array.
static void return_lines(Call *c, const Buf *text, const LineEnds *ends)
{
    if (!buf_ok(text)) throw_no_memory(c);
    if (ends->at.len <= 1) {
        call_return_take(c, val_stringn(text->p, ends->at.len ? ends->at.p[0] : 0));
        return;
    }
    call_poll(c);  // the text is not complete then
    int64_t n = ends->at.len;
    Val *cell = convert_new_array(c, T_STRING, 1, &n);
    StrSlot *slots = cell->a->data;
    size_t from = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!(i & 0xFFFF)) call_poll(c);
        set_text(c, slots + i, text->p + from, ends->at.p[i] - from);
        from = ends->at.p[i] + 1;
    }
    call_return_take(c, val_take(cell));
}

static bool in_parentheses(const Val *v)
{
    if (v->type != T_STRING || val_is_array(v) || str_len(v->s) < 2) return false;
    return v->s->s[0] == '(' && v->s->s[v->s->len - 1] == ')' && strspn(v->s->s + 1, " ") < v->s->len - 2;
}

// STRING(number, '$(I5)'), or '(I5)': a last argument in parentheses is a format, unless all are scalar strings or nothing
// is in them. Behind a single value
// a bad one is an error, as in IDL (gdl#2123). Not in the manual; the Astronomy Library relies on it.
static const Format *last_is_format(Call *c)
{
    const Val *v = c->argc >= 2 ? call_arg_peek(c, c->argc - 1) : NULL;
    if (v && v->type == T_STRING && !val_is_array(v) && strncmp(str_text(v->s), "$(", 2) == 0) {
        Val rest = val_stringn(v->s->s + 1, v->s->len - 1);
        return formatting_parse(c, call_keep_take(c, rest)->s);
    }
    if (!v || !in_parentheses(v)) return NULL;
    bool all_strings = true;
    for (int i = 0; i < c->argc - 1; i++) {
        const Val *x = call_arg_peek(c, i);
        all_strings &= x && x->type == T_STRING && !val_is_array(x);
    }
    if (all_strings) return NULL;
    if (c->argc == 2) return formatting_parse(c, v->s);
    Format *trial;
    Status s = format_parse(str_text(v->s), str_len(v->s), &trial);
    bool is_format = status_ok(s);
    status_drop(&s);
    if (is_format) format_free(trial);
    return is_format ? formatting_parse(c, v->s) : NULL;
}

static void fn_string(Call *c)
{
    const Format *f = formatting_format(c, &keywords);
    if (!f && (f = last_is_format(c)) != NULL) c->argc--;
    const Val **args = formatting_args(c, 0);
    bool implied = call_kw_set(c, KW_STRING_IMPLIED_PRINT);
    if (!f && c->argc == 1 && args[0]->type != T_STRUCT && args[0]->type != T_UNDEF) {
        bool characters = args[0]->type == T_BYTE && !call_kw_set(c, KW_STRING_PRINT);
        if (characters) call_return_take(c, val_take(string_of_bytes(c, args[0])));
        else string_from_value(c, args[0], implied);
        return;
    }
    Buf *text = formatting_buf(c);
    LineEnds *ends = formatting_ends(c);
    if (f) {
        FormatNames names = {0};
        formatting_names(c, &keywords, &names);
        TRY(c, format_write(f, formatting_items(c, args, c->argc, true), text, &names, ends));
    } else {
        DefaultOut d;
        default_start(&d, text, STRING_WIDTH);
        d.ends = ends;
        d.implied = implied;
        for (int i = 0; i < c->argc; i++) default_value(&d, args[i]);
        default_end(&d);
    }
    return_lines(c, text, ends);
}

static const Routine rows[] = {
    {"STRING", FUNCTION, {0, ARGS_ANY}, fn_string, "[Expression1, ..., Expressionn]", KEYS(STRING)},
};
ROUTINE_TABLE(lib_format_string, rows)
