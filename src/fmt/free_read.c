// Free-format input: numbers separated by blanks, tabs or commas, going on over lines until every item has a value;
// a string takes the rest of the line; complex numbers may stand in parentheses. Start at free_read.
#include "fmt/format.h"

#include "core/errors.h"
#include "fmt/numtext.h"
#include "sys/interrupt.h"

#include <string.h>

enum { LOOK_EVERY = 1024 };  // items between looks for Ctrl-C

typedef struct FreeReader {
    const LineSource *lines;
    const char *p;
    size_t n, pos;
    bool loaded;
} FreeReader;

static Status load(FreeReader *r)
{
    if (sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
    r->pos = 0;
    r->loaded = true;
    return r->lines->next_line(r->lines->src, &r->p, &r->n);
}

static bool is_separator(char c) { return c == ' ' || c == '\t' || c == ',' || c == '\r' || c == '\n'; }

// To the next token, over empty lines.
static Status seek_token(FreeReader *r)
{
    for (;;) {
        if (r->loaded) {
            while (r->pos < r->n && is_separator(r->p[r->pos])) r->pos++;
            if (r->pos < r->n) return STATUS_OK;
        }
        STATUS_TRY(load(r));
    }
}

// The rest of the line; a line used up gives way to the next.
static Status read_string(FreeReader *r, Item *item)
{
    if (!r->loaded || (r->pos >= r->n)) STATUS_TRY(load(r));
    Str *s = str_new(r->p + r->pos, r->n - r->pos);
    if (!s && r->n > r->pos) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    Str **slot = item->p;
    str_drop(*slot);
    *slot = s;
    r->pos = r->n;
    return STATUS_OK;
}

// Where the token at pos ends: at a separator, or after the parenthesis that closes a complex number.
static size_t token_end(const FreeReader *r, TypeCode t)
{
    size_t i = r->pos;
    if (type_is_complex(t) && r->p[i] == '(') {
        const char *close = memchr(r->p + i, ')', r->n - i);
        if (close) return (size_t)(close - r->p) + 1;
    }
    while (i < r->n && !is_separator(r->p[i])) i++;
    return i;
}

static Status read_number(FreeReader *r, Item *item)
{
    STATUS_TRY(seek_token(r));
    size_t end = token_end(r, item->type);
    const char *p = r->p + r->pos;
    size_t n = end - r->pos;
    if (!numtext_convert(item->type, item->p, p, n, true))
        return status_fail(E_CONVERT, "Input conversion error: '%.*s'.", (int)(n < 40 ? n : 40), p);
    r->pos = end;
    return STATUS_OK;
}

Status free_read(Items *it, const LineSource *lines)
{
    FreeReader r = {.lines = lines};
    Item item;
    for (int64_t i = 1; items_next(it, &item); i++) {
        if (i % LOOK_EVERY == 0 && sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
        if (item.type == T_STRING) STATUS_TRY(read_string(&r, &item));
        else if (type_is_numeric(item.type)) STATUS_TRY(read_number(&r, &item));
        else return status_fail(E_TYPE, "Cannot read a %s.", type_name(item.type));
    }
    return STATUS_OK;
}
