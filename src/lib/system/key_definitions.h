// What DEFINE_KEY has bound, for the line editor (repl/prompt.c), which takes them over at its next prompt.
#ifndef HELIO_LIB_SYSTEM_KEY_DEFINITIONS_H
#define HELIO_LIB_SYSTEM_KEY_DEFINITIONS_H

enum { KEY_DEFINITIONS_MAX = 128, KEY_NAME_MAX = 32, KEY_SEQUENCE_MAX = 96, KEY_TEXT_MAX = 512 };

typedef struct KeyDefinition {
    char name[KEY_NAME_MAX];
    char sequence[KEY_SEQUENCE_MAX]; // what the terminal sends, as readline writes it; several, by blanks
    char text[KEY_TEXT_MAX];         // that is typed in its place
    const char *command;             // or readline's name of what it does; NULL
    char is_entered;                 // Enter follows the text
} KeyDefinition;

// Those that are new since that many were told; their number goes to *n.
const KeyDefinition *key_definitions(int *n, unsigned *changes);

#endif
