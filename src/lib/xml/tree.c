// See tree.h. Start reading at tree_event.
#include "lib/xml/tree.h"

#include "base/mem.h"

#include <string.h>

Node *tree_node(Tree *t, NodeType type, const char *name, const char *value)
{
    Node *n = mem_must(sizeof *n);
    *n = (Node){.type = type,
                .name = mem_strdup(name),
                .value = value ? mem_strdup(value) : NULL,
                .tree = t,
                .made_before = t->made};
    t->made = n;
    return n;
}

Tree *tree_new(void)
{
    Tree *t = mem_must(sizeof *t);
    *t = (Tree){.refs = 1};
    t->document = tree_node(t, NODE_DOCUMENT, "#document", NULL);
    return t;
}

void tree_drop(Tree *t)
{
    if (--t->refs) return;
    for (Node *n = t->made, *next; n; n = next) {
        next = n->made_before;
        char *texts[] = {n->name, n->value, n->public, n->system, n->notation};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) mem_free(texts[i]);
        mem_free(n);
    }
    mem_free(t);
}

void node_set(char **text, const char *by)
{
    char *old = *text;
    *text = by ? mem_strdup(by) : NULL;
    mem_free(old);
}

// --- Where nodes hang
// ---------------------------------------------------------------------------------------------------

void node_append(Node *parent, Node *child, Node *before)
{
    child->parent = parent;
    child->next = before;
    child->prev = before ? before->prev : parent->last;
    if (child->prev)
        child->prev->next = child;
    else
        parent->first = child;
    if (before)
        before->prev = child;
    else
        parent->last = child;
    parent->tree->stamp++;
}

void node_remove(Node *n)
{
    Node *parent = n->parent;
    if (!parent) return;
    if (n->prev)
        n->prev->next = n->next;
    else
        parent->first = n->next;
    if (n->next)
        n->next->prev = n->prev;
    else
        parent->last = n->prev;
    n->parent = n->prev = n->next = NULL;
    n->tree->stamp++;
}

Node *node_attribute(const Node *element, const char *name)
{
    Node *a = element->attribute;
    while (a && strcmp(a->name, name) != 0) a = a->next;
    return a;
}

void node_add_attribute(Node *element, Node *a)
{
    Node **end = &element->attribute;
    while (*end) end = &(*end)->next;
    *end = a;
    a->parent = element;
    element->tree->stamp++;
}

void node_drop_attribute(Node *element, Node *a)
{
    Node **at = &element->attribute;
    while (*at && *at != a) at = &(*at)->next;
    if (*at) *at = a->next;
    a->next = a->parent = NULL;
    element->tree->stamp++;
}

bool node_has_above(const Node *n, const Node *above)
{
    while (n && n != above) n = n->parent;
    return n;
}

Node *node_following(const Node *n, const Node *top)
{
    if (n->first) return n->first;
    while (n && n != top && !n->next) n = n->parent;
    return n && n != top ? n->next : NULL;
}

static bool has_child(const Node *parent, NodeType type, const Node *but)
{
    for (const Node *n = parent->first; n; n = n->next) {
        if (n->type == type && n != but) return true;
    }
    return false;
}

bool node_may_hold(const Node *parent, const Node *child)
{
    switch ((int)child->type) {
    case NODE_ATTRIBUTE:
    case NODE_DOCUMENT:
    case NODE_ENTITY:
    case NODE_NOTATION: return false;
    case NODE_DOCTYPE: return parent->type == NODE_DOCUMENT && !has_child(parent, NODE_DOCTYPE, child);
    case NODE_FRAGMENT:
        for (const Node *n = child->first; n; n = n->next) {
            if (!node_may_hold(parent, n)) return false;
        }
        return true;
    }
    if (parent->type == NODE_DOCUMENT) {
        if (child->type == NODE_ELEMENT) return !has_child(parent, NODE_ELEMENT, child);
        return child->type == NODE_COMMENT || child->type == NODE_INSTRUCTION;
    }
    return parent->type == NODE_ELEMENT || parent->type == NODE_FRAGMENT || parent->type == NODE_REFERENCE;
}

static Node *copy_one(Node *n)
{
    Node *c = tree_node(n->tree, n->type, n->name, n->value);
    node_set(&c->public, n->public);
    node_set(&c->system, n->system);
    node_set(&c->notation, n->notation);
    c->is_blank = n->is_blank;
    if (n->type != NODE_ELEMENT) return c;
    Node **end = &c->attribute;
    for (Node *a = n->attribute; a; a = a->next, end = &(*end)->next) {
        *end = tree_node(n->tree, NODE_ATTRIBUTE, a->name, a->value);
        (*end)->parent = c;
    }
    return c;
}

Node *node_clone(Node *n, bool deep)
{
    Node *top = copy_one(n), *to = top;
    const Node *from = n;
    while (deep) {
        if (from->first) {
            from = from->first;
        } else {
            while (from != n && !from->next) from = from->parent, to = to->parent;
            if (from == n) break;
            from = from->next;
            to = to->parent;
        }
        Node *c = copy_one((Node *)from);
        node_append(to, c, NULL);
        to = c;
    }
    return top;
}

// --- From events
// --------------------------------------------------------------------------------------------------------

static void add(TreeBuilder *b, NodeType type, const char *name, const char *value)
{
    node_append(b->at, tree_node(b->tree, type, name, value), NULL);
}

static void begin(TreeBuilder *b, Node *n)
{
    node_append(b->at, n, NULL);
    b->at = n;
}

static void add_element(TreeBuilder *b, const XmlEvent *e)
{
    Node *n = tree_node(b->tree, NODE_ELEMENT, e->text[2], NULL), **end = &n->attribute;
    for (int i = 3; i + 1 < e->n; i += 2, end = &(*end)->next) {
        *end = tree_node(b->tree, NODE_ATTRIBUTE, e->text[i], e->text[i + 1]);
        (*end)->parent = n;
        (*end)->is_default = i + 2 * e->defaults >= e->n;
    }
    begin(b, n);
}

static void add_text(TreeBuilder *b, const XmlEvent *e)
{
    Node *last = b->at->last;
    if (b->at->type == NODE_DOCUMENT || (e->kind == XML_BLANKS && b->no_blanks)) return;
    if (last && last->type == NODE_TEXT) { // on both sides of an entity that is expanded
        size_t a = strlen(last->value), n = strlen(e->text[0]);
        last->value = mem_must_realloc(last->value, a + n + 1);
        memcpy(last->value + a, e->text[0], n + 1);
        return;
    }
    add(b, NODE_TEXT, "#text", e->text[0]);
    b->at->last->is_blank = e->kind == XML_BLANKS;
}

// Entities and notations hang at the doctype, which is open while its declarations come.
static void declare(TreeBuilder *b, NodeType type, const XmlEvent *e)
{
    if (b->at->type != NODE_DOCTYPE) return;
    Node *n = tree_node(b->tree, type, e->text[0], NULL);
    if (e->n > 2) {
        node_set(&n->public, e->text[1]);
        node_set(&n->system, e->text[2]);
    } else if (e->n == 2) {
        Node *text = tree_node(b->tree, NODE_TEXT, "#text", e->text[1]);
        node_append(n, text, NULL);
    }
    if (e->n > 3) node_set(&n->notation, e->text[3]);
    node_add_attribute(b->at, n);
}

static void add_doctype(TreeBuilder *b, const XmlEvent *e)
{
    Node *n = tree_node(b->tree, NODE_DOCTYPE, e->text[0], NULL);
    node_set(&n->public, e->text[1]);
    node_set(&n->system, e->text[2]);
    begin(b, n);
}

static void note_error(TreeBuilder *b, const XmlEvent *e)
{
    if (b->error) return;
    b->error = mem_strdup(e->text[0]);
    b->line = e->line;
    b->column = e->column;
}

void tree_event(TreeBuilder *b, const XmlEvent *e)
{
    bool in_dtd = b->at->type == NODE_DOCTYPE;
    switch (e->kind) {
    case XML_START_ELEMENT: add_element(b, e); break;
    case XML_END_DTD:
    case XML_END_ELEMENT:
        if (b->at->parent) b->at = b->at->parent;
        break;
    case XML_CHARACTERS:
    case XML_BLANKS: add_text(b, e); break;
    case XML_CDATA: add(b, NODE_CDATA, "#cdata-section", e->text[0]); break;
    case XML_COMMENT:
        if (!in_dtd) add(b, NODE_COMMENT, "#comment", e->text[0]);
        break;
    case XML_INSTRUCTION:
        if (!in_dtd) add(b, NODE_INSTRUCTION, e->text[0], e->text[1]);
        break;
    case XML_START_DTD: add_doctype(b, e); break;
    case XML_START_ENTITY:
        if (!b->expand) begin(b, tree_node(b->tree, NODE_REFERENCE, e->text[0], NULL));
        break;
    case XML_END_ENTITY:
        if (!b->expand && b->at->type == NODE_REFERENCE) b->at = b->at->parent;
        break;
    case XML_SKIPPED_ENTITY: add(b, NODE_REFERENCE, e->text[0], NULL); break;
    case XML_INTERNAL_ENTITY:
    case XML_EXTERNAL_ENTITY:
    case XML_UNPARSED_ENTITY: declare(b, NODE_ENTITY, e); break;
    case XML_NOTATION: declare(b, NODE_NOTATION, e); break;
    case XML_FATAL: note_error(b, e); break;
    default: break;
    }
}
