// All that a SAVE file holds, read before anything in the session changes. Records are io/save_in.c, values
// io/save_load.c.
#ifndef HELIO_LIB_SAVE_CONTENTS_H
#define HELIO_LIB_SAVE_CONTENTS_H

#include "base/vec.h"
#include "io/save_value.h"
#include "vm/call/call.h"

typedef struct SaveItem {
    char *name;
    Val v;
    bool is_system;
} SaveItem;

typedef struct SaveSource {
    char *name, *path, *text;
    bool is_function;
    int first_line;
} SaveSource;

typedef struct SaveContents {
    SaveLoad load;
    VEC(SaveItem) items;
    VEC(char *) commons; // "BLOCK,A,B"
    VEC(SaveSource) sources;
    VEC(char *) compiled; // routines in IDL's own form
    char *date, *user, *host, *arch, *os, *release, *description;
    Vm *vm;
} SaveContents;

// Reads the file into s, which is zeroed. What it holds is to be freed also when it throws.
void contents_read(Call *c, SaveContents *s, const char *path);
// What is dropped here has come out of the file: no CLEANUP runs.
void contents_free(SaveContents *s);
// A routine in IDL's own compiled form cannot be had.
_Noreturn void contents_throw_compiled(Call *c, const char *routine, const char *path);

#endif
