// A document of IDLffXMLDOM: nodes, made from events or one by one. Nodes live as long as their document, wherever they
// hang.
#ifndef HELIO_LIB_XML_TREE_H
#define HELIO_LIB_XML_TREE_H

#include "base/vec.h"
#include "fmt/xml.h"

// As GetNodeType answers. Source: W3C, Document Object Model Core, nodeType.
typedef enum NodeType {
    NODE_ELEMENT = 1,
    NODE_ATTRIBUTE,
    NODE_TEXT,
    NODE_CDATA,
    NODE_REFERENCE,
    NODE_ENTITY,
    NODE_INSTRUCTION,
    NODE_COMMENT,
    NODE_DOCUMENT,
    NODE_DOCTYPE,
    NODE_FRAGMENT,
    NODE_NOTATION,
} NodeType;

typedef struct Tree Tree;
typedef struct Node Node;

struct Node {
    NodeType type;
    char *name, *value;               // value NULL: nodes of this type have none
    char *public, *system, *notation; // of doctypes, entities, notations; NULL: none
    Node *parent, *first, *last, *prev, *next;
    Node *attribute; // of elements, the first one; of doctypes, entities and notations. They go on by next
    Tree *tree;
    Node *made_before; // all nodes of the tree
    void *object;      // whoever stands for it
    bool is_blank;     // text that the DTD gives no meaning
    bool is_default;   // an attribute that the text has not
};

struct Tree {
    int refs;
    Node *document, *made;
    int64_t stamp; // grows with each change
};

Tree *tree_new(void);
void tree_drop(Tree *t);
Node *tree_node(Tree *t, NodeType type, const char *name, const char *value);
void node_set(char **text, const char *by);
void node_append(Node *parent, Node *child, Node *before); // before NULL: at the end; the child hangs nowhere
void node_remove(Node *n);                                 // from its parent
Node *node_attribute(const Node *element, const char *name);
void node_add_attribute(Node *element, Node *a); // behind the others
void node_drop_attribute(Node *element, Node *a);
Node *node_clone(Node *n, bool deep);
bool node_has_above(const Node *n, const Node *above); // or is it
// The next one in the order of the text below `top`; NULL: there is none.
Node *node_following(const Node *n, const Node *top);
// Whether a node may hang below another one.
bool node_may_hold(const Node *parent, const Node *child);

// What makes a tree of events.
typedef struct TreeBuilder {
    Tree *tree;
    Node *at;
    bool expand, no_blanks;
    char *error; // the first fatal one; NULL: none
    long line, column;
} TreeBuilder;
void tree_event(TreeBuilder *b, const XmlEvent *e);

#endif
