// YAML texts as events, exported by the module `yaml` (libyaml) as helio_yaml_table.
#ifndef HELIO_FMT_YAML_H
#define HELIO_FMT_YAML_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum YamlKind {
    YAML_DOCUMENT = 1, // value: its tags, "handle prefix" a line; is_plain: it begins without "---"
    YAML_DOCUMENT_END,
    YAML_SCALAR,
    YAML_ALIAS, // value: of which anchor
    YAML_SEQUENCE,
    YAML_SEQUENCE_END,
    YAML_MAPPING,
    YAML_MAPPING_END,
} YamlKind;

// Texts are "" where there is none; value may contain NUL.
typedef struct YamlEvent {
    YamlKind kind;
    const char *anchor, *tag, *value;
    size_t length;
    bool is_plain; // a scalar without quotes
} YamlEvent;

// False: stop.
typedef bool (*YamlSink)(void *arg, const YamlEvent *e);

typedef struct YamlTable {
    Status (*parse)(const char *p, size_t n, YamlSink sink, void *arg);
} YamlTable;

#define YAML_MODULE "yaml", "helio_yaml_table", "libyaml-0-2"

#endif
