// JSON_PARSE. Start reading at fn_json_parse.
#include "lib/json/scan.h"
#include "lib/json/shape.h"
#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define JSON_PARSE_KEYWORDS(K, R)                                                                                      \
    K(R, DICTIONARY, FLAG) K(R, FOLD_CASE, FLAG) K(R, TOARRAY, FLAG) K(R, TOSTRUCT, FLAG) K(R, DEBUG, HIDDEN)
KEYWORDS(JSON_PARSE)

enum { BOM = 3 };

typedef struct Text {
    const char *p;
    size_t n;
} Text;

static void close_file(void *fd) { sys_close((int)(intptr_t)fd - 1); }

// 0, or errno's number.
static int read_file(Call *c, const char *path, Text *t)
{
    int fd = sys_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0) return -fd;
    call_defer(c, close_file, (void *)(intptr_t)(fd + 1));
    struct stat st;
    if (fstat(fd, &st) != 0) return errno;
    if (!S_ISREG(st.st_mode)) return S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
    char *p = call_scratch(c, (size_t)st.st_size + 1);
    for (t->n = 0; t->n < (size_t)st.st_size;) {
        call_poll(c);
        ssize_t got = sys_read(fd, p + t->n, (size_t)st.st_size - t->n);
        if (got < 0) return (int)-got;
        if (got == 0) break;
        t->n += (size_t)got;
    }
    t->p = p;
    return 0;
}

// Whether a text begins as a value that needs no look for a file.
static bool is_json(const Text *t)
{
    size_t i = t->n >= BOM && memcmp(t->p, "\xEF\xBB\xBF", BOM) == 0 ? BOM : 0;
    while (i < t->n && strchr(" \t\r\n", t->p[i]) && t->p[i]) i++;
    return i < t->n && (t->p[i] == '{' || t->p[i] == '[');
}

// The text of the argument: itself, or of the file that it names.
static Text text_of(Call *c)
{
    const Val *v = call_arg(c, 0);
    if (v->type == T_BYTE && val_is_array(v)) return (Text){v->a->data, (size_t)v->a->n};
    const Str *s = call_str_peek(c, 0);
    Text t = {str_text(s), str_len(s)}, file = {0};
    if (is_json(&t)) return t;
    bool may_be_path = t.n && t.n < 4096 && !memchr(t.p, '\0', t.n) && *t.p != '"';
    int err = may_be_path ? read_file(c, call_path(c, 0), &file) : ENOENT;
    if (!err) return file;
    bool is_value =
        t.n && strchr("\"-0123456789tfnNI", *t.p) && (err == ENOENT || err == ENOTDIR || err == ENAMETOOLONG);
    if (is_value && !memchr(t.p, '/', t.n) && !memchr(t.p, '.', t.n)) return t;
    if (is_value && (*t.p == '"' || *t.p == '-' || (*t.p >= '0' && *t.p <= '9'))) return t;
    throw_status(c, status_sys(E_OPEN, err, "Error opening file. File: %.200s", t.p));
}

// Result = JSON_PARSE(String [, /DICTIONARY] [, /FOLD_CASE] [, /TOARRAY] [, /TOSTRUCT]): the value of a JSON text; a
// string that does not begin with { or [ is the name of a file that has it (or a value: a number, a word, a string in
// quotes); a byte array is the text itself. Objects become ORDEREDHASHes (DICTIONARYs; FOLD_CASE: keys alike in upper
// and lower case; TOSTRUCT: structures), arrays LISTs (TOARRAY: arrays, where the elements go together), integers
// LONG64, other numbers DOUBLE, true and false BOOLEAN, null !NULL (in structures a null pointer). Of keys that are
// there twice the last one counts. A broken text is an error with line and column. Manual: JSON_PARSE; RFC 8259.
static void fn_json_parse(Call *c)
{
    JsonShape shape = {call_kw_set(c, KW_JSON_PARSE_TOARRAY), call_kw_set(c, KW_JSON_PARSE_TOSTRUCT)};
    bool is_dictionary = call_kw_set(c, KW_JSON_PARSE_DICTIONARY);
    JsonChoice choice = {is_dictionary ? "DICTIONARY" : "ORDEREDHASH",
                         is_dictionary || call_kw_set(c, KW_JSON_PARSE_FOLD_CASE)};
    Text t = text_of(c);
    Val *cell = call_keep_take(c, VAL_NULL);
    call_hush_math(c); // a number beyond DOUBLE is infinite, one below zero
    json_scan(c, t.p, t.n, &choice, cell);
    if (shape.arrays || shape.structs) json_shape(c, cell, shape);
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"JSON_PARSE", FUNCTION, {1, 1}, fn_json_parse, "String", KEYS(JSON_PARSE)},
};
ROUTINE_TABLE(lib_json_parse, rows)
