// A tree as text.
#ifndef HELIO_LIB_XML_WRITE_H
#define HELIO_LIB_XML_WRITE_H

#include "base/buf.h"
#include "lib/xml/tree.h"

typedef enum XmlEncoding { XML_UTF8, XML_ASCII, XML_LATIN1, XML_UTF16 } XmlEncoding;
// False: this one is not known.
bool xml_encoding(const char *name, XmlEncoding *e);

typedef struct XmlWriting {
    XmlEncoding encoding;
    const char *encoding_name; // as it stands in the first line
    bool pretty;               // elements that have no text are broken into lines, indented by two columns a level
    bool expand;               // the content of entities instead of references
} XmlWriting;
// The text, in the encoding. False: it has been stopped by Ctrl-C.
bool xml_write(const Node *document, const XmlWriting *how, Buf *b);

#endif
