// The insides of preferences, shared with the reader and writer of their file.
#ifndef HELIO_VM_PREFERENCE_FILE_H
#define HELIO_VM_PREFERENCE_FILE_H

#include "vm/engine.h"
#include "vm/settings/preferences.h"

typedef struct Preferences {
    char *value[PREF_SOURCES][PREF_COUNT];  // NULL: the source says nothing
    char *pending[PREF_COUNT];              // of PREF_SET, to become the user's
    bool to_default[PREF_COUNT];            // pending: the user's value is to go
} Preferences;

// Writes what the user has set, through a new file that takes the old one's place.
MUST_USE Status pref_write_user_file(const Preferences *p);

#endif
