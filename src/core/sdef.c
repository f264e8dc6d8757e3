// Structure definitions: tags are placed in order at their natural alignment.
#include "core/sdef.h"

#include "base/mem.h"

#include <string.h>

SDef *sdef_new(const char *name)
{
    SDef *d = mem_must(sizeof *d);
    d->refs = 1;
    d->align = 1;
    d->name = name ? mem_strdup(name) : NULL;
    return d;
}

void sdef_drop(SDef *d)
{
    if (!d || --d->refs) return;
    for (int i = 0; i < d->ntags; i++) {
        mem_free(d->tag[i].name);
        sdef_drop(d->tag[i].def);
    }
    for (int i = 0; i < d->nsupers; i++) sdef_drop(d->super[i]);
    mem_free(d->super);
    mem_free(d->tag);
    mem_free(d->name);
    mem_free(d);
}

static size_t align_of(TypeCode t, const SDef *def)
{
    switch (t) {
    case T_STRUCT: return def->align;
    case T_STRING: return 8;
    case T_COMPLEX: return 4;
    case T_DCOMPLEX: return 8;
    default: return type_size(t);
    }
}

static void place(SDef *d, Tag *t)
{
    size_t align = align_of(t->type, t->def), bytes = t->elem * (size_t)t->n;
    d->size = (d->size + align - 1) / align * align;
    t->offset = d->size;
    d->size += bytes;
    d->data_length += t->type == T_STRUCT ? t->def->data_length * (size_t)t->n : bytes;
    if (align > d->align) d->align = align;
}

bool sdef_add(SDef *d, const char *name, TypeCode t, int rank, const int64_t *dim, SDef *def)
{
    if (sdef_find(d, name) >= 0) return false;
    if (d->ntags == d->cap) {
        d->cap = d->cap ? 2 * d->cap : 8;
        d->tag = mem_must_realloc(d->tag, (size_t)d->cap * sizeof *d->tag);
    }
    Tag *tag = &d->tag[d->ntags++];
    *tag = (Tag){.name = mem_strdup(name), .type = (uint8_t)t, .rank = (uint8_t)rank, .n = 1};
    for (int i = 0; i < MAX_RANK; i++) {
        tag->dim[i] = i < rank ? dim[i] : 1;
        tag->n *= tag->dim[i];
    }
    tag->def = def ? sdef_ref(def) : NULL;
    if (def && def->depth >= d->depth) d->depth = def->depth + 1;
    tag->elem = t == T_STRUCT ? def->size : type_size(t);
    if (t == T_STRUCT ? def->is_managed : type_is_managed(t)) d->is_managed = true;
    place(d, tag);
    return true;
}

void sdef_close(SDef *d) { d->size = (d->size + d->align - 1) / d->align * d->align; }

int sdef_find(const SDef *d, const char *name)
{
    for (int i = 0; i < d->ntags; i++) {
        if (strcmp(d->tag[i].name, name) == 0) return i;
    }
    return -1;
}

bool sdef_same_layout(const SDef *a, const SDef *b)
{
    if (a == b) return true;
    if (a->ntags != b->ntags) return false;
    for (int i = 0; i < a->ntags; i++) {
        const Tag *x = &a->tag[i], *y = &b->tag[i];
        if (x->type != y->type || x->n != y->n || x->rank != y->rank) return false;
        if (memcmp(x->dim, y->dim, sizeof x->dim) != 0) return false;
        if (x->type == T_STRUCT && !sdef_same_layout(x->def, y->def)) return false;
    }
    return true;
}

bool sdef_fits(const SDef *a, const SDef *b)
{
    if (a == b) return true;
    if (a->ntags != b->ntags) return false;
    for (int i = 0; i < a->ntags; i++) {
        const Tag *x = &a->tag[i], *y = &b->tag[i];
        if (x->type != y->type || x->n != y->n) return false;
        if (x->n != 1 && (x->rank != y->rank || memcmp(x->dim, y->dim, sizeof x->dim) != 0)) return false;
        if (x->type == T_STRUCT && !sdef_fits(x->def, y->def)) return false;
    }
    return true;
}

bool sdef_same(const SDef *a, const SDef *b)
{
    if (!sdef_same_layout(a, b)) return false;
    for (int i = 0; i < a->ntags; i++) {
        if (strcmp(a->tag[i].name, b->tag[i].name) != 0) return false;
    }
    return true;
}

bool sdef_inherit(SDef *d, SDef *super)
{
    for (int i = 0; i < super->ntags; i++) {
        const Tag *t = &super->tag[i];
        if (!sdef_add(d, t->name, t->type, t->rank, t->dim, t->def)) return false;
    }
    sdef_name_super(d, super);
    return true;
}

void sdef_name_super(SDef *d, SDef *super)
{
    d->super = mem_must_realloc(d->super, (size_t)(d->nsupers + 1) * sizeof(SDef *));
    d->super[d->nsupers++] = sdef_ref(super);
    if (super->depth >= d->depth) d->depth = super->depth + 1;
}

bool sdef_is_a(const SDef *d, const char *name)
{
    if (d->name && strcmp(d->name, name) == 0) return true;
    for (int i = 0; i < d->nsupers; i++) {
        if (sdef_is_a(d->super[i], name)) return true;
    }
    return false;
}
