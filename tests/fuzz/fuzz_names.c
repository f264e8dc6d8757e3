// Fuzz target for the names of files that servers propose: the input is a URL, a NUL, and a Content-Disposition. What is made of them
// must be the name of a file in a folder.
#include "net/file_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const Buf *raw)
{
    Buf name = BUF_INIT(1 << 10);
    file_name_clean(raw->p ? raw->p : "", raw->len, &name);
    bool ok = name.len > 0 && name.len <= 255 && name.p[0] != '.' && strlen(name.p) == name.len;
    for (size_t i = 0; i < name.len; i++) ok = ok && name.p[i] != '/' && name.p[i] != '\\' && (unsigned char)name.p[i] >= ' ';
    if (!ok) abort();
    Buf again = BUF_INIT(1 << 10);  // a name that is clean stays
    file_name_clean(name.p, name.len, &again);
    if (again.len != name.len || memcmp(again.p, name.p, name.len) != 0) abort();
    buf_free(&again);
    buf_free(&name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 2);
    if (!text) exit(2);
    if (size) memcpy(text, data, size);
    text[size] = text[size + 1] = '\0';
    Buf raw = BUF_INIT(1 << 20);
    file_name_of_url(text, &raw);
    check(&raw);
    buf_clear(&raw);
    size_t n = strlen(text);
    if (n < size && file_name_disposed(text + n + 1, &raw)) check(&raw);
    check(&(Buf){.p = text, .len = size});
    buf_free(&raw);
    free(text);
    return 0;
}
