// Preferences: named settings whose value comes from the command line, else the environment, else the user's file, else
// the built-in default. Programs see them by PREF_GET and PREF_SET (lib/control/preferences.c).
#ifndef HELIO_VM_PREFERENCES_H
#define HELIO_VM_PREFERENCES_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Vm Vm;

#define PREF(name, kind, otherwise, low, high, about) PREF_##name,
typedef enum PrefId {
#include "vm/settings/preferences.def"
    PREF_COUNT
} PrefId;
#undef PREF

typedef enum PrefKind { PREF_KIND_TEXT, PREF_KIND_NUMBER, PREF_KIND_SWITCH } PrefKind;
typedef enum PrefSource { PREF_DEFAULT, PREF_USER, PREF_ENVIRONMENT, PREF_COMMAND_LINE, PREF_SOURCES } PrefSource;

typedef struct PrefRow {
    const char *name;  // "IDL_PATH"
    PrefKind kind;
    int32_t low, high;
    const char *about;
} PrefRow;

const PrefRow *pref_row(PrefId id);
PrefId pref_find(const char *name);  // in any case of letters; PREF_COUNT: there is none of that name
bool pref_is_fixed(PrefId id);       // not taken from preference files

// The value in force. Numbers and switches as decimal text.
const char *pref_text(Vm *vm, PrefId id);
int32_t pref_number(Vm *vm, PrefId id);
PrefSource pref_source(Vm *vm, PrefId id);
const char *pref_default(Vm *vm, PrefId id);
const char *pref_pending(Vm *vm, PrefId id);  // NULL: none is

// The value from one source; "yes", "no", "on", "off", "true" and "false" serve switches. E_VALUE says what is wrong.
MUST_USE Status pref_give(Vm *vm, PrefSource from, PrefId id, const char *text);
// The user's value that is to be: a text, or NULL for the default's. E_VALUE for a bad one, and for a preference that a
// stronger source has set.
MUST_USE Status pref_set_pending(Vm *vm, PrefId id, const char *text);
void pref_forget_pending(Vm *vm, PrefId id);
// Makes the pending values (of id; PREF_COUNT: of all) the user's and writes the user's file.
MUST_USE Status pref_commit(Vm *vm, PrefId id);
void pref_free(Vm *vm);

// Each line "NAME : VALUE" of a preference file. E_OPEN when it cannot be read; what is wrong in it is told on the error
// unit, with the line's number, and left out.
typedef Status (*PrefTake)(Vm *vm, PrefId id, const char *text);
MUST_USE Status pref_read_file(Vm *vm, const char *path, PrefTake take);
char *pref_user_file(void);  // owned; NULL: none is kept (HELIO_PREFERENCES is empty, or there is no home)

#endif
