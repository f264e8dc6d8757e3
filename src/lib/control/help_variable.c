// How HELP shows variables: of a routine, of the system, of the heap; and structures. Start reading at help_variable_line.
#include "base/mem.h"
#include "core/list.h"
#include "core/table.h"
#include "fmt/default.h"
#include "lib/control/help.h"
#include "lib/control/levels.h"
#include "vm/engine.h"
#include "vm/scope/commons.h"
#include "vm/scope/variables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void dimensions(Buf *b, int rank, const int64_t *dim)
{
    buf_puts(b, "Array[");
    for (int d = 0; d < rank; d++) buf_printf(b, "%s%lld", d ? ", " : "", (long long)dim[d]);
    buf_putc(b, ']');
}

static void value_text(Buf *b, const Val *v)
{
    if (v->type == T_STRUCT) {
        const SDef *d = v->a->def;
        buf_printf(b, "-> %s ", d->name ? d->name : "<Anonymous>");
        dimensions(b, v->a->rank, v->a->dim);
    } else if (val_is_array(v)) {
        dimensions(b, v->a->rank, v->a->dim);
    } else if (v->flags & VF_BOOL) {
        buf_puts(b, v->b ? "true (1)" : "false (0)");
    } else if (v->type == T_UNDEF) {
        buf_puts(b, val_is_null(v) ? "!NULL" : "<Undefined>");
    } else if (v->type == T_STRING) {
        buf_printf(b, "'%.*s'", (int)str_len(v->s), str_text(v->s));
    } else {
        default_scalar(b, v->type, val_data_peek(v), false);
    }
}

// The COMMON block a variable belongs to, or NULL.
static const char *common_of(const Engine *e, const Val *cell)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(&e->commons, &at)) != NULL;) {
        const CommonBlock *block = x->value;
        for (int i = 0; i < block->n; i++) {
            if (block->cell[i] == cell) return x->key;
        }
    }
    return NULL;
}

void help_variable_line(Buf *b, const char *name, const Val *v)
{
    if (strlen(name) > 15)
        buf_printf(b, "%s\n%16s", name, "");
    else
        buf_printf(b, "%-16s", name);
    const Native *native = v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed ? v->h->native : NULL;
    bool is_collection = native && (native->kind == &list_kind || native->kind == &table_kind) &&
                         sdef_is_a(v->h->v.a->def, "IDL_OBJECT");
    if (!is_collection) buf_printf(b, "%-10s= ", v->flags & VF_BOOL ? "BOOLEAN" : type_name(v->type));
    value_text(b, v);
    buf_putc(b, '\n');
}

// A variable's line: "X (BLOCK)" when it is in COMMON.
void help_cell_line(Vm *vm, Buf *b, const char *name, const Val *cell)
{
    const char *block = common_of(vm->engine, cell);
    Buf both = BUF_INIT(1000);
    if (block) buf_printf(&both, "%s (%s)", name, *block ? block : "$BLANK$");
    help_variable_line(b, block && buf_ok(&both) ? both.p : name, cell);
    buf_free(&both);
}

// "** Structure NAME, n tags, length=L, data length=D:" and a line a tag.
void help_structure_lines(Buf *b, const Val *v)
{
    const SDef *d = v->a->def;
    if (d->name)
        buf_printf(b, "** Structure %s, ", d->name);
    else
        buf_printf(b, "** Structure <%llx>, ", (unsigned long long)(uintptr_t)d & 0xFFFFFFFF);
    buf_printf(b, "%d tags, length=%zu, data length=%zu", d->ntags, d->size, d->data_length);
    if (d->name)
        buf_puts(b, ":\n");
    else
        buf_printf(b, ", refs=%u:\n", v->a->refs);
    for (int i = 0; i < d->ntags; i++) {
        const Tag *t = &d->tag[i];
        if (strlen(t->name) > 15)
            buf_printf(b, "   %s\n   %16s", t->name, "");
        else
            buf_printf(b, "   %-16s", t->name);
        buf_printf(b, "%-10s", type_name(t->type));
        if (t->type == T_STRUCT) {
            buf_printf(b, "-> %s ", t->def->name ? t->def->name : "<Anonymous>");
            dimensions(b, t->rank ? t->rank : 1, t->dim);
        } else if (t->rank) {
            dimensions(b, t->rank, t->dim);
        } else {
            Val field = val_from_element(t->type, (const char *)v->a->data + t->offset);
            value_text(b, &field);
            val_drop(&field);
        }
        buf_putc(b, '\n');
    }
}

// --- Lists ------------------------------------------------------------------------------------------------------------

void help_frame_variables(Call *c, Buf *b, int frame, const HelpHow *how)
{
    int n;
    const char **name = levels_variables(c, frame, &n);
    for (int i = 0; i < n; i++) {
        Val *v = help_is_named(how, name[i]) ? frame_cell(c->vm, frame, name[i], false) : NULL;
        if (v) help_cell_line(c->vm, b, name[i], val_deref(v));
    }
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

void help_system_variables(Vm *vm, Buf *b, const HelpHow *how)
{
    const Map *m = &vm->sysvars;
    const char **name = mem_must((m->len + 1) * sizeof *name);
    size_t at = 0, n = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        if (help_is_named(how, x->key) || help_is_named(how, x->key + 1)) name[n++] = x->key;
    }
    qsort(name, n, sizeof *name, by_name);
    if (how->brief) help_brief_names(b, name, (int)n);
    for (size_t i = 0; i < n && !how->brief; i++) {
        SysVar *v = map_get(m, name[i]);
        if (v->get) val_set_take(&v->v, v->get(vm));
        help_variable_line(b, name[i], &v->v);
    }
    mem_free(name);
}

// The counts, then (not BRIEF) a line for each, the newest first as the heap has them; FULL: with the number of references.
void help_heap_variables(Vm *vm, Buf *b, const HelpHow *how)
{
    const Heap *heap = vm->heap;
    buf_printf(b, "Heap Variables:\n    # Pointer: %lld\n    # Object : %lld\n", (long long)heap_count(heap, false),
               (long long)heap_count(heap, true));
    bool any = false;
    for (HeapVar *h = NULL; !how->brief && (h = heap_next(heap, h));) {
        char name[80];
        int n = snprintf(name, sizeof name, "<%sHeapVar%lld>", h->is_object ? "Obj" : "Ptr", (long long)h->id);
        if (h->freed || !help_is_named(how, name)) continue;
        if (!any) buf_putc(b, '\n');
        any = true;
        if (how->full) snprintf(name + n, sizeof name - (size_t)n, "  refcount=%u", h->refs);
        help_variable_line(b, name, &h->v);
    }
}
