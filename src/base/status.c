// Makes and releases Status values. Texts are heap strings because most are built from names and numbers; a failure
// is rare enough that the allocation does not matter.
#include "base/status.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

static Status status_vmake(int code, int err, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *text = n > 0 ? mem_alloc((size_t)n + 1) : NULL;
    if (text) vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return (Status){code, err, text};
}

Status status_fail(int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Status s = status_vmake(code, 0, format, args);
    va_end(args);
    return s;
}

Status status_sys(int code, int err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Status s = status_vmake(code, err, format, args);
    va_end(args);
    return s;
}

void status_drop(Status *s)
{
    mem_free(s->text);
    *s = STATUS_OK;
}
