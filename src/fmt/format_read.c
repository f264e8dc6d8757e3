// Runs a parsed format over input lines and fills items. Fields are cut from the current line by position; values that
// are absent read as zero or the empty string, as in FORTRAN. Free-format input is free_read.c. Start at run_ops.
#include "fmt/format.h"

#include "core/errors.h"
#include "fmt/numtext.h"
#include "sys/interrupt.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { STEPS_MAX = 50000000, LOOK_EVERY = 1024 };  // items between looks for Ctrl-C

typedef struct Reader {
    const Format *f;
    Items *items;
    const LineSource *lines;
    const FormatNames *names;
    const char *p;
    size_t n, pos;
    bool any;  // the current line has been used
} Reader;

typedef struct Field {
    const char *p;
    size_t n;
} Field;

static Status next_line(Reader *r)
{
    if (sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
    r->pos = 0;
    return r->lines->next_line(r->lines->src, &r->p, &r->n);
}

static Field cut(Reader *r, size_t width)
{
    size_t from = r->pos < r->n ? r->pos : r->n;
    size_t n = r->n - from < width ? r->n - from : width;
    r->pos = from + n;
    return (Field){r->p + from, n};
}

static bool is_blank(Field f)
{
    for (size_t i = 0; i < f.n; i++)
        if (f.p[i] != ' ' && f.p[i] != '\t') return false;
    return true;
}

static Status bad_field(Field f)
{
    return status_fail(E_CONVERT, "Input conversion error: '%.*s'.", (int)(f.n < 40 ? f.n : 40), f.p);
}

static Status store_text(Item *item, Field f)
{
    Str **slot = item->p;
    Str *s = str_new(f.p, f.n);
    if (!s && f.n) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    str_drop(*slot);
    *slot = s;
    return STATUS_OK;
}

static size_t default_width(const FormatOp *op, TypeCode t)
{
    if (op->code == FC_F || op->code == FC_E || op->code == FC_G) return t == T_FLOAT ? 15 : 25;
    if (op->code == FC_B) return type_is_integer(t) ? 8 * type_size(t) : 32;
    switch (t) {
    case T_BYTE: case T_INT: case T_UINT: return 7;
    case T_LONG64: case T_ULONG64: return 22;
    default: return 12;
    }
}

static int digit_value(int c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

// Digits of B, O, Z after blanks; how many characters, 0 if none.
static size_t scan_base(const char *p, size_t n, int base, uint64_t *v)
{
    size_t i = 0;
    while (i < n && (p[i] == ' ' || p[i] == '\t')) i++;
    size_t first = i;
    for (*v = 0; i < n && digit_value((unsigned char)p[i]) < base; i++)
        *v = *v * (uint64_t)base + (uint64_t)digit_value((unsigned char)p[i]);
    return i > first ? i : 0;
}

static int base_of(const FormatOp *op)
{
    return op->code == FC_B ? 2 : op->code == FC_O ? 8 : op->code == FC_Z ? 16 : 10;
}

// A number's field. Width 0 takes just the number that stands next.
static Field number_field(Reader *r, const FormatOp *op, TypeCode t)
{
    if (op->w != 0) return cut(r, op->w < 0 ? default_width(op, t) : (size_t)op->w);
    size_t from = r->pos < r->n ? r->pos : r->n;
    double x;
    uint64_t v;
    int base = base_of(op);
    size_t used = base != 10 ? scan_base(r->p + from, r->n - from, base, &v)
                             : numtext_scan_real(r->p + from, r->n - from, &x);
    Field f = cut(r, used);
    if (!used && r->pos < r->n) f.n = 1;  // what stands there instead: an error, unless a blank
    return f;
}

static Status read_number(Reader *r, const FormatOp *op, Item *item)
{
    Field f = number_field(r, op, item->type);
    if (item->type == T_STRING) return store_text(item, f);
    if (!type_is_numeric(item->type)) return status_fail(E_TYPE, "Cannot read a %s.", type_name(item->type));
    if (is_blank(f)) {
        numtext_store_int(item->type, item->p, 0);
        return STATUS_OK;
    }
    if (base_of(op) != 10) {
        uint64_t v;
        if (!scan_base(f.p, f.n, base_of(op), &v)) return bad_field(f);
        numtext_store_int(item->type, item->p, (int64_t)v);
        return STATUS_OK;
    }
    return numtext_convert(item->type, item->p, f.p, f.n, true) ? STATUS_OK : bad_field(f);
}

static Status read_text(Reader *r, const FormatOp *op, Item *item)
{
    Field f = cut(r, op->w > 0 ? (size_t)op->w : SIZE_MAX);
    if (item->type == T_STRING) return store_text(item, f);
    if (!type_is_numeric(item->type)) return status_fail(E_TYPE, "Cannot read a %s.", type_name(item->type));
    return numtext_convert(item->type, item->p, f.p, f.n, true) ? STATUS_OK : bad_field(f);
}

// ---- dates ---------------------------------------------------------------------------------------------------------

static Status read_date_name(Reader *r, const FormatOp *op, CalendarDate *d, int *half)
{
    size_t from = r->pos < r->n ? r->pos : r->n;
    if (op->code == FC_CMOA) {
        size_t used = 0, limit = r->n - from;
        if (op->w > 0 && limit > (size_t)op->w) limit = (size_t)op->w;
        d->month = calendar_month(r->p + from, limit, r->names, &used);
        if (!d->month) return bad_field(cut(r, 10));
        r->pos = from + (op->w > 0 ? limit : used);
        return STATUS_OK;
    }
    Field f = cut(r, op->w > 0 ? (size_t)op->w : op->code == FC_CAPA ? 2 : 3);  // the day of the week says nothing
    if (op->code == FC_CAPA && f.n) {
        const Str *const *names = r->names ? r->names->am_pm : NULL;
        const char *pm = names ? str_text(names[1]) : "pm";
        size_t len = strlen(pm);
        *half = len && !strncasecmp(f.p, pm, f.n < len ? f.n : len);
    }
    return STATUS_OK;
}

static Status read_date_part(Reader *r, const FormatOp *op, CalendarDate *d, int *half)
{
    if (op->code == FC_CMOA || op->code == FC_CDWA || op->code == FC_CAPA) return read_date_name(r, op, d, half);
    Field f = op->w > 0 ? cut(r, (size_t)op->w) : number_field(r, op, T_DOUBLE);
    double x = 0;
    if (!is_blank(f) && !numtext_scan_real(f.p, f.n, &x)) return bad_field(f);
    if (op->code != FC_CSI && op->code != FC_CSF && !isless(fabs(x), 1e9)) return bad_field(f);  // NaN, too
    switch (op->code) {
    case FC_CMOI: d->month = (int)x; break;
    case FC_CDI: d->day = (int)x; break;
    case FC_CYI: d->year = (int64_t)x; break;
    case FC_CHI: d->hour = (int)x; break;
    case FC_CMI: d->minute = (int)x; break;
    default: d->second = x; break;
    }
    return STATUS_OK;
}

// Movement and text: skipping on input. False for other codes.
static Status read_control(Reader *r, const FormatOp *op, bool *handled)
{
    *handled = true;
    switch (op->code) {
    case FC_TEXT: r->pos += (size_t)op->len; break;
    case FC_X: case FC_TR: r->pos += (size_t)op->w; break;
    case FC_T: r->pos = op->w > 0 ? (size_t)op->w - 1 : 0; break;
    case FC_TL: r->pos -= (size_t)op->w < r->pos ? (size_t)op->w : r->pos; break;
    case FC_NEWLINE: return next_line(r);
    case FC_DOLLAR: break;
    default: *handled = false;
    }
    return STATUS_OK;
}

static Status read_calendar(Reader *r, const FormatOp *op, Item *item)
{
    if (!type_is_numeric(item->type))
        return status_fail(E_TYPE, "Cannot read a date into a %s.", type_name(item->type));
    CalendarDate d = {.year = -4713, .month = 1, .day = 1};
    int half = -1;
    for (const FormatOp *q = op + 1; q->code != FC_END_CALENDAR; q++) {
        bool handled;
        STATUS_TRY(read_control(r, q, &handled));
        if (!handled) STATUS_TRY(read_date_part(r, q, &d, &half));
    }
    if (half >= 0) d.hour = d.hour % 12 + 12 * half;
    if (d.month < 1 || d.month > 12) return status_fail(E_CONVERT, "Month out of range: %d.", d.month);
    if (d.year < -4716 || d.year > 5000000 || d.year == 0) return status_fail(E_CONVERT, "Year out of range.");
    numtext_store_real(item->type, item->p, calendar_to_julian(&d));
    return STATUS_OK;
}

// ---- the loop ------------------------------------------------------------------------------------------------------

static Status read_item(Reader *r, const FormatOp *op, Item *item)
{
    switch (op->code) {
    case FC_A: return read_text(r, op, item);
    case FC_Q:
        if (!type_is_numeric(item->type)) return status_fail(E_TYPE, "Q needs a numeric variable.");
        numtext_store_int(item->type, item->p, r->pos < r->n ? (int64_t)(r->n - r->pos) : 0);
        return STATUS_OK;
    case FC_CALENDAR: return read_calendar(r, op, item);
    default: return read_number(r, op, item);
    }
}

static Status read_items(Reader *r, const FormatOp *op, bool *done)
{
    for (int32_t k = 0; k < op->repeat; k++) {
        Item item;
        if (k % LOOK_EVERY == LOOK_EVERY - 1 && sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
        if (!items_next(r->items, &item)) {
            *done = true;
            return STATUS_OK;
        }
        STATUS_TRY(read_item(r, op, &item));
    }
    return STATUS_OK;
}

static Status run_ops(Reader *r)
{
    int32_t left[FORMAT_MAX_DEPTH + 1];
    int depth = 0, steps = 0;
    bool took = true, done = false;
    for (int i = 0; !done; i++) {
        if (i == r->f->ops.len) {
            if (!items_has_next(r->items)) break;
            if (!took || !r->f->revert_has_data) return status_fail(E_FORMAT, "Infinite format loop detected.");
            STATUS_TRY(next_line(r));
            i = r->f->revert;
            took = false;
            depth = 0;
        }
        const FormatOp *op = &r->f->ops.p[i];
        bool handled;
        if (op->code <= FC_LAST_DATA) {
            took = true;
            steps = 0;
            STATUS_TRY(read_items(r, op, &done));
            if (op->code == FC_CALENDAR) i = op->match;
            continue;
        }
        if (++steps > STEPS_MAX) return status_fail(E_FORMAT, "Infinite format loop detected.");
        if (op->code == FC_GROUP) {
            left[depth++] = op->repeat;
        } else if (op->code == FC_END_GROUP) {
            if (--left[depth - 1] > 0) i = op->match;
            else depth--;
        } else if (op->code == FC_COLON) {
            done = !items_has_next(r->items);
        } else {
            STATUS_TRY(read_control(r, op, &handled));
        }
    }
    return STATUS_OK;
}

Status format_read(const Format *f, Items *it, const LineSource *lines, const FormatNames *names)
{
    Reader r = {.f = f, .items = it, .lines = lines, .names = names};
    STATUS_TRY(next_line(&r));
    return run_ops(&r);
}
