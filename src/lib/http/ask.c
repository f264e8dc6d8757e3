// What HELIO_TRANSFER_BEGIN is given, as the engine of transfers wants it. Start at http_ask.
#include "lib/http/transfers.h"

#include "core/heap.h"

#include <stdlib.h>

// A text for the network: a NUL would end it early.
static const char *text_of(Call *c, const Str *s, const char *what)
{
    if (memchr(str_text(s), '\0', str_len(s))) throw_msg(c, E_VALUE, "A NUL stands in the %s.", what);
    return str_text(s);
}

static const char *text_keyword(Call *c, int slot, const char *what)
{
    const Val *v = call_kw(c, slot);
    return v ? text_of(c, val_to_str_peek(c, v, what), what) : NULL;
}

// "" is none.
static const char *name_keyword(Call *c, int slot, const char *what)
{
    const char *text = text_keyword(c, slot, what);
    return text && *text ? text : NULL;
}

// All strings of an array; "" are left out unless `all`.
static const char *const *texts_keyword(Call *c, int slot, const char *what, bool all, int *n)
{
    const Val *v = call_kw(c, slot);
    *n = 0;
    if (!v) return NULL;
    v = call_convert(c, v, T_STRING);
    int64_t count = val_count(v);
    const char **out = call_alloc(c, sizeof *out * (size_t)(count + 1));
    for (int64_t i = 0; i < count; i++) {
        const char *text = text_of(c, val_is_array(v) ? ((const StrSlot *)v->a->data)[i].p : v->s, what);
        if (*text || all) out[(*n)++] = text;
    }
    return out;
}

void http_held_drop(HttpHeld *held)
{
    for (int i = 0; i < held->len; i++) val_drop(&held->p[i]);
    VEC_FREE(held);
}

// The bytes of an array, or of a string.
static const void *bytes_of(Call *c, const Val *v, size_t *n, HttpHeld *held)
{
    if (val_is_array(v) && v->type != T_STRING) {
        if (!type_is_numeric((TypeCode)v->type)) throw_msg(c, E_TYPE, "Only numbers and strings can be sent.");
        VEC_PUSH(held, val_copy(v));
        *n = (size_t)v->a->n * v->a->elem;
        return v->a->data;
    }
    const Str *s = val_to_str_peek(c, v, "the data");
    VEC_PUSH(held, val_stringn(str_text(s), str_len(s)));
    *n = str_len(s);
    return str_text(held->p[held->len - 1].s);
}

// --- Options of libcurl, and parts of forms: arrays of equal length ---

static void take_options(Call *c, TransferAsk *a)
{
    int values = 0;
    const char *const *names = texts_keyword(c, KW_BEGIN_OPTION_NAMES, "option", false, &a->n_options);
    const char *const *texts = texts_keyword(c, KW_BEGIN_OPTION_VALUES, "option", true, &values);
    const Val *kinds = call_kw(c, KW_BEGIN_OPTION_IS_TEXT);
    kinds = kinds ? call_convert(c, kinds, T_BYTE) : NULL;
    if (!a->n_options) return;
    if (values != a->n_options || !kinds || val_count(kinds) != values) throw_msg(c, E_ARGS, "Options without values.");
    TransferOption *out = call_alloc(c, sizeof *out * (size_t)a->n_options);
    for (int i = 0; i < a->n_options; i++) {
        bool is_text = val_is_array(kinds) ? ((const uint8_t *)kinds->a->data)[i] : kinds->b;
        out[i] = (TransferOption){names[i], texts[i], is_text ? 0 : strtoll(texts[i], NULL, 10), is_text};
    }
    a->options = out;
}

static const Val *part_data(Call *c, const Val *v, int i)
{
    if (!v || v->type != T_PTR || i >= val_count(v)) return NULL;
    const HeapVar *h = val_is_array(v) ? ((HeapVar *const *)v->a->data)[i] : v->h;
    return h ? call_keep_take(c, val_copy(&h->v)) : NULL;
}

static const char *non_empty(const char *text) { return *text ? text : NULL; }

static void take_parts(Call *c, TransferAsk *a, HttpHeld *held)
{
    int n[3] = {0};
    const char *const *names = texts_keyword(c, KW_BEGIN_PART_NAMES, "form", true, &a->n_parts);
    const char *const *files = texts_keyword(c, KW_BEGIN_PART_FILES, "form", true, &n[0]);
    const char *const *file_names = texts_keyword(c, KW_BEGIN_PART_FILE_NAMES, "form", true, &n[1]);
    const char *const *types = texts_keyword(c, KW_BEGIN_PART_TYPES, "form", true, &n[2]);
    if (!a->n_parts) return;
    if (n[0] != a->n_parts || n[1] != a->n_parts || n[2] != a->n_parts) throw_msg(c, E_ARGS, "Parts without values.");
    TransferPart *out = call_alloc(c, sizeof *out * (size_t)a->n_parts);
    for (int i = 0; i < a->n_parts; i++) {
        const Val *data = part_data(c, call_kw(c, KW_BEGIN_PART_DATA), i);
        out[i] = (TransferPart){.name = names[i],
                                .type = non_empty(types[i]),
                                .file = non_empty(files[i]),
                                .file_name = non_empty(file_names[i])};
        if (data) out[i].p = bytes_of(c, data, &out[i].n, held);
    }
    a->parts = out;
    a->sends = true;
}

static void take_proxy(Call *c, TransferProxy *p)
{
    p->host = text_keyword(c, KW_BEGIN_PROXY_HOST, "proxy");
    p->port = (int)call_kw_int(c, KW_BEGIN_PROXY_PORT, 0);
    p->user = name_keyword(c, KW_BEGIN_PROXY_USER, "name");
    p->password = name_keyword(c, KW_BEGIN_PROXY_PASSWORD, "password");
    p->authentication = (int)call_kw_int(c, KW_BEGIN_PROXY_AUTHENTICATION, 0);
}

static void take_data(Call *c, TransferAsk *a, HttpHeld *held)
{
    const Val *data = call_kw(c, KW_BEGIN_DATA);
    a->data_file = name_keyword(c, KW_BEGIN_DATA_FILE, "file name");
    a->sends = data || a->data_file;
    if (data && !a->data_file) a->data = bytes_of(c, data, &a->n_data, held);
    take_parts(c, a, held);
}

TransferAsk http_ask(Call *c, const char *url, HttpHeld *held)
{
    TransferAsk a = {
        .url = url,
        .method = name_keyword(c, KW_BEGIN_METHOD, "method"),
        .user = name_keyword(c, KW_BEGIN_USER, "name"),
        .password = name_keyword(c, KW_BEGIN_PASSWORD, "password"),
        .authentication = (int)call_kw_int(c, KW_BEGIN_AUTHENTICATION, 0),
        .connect_timeout = call_kw_double(c, KW_BEGIN_CONNECT_TIMEOUT, 0),
        .timeout = call_kw_double(c, KW_BEGIN_TIMEOUT, 0),
        .trusts_any_host = call_kw_set(c, KW_BEGIN_ANY_HOST),
        .trusts_any_peer = call_kw_set(c, KW_BEGIN_ANY_PEER),
        .ca_file = name_keyword(c, KW_BEGIN_CA_FILE, "file name"),
        .ssl_version = (int)call_kw_int(c, KW_BEGIN_SSL_VERSION, 0),
        .codings = name_keyword(c, KW_BEGIN_CODINGS, "coding"),
        .stays = call_kw_set(c, KW_BEGIN_STAYS),
        .most_hops = call_kw_int(c, KW_BEGIN_HOPS, 0),
        .keeps_failures = call_kw_set(c, KW_BEGIN_KEEPS_FAILURES),
        .range = name_keyword(c, KW_BEGIN_RANGE, "range"),
        .ftp_active = call_kw_set(c, KW_BEGIN_FTP_ACTIVE),
        .ftp_tls = call_kw_set(c, KW_BEGIN_FTP_TLS),
        .ftp_names_only = call_kw_set(c, KW_BEGIN_FTP_NAMES),
        .is_verbose = call_kw_set(c, KW_BEGIN_VERBOSE),
        .file = name_keyword(c, KW_BEGIN_FILE, "file name"),
    };
    a.headers = texts_keyword(c, KW_BEGIN_HEADERS, "header", false, &a.n_headers);
    a.commands = texts_keyword(c, KW_BEGIN_COMMANDS, "command", false, &a.n_commands);
    take_proxy(c, &a.proxy);
    take_data(c, &a, held);
    take_options(c, &a);
    return a;
}
