// HELP: which of its lists is wanted, and where it goes. What the lists look like is in the other help_*.c. Start reading at
// pro_help.
#include "base/buf.h"
#include "io/lun.h"
#include "lib/control/breakpoint.h"
#include "lib/control/help.h"
#include "lib/control/levels.h"
#include "lib/control/lines.h"
#include "vm/dispatch/overload.h"
#include "vm/engine.h"
#include "vm/fault/messages.h"
#include "vm/structure/object_data.h"

#include <fnmatch.h>
#include <string.h>

#define HELP_KEYWORDS(K, R)                                                                                            \
    K(R, ALL_KEYS, FLAG) K(R, BREAKPOINTS, FLAG) K(R, BRIEF, FLAG) K(R, CALLS, OUT) K(R, DEVICE, FLAG) K(R, DLM, FLAG) \
    K(R, FILES, FLAG) K(R, FULL, FLAG) K(R, FUNCTIONS, FLAG) K(R, HEAP_VARIABLES, FLAG) K(R, KEYS, FLAG)               \
    K(R, LAMBDA, FLAG) K(R, LAST_MESSAGE, FLAG) K(R, LEVEL, "=value") K(R, LOOPS, FLAG) K(R, MEMORY, FLAG)             \
    K(R, MESSAGES, FLAG) K(R, NAMES, "=string") K(R, OBJECTS, FLAG) K(R, OUTPUT, OUT) K(R, PATH_CACHE, FLAG)           \
    K(R, PREFERENCES, FLAG) K(R, PROCEDURES, FLAG) K(R, RECALL_COMMANDS, FLAG) K(R, ROUTINES, FLAG)                    \
    K(R, SHARED_MEMORY, FLAG) K(R, SOURCE_FILES, FLAG) K(R, STRUCTURES, FLAG) K(R, SYSTEM_VARIABLES, FLAG)             \
    K(R, TRACEBACK, FLAG)
KEYWORDS(HELP)

bool help_is_named(const HelpHow *how, const char *name)
{
    if (!how->names) return true;
    for (int64_t i = 0; i < val_count(how->names); i++) {
        const Str *s = val_is_array(how->names) ? ((const StrSlot *)how->names->a->data)[i].p : how->names->s;
        if (fnmatch(str_text(s), name, FNM_CASEFOLD) == 0) return true;
    }
    return false;
}

void help_brief_names(Buf *b, const char *const *name, int n)
{
    size_t column = 0;
    for (int i = 0; i < n; i++) {
        bool folds = column && column + 2 + strlen(name[i]) > 78;
        buf_printf(b, "%s%s", folds ? "\n" : column ? "  " : "", name[i]);
        column = (folds || !column ? 0 : column + 2) + strlen(name[i]);
    }
    if (n) buf_putc(b, '\n');
}

// --- Arguments --------------------------------------------------------------------------------------------------------

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
        const Val *data = call_kw_set(c, KW_HELP_STRUCTURES) ? object_structure(c->vm, val_deref(&c->args[i])) : NULL;
        if (data) v = data;
        bool block = v->type == T_STRUCT && (call_kw_set(c, KW_HELP_STRUCTURES) || v->a->n == 1);
        Val text;
        if (call_kw_set(c, KW_HELP_OBJECTS) && v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed) {
            help_class_lines(c->vm, b, v->h->v.a->def);
        } else if (v->type == T_OBJ && overload_text(c->vm, v, "_OVERLOADHELP", name ? name : "<Expression>", &text)) {
            overloaded_lines(c, b, call_keep_take(c, text));
        } else if (block)
            help_structure_lines(b, v);
        else if (name)
            help_cell_line(c->vm, b, name, v);
        else
            help_variable_line(b, "<Expression>", v);
    }
}

// --- Keywords ---------------------------------------------------------------------------------------------------------

// Lists of the engine alone, by their keywords.
static const struct {
    int slot;
    void (*put)(Vm *vm, Buf *b);
} plain[] = {
    {KW_HELP_BREAKPOINTS, breakpoint_lines}, {KW_HELP_LAST_MESSAGE, help_last_message}, {KW_HELP_DEVICE, help_device},
    {KW_HELP_PATH_CACHE, help_path}, {KW_HELP_RECALL_COMMANDS, help_recall},
};

// Those of which NAMES chooses, and BRIEF or FULL.
static const struct {
    int slot;
    void (*put)(Vm *vm, Buf *b, const HelpHow *how);
} chosen[] = {
    {KW_HELP_HEAP_VARIABLES, help_heap_variables}, {KW_HELP_LOOPS, help_loops}, {KW_HELP_PREFERENCES, help_preferences},
    {KW_HELP_SYSTEM_VARIABLES, help_system_variables},
};

static const struct {
    int slot;
    unsigned which;
} routines[] = {
    {KW_HELP_LAMBDA, HELP_PROCEDURES | HELP_FUNCTIONS | HELP_LAMBDA},
    {KW_HELP_ROUTINES, HELP_PROCEDURES | HELP_FUNCTIONS},
    {KW_HELP_SOURCE_FILES, HELP_PROCEDURES | HELP_FUNCTIONS | HELP_FILES},
    {KW_HELP_PROCEDURES, HELP_PROCEDURES},
    {KW_HELP_FUNCTIONS, HELP_FUNCTIONS},
};

#define COUNT_OF(list) (sizeof(list) / sizeof *(list))

static bool table_lines(Call *c, Buf *b, const HelpHow *how)
{
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        if (call_kw_set(c, plain[i].slot)) return plain[i].put(c->vm, b), true;
    }
    for (size_t i = 0; i < COUNT_OF(chosen); i++) {
        if (call_kw_set(c, chosen[i].slot)) return chosen[i].put(c->vm, b, how), true;
    }
    for (size_t i = 0; i < COUNT_OF(routines); i++) {
        if (!call_kw_set(c, routines[i].slot)) continue;
        if (c->argc) help_usages(c, b);
        else help_routines(c->vm, b, routines[i].which, how);
        return true;
    }
    return false;
}

static bool keyword_lines(Call *c, Buf *b, const HelpHow *how)
{
    bool objects = call_kw_set(c, KW_HELP_OBJECTS);
    if (table_lines(c, b, how)) return true;
    if (!c->argc && (objects || call_kw_set(c, KW_HELP_STRUCTURES))) help_definitions(c->vm, b, objects, how);
    else if (call_kw_set(c, KW_HELP_FILES)) help_units(c, b);
    else if (call_kw_set(c, KW_HELP_MESSAGES)) messages_lines(c->vm, b, how->brief);
    else if (call_kw_set(c, KW_HELP_MEMORY)) help_memory(b);
    else if (call_kw_set(c, KW_HELP_TRACEBACK)) help_calls(c->vm, b, true);
    else if (call_kw_set(c, KW_HELP_DLM)) help_modules(c, b, how);
    else if (call_kw_set(c, KW_HELP_KEYS) || call_kw_set(c, KW_HELP_ALL_KEYS)) help_keys(b);
    else if (call_kw_set(c, KW_HELP_SHARED_MEMORY)) help_shared_memory(b);
    else return false;
    return true;
}

static void everything(Call *c, Buf *b, const HelpHow *how)
{
    int frame = levels_frame(c, call_kw_int(c, KW_HELP_LEVEL, 0));
    bool variables_only = how->names || call_kw_given(c, KW_HELP_LEVEL);
    if (!variables_only) help_calls(c->vm, b, true);
    help_frame_variables(c, b, frame, how);
    if (!variables_only) help_routine_names(c->vm, b);
}

// HELP [, Expr...] [, /FILES | /LOOPS | /MEMORY | /ROUTINES | /SOURCE_FILES | /TRACEBACK | ...] [, NAMES=patterns]
// [, OUTPUT=var]: one line a value, or a list; to standard output or into a string array. LOOPS, of our own, tells which loops of
// compiled routines have become machine code, and why others have not. Without anything: the calls that are running, the
// variables and the compiled routines. Manual: HELP.
static void pro_help(Call *c)
{
    Buf *b = lines_new(c);
    bool calls = call_kw_given(c, KW_HELP_CALLS);
    HelpHow how = {call_kw_set(c, KW_HELP_BRIEF), call_kw_set(c, KW_HELP_FULL), call_kw(c, KW_HELP_NAMES)};
    if (how.names) how.names = call_convert(c, how.names, T_STRING);
    if (calls) {
        help_calls(c->vm, b, false);
    } else if (!keyword_lines(c, b, &how)) {
        if (c->argc) argument_lines(c, b);
        else everything(c, b, &how);
    }
    if (calls || call_kw_given(c, KW_HELP_OUTPUT)) {
        call_kw_set_take(c, calls ? KW_HELP_CALLS : KW_HELP_OUTPUT, lines_value(c, b));
        return;
    }
    lines_write(c, LUN_STDOUT, b);
}

static const Routine rows[] = {
    {"HELP", PROCEDURE, {0, ARGS_ANY}, pro_help, "[, Expression1, ..., Expressionn]", KEYS(HELP)},
};
ROUTINE_TABLE(lib_help, rows)
