// Fuzz target for FORMAT strings: parses the input (up to the first newline) as a format, writes a few values by it, and
// reads the rest of the input by it and freely. Build with -fsanitize=fuzzer, or with fuzz_main.c for replay.
#include "fmt/format.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Rest {
    const char *p;
    size_t n;
} Rest;

static Status next_line(void *src, const char **p, size_t *n)
{
    Rest *r = src;
    if (!r->n) return status_fail(-1, "end");
    const char *nl = memchr(r->p, '\n', r->n);
    *p = r->p;
    *n = nl ? (size_t)(nl - r->p) : r->n;
    size_t used = *n + (nl != NULL);
    r->p += used;
    r->n -= used;
    return STATUS_OK;
}

static void read_values(const Format *f, const char *p, size_t n)
{
    Val v[] = {val_int(0), val_string(""), val_double(0), val_complex(0, 0), val_string("x"), val_byte(0)};
    const Val *list[] = {&v[0], &v[1], &v[2], &v[3], &v[4], &v[5]};
    Rest rest = {p, n};
    LineSource lines = {next_line, &rest};
    Items it;
    items_start(&it, list, 6, f != NULL);
    Status s = f ? format_read(f, &it, &lines, NULL) : free_read(&it, &lines);
    status_drop(&s);
    items_free(&it);
    for (int i = 0; i < 6; i++) {
        items_written(&v[i]);
        val_drop(&v[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *p = (const char *)data, *nl = memchr(p, '\n', size);
    size_t n = nl ? (size_t)(nl - p) : size;
    read_values(NULL, p, size);
    Format *f;
    Status s = format_parse(p, n, &f);
    if (!status_ok(s)) {
        status_drop(&s);
        return 0;
    }
    Val v[] = {val_int(-7),   val_string("abc 12"), val_double(2451605.0641), val_complex(1e30f, -2),
               val_byte(200), val_ulong64(~0ull),   val_float(-INFINITY),     val_string("")};
    const Val *list[8];
    for (int i = 0; i < 8; i++) list[i] = &v[i];
    Items it;
    items_start(&it, list, 8, true);
    Buf out = BUF_INIT(1 << 20);
    s = format_write(f, &it, &out, NULL, NULL);
    status_drop(&s);
    buf_free(&out);
    items_free(&it);
    read_values(f, nl ? nl + 1 : p, nl ? size - n - 1 : size);
    format_free(f);
    val_drop(&v[1]);
    return 0;
}
