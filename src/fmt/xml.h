// XML texts as events, exported by the module `xml` (libxml2) as helio_xml_table. Texts are UTF-8. Nothing that a text
// names is loaded: external entities are skipped; what validates reads files in or below the text's own folder, if
// there is one.
#ifndef HELIO_FMT_XML_H
#define HELIO_FMT_XML_H

#include <stdbool.h>
#include <stddef.h>

typedef enum XmlKind { // texts:
    XML_START_DOCUMENT,
    XML_END_DOCUMENT,
    XML_START_ELEMENT, // URI, local name, name, then names and values of attributes, those of namespaces first
    XML_END_ELEMENT,   // URI, local name, name
    XML_START_PREFIX,  // prefix, URI
    XML_END_PREFIX,    // prefix
    XML_CHARACTERS,    // all between two other events
    XML_BLANKS,        // between elements of an element that has no text by its DTD
    XML_CDATA,
    XML_COMMENT,
    XML_INSTRUCTION, // target, data
    XML_START_DTD,   // name, public and system identifier
    XML_END_DTD,
    XML_START_ENTITY, // name; its content follows
    XML_END_ENTITY,
    XML_SKIPPED_ENTITY,     // name
    XML_INTERNAL_ENTITY,    // declarations: name, value
    XML_EXTERNAL_ENTITY,    // name, public and system identifier
    XML_UNPARSED_ENTITY,    // and notation
    XML_NOTATION,           // name, public and system identifier
    XML_ELEMENT_DECLARED,   // name, model
    XML_ATTRIBUTE_DECLARED, // element, name, type, mode, value
    XML_WARNING,            // message
    XML_ERROR,
    XML_FATAL,
} XmlKind;

typedef struct XmlEvent {
    XmlKind kind;
    long line, column;
    int n;
    const char *const *text;
    int defaults; // of an element: how many attributes, the last ones, the text has not
} XmlEvent;

typedef void (*XmlSink)(void *arg, const XmlEvent *e);

// Which checks a text undergoes beside being well-formed: by its DTD, by the schemas that its root element names.
typedef struct XmlCheck {
    bool dtd, schema;
    bool must;          // having neither is an error
    const char *folder; // of the text's file; NULL: none, no file is read
} XmlCheck;

typedef struct XmlParser XmlParser;

typedef struct XmlTable {
    XmlParser *(*open)(XmlSink sink, void *arg); // NULL: no memory
    // The next bytes of the text. False: it goes no further, after a fatal error, Ctrl-C, or the end.
    bool (*feed)(XmlParser *x, const char *p, size_t n, bool is_last);
    void (*close)(XmlParser *x);
    // The whole text, which is well-formed; what is wrong comes as events XML_ERROR.
    void (*check)(const char *p, size_t n, const XmlCheck *how, XmlSink sink, void *arg);
} XmlTable;

#define XML_MODULE "xml", "helio_xml_table", "libxml2"

#endif
