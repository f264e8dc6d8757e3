// BYTEORDER, SWAP_ENDIAN and SWAP_ENDIAN_INPLACE: bytes of variables in another order. This machine is little-endian
// (the kernels need it), so that network order is the other one. Start reading at pro_byteorder.
#include "base/words.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"

#include <string.h>

// --- BYTEORDER ------------------------------------------------------------------------------------------------------

#define BYTEORDER_KEYWORDS(K, R)                                                                                   \
    K(R, DTOXDR, FLAG) K(R, FTOXDR, OR_FLAG) K(R, HTONL, OR_FLAG) K(R, HTONS, OR_FLAG) K(R, L64SWAP, OR_FLAG)      \
    K(R, LSWAP, OR_FLAG) K(R, NTOHL, OR_FLAG) K(R, NTOHS, OR_FLAG) K(R, SSWAP, OR_FLAG) K(R, XDRTOD, OR_FLAG)      \
    K(R, XDRTOF, OR_FLAG) K(R, SWAP_IF_BIG_ENDIAN, FLAG) K(R, SWAP_IF_LITTLE_ENDIAN, OR_FLAG) K(R, DTOVAX, HIDDEN) \
    K(R, FTOVAX, HIDDEN) K(R, VAXTOD, HIDDEN) K(R, VAXTOF, HIDDEN)
KEYWORDS(BYTEORDER)

static size_t word_size(Call *c)
{
    static const uint8_t size[KW_COUNT_BYTEORDER] = {
        [KW_BYTEORDER_DTOXDR] = 8,  [KW_BYTEORDER_FTOXDR] = 4, [KW_BYTEORDER_HTONL] = 4,  [KW_BYTEORDER_HTONS] = 2,
        [KW_BYTEORDER_L64SWAP] = 8, [KW_BYTEORDER_LSWAP] = 4,  [KW_BYTEORDER_NTOHL] = 4,  [KW_BYTEORDER_NTOHS] = 2,
        [KW_BYTEORDER_SSWAP] = 2,   [KW_BYTEORDER_XDRTOD] = 8, [KW_BYTEORDER_XDRTOF] = 4,
    };
    static const int vax[] = {KW_BYTEORDER_DTOVAX, KW_BYTEORDER_FTOVAX, KW_BYTEORDER_VAXTOD, KW_BYTEORDER_VAXTOF};
    for (size_t i = 0; i < sizeof vax / sizeof vax[0]; i++) {
        if (call_kw_set(c, vax[i])) {
            throw_msg(c, E_UNSUPPORTED, "The keyword %s is not supported by this version.", routine_keyword(c->routine, vax[i]));
        }
    }
    for (int i = 0; i < KW_COUNT_BYTEORDER; i++) {
        if (size[i] && call_kw_set(c, i)) return size[i];
    }
    return 2;
}

// BYTEORDER, Variable1, ..., Variablen [, /SSWAP | /LSWAP | /L64SWAP | /NTOHL ...]: the bytes of each word are
// reversed, whatever the variable's type; words of two bytes unless a keyword says otherwise. Manual: BYTEORDER.
static void pro_byteorder(Call *c)
{
    size_t size = word_size(c);
    for (int i = 0; i < c->argc; i++) {
        const Val *given = call_arg(c, i);
        axis_need_numeric(c, given, i);
        Val *v = call_var_mut(c, i);
        if (call_kw_set(c, KW_BYTEORDER_SWAP_IF_BIG_ENDIAN)) continue;
        size_t bytes = (size_t)val_count(v) * type_size(v->type);
        if (bytes % size)
            throw_msg(c, E_SHAPE, "Operand's size must be a multiple of %d bytes: %s.", (int)size, call_arg_name(c, i));
        if (val_is_array(v) && !arr_mut(v)) throw_no_memory(c);
        if (v->type == T_DCOMPLEX && !val_is_array(v)) val_set_take(v, val_dcomplex(v->z->z.re, v->z->z.im));
        words_swap((void *)val_data_peek(v), (int64_t)(bytes / size), size);
    }
}

// --- SWAP_ENDIAN ----------------------------------------------------------------------------------------------------

#define SWAP_ENDIAN_KEYWORDS(K, R) K(R, SWAP_IF_BIG_ENDIAN, FLAG) K(R, SWAP_IF_LITTLE_ENDIAN, OR_FLAG)
KEYWORDS(SWAP_ENDIAN)

static void swap_record(Call *c, const SDef *d, char *record);

// With c Ctrl-C is looked for between pieces; what is left then is of no use.
static void swap_words(Call *c, void *data, int64_t n, size_t size)
{
    enum { PIECE = 1 << 20 };
    for (int64_t at = 0; at < n; at += PIECE) {
        if (c) call_poll(c);
        words_swap((char *)data + (size_t)at * size, n - at < PIECE ? n - at : PIECE, size);
    }
}

static void swap_elements(Call *c, TypeCode t, const SDef *def, void *data, int64_t n)
{
    if (t == T_STRUCT) {
        for (int64_t i = 0; i < n; i++) swap_record(c, def, (char *)data + (size_t)i * def->size);
    } else if (type_is_complex(t)) {
        swap_words(c, data, 2 * n, type_size(t) / 2);
    } else if (type_is_numeric(t)) {
        swap_words(c, data, n, type_size(t));
    }
}

static void swap_record(Call *c, const SDef *d, char *record)
{
    for (int i = 0; i < d->ntags; i++) {
        const Tag *t = &d->tag[i];
        swap_elements(c, (TypeCode)t->type, t->def, record + t->offset, t->n);
    }
}

// A value of its own in *v, swapped; a variable of the program wholly or not at all.
static void swap_value(Call *c, Val *v, bool in_place)
{
    if (call_kw_set(c, KW_SWAP_ENDIAN_SWAP_IF_BIG_ENDIAN)) return;
    if (val_is_array(v) && !arr_mut(v)) throw_no_memory(c);
    if (v->type == T_DCOMPLEX && !val_is_array(v)) val_set_take(v, val_dcomplex(v->z->z.re, v->z->z.im));
    const SDef *def = val_is_array(v) ? v->a->def : NULL;
    swap_elements(in_place ? NULL : c, (TypeCode)v->type, def, (void *)val_data_peek(v), val_count(v));
}

// Numbers, copied and swapped piece by piece.
static void return_swapped(Call *c, const Val *v)
{
    enum { PIECE = 1 << 18 };
    void *out;
    Val *cell = convert_unset_like(c, v, (TypeCode)v->type, &out);
    size_t size = type_size(v->type), word = type_is_complex(v->type) ? size / 2 : size;
    for (int64_t at = 0; at < v->a->n; at += PIECE) {
        size_t bytes = (size_t)(v->a->n - at < PIECE ? v->a->n - at : PIECE) * size;
        char *to = (char *)out + (size_t)at * size;
        memcpy(to, (const char *)v->a->data + (size_t)at * size, bytes);
        swap_words(c, to, (int64_t)(bytes / word), word);
    }
    call_return_take(c, val_take(cell));
}

// SWAP_ENDIAN(Variable [, /SWAP_IF_BIG_ENDIAN | /SWAP_IF_LITTLE_ENDIAN]): numbers with their bytes in the other order,
// of structures tag by tag; strings as they are. Manual: SWAP_ENDIAN.
static void fn_swap_endian(Call *c)
{
    const Val *given = call_arg(c, 0);
    if (val_is_array(given) && type_is_numeric(given->type) && !call_kw_set(c, KW_SWAP_ENDIAN_SWAP_IF_BIG_ENDIAN)) {
        return_swapped(c, given);
        return;
    }
    Val *v = call_keep_take(c, val_copy(call_arg(c, 0)));
    swap_value(c, v, false);
    call_return_take(c, val_take(v));
}

// SWAP_ENDIAN_INPLACE, Variable: the same, in the variable. Manual: SWAP_ENDIAN_INPLACE.
static void pro_swap_endian_inplace(Call *c)
{
    call_arg(c, 0);
    swap_value(c, call_var_mut(c, 0), true);
}

static const Routine rows[] = {
    {"BYTEORDER", PROCEDURE, {1, ARGS_ANY}, pro_byteorder, "Variable1, ..., Variablen", KEYS(BYTEORDER),
     .pooled = true},
    {"SWAP_ENDIAN", FUNCTION, {1, 1}, fn_swap_endian, "Variable", KEYS(SWAP_ENDIAN)},
    {"SWAP_ENDIAN_INPLACE", PROCEDURE, {1, 1}, pro_swap_endian_inplace, "Variable", KEYS(SWAP_ENDIAN)},
};
ROUTINE_TABLE(lib_byteorder, rows)
