// HELIO_YAML_EVENTS: what YAML_PARSE (pro/yaml_parse.pro) builds its result from. Start reading at fn_events.
#include "fmt/yaml.h"
#include "base/buf.h"
#include "core/errors.h"
#include "sys/dynlib.h"
#include "sys/interrupt.h"
#include "vm/call/call.h"
#include "vm/structure/structure.h"

#include <string.h>

enum { TEXTS = 3, EVENTS_MAX = 1 << 24 };

typedef struct Events {
    Buf kind, plain; // a byte an event
    Buf text[TEXTS]; // anchor, tag, value: lengths and bytes
    int64_t n;
} Events;

static void free_events(void *arg)
{
    Events *e = arg;
    buf_free(&e->kind);
    buf_free(&e->plain);
    for (int i = 0; i < TEXTS; i++) buf_free(&e->text[i]);
}

static void put(Buf *b, const char *p, size_t n)
{
    buf_put(b, &n, sizeof n);
    buf_put(b, p, n);
}

static bool take(void *arg, const YamlEvent *x)
{
    Events *e = arg;
    buf_putc(&e->kind, (char)x->kind);
    buf_putc(&e->plain, x->is_plain);
    put(&e->text[0], x->anchor, strlen(x->anchor));
    put(&e->text[1], x->tag, strlen(x->tag));
    put(&e->text[2], x->value, x->length);
    return ++e->n < EVENTS_MAX && !sys_interrupted();
}

static Val bytes(Call *c, const Buf *b)
{
    Arr *a = call_new_array(c, T_BYTE, 1, (int64_t[]){(int64_t)b->len}, false);
    memcpy(a->data, b->p, b->len);
    return val_arr_take(a);
}

static Val strings(Call *c, const Buf *b, int64_t n)
{
    Arr *a = call_new_array(c, T_STRING, 1, &n, true);
    const char *p = b->p;
    for (int64_t i = 0; i < n; i++) {
        size_t length;
        memcpy(&length, p, sizeof length);
        if (length) ((StrSlot *)a->data)[i].p = str_new(p + sizeof length, length);
        p += sizeof length + length;
    }
    return val_arr_take(a);
}

// HELIO_YAML_EVENTS(Text): {KIND, PLAIN, ANCHOR, TAG, VALUE}, arrays with an element for each event of a YAML text (a
// string): KIND 1 document, 2 its end, 3 scalar, 4 alias, 5 sequence, 6 its end, 7 mapping, 8 its end. Used by the
// engine itself.
static void fn_events(Call *c)
{
    static const char *const tags[] = {"KIND", "PLAIN", "ANCHOR", "TAG", "VALUE"};
    const Str *text = call_str_peek(c, 0);
    const YamlTable *yaml;
    TRY(c, dynlib_table(YAML_MODULE, (const void **)&yaml));
    Events *e = call_alloc(c, sizeof *e);
    e->kind = e->plain = BUF_INIT(BUF_NO_LIMIT);
    for (int i = 0; i < TEXTS; i++) e->text[i] = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, free_events, e);
    TRY(c, yaml->parse(str_text(text), str_len(text), take, e));
    call_poll(c);
    if (e->n >= EVENTS_MAX) throw_msg(c, E_VALUE, "The YAML text has too many values.");
    if (!buf_ok(&e->kind) || !buf_ok(&e->plain) || !buf_ok(&e->text[0]) || !buf_ok(&e->text[1]) || !buf_ok(&e->text[2]))
        throw_no_memory(c);
    if (!e->n) {
        call_return_take(c, VAL_NULL);
        return;
    }
    Val v[5] = {bytes(c, &e->kind), bytes(c, &e->plain)}, out = VAL_UNDEF;
    for (int i = 0; i < TEXTS; i++) v[2 + i] = strings(c, &e->text[i], e->n);
    TRY(c, struct_make(c->vm, NULL, tags, v, 5, &out));
    call_return_take(c, out);
}

static const Routine rows[] = {
    {"HELIO_YAML_EVENTS", FUNCTION, {1, 1}, fn_events, "Text"},
};
ROUTINE_TABLE(lib_yaml, rows)
