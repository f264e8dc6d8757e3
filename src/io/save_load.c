// Reads values: the description of a type, structure definitions, the data. Nothing in the file is believed: types,
// dimensions and counts are checked against the bytes that the record still has. Start reading at save_load_value.
#include "io/save_value.h"

#include "base/mem.h"
#include "base/words.h"
#include "core/errors.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { ARRAY_MARK = 8, ARRAY64_MARK = 18, STRUCT_MARK = 9, DATA_MARK = 7 };
enum { IS_ARRAY = 4, IS_STRUCT = 32 };         // flags of a variable or tag
enum { PREDEFINED = 1, IS_CLASS = 2, IS_SUPER = 4 };  // of a structure
enum { PIECE = 4096 };
// A tag takes at most this many times the bytes in memory that it takes in the file (an empty string: 16 and padding, 4).
enum { GROWTH = 8 };

typedef struct Shape {
    int rank;
    int64_t dim[MAX_RANK], n;
} Shape;

typedef struct TypeDesc {
    TypeCode type;
    bool is_array;
    Shape shape;
    SDef *def;  // of structures: owned
} TypeDesc;

static void damaged(SaveLoad *l, const char *what)
{
    char text[128] = "Error encountered reading from file: ";
    strncat(text, what, sizeof text - strlen(text) - 1);
    save_in_fail(l->in, E_READ, text);
}

static bool expect(SaveLoad *l, int32_t mark, const char *what)
{
    if (save_in_long(l->in) != mark) damaged(l, what);
    return save_in_ok(l->in);
}

// --- Shapes and types ----------------------------------------------------------------------------------------------

static int64_t read_count(SaveLoad *l, bool wide) { return wide ? save_in_long64(l->in) : save_in_long(l->in); }

static bool read_shape(SaveLoad *l, Shape *s)
{
    int32_t mark = save_in_long(l->in);
    bool wide = mark == ARRAY64_MARK;
    if (mark != ARRAY_MARK && !wide) damaged(l, "no description of an array.");
    read_count(l, wide);  // bytes of an element
    read_count(l, wide);  // bytes in all: as IDL counts them, they follow from the type
    int64_t n = read_count(l, wide);
    s->rank = save_in_long(l->in);
    save_in_long(l->in);
    save_in_long(l->in);
    int32_t listed = save_in_long(l->in);
    if (s->rank < 1 || s->rank > MAX_RANK || listed < s->rank || listed > MAX_RANK) damaged(l, "illegal dimensions.");
    for (int i = 0; i < MAX_RANK; i++) s->dim[i] = 1;
    for (int i = 0; i < listed && save_in_ok(l->in); i++) {
        int64_t d = read_count(l, wide);
        if (i < s->rank) s->dim[i] = d;
    }
    s->n = save_in_ok(l->in) ? arr_count(s->rank, s->dim) : -1;
    if (s->n < 1 || s->n != n) damaged(l, "illegal dimensions.");
    return save_in_ok(l->in);
}

static SDef *read_struct(SaveLoad *l, int depth);

static bool is_legal_type(int32_t type) { return type > T_UNDEF && type < T_COUNT; }

// --- Structures ----------------------------------------------------------------------------------------------------

typedef struct TagDesc {
    int32_t type, flags;
    char *name;  // owned
    Shape shape;
    SDef *def;   // owned
} TagDesc;

static void upper(char *s)
{
    for (; *s; s++) *s = (char)toupper((unsigned char)*s);
}

// What a structure may be called; those of system variables begin with an exclamation mark.
static bool is_identifier(const char *s)
{
    if (*s == '!') s++;
    return *s && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789") == strlen(s) && !strchr("0123456789$", *s);
}

static void too_deep(SaveLoad *l) { damaged(l, "structures are nested too deeply."); }

static void read_tags(SaveLoad *l, TagDesc *tag, int n, int depth)
{
    for (int i = 0; i < n && save_in_ok(l->in); i++) {
        if (save_in_long(l->in) == -1) save_in_long64(l->in);  // the offset, which follows from the types
        tag[i].type = save_in_long(l->in);
        tag[i].flags = save_in_long(l->in);
        bool is_struct = tag[i].flags & IS_STRUCT;
        if (!is_legal_type(tag[i].type) || is_struct != (tag[i].type == T_STRUCT)) damaged(l, "illegal type of a tag.");
    }
    for (int i = 0; i < n && save_in_ok(l->in); i++) {
        tag[i].name = save_in_text(l->in);
        upper(tag[i].name);
        if (!*tag[i].name) damaged(l, "a tag without a name.");
    }
    for (int i = 0; i < n && save_in_ok(l->in); i++) {
        if (tag[i].flags & (IS_ARRAY | IS_STRUCT)) read_shape(l, &tag[i].shape);
    }
    for (int i = 0; i < n && save_in_ok(l->in); i++) {
        if (tag[i].flags & IS_STRUCT) tag[i].def = read_struct(l, depth + 1);
    }
}

static void add_tag(SaveLoad *l, SDef *d, const TagDesc *t)
{
    size_t elem = t->def ? t->def->size : type_size((TypeCode)t->type), bytes, all;
    int64_t n = t->shape.n ? t->shape.n : 1;
    if (__builtin_mul_overflow((size_t)n, elem, &bytes) || __builtin_add_overflow(bytes, d->size, &all) ||
        all > (size_t)INT64_MAX / 2 || !save_in_holds(l->in, (int64_t)(all / GROWTH))) {
        damaged(l, "impossible sizes.");
        return;
    }
    if (t->def && t->def->depth >= SDEF_NESTING_MAX - 1) too_deep(l);
    if (!save_in_room(l->in, strlen(t->name) + (size_t)d->cap * 2 * sizeof *d->tag)) return;
    int rank = t->def && n == 1 ? 0 : t->shape.rank;  // as a literal makes it; in files a structure has a shape always
    if (!sdef_add(d, t->name, (TypeCode)t->type, rank, t->shape.dim, t->def)) damaged(l, "two tags of one name.");
}

// The superclasses, whose tags are among those of d already.
static void read_supers(SaveLoad *l, SDef *d, int depth)
{
    mem_free(save_in_text(l->in));  // the class's name once more
    int32_t n = save_in_long(l->in);
    if (n < 0 || !save_in_holds(l->in, 4 * (int64_t)n)) damaged(l, "impossible sizes.");
    for (int32_t i = 0; i < n && save_in_ok(l->in); i++) mem_free(save_in_text(l->in));
    for (int32_t i = 0; i < n && save_in_ok(l->in); i++) {
        SDef *super = read_struct(l, depth + 1);
        if (super && super->depth >= SDEF_NESTING_MAX - 1) too_deep(l);
        else if (super && super->name) sdef_name_super(d, super);
        sdef_drop(super);
    }
}

// Notes a named definition of the file; where the session has the same one, that is used. Takes d.
static SDef *note_struct(SaveLoad *l, SDef *d, bool is_class)
{
    SDef *mine = map_get(l->known, d->name);
    SaveStruct *s = map_get(&l->structs, d->name);
    bool known = mine && sdef_same(mine, d);
    if (known) {
        sdef_drop(d);
        d = sdef_ref(mine);
    }
    if (!s && !save_in_room(l->in, 4096 + 64 * l->structs.len)) return d;
    if (!s) {
        s = mem_must(sizeof *s);
        map_set(&l->structs, d->name, s);
        VEC_PUSH(&l->order, s);
    } else {
        sdef_drop(s->def);
    }
    *s = (SaveStruct){sdef_ref(d), is_class, known};
    return d;
}

static SDef *find_struct(SaveLoad *l, const char *name)
{
    const SaveStruct *s = map_get(&l->structs, name);
    SDef *d = s ? s->def : map_get(l->known, name);
    if (!d || !save_in_holds(l->in, (int64_t)(d->size / GROWTH))) damaged(l, "a structure that is not defined.");
    return save_in_ok(l->in) ? sdef_ref(d) : NULL;
}

static SDef *define_struct(SaveLoad *l, const char *name, int32_t flags, int32_t ntags, int depth)
{
    if (ntags < 1 || !save_in_holds(l->in, 12 * (int64_t)ntags)) {
        damaged(l, "impossible sizes.");
        return NULL;
    }
    TagDesc *tag = mem_zalloc((size_t)ntags * sizeof *tag);
    if (!tag) {
        save_in_fail(l->in, E_NO_MEMORY, "Unable to allocate memory.");
        return NULL;
    }
    SDef *d = sdef_new(*name ? name : NULL);
    read_tags(l, tag, ntags, depth);
    for (int i = 0; i < ntags && save_in_ok(l->in); i++) add_tag(l, d, &tag[i]);
    sdef_close(d);
    for (int i = 0; i < ntags; i++) {
        mem_free(tag[i].name);
        sdef_drop(tag[i].def);
    }
    mem_free(tag);
    if (flags & (IS_CLASS | IS_SUPER) && save_in_ok(l->in)) read_supers(l, d, depth);
    if (save_in_ok(l->in)) return d->name ? note_struct(l, d, flags & (IS_CLASS | IS_SUPER)) : d;
    sdef_drop(d);
    return NULL;
}

// A structure's description. NULL after a failure.
static SDef *read_struct(SaveLoad *l, int depth)
{
    if (depth >= SDEF_NESTING_MAX) too_deep(l);
    if (!save_in_ok(l->in) || !expect(l, STRUCT_MARK, "no description of a structure.")) return NULL;
    char *name = save_in_text(l->in);
    upper(name);
    int32_t flags = save_in_long(l->in), ntags = save_in_long(l->in);
    save_in_long(l->in);  // bytes
    if (*name && !is_identifier(name)) damaged(l, "illegal name of a structure.");
    SDef *d = NULL;
    if (!save_in_ok(l->in)) d = NULL;
    else if (flags & PREDEFINED) d = find_struct(l, name);
    else d = define_struct(l, name, flags, ntags, depth);
    mem_free(name);
    return d;
}

// --- Heap variables ------------------------------------------------------------------------------------------------

static int by_number(const void *a, const void *b)
{
    int32_t x = ((const SaveCell *)a)->number, y = ((const SaveCell *)b)->number;
    return (x > y) - (x < y);
}

void save_load_heap_header(SaveLoad *l)
{
    int32_t n = save_in_long(l->in);
    if (n < 0 || l->cell || !save_in_holds(l->in, 4 * (int64_t)n)) {
        damaged(l, "impossible sizes.");
        return;
    }
    l->cell = mem_zalloc((size_t)n * sizeof *l->cell + 1);
    for (; l->cell && l->ncells < n && save_in_ok(l->in); l->ncells++) {
        SaveCell *x = &l->cell[l->ncells];
        x->number = save_in_long(l->in);
        x->h = heap_var_take(l->heap, VAL_UNDEF, false);
        if (!x->h) break;
        x->h->cleaned = true;  // until it is whole
    }
    if (save_in_ok(l->in) && (!l->cell || l->ncells < n)) save_in_fail(l->in, E_NO_MEMORY, "Unable to allocate memory.");
    if (l->ncells) qsort(l->cell, (size_t)l->ncells, sizeof *l->cell, by_number);
}

static SaveCell *find_cell(const SaveLoad *l, int32_t number)
{
    const SaveCell key = {.number = number};
    return l->ncells ? bsearch(&key, l->cell, (size_t)l->ncells, sizeof key, by_number) : NULL;
}

void save_load_heap_data(SaveLoad *l)
{
    SaveCell *x = find_cell(l, save_in_long(l->in));
    save_in_long(l->in);  // flags
    if (!x) damaged(l, "a heap variable that is not listed.");
    if (!save_in_ok(l->in)) return;
    Val v = VAL_UNDEF;
    save_load_value(l, &v);
    val_set_take(&x->h->v, v);
}

// The variable that a reference stands for; NULL: the null reference, and variables that were not saved.
static HeapVar *read_reference(SaveLoad *l, bool is_object)
{
    SaveCell *x = find_cell(l, save_in_long(l->in));
    if (!x || !save_in_ok(l->in)) return NULL;
    if (x->kind == SAVE_CELL_UNUSED) x->kind = is_object ? SAVE_CELL_OBJECT : SAVE_CELL_POINTER;
    if ((x->kind == SAVE_CELL_OBJECT) == is_object) return heap_ref(x->h);
    damaged(l, "a heap variable that is both pointer and object.");
    return NULL;
}

static bool is_object_data(const Val *v) { return val_is_array(v) && v->type == T_STRUCT && v->a->n == 1 && v->a->def->name; }

void save_load_finish(SaveLoad *l)
{
    for (int i = 0; i < l->ncells; i++) {
        HeapVar *h = l->cell[i].h;
        h->is_object = l->cell[i].kind == SAVE_CELL_OBJECT;
        if (h->is_object && !is_object_data(&h->v)) heap_release(h);
        h->cleaned = h->freed;
    }
    l->is_whole = true;
}

void save_load_free(SaveLoad *l)
{
    for (int i = 0; i < l->ncells; i++) {
        if (!l->is_whole) heap_release(l->cell[i].h);
        heap_drop(l->cell[i].h);
    }
    mem_free(l->cell);
    for (int i = 0; i < l->order.len; i++) {
        sdef_drop(l->order.p[i]->def);
        mem_free(l->order.p[i]);
    }
    VEC_FREE(&l->order);
    map_free(&l->structs);
    save_in_free(l->in);
    *l = (SaveLoad){0};
}

// --- Data ------------------------------------------------------------------------------------------------------------

static void read_elements(SaveLoad *l, TypeCode type, const SDef *def, void *p, int64_t n);

// 16-bit integers lie in words of four bytes.
static void read_short(SaveLoad *l, uint16_t *p, int64_t n)
{
    uint32_t piece[PIECE];
    while (n > 0 && save_in_ok(l->in)) {
        int64_t k = n < PIECE ? n : PIECE;
        save_in_bytes(l->in, piece, (size_t)k * sizeof *piece);
        for (int64_t i = 0; i < k; i++) *p++ = (uint16_t)__builtin_bswap32(piece[i]);
        n -= k;
    }
}

static Str *read_string(SaveLoad *l)
{
    int32_t n = save_in_long(l->in);
    if (n > 0) n = save_in_long(l->in);
    if (n <= 0 || !save_in_ok(l->in)) return NULL;
    if (!save_in_holds(l->in, n)) return NULL;
    Str *s = str_new(NULL, (size_t)n);
    if (!s) {
        save_in_fail(l->in, E_NO_MEMORY, "Unable to allocate memory.");
        return NULL;
    }
    save_in_bytes(l->in, s->s, (size_t)n);
    save_in_align(l->in);
    return s;
}

static void read_record(SaveLoad *l, const SDef *def, char *p)
{
    for (int i = 0; i < def->ntags && save_in_ok(l->in); i++) {
        const Tag *t = &def->tag[i];
        read_elements(l, (TypeCode)t->type, t->def, p + t->offset, t->n);
    }
}

// n elements into zeroed memory.
static void read_elements(SaveLoad *l, TypeCode type, const SDef *def, void *p, int64_t n)
{
    size_t size = type_size(type);
    switch (type) {
    case T_BYTE:
        save_in_long(l->in);  // how many: some versions of IDL write it wrong
        save_in_bytes(l->in, p, (size_t)n);
        save_in_align(l->in);
        break;
    case T_INT:
    case T_UINT: read_short(l, p, n); break;
    case T_STRING:
        for (int64_t i = 0; i < n && save_in_ok(l->in); i++) ((StrSlot *)p)[i].p = read_string(l);
        break;
    case T_PTR:
    case T_OBJ:
        for (int64_t i = 0; i < n && save_in_ok(l->in); i++) ((HeapVar **)p)[i] = read_reference(l, type == T_OBJ);
        break;
    case T_STRUCT:
        for (int64_t i = 0; i < n && save_in_ok(l->in); i++) read_record(l, def, (char *)p + (size_t)i * def->size);
        break;
    default:
        save_in_bytes(l->in, p, (size_t)n * size);
        if (!save_in_ok(l->in)) return;
        if (type_is_complex(type)) words_swap(p, 2 * n, size / 2);
        else words_swap(p, n, size);
    }
}

// --- Values ----------------------------------------------------------------------------------------------------------

static void read_array(SaveLoad *l, const TypeDesc *d, Val *out)
{
    size_t elem = d->def ? d->def->size : type_size(d->type), bytes;
    if (__builtin_mul_overflow((size_t)d->shape.n, elem, &bytes) || bytes > INT64_MAX ||
        !save_in_holds(l->in, (int64_t)(bytes / GROWTH))) {
        damaged(l, "impossible sizes.");
        return;
    }
    Arr *a = d->def ? arr_new_struct(d->def, d->shape.rank, d->shape.dim)
                    : arr_new(d->type, d->shape.rank, d->shape.dim, false);
    if (!a) {
        save_in_fail(l->in, E_NO_MEMORY, "Unable to allocate memory.");
        return;
    }
    read_elements(l, d->type, d->def, a->data, a->n);
    *out = val_arr_take(a);
}

static void read_scalar(SaveLoad *l, TypeCode type, Val *out)
{
    union {
        Dcx z;
        StrSlot s;
        HeapVar *h;
    } space = {0};
    read_elements(l, type, NULL, &space, 1);
    *out = val_from_element(type, &space);
    if (type == T_STRING) str_drop(space.s.p);  // *out has its own reference
    if (type == T_PTR || type == T_OBJ) heap_drop(space.h);
}

void save_load_value(SaveLoad *l, Val *out)
{
    TypeDesc d = {0};
    int32_t type = save_in_long(l->in), flags = save_in_long(l->in);
    *out = VAL_NULL;
    if (!save_in_ok(l->in) || type == T_UNDEF) return;
    bool is_struct = flags & IS_STRUCT;
    if (!is_legal_type(type) || is_struct != (type == T_STRUCT)) {
        damaged(l, "unknown type of data.");
        return;
    }
    d.type = (TypeCode)type;
    d.is_array = flags & (IS_ARRAY | IS_STRUCT);
    if (d.is_array) read_shape(l, &d.shape);
    if (is_struct && save_in_ok(l->in)) d.def = read_struct(l, 0);
    if (save_in_ok(l->in) && expect(l, DATA_MARK, "no data where they should begin.")) {
        if (d.is_array) read_array(l, &d, out);
        else read_scalar(l, d.type, out);
    }
    sdef_drop(d.def);
}
