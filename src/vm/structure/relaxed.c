// Relaxed structure assignment. Tags are matched by name; each is converted, cut or filled with zeros to fit.
// Start reading at struct_assign_relaxed.
#include "vm/structure/relaxed.h"

#include "vm/array/convert.h"
#include "vm/structure/structure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *name_of(const SDef *d) { return d->name ? d->name : "<Anonymous>"; }

PRINTF_LIKE(2, 3) static void say(const Relaxed *how, const char *format, ...)
{
    char text[512];
    va_list args;
    if (!how->say) return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    how->say(how->arg, text);
}

static void zero_elements(Arr *a, int64_t from)
{
    if (from >= a->n) return;
    arr_drop_elements((TypeCode)a->type, a->def, arr_at(a, from), a->n - from);
    memset(arr_at(a, from), 0, (size_t)(a->n - from) * a->elem);
}

static bool is_plain(int t) { return type_is_numeric((TypeCode)t) || t == T_STRING; }

// n elements of src in dst's type.
static Status copy_converted(Arr *dst, const Arr *src, int64_t n)
{
    Arr *part = arr_new1((TypeCode)src->type, n, true);
    if (!part) return (Status){E_NO_MEMORY, 0, NULL};
    arr_copy_elements(part, 0, src, 0, n);
    Val from = val_arr_take(part), to;
    Status s = val_convert(&from, (TypeCode)dst->type, &to, NULL);
    val_drop(&from);
    if (!status_ok(s)) return s;
    arr_copy_elements(dst, 0, to.a, 0, n);
    val_drop(&to);
    return STATUS_OK;
}

static void compare_lengths(const SDef *d, const Tag *from, const Tag *to, const Relaxed *how)
{
    if (from->n > to->n) {
        say(how, "%s tag %s is longer than destination.\n                 The end will be clipped.", name_of(d), from->name);
    } else if (from->n < to->n) {
        say(how, "%s tag %s is shorter than destination.\n                 The end will be zero filled.", name_of(d), from->name);
    }
}

static Status assign_tag(Arr *dst, const Arr *src, const Relaxed *how)
{
    int64_t n = src->n < dst->n ? src->n : dst->n;
    Status s = STATUS_OK;
    if (dst->type == T_STRUCT) s = struct_assign_relaxed(dst, src, how);
    else if (dst->type == src->type) arr_copy_elements(dst, 0, src, 0, n);
    else s = copy_converted(dst, src, n);
    if (status_ok(s) && dst->type != T_STRUCT) zero_elements(dst, n);
    return s;
}

static Status assign_record(Arr *dst, const Arr *src, int64_t record, const Relaxed *how)
{
    const SDef *d = src->def;
    for (int i = 0; i < d->ntags; i++) {
        const Tag *from = &d->tag[i];
        int at = sdef_find(dst->def, from->name);
        if (at < 0) {
            say(how, "Destination lacks %s tag %s. Not copied.", name_of(d), from->name);
            continue;
        }
        const Tag *to = &dst->def->tag[at];
        Arr w = struct_window(dst, record, to), r = struct_window(src, record, from);
        if (from->type != to->type && !(is_plain(from->type) && is_plain(to->type))) {
            say(how, "%s tag %s is of another kind in the destination. Not copied.", name_of(d), from->name);
            if (how->zero) zero_elements(&w, 0);
            continue;
        }
        compare_lengths(d, from, to, how);
        STATUS_TRY(assign_tag(&w, &r, how));
    }
    for (int i = 0; how->zero && i < dst->def->ntags; i++) {
        Arr w = struct_window(dst, record, &dst->def->tag[i]);
        if (sdef_find(d, dst->def->tag[i].name) < 0) zero_elements(&w, 0);
    }
    return STATUS_OK;
}

Status struct_assign_relaxed(Arr *dst, const Arr *src, const Relaxed *how)
{
    Relaxed quiet = *how;
    quiet.say = NULL;
    for (int64_t i = 0; i < dst->n && i < src->n; i++) STATUS_TRY(assign_record(dst, src, i, i ? &quiet : how));
    if (how->zero && src->n < dst->n) zero_elements(dst, src->n);
    return STATUS_OK;
}
