// Structure literals: {a: 1}, {NAME, 1, 2}, {NAME, INHERITS OTHER, a: 1}. Start reading at struct_literal.
#include "vm/place/literal.h"

#include "base/mem.h"
#include "vm/dispatch/classes.h"
#include "vm/fault/throw.h"
#include "vm/place/place.h"
#include "vm/structure/structure.h"

// {NAME} or {NAME, value, ...}: a structure defined before.
static Status known_structure(Vm *vm, const StructSite *site, const Val *values, Val *out)
{
    SDef *d = class_find(vm, site->name);
    if (!d) return status_fail(E_STRUCT, "Attempt to call undefined procedure: '%s__DEFINE'.", site->name);
    if (site->n > d->ntags) return status_fail(E_STRUCT, "Too many values for structure %s.", site->name);
    for (int i = 0; i < site->n; i++) place_tell_text(vm, d->tag[i].type, &values[i]);
    return struct_fill(d, values, site->n, out);
}

// With INHERITS: the tags of the superclass stand in its place.
static Status literal_with_supers(Vm *vm, SDef *d, const StructSite *site, const Val *values, int *at)
{
    for (int i = 0; i < site->n; i++) {
        if (!site->is_inherits[i]) {
            at[i] = d->ntags;
            STATUS_TRY(struct_add_tag(d, site->tag[i], &values[i]));
            continue;
        }
        SDef *super = class_find(vm, site->tag[i]);
        if (!super) return status_fail(E_STRUCT, "Attempt to call undefined procedure: '%s__DEFINE'.", site->tag[i]);
        if (super->depth >= SDEF_NESTING_MAX - 1) return struct_too_deep();
        int was = d->ntags;
        if (!sdef_inherit(d, super)) {
            return status_fail(E_TAG, "Conflicting or duplicate structure tag definition: %s.", super->tag[d->ntags - was].name);
        }
    }
    return STATUS_OK;
}

static Status inheriting(Vm *vm, const StructSite *site, const Val *values, Val *out)
{
    for (int i = 0; i < site->n; i++) {  // a __DEFINE that fails must not leave a definition half made
        if (site->is_inherits[i]) class_find(vm, site->tag[i]);
    }
    int *at = mem_must((size_t)site->n * sizeof *at);
    SDef *d = sdef_new(site->name);
    Status s = literal_with_supers(vm, d, site, values, at);
    sdef_close(d);
    if (status_ok(s)) s = struct_register(vm, d, site->name, NULL);
    if (status_ok(s)) s = struct_fill(map_get(&vm->structs, site->name), NULL, 0, out);
    for (int i = 0; i < site->n && status_ok(s); i++) {
        if (!site->is_inherits[i]) s = struct_set_tag(out->a, at[i], &values[i]);
    }
    sdef_drop(d);
    mem_free(at);
    return s;
}

void struct_literal(Vm *vm, const StructSite *site, const Val *values, Val *out)
{
    int named = 0, supers = 0;
    if (!site->n && !site->name) { // {} is !NULL
        *out = VAL_NULL;
        return;
    }
    for (int i = 0; i < site->n; i++) {
        if (val_is_null(&values[i]) && !site->is_inherits[i]) {
            vm_throw(vm, E_UNDEFVAR, "!NULL not allowed in tag definition: %s.", site->tag[i] ? site->tag[i] : site->name);
        }
        supers += site->is_inherits[i];
        named += site->tag[i] != NULL;
    }
    if (named < site->n && !site->name) vm_throw(vm, E_SYNTAX, "Anonymous structures need a name for each tag.");
    if (named && named < site->n) vm_throw(vm, E_SYNTAX, "Either all values of a structure have a tag name or none.");
    if (supers && !site->name) vm_throw(vm, E_SYNTAX, "INHERITS needs a named structure.");
    Status s = supers ? inheriting(vm, site, values, out) : site->name && !named
                   ? known_structure(vm, site, values, out)
                   : struct_make(vm, site->name, (const char *const *)site->tag, values, site->n, out);
    if (!status_ok(s)) vm_throw_status(vm, s);
}
