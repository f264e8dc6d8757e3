// The stable names of all errors, from core/errors.def.
#ifndef HELIO_CORE_ERRORS_H
#define HELIO_CORE_ERRORS_H

#include "base/status.h"

typedef enum ErrorCode {
    E_OK = 0,
#define ERR(name, number, kind, text) E_##name = number,
#include "core/errors.def"
#undef ERR
} ErrorCode;

// TLS said no: E_TLS, or one of the rows that tell why.
static inline bool error_is_tls(int code) { return code == E_TLS || (code <= E_TLS_EXPIRED && code >= E_TLS_STAPLE); }

// A proxy, or the way to it, is why there is no connection.
static inline bool error_is_proxy(int code) { return code <= E_PROXY && code >= E_PROXY_TIMEOUT; }

typedef enum ErrorKind { EK_OTHER, EK_IO } ErrorKind;

typedef struct ErrorRow {
    const char *name;  // "IDL_M_..." as !ERROR_STATE.NAME shows it
    int number;        // !ERROR_STATE.CODE, negative
    ErrorKind kind;    // EK_IO: ON_IOERROR sees it
    const char *text;  // what it says when the Status has no text of its own
} ErrorRow;

const ErrorRow *error_row(int code);  // never NULL
const ErrorRow *error_row_named(const char *name);  // NULL when there is none
const ErrorRow *error_row_at(int i);  // NULL behind the last

#endif
