// HELIO_FILE_NAME: the name under which a file from a server is kept.
#include "net/file_name.h"

#include "base/mem.h"
#include "net/http_head.h"
#include "vm/call/call.h"

// HELIO_FILE_NAME(URL, Head): what the reply's head proposes as a name, or the last part of the URL: a name of a file
// in a folder, and nothing else. Used by the engine itself.
static void fn_file_name(Call *c)
{
    const Str *url = call_str_peek(c, 0), *text = call_str_peek(c, 1);
    Buf head = BUF_INIT(BUF_NO_LIMIT), raw = BUF_INIT(64 << 10), name = BUF_INIT(1 << 10);
    buf_put(&head, str_text(text), str_len(text));
    AUTO_FREE char *value = http_field(&head, "Content-Disposition");
    if (!value || !file_name_disposed(value, &raw)) file_name_of_url(str_text(url), &raw);
    file_name_clean(raw.p ? raw.p : "", raw.len, &name);
    Val v = val_stringn(name.p ? name.p : "", name.len);
    buf_free(&head);
    buf_free(&raw);
    buf_free(&name);
    call_return_take(c, v);
}

static const Routine rows[] = {
    {"HELIO_FILE_NAME", FUNCTION, {2, 2}, fn_file_name, "URL, Head"},
};
ROUTINE_TABLE(lib_file_name, rows)
