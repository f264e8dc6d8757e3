// The module `yaml`: libyaml's parser behind fmt/yaml.h. Start at parse.
#include "fmt/yaml.h"

#include "base/buf.h"
#include "base/mem.h"
#include "core/errors.h"

#include <string.h>
#include <yaml.h>

extern const YamlTable helio_yaml_table;

static const char *plain(const yaml_char_t *s) { return s ? (const char *)s : ""; }

static Status failure(const yaml_parser_t *p)
{
    if (p->error == YAML_MEMORY_ERROR) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the text.");
    const char *what = p->problem ? p->problem : "damaged";
    if (p->error == YAML_READER_ERROR)
        return status_fail(E_SYNTAX, "The YAML text is broken at byte %zu: %s.", p->problem_offset, what);
    return status_fail(E_SYNTAX, "The YAML text is broken in line %zu, column %zu: %s.", p->problem_mark.line + 1,
                       p->problem_mark.column + 1, what);
}

static bool tell_document(const yaml_event_t *e, YamlSink sink, void *arg)
{
    Buf tags = BUF_INIT(BUF_NO_LIMIT);
    const yaml_tag_directive_t *t = e->data.document_start.tag_directives.start;
    for (; t < e->data.document_start.tag_directives.end; t++)
        buf_printf(&tags, "%s%s %s", tags.len ? "\n" : "", plain(t->handle), plain(t->prefix));
    size_t n = tags.len;
    AUTO_FREE char *text = buf_take(&tags);
    YamlEvent x = {YAML_DOCUMENT, "", "", text ? text : "", text ? n : 0, e->data.document_start.implicit};
    return sink(arg, &x);
}

static bool tell_scalar(const yaml_event_t *e, YamlSink sink, void *arg)
{
    YamlEvent x = {YAML_SCALAR,
                   plain(e->data.scalar.anchor),
                   plain(e->data.scalar.tag),
                   plain(e->data.scalar.value),
                   e->data.scalar.length,
                   e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE};
    return sink(arg, &x);
}

static bool tell(const yaml_event_t *e, YamlSink sink, void *arg)
{
    YamlEvent x = {0, "", "", "", 0, false};
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT: return tell_document(e, sink, arg);
    case YAML_SCALAR_EVENT: return tell_scalar(e, sink, arg);
    case YAML_DOCUMENT_END_EVENT: x.kind = YAML_DOCUMENT_END; break;
    case YAML_ALIAS_EVENT:
        x.kind = YAML_ALIAS;
        x.value = plain(e->data.alias.anchor);
        x.length = strlen(x.value);
        break;
    case YAML_SEQUENCE_START_EVENT:
        x = (YamlEvent){YAML_SEQUENCE, plain(e->data.sequence_start.anchor), plain(e->data.sequence_start.tag), "", 0,
                        false};
        break;
    case YAML_SEQUENCE_END_EVENT: x.kind = YAML_SEQUENCE_END; break;
    case YAML_MAPPING_START_EVENT:
        x = (YamlEvent){YAML_MAPPING, plain(e->data.mapping_start.anchor), plain(e->data.mapping_start.tag), "", 0,
                        false};
        break;
    case YAML_MAPPING_END_EVENT: x.kind = YAML_MAPPING_END; break;
    default: return true;
    }
    return sink(arg, &x);
}

static Status parse(const char *text, size_t n, YamlSink sink, void *arg)
{
    yaml_parser_t p;
    yaml_event_t e;
    Status s = STATUS_OK;
    if (!yaml_parser_initialize(&p)) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the text.");
    yaml_parser_set_input_string(&p, (const unsigned char *)text, n);
    for (bool more = true; more;) {
        if (!yaml_parser_parse(&p, &e)) {
            s = failure(&p);
            break;
        }
        more = tell(&e, sink, arg) && e.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&e);
    }
    yaml_parser_delete(&p);
    return s;
}

const YamlTable helio_yaml_table = {.parse = parse};
