// HELP: what variables, routines, files and memory look like, in IDL's columns. Start reading at pro_help.
#include "base/buf.h"
#include "base/mem.h"
#include "core/heap.h"
#include "fmt/default.h"
#include "io/lun.h"
#include "lib/control/breakpoint.h"
#include "lib/control/help.h"
#include "lib/control/levels.h"
#include "vm/engine.h"
#include "vm/overload.h"
#include "vm/usage.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP_KEYWORDS(K)                                                                                            \
    K(HELP, BREAKPOINTS) K(HELP, BRIEF) K(HELP, CALLS) K(HELP, FILES) K(HELP, FULL) K(HELP, FUNCTIONS)              \
    K(HELP, HEAP_VARIABLES) K(HELP, LAST_MESSAGE)                                                                   \
    K(HELP, LEVEL) K(HELP, MEMORY) K(HELP, NAMES) K(HELP, OBJECTS) K(HELP, OUTPUT) K(HELP, PROCEDURES)              \
    K(HELP, ROUTINES)                                                                                               \
    K(HELP, SOURCE_FILES) K(HELP, STRUCTURES) K(HELP, SYSTEM_VARIABLES) K(HELP, TRACEBACK)
KEYWORDS(HELP)

enum { HELP_WIDTH = 80 };

// --- One variable
// -----------------------------------------------------------------------------------------------------

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
    bool is_collection = v->type == T_OBJ && !val_is_array(v) && v->h && v->h->native && v->h->native->is_plain;
    if (!is_collection) buf_printf(b, "%-10s= ", type_name(v->type));
    value_text(b, v);
    buf_putc(b, '\n');
}

// A variable's line: "X (BLOCK)" when it is in COMMON.
static void named_line(Buf *b, const Engine *e, const char *name, const Val *cell)
{
    const char *block = common_of(e, cell);
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

// --- Lists
// --------------------------------------------------------------------------------------------------------------

// Frames of typed text are not among the calls.
static bool is_call(const Engine *e, int i, bool any_shown)
{
    const CallFrame *f = &e->frame[i];
    if (f->kind == FRAME_STATEMENT && (f->quiet_stop || f->target)) return false;
    return !(f->kind == FRAME_MAIN && any_shown && e->frame[1].kind == FRAME_STATEMENT && !e->frame[1].quiet_stop);
}

// CALLS: "NAME <file(line)>", innermost first.
static void call_lines(Call *c, Buf *b)
{
    Engine *e = c->vm->engine;
    int shown = 0;
    for (int i = e->depth; i >= 0; i--) {
        const CallFrame *f = &e->frame[i];
        if (!is_call(e, i, shown)) continue;
        shown++;
        buf_puts(b, f->code->name);
        if (f->kind == FRAME_ROUTINE)
            buf_printf(b, " <%s(%4d)>", f->code->path ? f->code->path : "", code_line(f->code, f->pc));
        buf_putc(b, '\n');
    }
}

static void place_lines(Call *c, Buf *b)
{
    Engine *e = c->vm->engine;
    for (int i = e->depth, shown = 0; i >= 0; i--) {
        const CallFrame *f = &e->frame[i];
        if (!is_call(e, i, shown)) continue;
        int line = f->kind == FRAME_MAIN ? 0 : code_line(f->code, f->pc);
        buf_printf(b, shown++ ? "%%    " : "%% At ");
        buf_printf(b, "%-16s", f->code->name);
        if (line) buf_printf(b, "%5d %s", line, f->code->path ? f->code->path : "");
        buf_putc(b, '\n');
    }
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

// Those with COMPILE_OPT HIDDEN are not shown.
static const char **sorted_names(const Map *m, size_t *n)
{
    const char **name = mem_must((m->len + 1) * sizeof *name);
    size_t at = 0;
    *n = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        if (!(((const UserRoutine *)x->value)->code->options & OPT_HIDDEN)) name[(*n)++] = x->key;
    }
    qsort(name, *n, sizeof *name, by_name);
    return name;
}

// A routine a line: with its parameters, or with its file.
static void routine_lines(Buf *b, const Map *m, const char *title, bool files)
{
    size_t n;
    const char **name = sorted_names(m, &n);
    buf_printf(b, "%s:\n", title);
    for (size_t i = 0; i < n; i++) {
        const Code *code = ((const UserRoutine *)map_get(m, name[i]))->code;
        if (!files)
            usage_put_brief(code, b);
        else
            buf_printf(b, "%-15s %s", code->name, code->path ? code->path : "");
        buf_putc(b, '\n');
    }
    buf_putc(b, '\n');
    mem_free(name);
}

// The names alone, as bare HELP has them.
static void routine_names(Buf *b, const Map *m, const char *title, const char *first)
{
    size_t n, column = 4 + strlen(first);
    const char **name = sorted_names(m, &n);
    buf_printf(b, "%s:\n", title);
    if (n || *first) buf_printf(b, "    %s", first);
    for (size_t i = 0; i < n; i++) {
        bool fresh = column == 4, folds = !fresh && column + 2 + strlen(name[i]) > 80;
        buf_printf(b, "%s%s", folds ? "\n    " : fresh ? "" : "  ", name[i]);
        column = (folds || fresh ? 4 : column + 2) + strlen(name[i]);
    }
    buf_puts(b, n || *first ? "\n\n" : "\n");
    mem_free(name);
}

// Whether NAMES= (patterns with * and ?) asks for a variable; without it all are asked for.
static bool is_named(const Val *patterns, const char *name)
{
    if (!patterns) return true;
    for (int64_t i = 0; i < val_count(patterns); i++) {
        const Str *s = val_is_array(patterns) ? ((const StrSlot *)patterns->a->data)[i].p : patterns->s;
        if (fnmatch(str_text(s), name, FNM_CASEFOLD) == 0) return true;
    }
    return false;
}

static void all_variables(Call *c, Buf *b)
{
    Engine *e = c->vm->engine;
    const Val *patterns = call_kw(c, KW_HELP_NAMES);
    if (patterns) patterns = call_convert(c, patterns, T_STRING);
    int n, frame = levels_frame(c, call_kw_int(c, KW_HELP_LEVEL, 0));
    const char **name = levels_variables(c, frame, &n);
    for (int i = 0; i < n; i++) {
        Val *v = is_named(patterns, name[i]) ? frame_cell(c->vm, frame, name[i], false) : NULL;
        if (v) named_line(b, e, name[i], val_deref(v));
    }
}

static void file_lines(Call *c, Buf *b)
{
    bool any = false;
    for (int lun = 1; lun <= LUN_LAST; lun++) {
        LunStat st;
        TRY(c, lun_stat(c->vm->units, lun, &st));
        if (!st.open && !st.is_reserved) continue;
        if (!any) buf_puts(b, "Unit     Attributes                    Name\n");
        any = true;
        char attributes[80] = "";
        if (st.read) strcat(attributes, "Read,");
        if (st.write) strcat(attributes, "Write,");
        if (st.rawio) strcat(attributes, "RawIO,");
        if (st.compress) strcat(attributes, "Compress,");
        if (st.is_a_tty) strcat(attributes, "Tty,");
        if (st.is_reserved) strcat(attributes, "Reserved,");
        if (*attributes) attributes[strlen(attributes) - 1] = '\0';
        buf_printf(b, "%3d      %-29s %s\n", lun, attributes, st.name);
    }
    if (!any) buf_puts(b, "No files are open.\n");
}

static void memory_line(Buf *b)
{
    MemStats m = mem_stats();
    buf_printf(b, "heap memory used: %lld, max: %lld, gets: %lld, frees: %lld\n", (long long)m.in_use,
               (long long)m.high_water, (long long)m.gets, (long long)m.frees);
    mem_reset_high_water();
}

static void system_variable_lines(Call *c, Buf *b)
{
    const Map *m = &c->vm->sysvars;
    const char **name = mem_must((m->len + 1) * sizeof *name);
    size_t at = 0, n = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) name[n++] = x->key;
    qsort(name, n, sizeof *name, by_name);
    if (call_kw_set(c, KW_HELP_BRIEF)) help_brief_names(b, name, (int)n), n = 0;
    for (size_t i = 0; i < n; i++) {
        SysVar *v = map_get(m, name[i]);
        if (v->get) val_set_take(&v->v, v->get(c->vm));
        help_variable_line(b, name[i], &v->v);
    }
    mem_free(name);
}

// The counts, then a line for each, the newest first as the heap has them; FULL: with the number of references.
static void heap_lines(Call *c, Buf *b)
{
    const Heap *heap = c->vm->heap;
    buf_printf(b, "Heap Variables:\n    # Pointer: %lld\n    # Object : %lld\n", (long long)heap_count(heap, false),
               (long long)heap_count(heap, true));
    bool any = false;
    for (HeapVar *h = NULL; (h = heap_next(heap, h));) {
        char name[80];
        if (h->freed) continue;
        if (!any) buf_putc(b, '\n');
        any = true;
        int n = snprintf(name, sizeof name, "<%sHeapVar%lld>", h->is_object ? "Obj" : "Ptr", (long long)h->id);
        if (call_kw_set(c, KW_HELP_FULL)) snprintf(name + n, sizeof name - (size_t)n, "  refcount=%u", h->refs);
        help_variable_line(b, name, &h->v);
    }
}

// --- Arguments
// ------------------------------------------------------------------------------------------------------------

// What _overloadHelp has returned: a string, or one a line.
static void overloaded_lines(Call *c, Buf *b, const Val *text)
{
    text = call_convert(c, text, T_STRING);
    for (int64_t i = 0; i < val_count(text); i++) {
        const Str *s = val_is_array(text) ? ((StrSlot *)text->a->data)[i].p : text->s;
        buf_put(b, str_text(s), str_len(s));
        buf_putc(b, '\n');
    }
}

static void argument_lines(Call *c, Buf *b)
{
    for (int i = 0; i < c->argc; i++) {
        const Val *v = call_arg_peek(c, i);
        const char *name = call_arg_variable(c, i);
        bool block = v->type == T_STRUCT && (call_kw_set(c, KW_HELP_STRUCTURES) || v->a->n == 1);
        Val text;
        if (call_kw_set(c, KW_HELP_OBJECTS) && v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed) {
            help_class_lines(c->vm, b, v->h->v.a->def);
        } else if (v->type == T_OBJ && overload_text(c->vm, v, "_OVERLOADHELP", name ? name : "<Expression>", &text)) {
            overloaded_lines(c, b, call_keep_take(c, text));
        } else if (block)
            help_structure_lines(b, v);
        else if (name)
            named_line(b, c->vm->engine, name, v);
        else
            help_variable_line(b, "<Expression>", v);
    }
}

// HELP, /ROUTINES, 'name': how it is called.
static void usage_lines(Call *c, Buf *b)
{
    for (int i = 0; i < c->argc; i++) {
        char *name = call_alloc(c, str_len(call_str_peek(c, i)) + 1);
        strcpy(name, str_text(call_str_peek(c, i)));
        for (char *p = name; *p; p++) *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
        if (!usage_put(c->vm, name, HELP_WIDTH, b)) throw_msg(c, E_VALUE, "No routine is called %s.", name);
    }
}

static bool keyword_lines(Call *c, Buf *b)
{
    Engine *e = c->vm->engine;
    bool routines = call_kw_set(c, KW_HELP_ROUTINES) || call_kw_set(c, KW_HELP_PROCEDURES);
    if (c->argc && (routines || call_kw_set(c, KW_HELP_FUNCTIONS))) {
        usage_lines(c, b);
        return true;
    }
    if (!c->argc && (call_kw_set(c, KW_HELP_OBJECTS) || call_kw_set(c, KW_HELP_STRUCTURES))) {
        help_definitions(c->vm, b, call_kw_set(c, KW_HELP_OBJECTS), call_kw_set(c, KW_HELP_BRIEF), call_kw_set(c, KW_HELP_FULL));
        return true;
    }
    if (call_kw_set(c, KW_HELP_BREAKPOINTS)) breakpoint_lines(c->vm, b);
    else if (call_kw_set(c, KW_HELP_FILES)) file_lines(c, b);
    else if (call_kw_set(c, KW_HELP_MEMORY)) memory_line(b);
    else if (call_kw_set(c, KW_HELP_TRACEBACK)) place_lines(c, b);
    else if (call_kw_set(c, KW_HELP_LAST_MESSAGE))
        buf_printf(b, "%s%s\n", *e->error.msg ? e->error.msg_prefix : "", e->error.msg);
    else if (call_kw_set(c, KW_HELP_HEAP_VARIABLES))
        heap_lines(c, b);
    else if (call_kw_set(c, KW_HELP_SYSTEM_VARIABLES))
        system_variable_lines(c, b);
    else if (call_kw_set(c, KW_HELP_ROUTINES) || call_kw_set(c, KW_HELP_SOURCE_FILES)) {
        bool files = call_kw_set(c, KW_HELP_SOURCE_FILES);
        routine_lines(b, &e->procedures, "Compiled Procedures", files);
        routine_lines(b, &e->functions, "Compiled Functions", files);
    } else if (call_kw_set(c, KW_HELP_PROCEDURES))
        routine_lines(b, &e->procedures, "Compiled Procedures", false);
    else if (call_kw_set(c, KW_HELP_FUNCTIONS))
        routine_lines(b, &e->functions, "Compiled Functions", false);
    else
        return false;
    return true;
}

// The lines as a string array.
static Val lines_value(Call *c, const Buf *b)
{
    int64_t n = 0;
    for (size_t i = 0; i < b->len; i++) n += b->p[i] == '\n';
    if (!n) return val_string("");
    Arr *a = arr_new1(T_STRING, n, true);
    if (!a) throw_no_memory(c);
    const char *p = b->p;
    for (int64_t i = 0; i < n; i++) {
        const char *end = strchr(p, '\n');
        ((StrSlot *)a->data)[i].p = str_new(p, (size_t)(end - p));
        p = end + 1;
    }
    return val_arr_take(a);
}

static void free_buf(void *b) { buf_free(b); }

static void write_lines(Call *c, const Buf *b)
{
    Unit *u;
    TRY(c, lun_for_text(c->vm->units, LUN_STDOUT, UF_WRITE, &u));
    TRY(c, unit_write_text(u, b->p ? b->p : "", b->len));
    TRY(c, unit_end_text(u));
}

void help_write_take(Call *c, Buf b)
{
    Buf *kept = call_alloc(c, sizeof *kept);
    *kept = b;
    call_defer(c, free_buf, kept);
    write_lines(c, kept);
}

// HELP [, Expr...] [, /FILES | /MEMORY | /ROUTINES | /SOURCE_FILES | /TRACEBACK | ...] [, OUTPUT=var]: one line a
// value, or a list; to standard output or into a string array. Manual: HELP.
static void pro_help(Call *c)
{
    Engine *e = c->vm->engine;
    Buf *b = call_alloc(c, sizeof *b);
    *b = BUF_INIT((size_t)256 << 20);
    call_defer(c, free_buf, b);
    bool calls = call_kw_given(c, KW_HELP_CALLS);
    if (calls)
        call_lines(c, b);
    else if (!keyword_lines(c, b)) {
        if (c->argc) {
            argument_lines(c, b);
        } else if (call_kw_given(c, KW_HELP_NAMES) || call_kw_given(c, KW_HELP_LEVEL)) {
            all_variables(c, b);
        } else {
            place_lines(c, b);
            all_variables(c, b);
            routine_names(b, &e->procedures, "Compiled Procedures", "$MAIN$");
            routine_names(b, &e->functions, "Compiled Functions", "");
        }
    }
    if (!buf_ok(b)) throw_no_memory(c);
    if (calls || call_kw_given(c, KW_HELP_OUTPUT)) {
        call_kw_set_take(c, calls ? KW_HELP_CALLS : KW_HELP_OUTPUT, lines_value(c, b));
        return;
    }
    write_lines(c, b);
}

static const Routine rows[] = {
    ROW_PRO(HELP, 0, ARGS_ANY, pro_help,
            "HELP [, Expression1, ..., Expressionn] [, CALLS=variable] [, /FILES] [, /FUNCTIONS] [, /HEAP_VARIABLES] "
            "[, /LAST_MESSAGE] [, /MEMORY] [, /OBJECTS] [, OUTPUT=variable] [, /PROCEDURES] [, /ROUTINES] "
            "[, /SOURCE_FILES] [, /STRUCTURES] [, /SYSTEM_VARIABLES] [, /TRACEBACK]"),
};
ROUTINE_TABLE(lib_help, rows)
