// HELP, /OBJECTS and /STRUCTURES without arguments: what classes and named structures there are. Start reading at
// help_class_lines.
#include "base/mem.h"
#include "base/vec.h"
#include "lib/control/help.h"
#include "vm/engine.h"

#include <stdlib.h>
#include <string.h>

typedef struct Names {
    VEC(const char *) name;
} Names;

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static void sort_names(Names *n)
{
    if (n->name.len) qsort(n->name.p, (size_t)n->name.len, sizeof *n->name.p, by_text);
}

static bool is_method_of(const char *routine, const char *class_name)
{
    size_t n = strlen(class_name);
    return strncmp(routine, class_name, n) == 0 && routine[n] == ':' && routine[n + 1] == ':';
}

static void add_methods(Names *names, const Map *m, const char *class_name)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        bool known = false;
        for (int i = 0; i < names->name.len && !known; i++) known = strcmp(names->name.p[i], x->key) == 0;
        if (!known && is_method_of(x->key, class_name)) VEC_PUSH(&names->name, x->key);
    }
}

// The methods that are known now: compiled ones and built-in ones.
static void find_methods(const Engine *e, const char *class_name, Names *functions, Names *procedures)
{
    add_methods(functions, &e->functions, class_name);
    add_methods(functions, &e->builtin_fun, class_name);
    add_methods(procedures, &e->procedures, class_name);
    add_methods(procedures, &e->builtin_pro, class_name);
    sort_names(functions);
    sort_names(procedures);
}

static void superclass_lines(Buf *b, const SDef *d, bool direct)
{
    for (int i = 0; i < d->nsupers; i++) buf_printf(b, "      %s%s\n", d->super[i]->name, direct ? "  <Direct>" : "");
    for (int i = 0; i < d->nsupers; i++) superclass_lines(b, d->super[i], false);
}

static void name_lines(Buf *b, const char *title, const Names *n)
{
    if (n->name.len) buf_printf(b, "   Known %s Methods:\n", title);
    for (int i = 0; i < n->name.len; i++) buf_printf(b, "      %s\n", n->name.p[i]);
}

void help_class_lines(Vm *vm, Buf *b, const SDef *d)
{
    Names functions = {0}, procedures = {0};
    find_methods(vm->engine, d->name, &functions, &procedures);
    int n = functions.name.len + procedures.name.len;
    buf_printf(b, "** Object class %s, %d direct superclass%s, %d known method%s\n", d->name, d->nsupers,
               d->nsupers == 1 ? "" : "es", n, n == 1 ? "" : "s");
    if (d->nsupers) buf_puts(b, "   Superclasses:\n");
    superclass_lines(b, d, true);
    name_lines(b, "Function", &functions);
    name_lines(b, "Procedure", &procedures);
    VEC_FREE(&functions.name);
    VEC_FREE(&procedures.name);
}

// A class has methods or superclasses; other named structures are just that.
static bool is_class(const Vm *vm, const SDef *d)
{
    Names functions = {0}, procedures = {0};
    find_methods(vm->engine, d->name, &functions, &procedures);
    bool is = d->nsupers || functions.name.len || procedures.name.len;
    VEC_FREE(&functions.name);
    VEC_FREE(&procedures.name);
    return is;
}

void help_definitions(Vm *vm, Buf *b, bool objects, const HelpHow *how)
{
    Names names = {0};
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(&vm->structs, &at)) != NULL;) {
        const SDef *d = x->value;
        if ((d->is_hidden && !how->full) || !help_is_named(how, x->key) || (objects && !is_class(vm, d))) continue;
        VEC_PUSH(&names.name, x->key);
    }
    sort_names(&names);
    if (how->brief) help_brief_names(b, names.name.p, names.name.len);
    for (int i = 0; i < names.name.len && !how->brief; i++) {
        SDef *d = map_get(&vm->structs, names.name.p[i]);
        Arr *empty = objects ? NULL : arr_new_struct(d, 1, (int64_t[]){1});
        if (objects) help_class_lines(vm, b, d);
        if (!empty) continue;
        Val v = val_arr_take(empty);
        help_structure_lines(b, &v);
        val_drop(&v);
    }
    VEC_FREE(&names.name);
}
