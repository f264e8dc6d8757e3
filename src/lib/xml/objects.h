// The objects of IDLffXMLDOM: what each stands for, who has made it, and how it ends. Classes and types are W3C's
// Document Object Model, Level 2 Core, as the manual has it.
#ifndef HELIO_LIB_XML_OBJECTS_H
#define HELIO_LIB_XML_OBJECTS_H

#include "core/native.h"
#include "lib/xml/tree.h"
#include "vm/call/call.h"
#include "vm/vm.h"

typedef enum HandleKind {
    HANDLE_NODE,
    HANDLE_CHILDREN,
    HANDLE_TAGGED,
    HANDLE_ATTRIBUTES,
    HANDLE_ENTITIES,
    HANDLE_NOTATIONS
} HandleKind;

typedef struct Handle Handle;
struct Handle {
    Native native;
    HandleKind kind;
    Tree *tree;
    Node *node;      // NULL: its document has been destroyed
    HeapVar *object; // whose native this is; the one of another than the document is held by its maker
    Handle *maker, *made, *next, *prev; // who has made it; the first that it has made, and those beside it
    char *tag;                          // of HANDLE_TAGGED
    VEC(Node *) found;                  // of lists, when the tree had this stamp
    int64_t stamp;
    int policy; // of a document: NODE_DESTRUCTION_POLICY
};

// The handle of the method's object, which is of this class or below it; throws when it stands for nothing (any more).
Handle *handle_of(Call *c);
Node *node_of(Call *c);
// Argument i as a node of the method's document; type 0: any. Throws otherwise.
Node *node_given(Call *c, int i, int type);
// The method returns the object of a node, which is made when there is none; NULL: the null object.
void return_node(Call *c, Node *n);
// The same for a list or map.
void return_list(Call *c, HandleKind kind, Node *n, const char *tag);
// A new document for the method's object, the old one goes.
Handle *document_begin_take(Call *c, Tree *tree);
// The handle's object ends: as the policy says, those that it has made, too.
void handle_end(Handle *h);
// It is no more held by whoever made it.
void object_let_go(Handle *h);
// What a list or map holds.
int64_t list_count(Handle *h);
Node *list_at(Handle *h, int64_t i);

// Throws unless it is a name by XML.
void name_check(Call *c, const char *name);
const char *text_given(Call *c, int i); // argument i, a text without NUL
_Noreturn void throw_dom(Call *c, const char *name, const char *what);

// source.c: all bytes that a file's name or a URL stands for, in memory of the call.
typedef struct XmlText {
    const char *p;
    size_t n;
    char *folder; // of the file; NULL: it is none
} XmlText;
XmlText xml_file(Call *c, const Val *name);
XmlText xml_string(Call *c, const Val *text); // a string or strings, lines of a text; bytes
void xml_check_text(Call *c, const XmlTable *xml, const XmlText *t, int validation, int schema, XmlSink sink,
                    void *arg);

#endif
