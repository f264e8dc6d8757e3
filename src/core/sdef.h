// SDef: a structure definition: tags, their types and places in the record. Records are laid out as IDL lays them
// out (natural alignment; a string takes 16 bytes, a reference 8).
#ifndef HELIO_CORE_SDEF_H
#define HELIO_CORE_SDEF_H

#include "core/type.h"

typedef struct SDef SDef;

enum { SDEF_NESTING_MAX = 1000 };  // walks over a structure follow its nesting on the C stack

typedef struct Tag {
    char *name;  // upper case
    uint8_t type;
    uint8_t rank;  // 0: scalar
    int64_t n;     // elements, 1 for a scalar
    int64_t dim[MAX_RANK];
    SDef *def;      // of T_STRUCT: owned reference
    size_t offset;  // bytes from the start of the record
    size_t elem;    // bytes of one element
} Tag;

struct SDef {
    uint32_t refs;
    char *name;  // upper case; NULL: anonymous
    int ntags, cap;
    Tag *tag;
    size_t size;         // bytes of a record, padded: N_TAGS(/LENGTH)
    size_t data_length;  // without padding: N_TAGS(/DATA_LENGTH)
    size_t align;
    SDef **super;  // of a class: what it INHERITS, in order; owned references
    int nsupers;
    int depth;           // of structures and superclasses within it: 0 has none, below SDEF_NESTING_MAX
    bool is_restored;    // by RESTORE, without the class's NAME__DEFINE
    bool is_managed;  // some tag holds counted cells
    bool is_hidden;   // STRUCT_HIDE: lists of definitions leave it out
};

SDef *sdef_new(const char *name);  // name NULL: anonymous
static inline SDef *sdef_ref(SDef *d)
{
    d->refs++;
    return d;
}
void sdef_drop(SDef *d);
// Appends a tag and places it. rank 0 is a scalar; def for T_STRUCT, referenced. False: the name is taken.
bool sdef_add(SDef *d, const char *name, TypeCode t, int rank, const int64_t *dim, SDef *def);
// All tags of a superclass, and itself among the superclasses. False: a tag's name is taken.
bool sdef_inherit(SDef *d, SDef *super);
// super among the superclasses; its tags are there already.
void sdef_name_super(SDef *d, SDef *super);
// d is that class or inherits from it, however far up. Upper case.
bool sdef_is_a(const SDef *d, const char *name);
// After the last tag: pads the record.
void sdef_close(SDef *d);
int sdef_find(const SDef *d, const char *name);  // index, or -1; upper case
// Same tags' types and shapes in the same order (names do not count).
bool sdef_same_layout(const SDef *a, const SDef *b);
// Whether records of one can be assigned to those of the other: as above, but arrays of one element and scalars are alike. The
// memory looks the same.
bool sdef_fits(const SDef *a, const SDef *b);
// And the tags have the same names.
bool sdef_same(const SDef *a, const SDef *b);

#endif
