// The error list as a table, searched by number.
#include "core/errors.h"

#include <stddef.h>
#include <string.h>

static const ErrorRow rows[] = {
#define ERR(name, number, kind, text) {"IDL_M_" #name, number, EK_##kind, text},
#include "core/errors.def"
#undef ERR
};

const ErrorRow *error_row(int code)
{
    static const ErrorRow success = {"IDL_M_SUCCESS", 0, EK_OTHER, ""};
    static const ErrorRow unknown = {"IDL_M_INTERNAL", E_INTERNAL, EK_OTHER, "Internal error."};
    if (code == 0) return &success;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].number == code) return &rows[i];
    }
    return &unknown;
}

const ErrorRow *error_row_at(int i)
{
    return i >= 0 && (size_t)i < sizeof rows / sizeof rows[0] ? &rows[i] : NULL;
}

const ErrorRow *error_row_named(const char *name)
{
    int i = 0;
    while (error_row_at(i) && strcmp(rows[i].name, name) != 0) i++;
    return error_row_at(i);
}
