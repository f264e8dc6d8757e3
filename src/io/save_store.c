// Writes values as save_load.c reads them. Start reading at save_store_value.
#include "io/save_value.h"

#include "base/mem.h"
#include "base/words.h"
#include "core/errors.h"

#include <string.h>

enum { ARRAY_MARK = 8, ARRAY64_MARK = 18, STRUCT_MARK = 9, DATA_MARK = 7 };
// What IDL writes: bits 10 and 8 are in all its files.
enum { ARRAY_FLAGS = 0x14, STRUCT_FLAGS = 0x34, SYSTEM_FLAG = 2, PREDEFINED = 9, NEW_STRUCT = 8, NEW_CLASS = 0x0A };
enum { PIECE = 2048 };

static void write_text(SaveStore *s, const char *text) { save_out_text(s->out, text, strlen(text)); }

// --- Descriptions ----------------------------------------------------------------------------------------------------

static void write_shape(SaveStore *s, size_t elem, int rank, const int64_t *dim, int64_t n)
{
    bool wide = (double)n * (double)elem > INT32_MAX;
    save_out_long(s->out, wide ? ARRAY64_MARK : ARRAY_MARK);
    int64_t counts[3] = {(int64_t)elem, n * (int64_t)elem, n};
    for (int i = 0; i < 3; i++) {
        if (wide) save_out_long64(s->out, counts[i]);
        else save_out_long(s->out, (int32_t)counts[i]);
    }
    save_out_long(s->out, rank);
    save_out_long(s->out, 0);
    save_out_long(s->out, 0);
    save_out_long(s->out, MAX_RANK);
    for (int i = 0; i < MAX_RANK; i++) {
        int64_t d = i < rank ? dim[i] : 1;
        if (wide) save_out_long64(s->out, d);
        else save_out_long(s->out, (int32_t)d);
    }
}

static void write_struct(SaveStore *s, const SDef *d, bool is_class);

static void write_tags(SaveStore *s, const SDef *d)
{
    for (int i = 0; i < d->ntags; i++) {
        const Tag *t = &d->tag[i];
        if (t->offset > INT32_MAX) {
            save_out_long(s->out, -1);
            save_out_long64(s->out, (int64_t)t->offset);
        } else {
            save_out_long(s->out, (int32_t)t->offset);
        }
        save_out_long(s->out, t->type);
        save_out_long(s->out, t->type == T_STRUCT ? STRUCT_FLAGS : t->rank ? ARRAY_FLAGS : 0);
    }
    for (int i = 0; i < d->ntags; i++) write_text(s, d->tag[i].name);
    for (int i = 0; i < d->ntags; i++) {
        const Tag *t = &d->tag[i];
        static const int64_t one[MAX_RANK] = {1, 1, 1, 1, 1, 1, 1, 1};
        if (t->rank) write_shape(s, t->elem, t->rank, t->dim, t->n);
        else if (t->type == T_STRUCT) write_shape(s, t->elem, 1, one, 1);
    }
    for (int i = 0; i < d->ntags; i++) {
        if (d->tag[i].type == T_STRUCT) write_struct(s, d->tag[i].def, false);
    }
}

static void write_class(SaveStore *s, const SDef *d)
{
    write_text(s, d->name);
    save_out_long(s->out, d->nsupers);
    for (int i = 0; i < d->nsupers; i++) write_text(s, d->super[i]->name);
    for (int i = 0; i < d->nsupers; i++) write_struct(s, d->super[i], true);
}

// A named structure is described once; afterwards its name does.
static void write_struct(SaveStore *s, const SDef *d, bool is_class)
{
    static char mark;
    bool again = d->name && map_get(&s->written, d->name);
    is_class = d->name && (is_class || d->nsupers);
    save_out_long(s->out, STRUCT_MARK);
    write_text(s, d->name ? d->name : "");
    save_out_long(s->out, again ? PREDEFINED : is_class ? NEW_CLASS : NEW_STRUCT);
    save_out_long(s->out, d->ntags);
    save_out_long(s->out, (int32_t)d->size);
    if (again) return;
    write_tags(s, d);
    if (is_class) write_class(s, d);
    if (d->name) map_set(&s->written, d->name, &mark);
}

// --- Data ------------------------------------------------------------------------------------------------------------

static void write_elements(SaveStore *s, TypeCode type, const SDef *def, const void *p, int64_t n);

static void write_short(SaveStore *s, TypeCode type, const uint16_t *p, int64_t n)
{
    uint32_t piece[PIECE];
    while (n > 0 && save_out_ok(s->out)) {
        int64_t k = n < PIECE ? n : PIECE;
        for (int64_t i = 0; i < k; i++, p++) {
            piece[i] = __builtin_bswap32(type == T_INT ? (uint32_t)(int32_t)(int16_t)*p : (uint32_t)*p);
        }
        save_out_bytes(s->out, piece, (size_t)k * sizeof *piece);
        n -= k;
    }
}

static void write_swapped(SaveStore *s, const char *p, size_t bytes, size_t word)
{
    uint64_t piece[PIECE];
    while (bytes && save_out_ok(s->out)) {
        size_t k = bytes < sizeof piece ? bytes : sizeof piece;
        memcpy(piece, p, k);
        words_swap(piece, (int64_t)(k / word), word);
        save_out_bytes(s->out, piece, k);
        p += k;
        bytes -= k;
    }
}

// The length stands there twice, unless it is 0.
static void write_string(SaveStore *s, const Str *v)
{
    if (str_len(v) > INT32_MAX) save_out_fail(s->out, status_fail(E_VALUE, "A string is too long for a SAVE file."));
    if (str_len(v)) save_out_long(s->out, (int32_t)str_len(v));
    save_out_text(s->out, str_text(v), str_len(v));
}

static void write_record(SaveStore *s, const SDef *def, const char *p)
{
    for (int i = 0; i < def->ntags && save_out_ok(s->out); i++) {
        const Tag *t = &def->tag[i];
        write_elements(s, (TypeCode)t->type, t->def, p + t->offset, t->n);
    }
}

static void write_elements(SaveStore *s, TypeCode type, const SDef *def, const void *p, int64_t n)
{
    size_t size = type_size(type);
    switch (type) {
    case T_BYTE:
        save_out_long(s->out, (int32_t)n);
        save_out_bytes(s->out, p, (size_t)n);
        save_out_align(s->out);
        break;
    case T_INT:
    case T_UINT: write_short(s, type, p, n); break;
    case T_STRING:
        for (int64_t i = 0; i < n && save_out_ok(s->out); i++) write_string(s, ((const StrSlot *)p)[i].p);
        break;
    case T_PTR:
    case T_OBJ:
        for (int64_t i = 0; i < n && save_out_ok(s->out); i++) {
            const HeapVar *h = ((HeapVar *const *)p)[i];
            save_out_long(s->out, h ? (int32_t)h->saved : 0);
        }
        break;
    case T_STRUCT:
        for (int64_t i = 0; i < n && save_out_ok(s->out); i++) {
            write_record(s, def, (const char *)p + (size_t)i * def->size);
        }
        break;
    default: write_swapped(s, p, (size_t)n * size, type_is_complex(type) ? size / 2 : size);
    }
}

void save_store_value(SaveStore *s, const Val *v, bool is_object, bool is_system)
{
    int32_t extra = is_system ? SYSTEM_FLAG : 0;
    save_out_long(s->out, v->type);
    if (v->type == T_UNDEF) {
        save_out_long(s->out, extra);
        return;
    }
    if (!val_is_array(v)) {
        StrSlot slot = {v->type == T_STRING ? v->s : NULL, 0};
        save_out_long(s->out, extra);
        save_out_long(s->out, DATA_MARK);
        write_elements(s, (TypeCode)v->type, NULL, v->type == T_STRING ? (const void *)&slot : val_data_peek(v), 1);
        return;
    }
    const Arr *a = v->a;
    save_out_long(s->out, extra | (a->type == T_STRUCT ? STRUCT_FLAGS : ARRAY_FLAGS));
    write_shape(s, a->elem, a->rank, a->dim, a->n);
    if (a->type == T_STRUCT) write_struct(s, a->def, is_object);
    save_out_long(s->out, DATA_MARK);
    write_elements(s, (TypeCode)a->type, a->def, a->data, a->n);
}

void save_store_free(SaveStore *s) { map_free(&s->written); }
