// Status: how everything below the VM reports failure. A Status is two words, returned by value; the text of an
// error is owned by it and released by whoever consumes it. Codes are the E_ constants of core/errors.h; 0 is success.
#ifndef HELIO_BASE_STATUS_H
#define HELIO_BASE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Status {
    int32_t code;  // 0, or one of the E_ constants
    int32_t sys;   // errno of the failed system call, or 0
    char *text;    // the message without "% NAME: "; NULL when the code's standard text serves, or memory ran out
} Status;

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

#define STATUS_OK ((Status){0, 0, 0})

static inline bool status_ok(Status s) { return s.code == 0; }

// A failure with its text, formatted as printf does.
MUST_USE Status status_fail(int code, const char *format, ...) PRINTF_LIKE(2, 3);
// The same, of a system call: `err` is its errno, kept for !ERROR_STATE.SYS_CODE and the system's line of the message.
MUST_USE Status status_sys(int code, int err, const char *format, ...) PRINTF_LIKE(3, 4);
// Releases the text; for a caller that handles the failure itself.
void status_drop(Status *s);

// Returns from the calling function with the failure of EXPR, if it fails.
#define STATUS_TRY(EXPR)                          \
    do {                                          \
        Status status_try_ = (EXPR);              \
        if (status_try_.code) return status_try_; \
    } while (0)

#endif
