// HELIO_EXPLAIN: what ?NAME shows, for DOC_LIBRARY and ONLINE_HELP.
#include "lib/control/explain.h"
#include "vm/call/call.h"

#include <ctype.h>
#include <string.h>

static void free_buf(void *b) { buf_free(b); }

// HELIO_EXPLAIN(Name): the lines that ?NAME shows of a routine or class, a STRING array; '' when there is none.
static void fn_explain(Call *c)
{
    const Str *name = call_str_peek(c, 0);
    char *upper = call_scratch(c, str_len(name) + 1);
    Buf text = BUF_INIT(1 << 20);
    call_defer(c, free_buf, &text);
    for (size_t i = 0; i <= str_len(name); i++) upper[i] = (char)toupper((unsigned char)str_text(name)[i]);
    if (!explain(c->vm, upper, &text)) text.len = 0;
    int64_t lines = 0;
    for (size_t i = 0; i < text.len; i++) lines += text.p[i] == '\n';
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){lines ? lines : 1}, true);
    const char *p = text.p;
    for (int64_t i = 0; i < lines; i++) {
        const char *end = strchr(p, '\n');
        ((StrSlot *)a->data)[i].p = str_new(p, (size_t)(end - p));
        p = end + 1;
    }
    call_undefer(c, &text);
    buf_free(&text);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

static const Routine rows[] = {
    {"HELIO_EXPLAIN", FUNCTION, {1, 1}, fn_explain, "Name"},
};
ROUTINE_TABLE(lib_explained, rows)
