// See objects.h. A node's object is made when a method first returns it, and is the same one from then on. Whoever made
// it holds it; the document holds all. Start reading at return_node.
#include "lib/xml/objects.h"

#include "base/mem.h"
#include "vm/dispatch/classes.h"
#include "vm/engine.h"

#include <string.h>

static void leave_maker(Handle *h)
{
    if (h->next) h->next->prev = h->prev;
    if (h->prev)
        h->prev->next = h->next;
    else if (h->maker)
        h->maker->made = h->next;
    h->maker = h->next = h->prev = NULL;
}

static void give_up(Handle *h)
{
    HeapVar *object = h->object;
    leave_maker(h);
    if (h->node && h->node->object == h) h->node->object = NULL;
    h->node = NULL;
    object->cleaned = true;
    heap_release(object);
    heap_drop(object);
}

// All that it has made, and what these have, without recursion: a chain of them may be long.
static void give_up_made(Handle *h)
{
    while (h->made) {
        Handle *m = h->made;
        while (m->made) m = m->made;
        give_up(m);
    }
}

static void free_handle(Native *n)
{
    Handle *h = (Handle *)n;
    leave_maker(h);
    give_up_made(h);
    if (h->node && h->kind == HANDLE_NODE && h->node->object == h) h->node->object = NULL;
    if (h->tree) tree_drop(h->tree);
    VEC_FREE(&h->found);
    mem_free(h->tag);
    mem_free(h);
}

static void each_value(Native *n, NativeVisit visit, void *arg)
{
    for (Handle *m = ((Handle *)n)->made; m; m = m->next) {
        Val v = {.type = T_OBJ, .flags = VF_CELL, .h = m->object};
        visit(arg, &v);
    }
}

static const NativeKind handle_kind = {free_handle, each_value};

static Handle *handle_behind(const Val *v)
{
    HeapVar *h = v->type == T_OBJ && !val_is_array(v) ? v->h : NULL;
    return h && !h->freed && h->native && h->native->kind == &handle_kind ? (Handle *)h->native : NULL;
}

Handle *handle_of(Call *c)
{
    Handle *h = handle_behind(c->self);
    if (!h || !h->node) throw_msg(c, E_VALUE, "The object stands for no node of a document.");
    return h;
}

Node *node_of(Call *c) { return handle_of(c)->node; }

void throw_dom(Call *c, const char *name, const char *what)
{
    throw_msg(c, E_VALUE, "DOM exception: %s: %s.", name, what);
}

Node *node_given(Call *c, int i, int type)
{
    const Val *v = call_arg(c, i);
    Handle *h = handle_behind(v);
    if (!h || !h->node || h->kind != HANDLE_NODE)
        throw_msg(c, E_TYPE, "Argument is no node of a document: %s.", call_arg_name(c, i));
    if (h->tree != handle_of(c)->tree) throw_dom(c, "WRONG_DOCUMENT_ERR", "the node belongs to another document");
    if (type && h->node->type != (NodeType)type)
        throw_msg(c, E_TYPE, "Argument is a node of another type: %s.", call_arg_name(c, i));
    return h->node;
}

// --- Making objects
// -----------------------------------------------------------------------------------------------------

static const char *class_of(NodeType t)
{
    static const char *const names[] = {"NODE",         "ELEMENT",         "ATTR",         "TEXT",
                                        "CDATASECTION", "ENTITYREFERENCE", "ENTITY",       "PROCESSINGINSTRUCTION",
                                        "COMMENT",      "DOCUMENT",        "DOCUMENTTYPE", "DOCUMENTFRAGMENT",
                                        "NOTATION"};
    return names[t];
}

static Handle *make(Call *c, HandleKind kind, Node *n, const char *class)
{
    char name[40] = "IDLFFXMLDOM";
    strcat(name, class);
    Handle *maker = handle_of(c), *h = mem_must(sizeof *h);
    *h = (Handle){.native.kind = &handle_kind, .kind = kind, .tree = n->tree, .node = n, .stamp = -1};
    n->tree->refs++;
    h->object = object_make(c->vm, class_find(c->vm, name), &h->native);
    if (!h->object) throw_no_memory(c);
    h->maker = maker;
    h->next = maker->made;
    if (h->next) h->next->prev = h;
    maker->made = h;
    return h;
}

void return_node(Call *c, Node *n)
{
    if (!n) {
        call_return_take(c, (Val){.type = T_OBJ});
        return;
    }
    Handle *h = n->object;
    if (!h) n->object = h = make(c, HANDLE_NODE, n, class_of(n->type));
    call_return_take(c, val_obj(h->object));
}

void return_list(Call *c, HandleKind kind, Node *n, const char *tag)
{
    Handle *h = make(c, kind, n, kind >= HANDLE_ATTRIBUTES ? "NAMEDNODEMAP" : "NODELIST");
    if (tag) h->tag = mem_strdup(tag);
    call_return_take(c, val_obj(h->object));
}

Handle *document_begin_take(Call *c, Tree *tree)
{
    Handle *h = handle_behind(c->self);
    if (!h) {
        h = mem_must(sizeof *h);
        *h = (Handle){.native.kind = &handle_kind, .object = c->self->h};
        c->self->h->native = &h->native;
    }
    int policy = h->policy;
    h->policy = 0;
    if (h->tree) {
        handle_end(h);
        tree_drop(h->tree);
    }
    h->policy = policy;
    h->tree = tree;
    h->node = tree->document;
    h->node->object = h;
    return h;
}

// --- The end of objects
// -------------------------------------------------------------------------------------------------

static Handle *document_of(Handle *h) { return h->tree ? h->tree->document->object : NULL; }

void object_let_go(Handle *h)
{
    if (!h->maker) return;
    leave_maker(h);
    heap_drop(h->object);
}

void handle_end(Handle *h)
{
    Handle *document = document_of(h);
    if (!document || document->policy != 1 || h == document) {
        give_up_made(h);
        return;
    }
    for (Handle *m; (m = h->made);) {
        leave_maker(m);
        m->maker = document;
        m->next = document->made;
        if (m->next) m->next->prev = m;
        document->made = m;
    }
}

// --- Lists
// --------------------------------------------------------------------------------------------------------------

static bool is_tagged(const Node *n, const char *tag)
{
    return n->type == NODE_ELEMENT && (strcmp(tag, "*") == 0 || strcmp(tag, n->name) == 0);
}

static void find(Handle *h)
{
    const Node *top = h->node;
    h->found.len = 0;
    h->stamp = h->tree->stamp;
    if (h->kind == HANDLE_TAGGED) {
        for (Node *n = node_following(top, top); n; n = node_following(n, top)) {
            if (is_tagged(n, h->tag)) VEC_PUSH(&h->found, n);
        }
        return;
    }
    NodeType type = h->kind == HANDLE_ENTITIES    ? NODE_ENTITY
                    : h->kind == HANDLE_NOTATIONS ? NODE_NOTATION
                                                  : NODE_ATTRIBUTE;
    for (Node *n = h->kind == HANDLE_CHILDREN ? top->first : top->attribute; n; n = n->next) {
        if (h->kind == HANDLE_CHILDREN || n->type == type) VEC_PUSH(&h->found, n);
    }
}

int64_t list_count(Handle *h)
{
    if (h->stamp != h->tree->stamp) find(h);
    return h->found.len;
}

Node *list_at(Handle *h, int64_t i) { return i >= 0 && i < list_count(h) ? h->found.p[i] : NULL; }
