// Runs a parsed format over items and writes text. A record is built in place at the end of the output, so that T codes
// can move within it. Numbers are laid out by put_number; the loop is run_ops. Input is format_read.c.
#include "fmt/format.h"

#include "core/errors.h"
#include "fmt/default.h"
#include "fmt/numtext.h"
#include "sys/interrupt.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STEPS_MAX = 50000000 };  // codes run without any item taken: more is a runaway format

typedef struct Writer {
    const Format *f;
    Items *items;
    Buf *out;
    const FormatNames *names;
    LineEnds *ends;
    size_t start;  // of the record, in out
    size_t pos;    // where in the record the next text goes
    bool no_newline;
    CalendarDate date;
    char text[1200];  // one number
    Buf long_text;    // one with more digits
} Writer;

static void reach(Writer *w, size_t pos)
{
    size_t len = w->out->len - w->start;
    if (len < pos) buf_fill(w->out, ' ', pos - len);
}

static void put(Writer *w, const char *p, size_t n)
{
    reach(w, w->pos);
    size_t over = w->out->len - w->start - w->pos;  // characters to overwrite
    if (over > n) over = n;
    if (over && buf_ok(w->out)) memcpy(w->out->p + w->start + w->pos, p, over);
    buf_put(w->out, p + over, n - over);
    w->pos += n;
}

static void put_fill(Writer *w, char c, size_t n)
{
    char run[64];
    memset(run, c, sizeof run);
    for (; n; n -= n < sizeof run ? n : sizeof run) put(w, run, n < sizeof run ? n : sizeof run);
}

static void end_record(Writer *w, bool newline)
{
    if (w->ends) VEC_PUSH(&w->ends->at, w->out->len);
    if (newline) buf_putc(w->out, '\n');
    if (newline && w->names) spill_lines(w->names->spill, w->out);
    w->start = w->out->len;
    w->pos = 0;
}

// A text in a field: blanks on the left (or right), stars if it does not fit; zeros go between sign and digits.
static void put_field(Writer *w, const char *p, size_t n, size_t width, unsigned flags, bool zeros)
{
    if (width && n > width) {
        put_fill(w, '*', width);
        return;
    }
    size_t pad = width > n ? width - n : 0;
    if (flags & FF_LEFT) {
        put(w, p, n);
        put_fill(w, ' ', pad);
    } else if (zeros && flags & FF_ZERO) {
        size_t sign = n && (*p == '-' || *p == '+');
        put(w, p, sign);
        put_fill(w, '0', pad);
        put(w, p + sign, n - sign);
    } else {
        put_fill(w, ' ', pad);
        put(w, p, n);
    }
}

// ---- items as numbers ----------------------------------------------------------------------------------------------

static Status not_a_number(const Item *item)
{
    if (item->type == T_STRING) {
        const Str *s = item_str(item);
        return status_fail(E_CONVERT, "Type conversion error: Unable to convert given STRING to number: '%.40s'.",
                           str_text(s));
    }
    return status_fail(E_TYPE, "Format code does not fit a %s.", type_name(item->type));
}

// Turns a string item into the number it holds, kept in *store.
static Status number_item(Item *item, TypeCode as, int64_t *store)
{
    if (type_is_numeric(item->type)) return STATUS_OK;
    const Str *s = item->type == T_STRING ? item_str(item) : NULL;
    if (item->type != T_STRING || !numtext_convert(as, store, str_text(s), str_len(s), true)) return not_a_number(item);
    *item = (Item){as, store};
    return STATUS_OK;
}

static size_t default_int_width(FormatCode code, TypeCode t)
{
    if (code == FC_B && type_is_integer(t)) return 8 * type_size(t);
    switch (t) {
    case T_BYTE: case T_INT: case T_UINT: return code == FC_B ? 32 : 7;
    case T_LONG64: case T_ULONG64: return 22;
    default: return code == FC_B ? 32 : 12;
    }
}

static size_t digits_of(char *end, uint64_t v, unsigned base, bool upper)
{
    size_t n = 0;
    do {
        *--end = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[v % base];
        v /= base;
        n++;
    } while (v);
    return n;
}

// The bits of the value, and for I its sign. False: a real number out of all range.
static bool int_bits(const Item *item, FormatCode code, uint64_t *bits, bool *negative)
{
    *negative = false;
    if (!type_is_integer(item->type)) {
        double x = numtext_as_real(item->type, item->p);
        if (!isless(fabs(x), 9223372036854775808.0)) return false;
    }
    int64_t v = numtext_as_int(item->type, item->p);
    *bits = (uint64_t)v;
    if (code == FC_I) {
        *negative = v < 0 && item->type != T_ULONG64;
        if (*negative) *bits = 0 - *bits;
    } else if (type_is_integer(item->type) && type_size(item->type) < 8) {
        *bits &= ((uint64_t)1 << 8 * type_size(item->type)) - 1;
    }
    return true;
}

static Status put_int(Writer *w, const FormatOp *op, Item item)
{
    int64_t store;
    STATUS_TRY(number_item(&item, T_LONG64, &store));
    size_t width = op->w < 0 ? default_int_width(op->code, item.type) : (size_t)op->w;
    uint64_t bits;
    bool negative;
    if (!int_bits(&item, op->code, &bits, &negative)) {
        put_fill(w, '*', width ? width : 1);
        return STATUS_OK;
    }
    char text[72];
    unsigned base = op->code == FC_B ? 2 : op->code == FC_O ? 8 : op->code == FC_Z ? 16 : 10;
    size_t n = digits_of(text + sizeof text, bits, base, op->flags & FF_UPPER);
    size_t least = op->d > 0 ? (size_t)op->d : 0, zeros = least > n ? least - n : 0;
    bool unsigned_long = item.type == T_ULONG || item.type == T_ULONG64;
    bool plus = op->code == FC_I && op->flags & FF_PLUS && !negative && !unsigned_long;
    if (width && n + zeros + (negative || plus) > width) {
        put_fill(w, '*', width);
        return STATUS_OK;
    }
    Buf *b = &w->long_text;
    buf_clear(b);
    if (negative || plus) buf_putc(b, negative ? '-' : '+');
    buf_fill(b, '0', zeros);
    buf_put(b, text + sizeof text - n, n);
    put_field(w, b->p, b->len, width, op->flags, least == 0);
    return STATUS_OK;
}

static const char *real_format(const FormatOp *op, bool natural)
{
    bool plus = op->flags & FF_PLUS, upper = op->flags & FF_UPPER;
    switch (op->code) {
    case FC_F: return plus ? "%+#*.*f" : "%#*.*f";
    case FC_E: return upper ? (plus ? "%+*.*E" : "%*.*E") : plus ? "%+*.*e" : "%*.*e";
    default:
        if (natural) return upper ? (plus ? "%+*.*G" : "%*.*G") : plus ? "%+*.*g" : "%*.*g";
        return upper ? (plus ? "%+#*.*G" : "%#*.*G") : plus ? "%+#*.*g" : "%#*.*g";
    }
}

static void put_not_finite(Writer *w, const FormatOp *op, double x, bool wide, size_t width)
{
    bool library = w->names && w->names->stdio_non_finite;
    char *text = w->text;
    size_t room = width && op->flags & FF_PLUS && !signbit(x) ? width - 1 : width;
    if (room != width) *text++ = '+';
    numtext_not_finite(text, sizeof w->text - 1, 0, x, wide && !library && (!room || room >= 8 + (size_t)!!signbit(x)));
    for (char *p = text; library && *p; p++) *p = (char)tolower((unsigned char)*p);
    put_field(w, w->text, strlen(w->text), width, op->flags, false);
}

// F, E, G: w absent is 15.7 for FLOAT and 25.16 for all else; w given without d takes that d; w 0 is printf's natural.
static Status put_real(Writer *w, const FormatOp *op, Item item)
{
    int64_t store = 0;
    STATUS_TRY(number_item(&item, T_DOUBLE, &store));
    bool is_float = item.type == T_FLOAT, natural = op->w == 0;
    size_t width = op->w < 0 ? (is_float ? 15 : 25) : (size_t)op->w;
    int d = op->d >= 0 ? op->d : natural ? 6 : is_float ? 7 : 16;
    double x = numtext_as_real(item.type, item.p);
    if (!isfinite(x)) {
        put_not_finite(w, op, x, item.type == T_DOUBLE, width);
        return STATUS_OK;
    }
    const char *format = real_format(op, natural);
    int n = numtext_real(w->text, sizeof w->text, format, 0, d, x);
    char *text = w->text;
    if (n >= (int)sizeof w->text) {  // hundreds of decimals
        buf_clear(&w->long_text);
        if (!buf_reserve(&w->long_text, (size_t)n + 1)) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
        text = w->long_text.p;
        numtext_real(text, (size_t)n + 1, format, 0, d, x);
    }
    put_field(w, text, (size_t)n, width, op->flags, true);
    return STATUS_OK;
}

static Status put_text(Writer *w, const FormatOp *op, Item item)
{
    char own[NUMTEXT_MAX];
    Buf text = BUF_INIT(400);
    const char *p = own;
    size_t n;
    if (item.type == T_STRING) {
        p = str_text(item_str(&item));
        n = str_len(item_str(&item));
    } else if (type_is_numeric(item.type)) {
        n = (size_t)numtext_put(own, item.type, item.p, false);
    } else {
        default_scalar(&text, item.type, item.p, false);
        p = text.p;
        n = text.len;
    }
    size_t width = op->w > 0 ? (size_t)op->w : n;
    if (n > width) n = width;
    put_field(w, p, n, width, op->flags, false);
    buf_free(&text);
    return STATUS_OK;
}

// ---- dates ---------------------------------------------------------------------------------------------------------

// The sign of a year that does not fit is dropped.
static void put_date_int(Writer *w, const FormatOp *op, int64_t v)
{
    if (op->code == FC_CYI && v <= -1000 && v > -10000 && op->w == 4) v = -v;
    FormatOp as = *op;
    as.code = FC_I;
    Status s = put_int(w, &as, (Item){T_LONG64, &v});
    status_drop(&s);  // an integer always converts
}

static void put_date_part(Writer *w, const FormatOp *op)
{
    const CalendarDate *d = &w->date;
    switch (op->code) {
    case FC_CMOI: put_date_int(w, op, d->month); return;
    case FC_CDI: put_date_int(w, op, d->day); return;
    case FC_CYI: put_date_int(w, op, d->year); return;
    case FC_CHI: put_date_int(w, op, op->flags & FF_HALF ? (d->hour + 11) % 12 + 1 : d->hour); return;
    case FC_CMI: put_date_int(w, op, d->minute); return;
    case FC_CSI: put_date_int(w, op, (int64_t)d->second); return;
    case FC_CSF: {
        FormatOp as = *op;
        as.code = FC_F;
        double x = d->second;
        Status s = put_real(w, &as, (Item){T_DOUBLE, &x});
        status_drop(&s);
        return;
    }
    default: {
        Buf name = BUF_INIT(4096);
        calendar_name(op, d, w->names, &name);
        size_t width = op->w > 0 ? (size_t)op->w : name.len, n = name.len < width ? name.len : width;
        put_field(w, name.p ? name.p : "", n, width, op->flags, false);
        buf_free(&name);
    }
    }
}

// Text and movement: everything that takes no item. False for other codes.
static bool put_control(Writer *w, const FormatOp *op)
{
    switch (op->code) {
    case FC_TEXT: put(w, op->text, (size_t)op->len); return true;
    case FC_X: w->pos += (size_t)op->w; reach(w, w->pos); return true;
    case FC_T: w->pos = op->w > 0 ? (size_t)op->w - 1 : 0; return true;
    case FC_TL: w->pos -= (size_t)op->w < w->pos ? (size_t)op->w : w->pos; return true;
    case FC_TR: w->pos += (size_t)op->w; return true;
    case FC_NEWLINE: end_record(w, true); return true;
    case FC_DOLLAR: w->no_newline = true; return true;
    default: return false;
    }
}

static Status put_calendar(Writer *w, const FormatOp *op, Item item)
{
    int64_t store = 0;
    STATUS_TRY(number_item(&item, T_DOUBLE, &store));
    if (!calendar_from_julian(numtext_as_real(item.type, item.p), false, &w->date))
        return status_fail(E_VALUE, "Value of Julian date is out of allowed range.");
    for (const FormatOp *q = op + 1; q->code != FC_END_CALENDAR; q++)
        if (!put_control(w, q)) put_date_part(w, q);
    return STATUS_OK;
}

// ---- the loop ------------------------------------------------------------------------------------------------------

static Status put_item(Writer *w, const FormatOp *op, Item item)
{
    switch (op->code) {
    case FC_A: return put_text(w, op, item);
    case FC_F: case FC_E: case FC_G: return put_real(w, op, item);
    case FC_CALENDAR: return put_calendar(w, op, item);
    default: return put_int(w, op, item);
    }
}

// A data code with its repeat count. *done: no more items.
static Status put_items(Writer *w, const FormatOp *op, bool *done, int *steps)
{
    for (int32_t r = 0; r < op->repeat; r++) {
        Item item;
        if (!items_next(w->items, &item)) {
            *done = true;
            return STATUS_OK;
        }
        *steps = 0;
        if (sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
        STATUS_TRY(put_item(w, op, item));
        if (!buf_ok(w->out)) return status_fail(E_NO_MEMORY, "Output line too long, or out of memory.");
    }
    return STATUS_OK;
}

static Status run_ops(Writer *w)
{
    int32_t left[FORMAT_MAX_DEPTH + 1];  // rounds still to go of the open groups
    int depth = 0, steps = 0;
    bool took = items_has_next(w->items), done = false;
    for (int i = 0; !done; i++) {
        if (i == w->f->ops.len) {
            if (!items_has_next(w->items)) break;
            if (!took || !w->f->revert_has_data) return format_takes_nothing(w->f);
            end_record(w, true);
            i = w->f->revert;
            took = false;
            depth = 0;
        }
        const FormatOp *op = &w->f->ops.p[i];
        if (++steps > STEPS_MAX) return status_fail(E_FORMAT, "Infinite format loop detected.");
        if (w->names && spill_failed(w->names->spill)) return STATUS_OK;  // whoever writes tells
        if (op->code == FC_GROUP) {
            left[depth++] = op->repeat;
        } else if (op->code == FC_END_GROUP) {
            if (--left[depth - 1] > 0) i = op->match;
            else depth--;
        } else if (op->code == FC_COLON) {
            done = !items_has_next(w->items);
        } else if (op->code == FC_Q || put_control(w, op)) {
            if (!buf_ok(w->out)) return status_fail(E_NO_MEMORY, "Output line too long, or out of memory.");
        } else {
            took = true;
            STATUS_TRY(put_items(w, op, &done, &steps));
            if (op->code == FC_CALENDAR) i = op->match;
        }
    }
    return STATUS_OK;
}

Status format_write(const Format *f, Items *it, Buf *out, const FormatNames *names, LineEnds *ends)
{
    Writer w = {.f = f, .items = it, .out = out, .names = names, .ends = ends, .start = out->len};
    w.long_text = BUF_INIT(1 << 20);
    Status s = run_ops(&w);
    if (status_ok(s)) end_record(&w, !w.no_newline);
    buf_free(&w.long_text);
    if (status_ok(s) && !buf_ok(out)) return status_fail(E_NO_MEMORY, "Output line too long, or out of memory.");
    return s;
}
