// Preferences as programs see them: PREF_GET, PREF_SET, PREF_COMMIT, PREF_MIGRATE. Start reading at fn_pref_get.
#include "lib/control/preferences.h"

#include "lib/string/texts.h"
#include "vm/engine.h"
#include "vm/structure/structure.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *preference_source_word(PrefSource from)
{
    static const char *const words[] = {"Default", "User", "Environment", "Command Line"};
    return words[from];
}

static PrefId named(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (v->type != T_STRING) throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, i));
    PrefId id = pref_find(call_path(c, i));
    if (id == PREF_COUNT) throw_msg(c, E_VALUE, "Unknown preference: %s.", call_path(c, i));
    return id;
}

static Val as_value(PrefId id, const char *text)
{
    if (pref_row(id)->kind == PREF_KIND_TEXT) return val_string(text);
    return val_long((int32_t)strtol(text, NULL, 10));
}

// --- PREF_GET ---------------------------------------------------------------------------------------------------------

#define PREF_GET_KEYWORDS(K, R) K(R, NAMES_ALL, FLAG) K(R, NUM_PENDING, OR_FLAG) K(R, STRUCTURE, OR_FLAG)
KEYWORDS(PREF_GET)

static void return_names(Call *c)
{
    TextsResult r = texts_vector(c, T_STRING, PREF_COUNT);
    for (int i = 0; i < PREF_COUNT; i++) texts_set(c, &r, i, pref_row((PrefId)i)->name, strlen(pref_row((PrefId)i)->name));
    texts_return(c, &r);
}

static bool is_read_only(Vm *vm, PrefId id) { return pref_is_fixed(id) || pref_source(vm, id) > PREF_USER; }

static void return_structure(Call *c, PrefId id)
{
    static const char *const kinds[] = {"STRING", "INTEGER", "BOOLEAN"};
    static const char *const tags[] = {"NAME", "DESCRIPTION", "TYPENAME", "CURRENT_VALUE", "CURRENT_SOURCE", "DEFAULT_VALUE",
                                       "READONLY", "IS_PENDING", "PENDING_VALUE", "MIN_VALUE", "MAX_VALUE"};
    const PrefRow *r = pref_row(id);
    const char *pending = pref_pending(c->vm, id), *now = pref_text(c->vm, id);
    const Val values[] = {
        *call_keep_take(c, val_string(r->name)), *call_keep_take(c, val_string(r->about)),
        *call_keep_take(c, val_string(kinds[r->kind])), *call_keep_take(c, as_value(id, now)),
        *call_keep_take(c, val_string(preference_source_word(pref_source(c->vm, id)))),
        *call_keep_take(c, as_value(id, pref_default(c->vm, id))),
        val_long(is_read_only(c->vm, id)), val_long(pending != NULL),
        *call_keep_take(c, as_value(id, pending ? pending : now)), val_long(r->low), val_long(r->high),
    };
    Val out = VAL_UNDEF;
    bool is_text = r->kind == PREF_KIND_TEXT;
    TRY(c, struct_make(c->vm, NULL, tags, values, is_text ? 9 : 11, &out));
    call_return_take(c, out);
}

// PREF_GET([Name] [, /NAMES_ALL | /NUM_PENDING | /STRUCTURE]): the value in force (STRING or LONG); the names of all
// preferences; how many have a value set but not committed (LONG); all about one. An unknown name is an error.
// Manual: PREF_GET; the tags of the structure beside CURRENT_SOURCE are ours.
static void fn_pref_get(Call *c)
{
    bool names = call_kw_set(c, KW_PREF_GET_NAMES_ALL), count = call_kw_set(c, KW_PREF_GET_NUM_PENDING);
    if (names + count + call_kw_set(c, KW_PREF_GET_STRUCTURE) > 1) throw_msg(c, E_ARGS, "Conflicting keywords.");
    if (names) {
        return_names(c);
    } else if (count) {
        int n = 0;
        for (int i = 0; i < PREF_COUNT; i++) n += pref_pending(c->vm, (PrefId)i) != NULL;
        call_return_take(c, val_long(n));
    } else if (!c->argc) {
        throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    } else if (call_kw_set(c, KW_PREF_GET_STRUCTURE)) {
        return_structure(c, named(c, 0));
    } else {
        PrefId id = named(c, 0);
        call_return_take(c, as_value(id, pref_text(c->vm, id)));
    }
}

// --- PREF_SET, PREF_COMMIT --------------------------------------------------------------------------------------------

#define PREF_SET_KEYWORDS(K, R) K(R, COMMIT, FLAG) K(R, DEFAULT, FLAG) K(R, FILENAME, "=file")
KEYWORDS(PREF_SET)
#define PREF_COMMIT_KEYWORDS(K, R) K(R, RESET, FLAG) K(R, RESTORE, OR_FLAG)
KEYWORDS(PREF_COMMIT)

static void commit(Call *c, PrefId id)
{
    bool changed[PREF_COUNT];
    for (int i = 0; i < PREF_COUNT; i++) changed[i] = (id == PREF_COUNT || i == (int)id) && pref_pending(c->vm, (PrefId)i);
    TRY(c, pref_commit(c->vm, id));
    for (int i = 0; i < PREF_COUNT; i++) {
        if (changed[i]) TRY(c, preference_apply(c->vm, (PrefId)i));
    }
}

// A value given as a string, or a number for what is a number.
static void set_pending(Call *c, PrefId id, int i)
{
    const Val *v = call_arg(c, i);
    char digits[24];
    if (v->type == T_STRING) {
        TRY(c, pref_set_pending(c->vm, id, call_path(c, i)));
    } else if (pref_row(id)->kind == PREF_KIND_TEXT) {
        throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, i));
    } else {
        snprintf(digits, sizeof digits, "%lld", (long long)call_int(c, i));
        TRY(c, pref_set_pending(c->vm, id, digits));
    }
}

// PREF_SET, Name1, Value1 [, ... Namen, Valuen] | Name1 [, ... Namen], /DEFAULT | FILENAME=file [, /COMMIT]: values that
// PREF_COMMIT (or /COMMIT) makes the user's; of a preference file all. Errors: an unknown name, a value out of range, a
// preference that the environment or the command line has set. Manual: PREF_SET.
static void pro_pref_set(Call *c)
{
    const Str *file = call_kw_str_peek(c, KW_PREF_SET_FILENAME);
    bool to_default = call_kw_set(c, KW_PREF_SET_DEFAULT);
    if (file && (c->argc || to_default)) throw_msg(c, E_ARGS, "Conflicting arguments: FILENAME stands alone.");
    if (!file && (!c->argc || (!to_default && c->argc % 2))) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    PrefId *id = call_alloc(c, (size_t)(c->argc + 1) * sizeof *id);
    for (int i = 0; i < c->argc; i += to_default ? 1 : 2) id[i] = named(c, i);
    for (int i = 0; i < c->argc; i += to_default ? 1 : 2) {
        if (to_default) TRY(c, pref_set_pending(c->vm, id[i], NULL));
        else set_pending(c, id[i], i + 1);
    }
    if (file) TRY(c, pref_read_file(c->vm, str_text(file), pref_set_pending));
    if (!call_kw_set(c, KW_PREF_SET_COMMIT)) return;
    if (file) commit(c, PREF_COUNT);
    for (int i = 0; i < c->argc; i += to_default ? 1 : 2) commit(c, id[i]);
}

static void commit_one(Call *c, PrefId id)
{
    if (call_kw_set(c, KW_PREF_COMMIT_RESET)) pref_forget_pending(c->vm, id);
    else if (call_kw_set(c, KW_PREF_COMMIT_RESTORE)) TRY(c, preference_apply(c->vm, id));
    else commit(c, id);
}

// PREF_COMMIT [, Name1, ... Namen] [, /RESET | /RESTORE]: makes pending values the user's and in force, of all preferences
// or those named; RESET forgets them; RESTORE sets system variables to what the preferences say again. Manual: PREF_COMMIT.
static void pro_pref_commit(Call *c)
{
    bool reset = call_kw_set(c, KW_PREF_COMMIT_RESET), restore = call_kw_set(c, KW_PREF_COMMIT_RESTORE);
    if (reset && restore) throw_msg(c, E_ARGS, "Conflicting keywords.");
    PrefId *id = call_alloc(c, (size_t)(c->argc + 1) * sizeof *id);
    for (int i = 0; i < c->argc; i++) id[i] = named(c, i);
    for (int i = 0; i < c->argc; i++) commit_one(c, id[i]);
    if (c->argc) return;
    if (!reset && !restore) commit(c, PREF_COUNT);
    for (int i = 0; i < PREF_COUNT && (reset || restore); i++) commit_one(c, (PrefId)i);
}

// --- PREF_MIGRATE -----------------------------------------------------------------------------------------------------

#define PREF_MIGRATE_KEYWORDS(K, R) K(R, MACRO, FLAG) K(R, PREFERENCE, FLAG) K(R, STARTUP, FLAG)
KEYWORDS(PREF_MIGRATE)

static void free_glob(void *g) { globfree(g); }

// The youngest preference file that an IDL has left below the home folder; NULL.
static const char *file_of_idl(Call *c)
{
    const char *home = getenv("HOME");
    const char *below = "/.idl/*/pref-*/idl.pref";
    glob_t *g = call_alloc(c, sizeof *g);
    char *pattern = call_alloc(c, strlen(home ? home : "") + strlen(below) + 1);
    strcat(strcpy(pattern, home ? home : ""), below);
    int failed = glob(pattern, 0, NULL, g);
    call_defer(c, free_glob, g);
    if (failed == GLOB_NOSPACE) throw_no_memory(c);
    const char *best = NULL;
    struct timespec newest = {0, 0};
    for (size_t i = 0; !failed && i < g->gl_pathc; i++) {
        struct stat st;
        if (stat(g->gl_pathv[i], &st) != 0) continue;
        bool later = st.st_mtim.tv_sec > newest.tv_sec ||
                     (st.st_mtim.tv_sec == newest.tv_sec && st.st_mtim.tv_nsec > newest.tv_nsec);
        if (best && !later) continue;
        best = g->gl_pathv[i];
        newest = st.st_mtim;
    }
    return best;
}

// PREF_MIGRATE [, /PREFERENCE] [, /STARTUP]: takes over the preferences of an IDL on this account (the youngest
// ~/.idl/*/pref-*/idl.pref) and commits them. The keywords are of other systems (manual: they have no meaning on Unix).
// Manual: PREF_MIGRATE.
static void pro_pref_migrate(Call *c)
{
    const char *path = file_of_idl(c);
    if (!path) {
        call_warn(c, true, "No preferences of another version were found.");
        return;
    }
    TRY(c, pref_read_file(c->vm, path, pref_set_pending));
    commit(c, PREF_COUNT);
    call_warn(c, true, "Preferences taken over from %s", path);
}

// --- HELP, /PREFERENCES -----------------------------------------------------------------------------------------------

void preference_lines(Vm *vm, Buf *b, PrefId id, bool full)
{
    const PrefRow *r = pref_row(id);
    const char *pending = pref_pending(vm, id), *mark = r->kind == PREF_KIND_TEXT ? "'" : "";
    buf_printf(b, "%-30s %s%s%s (%s)\n", r->name, mark, pref_text(vm, id), mark,
               preference_source_word(pref_source(vm, id)));
    if (pending) buf_printf(b, "    Pending: %s%s%s\n", mark, pending, mark);
    if (!full) return;
    buf_printf(b, "    %s\n    Default: %s%s%s\n", r->about, mark, pref_default(vm, id), mark);
    if (r->kind == PREF_KIND_SWITCH) buf_puts(b, "    Values: 0 (no, off, false), 1 (yes, on, true)\n");
    else if (r->kind == PREF_KIND_NUMBER) buf_printf(b, "    Range: %d to %d\n", r->low, r->high);
    if (is_read_only(vm, id)) buf_puts(b, "    Read only\n");
}

static const Routine table[] = {
    {"PREF_GET", FUNCTION, {0, 1}, fn_pref_get, "[PrefName]", KEYS(PREF_GET)},
    {"PREF_SET", PROCEDURE, {0, ARGS_ANY}, pro_pref_set, "[, PrefName1, Value1, ..., PrefNamen, Valuen]",
     KEYS(PREF_SET)},
    {"PREF_COMMIT", PROCEDURE, {0, ARGS_ANY}, pro_pref_commit, "[, PrefName1, ..., PrefNamen]", KEYS(PREF_COMMIT)},
    {"PREF_MIGRATE", PROCEDURE, {0, 0}, pro_pref_migrate, "", KEYS(PREF_MIGRATE)},
};
ROUTINE_TABLE(lib_preferences, table)
