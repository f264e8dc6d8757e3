// Variables of other levels: SCOPE_VARFETCH, SCOPE_VARNAME, SCOPE_LEVEL, SCOPE_TRACEBACK;
// and DELVAR. Start reading at levels_frame.
#include "lib/control/levels.h"
#include "lib/control/passing.h"
#include "lib/control/system_record.h"
#include "vm/fault/throw.h"
#include "vm/frame/frames.h"
#include "vm/scope/commons.h"
#include "vm/scope/variables.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MOST = 128 };  // bytes of a variable's name

// --- Levels --------------------------------------------------------------------------------------------------------

int levels_current(Vm *vm)
{
    const Engine *e = vm->engine;
    int level = 0;
    for (int i = 0; i <= frame_top(vm->engine)->target; i++) level += e->frame[i].kind != FRAME_STATEMENT;
    return level;
}

int levels_frame(Call *c, int64_t level)
{
    const Engine *e = c->vm->engine;
    int current = levels_current(c->vm);
    int64_t wanted = level > 0 ? level : current + level;
    if (wanted < 1 || wanted > current) {
        throw_msg(c, E_VALUE, "Call level %lld does not exist (1 to %d do).", (long long)level, current);
    }
    for (int i = 0;; i++) {
        if (e->frame[i].kind != FRAME_STATEMENT && --wanted == 0) return i;
    }
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

const char **levels_variables(Call *c, int frame, int *n)
{
    const CallFrame *f = &c->vm->engine->frame[frame];
    int cells = f->cells ? f->cells->names.len : 0;
    const char **name = call_alloc(c, (size_t)(f->code->nvars + cells + 1) * sizeof *name);
    *n = 0;
    for (int i = 0; i < f->code->nvars; i++) name[(*n)++] = f->code->var[i];
    for (int i = 0; i < cells; i++) name[(*n)++] = f->cells->names.p[i];
    qsort(name, (size_t)*n, sizeof *name, by_name);
    return name;
}

// SCOPE_LEVEL(): the level of the routine that calls; 1 is $MAIN$ (LONG). Manual: SCOPE_LEVEL.
static void fn_scope_level(Call *c) { call_return_take(c, val_long(levels_current(c->vm))); }

// --- SCOPE_VARFETCH ------------------------------------------------------------------------------------------------

#define SCOPE_VARFETCH_KEYWORDS(K, R)                                                     \
    K(R, COMMON, "=string") K(R, ENTER, FLAG) K(R, LEVEL, "=value") K(R, REF_EXTRA, FLAG)
KEYWORDS(SCOPE_VARFETCH)

static const CommonBlock *common_named(Call *c, const Str *name)
{
    const CommonBlock *b = map_get(&c->vm->engine->commons, upper_name(c, name));
    if (!b) throw_msg(c, E_VALUE, "Common block does not exist: %s.", upper_name(c, name));
    return b;
}

// A member of a COMMON block by its name in the first declaration, or by its position.
static Val *common_member(Call *c, const Val *which)
{
    const CommonBlock *b = common_named(c, call_kw_str_peek(c, KW_SCOPE_VARFETCH_COMMON));
    if (which->type != T_STRING) {
        int64_t i = val_to_int(c, which, "position");
        if (i < 0 || i >= b->n) throw_msg(c, E_VALUE, "The common block has no variable %lld.", (long long)i);
        return b->cell[i];
    }
    const char *name = upper_name(c, val_to_str_peek(c, which, "name"));
    for (int i = 0; i < b->n; i++) {
        if (strcmp(b->name[i], name) == 0) return b->cell[i];
    }
    throw_msg(c, E_UNDEFVAR, "Variable is undefined: %s.", name);
}

static Val *ref_extra_keyword(const CallFrame *f, const char *name)
{
    for (int i = 0; f->refs && i < f->refs->n; i++) {
        if (strcmp(f->refs->item[i].name, name) == 0) return val_deref(&f->refs->item[i].v);
    }
    return NULL;
}

// Public programs make variables whose names no statement can write ("THREAD SUBMITTED AT ..." in SolarSoft's THREAD).
static bool is_name(const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++) {
        if (iscntrl((unsigned char)s[i])) return false;
    }
    return n > 0 && n <= NAME_MOST;
}

static Val *variable_at_level(Call *c, const char *name, int64_t level, bool enter)
{
    int frame = levels_frame(c, level);
    if (enter && !is_name(name)) throw_msg(c, E_VALUE, "Illegal variable name: %s.", name);
    Val *cell = frame_cell(c->vm, frame, name, enter);
    if (!cell) throw_msg(c, E_UNDEFVAR, "Variable is undefined: %s.", name);
    return cell;
}

// SCOPE_VARFETCH(Name [, LEVEL=n] [, /ENTER] [, COMMON=block] [, /REF_EXTRA]): the variable of another level, itself: in
// parentheses it can be assigned to, and as an argument it goes by reference. ENTER makes it when there is none, with any name
// that has no control characters. Manual: SCOPE_VARFETCH.
static void fn_scope_varfetch(Call *c)
{
    Val *cell;
    if (call_kw_given(c, KW_SCOPE_VARFETCH_COMMON)) {
        cell = common_member(c, call_arg(c, 0));
    } else {
        const char *name = upper_name(c, call_str_peek(c, 0));
        int64_t level = call_kw_int(c, KW_SCOPE_VARFETCH_LEVEL, 0);
        if (call_kw_set(c, KW_SCOPE_VARFETCH_REF_EXTRA)) {
            cell = ref_extra_keyword(&c->vm->engine->frame[levels_frame(c, level)], name);
            if (!cell) throw_msg(c, E_UNDEFVAR, "Variable is undefined: %s.", name);
        } else {
            cell = variable_at_level(c, name, level, call_kw_set(c, KW_SCOPE_VARFETCH_ENTER));
        }
    }
    if (!c->is_place && cell->type == T_UNDEF && !val_is_null(cell)) {
        vm_throw(c->vm, E_UNDEFVAR, "Variable is undefined: %s.", upper_name(c, call_str_peek(c, 0)));
    }
    call_return_take(c, c->is_place ? (Val){.type = T_REF, .ref = cell} : val_copy(cell));
}

// --- SCOPE_VARNAME -------------------------------------------------------------------------------------------------

#define SCOPE_VARNAME_KEYWORDS(K, R) K(R, COMMON, "=string") K(R, COUNT, OUT) K(R, LEVEL, "=value")
KEYWORDS(SCOPE_VARNAME)

static Val strings(Call *c, const char *const *text, int n)
{
    if (!n) return val_string("");
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){n}, true);
    for (int i = 0; i < n; i++) arr_set_take(a, i, val_string(text[i]));
    return val_arr_take(arr_ref(a));
}

// What a cell is called in a frame; "" when it is none of its variables.
static const char *name_in_frame(Call *c, int frame, const Val *cell)
{
    int n;
    const char **name = levels_variables(c, frame, &n);
    for (int i = 0; cell && i < n; i++) {
        if (frame_cell(c->vm, frame, name[i], false) == cell) return name[i];
    }
    return "";
}

// As the routine declares it; one that does not declare the block sees the names of its first declaration.
static const char *common_name(Call *c, const CommonBlock *b, int frame, int64_t k)
{
    if (k < 0 || k >= b->n) throw_msg(c, E_VALUE, "The common block has no variable %lld.", (long long)k);
    const char *name = name_in_frame(c, frame, b->cell[k]);
    return *name ? name : b->name[k];
}

// SCOPE_VARNAME([Var1, ...] [, COMMON=block] [, COUNT=n] [, LEVEL=n]): the names that the variables have at a level, ''
// for none; without arguments all names there. With COMMON: positions in the
// block. Manual: SCOPE_VARNAME.
static void fn_scope_varname(Call *c)
{
    bool common = call_kw_given(c, KW_SCOPE_VARNAME_COMMON);
    const CommonBlock *b = common ? common_named(c, call_kw_str_peek(c, KW_SCOPE_VARNAME_COMMON)) : NULL;
    int frame = levels_frame(c, call_kw_int(c, KW_SCOPE_VARNAME_LEVEL, 0));
    int n = !c->argc && common ? b->n : c->argc;
    const char **name;
    if (!n && !common) {
        name = levels_variables(c, frame, &n);
    } else {
        name = call_alloc(c, (size_t)n * sizeof *name);
        for (int i = 0; i < n; i++) {
            if (common) name[i] = common_name(c, b, frame, c->argc ? call_int(c, i) : i);
            else name[i] = name_in_frame(c, frame, call_arg_is_var(c, i) ? call_var_mut(c, i) : NULL);
        }
    }
    call_kw_set_take(c, KW_SCOPE_VARNAME_COUNT, val_long(n));
    call_return_take(c, c->argc == 1 ? val_string(name[0]) : strings(c, name, n));
}

// --- SCOPE_TRACEBACK -----------------------------------------------------------------------------------------------

#define SCOPE_TRACEBACK_KEYWORDS(K, R) K(R, STRUCTURE, FLAG) K(R, SYSTEM, FLAG)
KEYWORDS(SCOPE_TRACEBACK)

typedef struct TracePlace {
    const char *routine, *file;
    int line, level;
    bool is_function, is_system;
} TracePlace;

// Where $MAIN$ is: at the statement that called, of a program or typed.
static const CallFrame *main_statement(const Engine *e)
{
    return e->depth > 0 && e->frame[1].kind == FRAME_STATEMENT && e->frame[1].target == 0 ? &e->frame[1] : &e->frame[0];
}

// Built-in routines at work that frame i called.
static int system_places(const Engine *e, int i, int level, TracePlace *p)
{
    int n = 0;
    for (int k = 0; k < e->ncalls; k++) {
        const CallFrame *caller = &e->frame[e->calls[k].depth];
        if (caller->target != i) continue;
        const Routine *r = e->calls[k].routine;
        p[n++] = (TracePlace){r->name, "", 0, level, r->kind == FUNCTION, true};
    }
    return n;
}

static int trace_places(Call *c, bool with_system, TracePlace *p)
{
    const Engine *e = c->vm->engine;
    int n = 0, level = 0;
    for (int i = 0; i <= e->depth; i++) {
        const CallFrame *f = &e->frame[i];
        if (f->kind == FRAME_STATEMENT) continue;
        const CallFrame *at = f->kind == FRAME_MAIN ? main_statement(e) : f;
        bool typed = f->kind == FRAME_MAIN && (at->kind != FRAME_STATEMENT || at->quiet_stop);
        p[n++] = (TracePlace){.routine = f->code->name,
                              .file = at->code->path && !typed ? at->code->path : "",
                              .line = typed ? 0 : code_line(at->code, at->pc),
                              .level = ++level,
                              .is_function = f->code->is_function};
        if (with_system) n += system_places(e, i, level, p + n);
    }
    return n;
}

static Val trace_structures(Call *c, const TracePlace *p, int n)
{
    static const SystemTag tags[] = {
        {"ROUTINE", T_STRING, 0, 0}, {"FILENAME", T_STRING, 0, 0}, {"LINE", T_LONG, 0, 0}, {"LEVEL", T_LONG, 0, 0},
        {"IS_FUNCTION", T_BYTE, 0, 0}, {"METHOD", T_BYTE, 0, 0}, {"RESTORED", T_BYTE, 0, 0}, {"SYSTEM", T_BYTE, 0, 0},
    };
    Val one = system_record(c->vm, "IDL_TRACEBACK", tags, (int)(sizeof tags / sizeof *tags));
    if (val_is_undef(&one)) throw_no_memory(c);
    Arr *all = arr_new_struct(call_keep_take(c, one)->a->def, 1, (int64_t[]){n});
    if (!all) throw_no_memory(c);
    for (int i = 0; i < n; i++) {
        char *record = arr_at(all, i);
        const Tag *t = all->def->tag;
        ((StrSlot *)(record + t[0].offset))->p = str_from(p[i].routine);
        ((StrSlot *)(record + t[1].offset))->p = str_from(p[i].file);
        *(int32_t *)(record + t[2].offset) = p[i].line;
        *(int32_t *)(record + t[3].offset) = p[i].level;
        record[t[4].offset] = (char)p[i].is_function;
        record[t[5].offset] = strstr(p[i].routine, "::") != NULL;
        record[t[7].offset] = (char)p[i].is_system;
    }
    return val_arr_take(all);
}

// "NAME <file(  12)>", or the name alone.
static Val trace_text(const TracePlace *p)
{
    char text[4400];
    if (*p->file) snprintf(text, sizeof text, "%s <%s(%4d)>", p->routine, p->file, p->line);
    else snprintf(text, sizeof text, "%s", p->routine);
    return val_string(text);
}

// SCOPE_TRACEBACK([/STRUCTURE] [, /SYSTEM]): the routines that are running, $MAIN$ first, as text or as structures.
// Manual: SCOPE_TRACEBACK.
static void fn_scope_traceback(Call *c)
{
    const Engine *e = c->vm->engine;
    TracePlace *p = call_alloc(c, (size_t)(e->depth + 1 + e->ncalls) * sizeof *p);
    int n = trace_places(c, call_kw_set(c, KW_SCOPE_TRACEBACK_SYSTEM), p);
    if (call_kw_set(c, KW_SCOPE_TRACEBACK_STRUCTURE)) {
        call_return_take(c, trace_structures(c, p, n));
        return;
    }
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){n}, true);
    for (int i = 0; i < n; i++) arr_set_take(a, i, trace_text(&p[i]));
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// --- DELVAR --------------------------------------------------------------------------------------------------------

// DELVAR, V1, ..., Vn: deletes variables of the main level. Manual: DELVAR.
static void pro_delvar(Call *c)
{
    if (frame_top(c->vm->engine)->target != 0) throw_msg(c, E_VALUE, "Variables can be deleted at the main level only.");
    for (int i = 0; i < c->argc; i++) {
        const char *name = name_in_frame(c, 0, call_var_mut(c, i));
        if (!*name) {
            throw_msg(c, E_NOT_VAR, "Expression must be named variable in this context: %s.", call_arg_name(c, i));
        }
        frame_forget(c->vm, 0, name);
    }
}

static const Routine rows[] = {
    {"DELVAR", PROCEDURE, {1, ARGS_ANY}, pro_delvar, "V1, ..., Vn"},
    {"SCOPE_LEVEL", FUNCTION, {0, 0}, fn_scope_level, ""},
    {"SCOPE_TRACEBACK", FUNCTION, {0, 0}, fn_scope_traceback, "", KEYS(SCOPE_TRACEBACK)},
    {"SCOPE_VARFETCH", FUNCTION, {1, 1}, fn_scope_varfetch, "Varname", KEYS(SCOPE_VARFETCH)},
    {"SCOPE_VARNAME", FUNCTION, {0, ARGS_ANY}, fn_scope_varname, "[Var1 [, ..., Varn]]", KEYS(SCOPE_VARNAME)},
};
ROUTINE_TABLE(lib_scope, rows)
