// The values of preferences and where they came from. They are read on first use: the environment and the user's file;
// what the command line says comes by pref_give. Start reading at preferences.
#include "vm/settings/preferences.h"

#include "base/mem.h"
#include "core/errors.h"
#include "vm/fault/error_line.h"
#include "vm/settings/preference_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define PREF(name, kind, otherwise, low, high, about) {"IDL_" #name, PREF_KIND_##kind, low, high, about},
static const PrefRow rows[] = {
#include "vm/settings/preferences.def"
};
#undef PREF

#define PREF(name, kind, otherwise, low, high, about) otherwise,
static const char *const defaults[] = {
#include "vm/settings/preferences.def"
};
#undef PREF

const PrefRow *pref_row(PrefId id) { return &rows[id]; }

PrefId pref_find(const char *name)
{
    int i = 0;
    while (i < PREF_COUNT && strcasecmp(rows[i].name, name) != 0) i++;
    return (PrefId)i;
}

bool pref_is_fixed(PrefId id) { return id == PREF_DIR; }

// --- Defaults that the system tells -----------------------------------------------------------------------------------

// The folder above the program's.
static char *folder_of_installation(void)
{
    char path[PATH_MAX + 1];
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);
    path[n > 0 ? n : 0] = '\0';
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(path, '/');
        if (slash) *slash = '\0';
    }
    return mem_strdup(*path ? path : "/");
}

static char *default_value(PrefId id)
{
    const char *folder = getenv("TMPDIR");
    if (id == PREF_DIR) return folder_of_installation();
    return mem_strdup(defaults[id] ? defaults[id] : folder && *folder ? folder : "/tmp");
}

// --- Sources ----------------------------------------------------------------------------------------------------------

static bool switch_value(const char *text, int32_t *n)
{
    static const char *const words[] = {"no", "yes", "off", "on", "false", "true", "0", "1"};
    for (int i = 0; i < 8; i++) {
        if (strcasecmp(text, words[i]) != 0) continue;
        *n = i % 2;
        return true;
    }
    return false;
}

static Status number_value(PrefId id, const char *text, int32_t *n)
{
    const PrefRow *r = &rows[id];
    if (r->kind == PREF_KIND_SWITCH) {
        if (switch_value(text, n)) return STATUS_OK;
        return status_fail(E_VALUE, "%s is either on or off (1, 0, yes, no, true, false): %s.", r->name, text);
    }
    char *end;
    long long x = strtoll(text, &end, 10);
    if (end == text || end[strspn(end, " \t")]) return status_fail(E_VALUE, "%s is a number: %s.", r->name, text);
    if (x < r->low || x > r->high) {
        return status_fail(E_VALUE, "%s must be in the range %d to %d: %s.", r->name, r->low, r->high, text);
    }
    *n = (int32_t)x;
    return STATUS_OK;
}

// The value as it is kept, owned.
static Status normalize(PrefId id, const char *text, char **value)
{
    char digits[24];
    int32_t n = 0;
    if (rows[id].kind == PREF_KIND_TEXT) {
        *value = mem_strdup(text);
        return STATUS_OK;
    }
    STATUS_TRY(number_value(id, text, &n));
    snprintf(digits, sizeof digits, "%d", n);
    *value = mem_strdup(digits);
    return STATUS_OK;
}

static Status keep(Preferences *p, PrefSource from, PrefId id, const char *text)
{
    char *value;
    STATUS_TRY(normalize(id, text, &value));
    mem_free(p->value[from][id]);
    p->value[from][id] = value;
    return STATUS_OK;
}

static void tell(Vm *vm, const char *where, Status s)
{
    if (!status_ok(s)) vm_error_line(vm, "%% Preference ignored (%s): %s", where, s.text ? s.text : "it cannot be read");
    status_drop(&s);
}

static void take_environment(Vm *vm)
{
    for (int i = 0; i < PREF_COUNT; i++) {
        const char *text = getenv(rows[i].name);
        if (text && (*text || rows[i].kind == PREF_KIND_TEXT)) {
            tell(vm, "environment", keep(vm->preferences, PREF_ENVIRONMENT, (PrefId)i, text));
        }
    }
}

static Status take_user(Vm *vm, PrefId id, const char *text) { return keep(vm->preferences, PREF_USER, id, text); }

static void take_user_file(Vm *vm)
{
    AUTO_FREE char *path = pref_user_file();
    if (path && access(path, F_OK) == 0) tell(vm, path, pref_read_file(vm, path, take_user));
}

static Preferences *preferences(Vm *vm)
{
    if (vm->preferences) return vm->preferences;
    vm->preferences = mem_must(sizeof *vm->preferences);
    for (int i = 0; i < PREF_COUNT; i++) vm->preferences->value[PREF_DEFAULT][i] = default_value((PrefId)i);
    take_user_file(vm);
    take_environment(vm);
    return vm->preferences;
}

// --- Asking and setting -----------------------------------------------------------------------------------------------

PrefSource pref_source(Vm *vm, PrefId id)
{
    int from = PREF_COMMAND_LINE;
    while (!preferences(vm)->value[from][id]) from--;
    return (PrefSource)from;
}

const char *pref_text(Vm *vm, PrefId id) { return preferences(vm)->value[pref_source(vm, id)][id]; }
int32_t pref_number(Vm *vm, PrefId id) { return (int32_t)strtol(pref_text(vm, id), NULL, 10); }
const char *pref_default(Vm *vm, PrefId id) { return preferences(vm)->value[PREF_DEFAULT][id]; }

const char *pref_pending(Vm *vm, PrefId id)
{
    const Preferences *p = preferences(vm);
    return p->to_default[id] ? p->value[PREF_DEFAULT][id] : p->pending[id];
}

Status pref_give(Vm *vm, PrefSource from, PrefId id, const char *text) { return keep(preferences(vm), from, id, text); }

Status pref_set_pending(Vm *vm, PrefId id, const char *text)
{
    static const char *const who[] = {"", "", "the environment", "the command line"};
    char *value = NULL;
    PrefSource from = pref_source(vm, id);
    if (pref_is_fixed(id)) return status_fail(E_VALUE, "Preference is read only: %s.", rows[id].name);
    if (from > PREF_USER) {
        return status_fail(E_VALUE, "Preference is read only: %s (%s sets it).", rows[id].name, who[from]);
    }
    if (text) STATUS_TRY(normalize(id, text, &value));
    pref_forget_pending(vm, id);
    vm->preferences->pending[id] = value;
    vm->preferences->to_default[id] = !text;
    return STATUS_OK;
}

void pref_forget_pending(Vm *vm, PrefId id)
{
    Preferences *p = preferences(vm);
    mem_free(p->pending[id]);
    p->pending[id] = NULL;
    p->to_default[id] = false;
}

Status pref_commit(Vm *vm, PrefId id)
{
    Preferences *p = preferences(vm);
    bool any = false;
    for (int i = 0; i < PREF_COUNT; i++) {
        if ((id != PREF_COUNT && i != (int)id) || !pref_pending(vm, (PrefId)i)) continue;
        mem_free(p->value[PREF_USER][i]);
        p->value[PREF_USER][i] = p->pending[i];
        p->pending[i] = NULL;
        p->to_default[i] = false;
        any = true;
    }
    return any ? pref_write_user_file(p) : STATUS_OK;
}

void pref_free(Vm *vm)
{
    Preferences *p = vm->preferences;
    for (int i = 0; p && i < PREF_COUNT; i++) {
        for (int from = 0; from < PREF_SOURCES; from++) mem_free(p->value[from][i]);
        mem_free(p->pending[i]);
    }
    mem_free(p);
    vm->preferences = NULL;
}
