// The methods of the nodes of IDLffXMLDOM: how they hang together, their names, values, attributes and characters.
// Start reading at rows.
#include "lib/xml/objects.h"

#include "base/buf.h"
#include "base/mem.h"
#include "vm/call/call.h"

#include <string.h>

static void return_text(Call *c, const char *s) { call_return_take(c, val_string(s ? s : "")); }

// --- The tree
// -----------------------------------------------------------------------------------------------------------

static Node *neighbour(const Node *n, Node *other)
{
    return n->type == NODE_ATTRIBUTE || n->type == NODE_ENTITY || n->type == NODE_NOTATION ? NULL : other;
}

// Result = Obj.GetParentNode(): the null object for documents, attributes and what hangs nowhere. Manual:
// IDLffXMLDOMNode.
static void fn_parent(Call *c) { return_node(c, neighbour(node_of(c), node_of(c)->parent)); }
// Result = Obj.GetFirstChild(): the null object, if there is none. Manual: IDLffXMLDOMNode.
static void fn_first(Call *c) { return_node(c, node_of(c)->first); }
// Result = Obj.GetLastChild(): the null object, if there is none. Manual: IDLffXMLDOMNode.
static void fn_last(Call *c) { return_node(c, node_of(c)->last); }
// Result = Obj.GetNextSibling(): the null object, if there is none. Manual: IDLffXMLDOMNode.
static void fn_next(Call *c) { return_node(c, neighbour(node_of(c), node_of(c)->next)); }
// Result = Obj.GetPreviousSibling(): the null object, if there is none. Manual: IDLffXMLDOMNode.
static void fn_prev(Call *c) { return_node(c, node_of(c)->prev); }
// Result = Obj.HasChildNodes(): 1 or 0. Manual: IDLffXMLDOMNode.
static void fn_has_children(Call *c) { call_return_take(c, val_long(node_of(c)->first != NULL)); }
// Result = Obj.GetChildNodes(): an IDLffXMLDOMNodeList, which follows changes of the tree. Manual: IDLffXMLDOMNode.
static void fn_children(Call *c) { return_list(c, HANDLE_CHILDREN, node_of(c), NULL); }

// Result = Obj.GetOwnerDocument(): the document; of a document the null object. Manual: IDLffXMLDOMNode.
static void fn_owner(Call *c)
{
    Node *n = node_of(c);
    return_node(c, n->type == NODE_DOCUMENT ? NULL : n->tree->document);
}

// Result = Obj.GetAttributes(): of an element an IDLffXMLDOMNamedNodeMap; of others the null object. Manual:
// IDLffXMLDOMNode.
static void fn_attributes(Call *c)
{
    Node *n = node_of(c);
    if (n->type == NODE_ELEMENT)
        return_list(c, HANDLE_ATTRIBUTES, n, NULL);
    else
        return_node(c, NULL);
}

static bool is_read_only(const Node *n)
{
    for (; n; n = n->parent) {
        if (n->type == NODE_REFERENCE || n->type == NODE_ENTITY || n->type == NODE_NOTATION) return true;
    }
    return false;
}

static void check_change(Call *c, const Node *parent)
{
    if (is_read_only(parent)) throw_dom(c, "NO_MODIFICATION_ALLOWED_ERR", "the content of an entity cannot be changed");
}

static void insert(Call *c, Node *parent, Node *child, Node *before)
{
    check_change(c, parent);
    if (node_has_above(parent, child) || !node_may_hold(parent, child))
        throw_dom(c, "HIERARCHY_REQUEST_ERR", "a node of this type cannot be put there");
    if (child == before) return;
    if (child->type != NODE_FRAGMENT) {
        node_remove(child);
        node_append(parent, child, before);
        return;
    }
    for (Node *n; (n = child->first);) {
        node_remove(n);
        node_append(parent, n, before);
    }
}

static Node *child_given(Call *c, int i, const Node *parent)
{
    Node *n = node_given(c, i, 0);
    if (n->parent != parent || n->type == NODE_ATTRIBUTE)
        throw_dom(c, "NOT_FOUND_ERR", "the node is no child of this one");
    return n;
}

// Result = Obj.AppendChild(NewChild): puts it behind the other children, from where it hangs; of a fragment its
// children. Returns it. Manual: IDLffXMLDOMNode::AppendChild.
static void fn_append(Call *c)
{
    Node *child = node_given(c, 0, 0);
    insert(c, node_of(c), child, NULL);
    return_node(c, child);
}

// Result = Obj.InsertBefore(NewChild [, RefChild]): puts it before the child RefChild, behind all without. Returns it.
// Manual: IDLffXMLDOMNode::InsertBefore.
static void fn_insert(Call *c)
{
    Node *parent = node_of(c), *child = node_given(c, 0, 0), *before = NULL;
    bool is_given =
        c->argc > 1 && !(call_arg(c, 1)->type == T_OBJ && !val_is_array(call_arg(c, 1)) && !call_arg(c, 1)->h);
    if (is_given) before = child_given(c, 1, parent);
    insert(c, parent, child, before);
    return_node(c, child);
}

// Result = Obj.RemoveChild(OldChild): takes it out and returns it. Manual: IDLffXMLDOMNode::RemoveChild.
static void fn_remove(Call *c)
{
    Node *n = child_given(c, 0, node_of(c));
    check_change(c, node_of(c));
    node_remove(n);
    return_node(c, n);
}

// Result = Obj.ReplaceChild(NewChild, OldChild): puts it in the place of the old one, which is returned. Manual:
// IDLffXMLDOMNode::ReplaceChild.
static void fn_replace(Call *c)
{
    Node *parent = node_of(c), *new = node_given(c, 0, 0), *old = child_given(c, 1, parent), *after = old->next;
    check_change(c, parent);
    if (new != old) {
        node_remove(old);
        bool fits = !node_has_above(parent, new) && node_may_hold(parent, new);
        if (!fits) node_append(parent, old, after);
        insert(c, parent, new, after == new ? new->next : after);
    }
    return_node(c, old);
}

#define CLONE_KEYWORDS(K, R) K(R, DEEP, FLAG)
KEYWORDS(CLONE)

// Result = Obj.CloneNode([/DEEP]): a copy that hangs nowhere, with attributes; DEEP: with all below. Manual:
// IDLffXMLDOMNode::CloneNode.
static void fn_clone(Call *c)
{
    Node *n = node_of(c);
    if (n->type == NODE_DOCUMENT) throw_dom(c, "NOT_SUPPORTED_ERR", "a document cannot be cloned");
    return_node(c, node_clone(n, call_kw_set(c, KW_CLONE_DEEP) || n->type == NODE_REFERENCE));
}

// Obj.Normalize: joins texts that stand side by side, and takes out empty ones, all below. Manual:
// IDLffXMLDOMNode::Normalize.
static void pro_normalize(Call *c)
{
    Node *top = node_of(c);
    for (Node *n = node_following(top, top), *next; n; n = next) {
        next = node_following(n, top);
        if (n->type != NODE_TEXT || is_read_only(n)) continue;
        Buf b = BUF_INIT(BUF_NO_LIMIT);
        buf_puts(&b, n->value);
        for (Node *other; (other = n->next) && other->type == NODE_TEXT; node_remove(other)) buf_puts(&b, other->value);
        next = node_following(n, top);
        char *text = buf_take(&b);
        if (!text) throw_no_memory(c);
        mem_free(n->value);
        n->value = text;
        if (!*text) node_remove(n);
    }
}

// --- Names and values
// ---------------------------------------------------------------------------------------------------

// Result = Obj.GetNodeName(): the tag of an element, the name of an attribute, #text, ... Manual:
// IDLffXMLDOMNode::GetNodeName.
static void fn_name(Call *c) { return_text(c, node_of(c)->name); }
// Result = Obj.GetNodeType(): 1 element, 2 attribute, 3 text, 4 CDATA section, 5 reference to an entity, 6 entity, 7
// processing instruction, 8 comment, 9 document, 10 document type, 11 fragment, 12 notation. Manual:
// IDLffXMLDOMNode::GetNodeType.
static void fn_type(Call *c) { call_return_take(c, val_long((int32_t)node_of(c)->type)); }
// Result = Obj.GetNodeValue(): the text of texts, comments, attributes, instructions; '' of others. Manual:
// IDLffXMLDOMNode::GetNodeValue.
static void fn_value(Call *c) { return_text(c, node_of(c)->value); }

// Obj.SetNodeValue, Value: of nodes that have one. Manual: IDLffXMLDOMNode::SetNodeValue.
static void pro_set_value(Call *c)
{
    Node *n = node_of(c);
    if (!n->value) return;
    check_change(c, n);
    node_set(&n->value, text_given(c, 0));
    n->is_default = n->is_blank = false;
}

// Result = Obj.GetSpecified(): 0 if the attribute's value is the DTD's, else 1. Manual: IDLffXMLDOMAttr::GetSpecified.
static void fn_specified(Call *c) { call_return_take(c, val_long(!node_of(c)->is_default)); }
// Result = Obj.GetPublicId(): of a document type, an entity, a notation. Manual: IDLffXMLDOMEntity::GetPublicId.
static void fn_public(Call *c) { return_text(c, node_of(c)->public); }
// Result = Obj.GetSystemId(): of a document type, an entity, a notation. Manual: IDLffXMLDOMEntity::GetSystemId.
static void fn_system(Call *c) { return_text(c, node_of(c)->system); }
// Result = Obj.GetNotationName(): of an entity that is not parsed, else ''. Manual: IDLffXMLDOMEntity::GetNotationName.
static void fn_notation_name(Call *c) { return_text(c, node_of(c)->notation); }
// Result = Obj.GetEntities(): an IDLffXMLDOMNamedNodeMap. Manual: IDLffXMLDOMDocumentType::GetEntities.
static void fn_entities(Call *c) { return_list(c, HANDLE_ENTITIES, node_of(c), NULL); }
// Result = Obj.GetNotations(): an IDLffXMLDOMNamedNodeMap. Manual: IDLffXMLDOMDocumentType::GetNotations.
static void fn_notations(Call *c) { return_list(c, HANDLE_NOTATIONS, node_of(c), NULL); }

// --- Attributes
// ---------------------------------------------------------------------------------------------------------

// Result = Obj.GetAttribute(Name): its value; '' if there is none. Manual: IDLffXMLDOMElement::GetAttribute.
static void fn_attribute(Call *c)
{
    const Node *a = node_attribute(node_of(c), text_given(c, 0));
    return_text(c, a ? a->value : "");
}

// Result = Obj.GetAttributeNode(Name): the null object, if there is none. Manual: IDLffXMLDOMElement::GetAttributeNode.
static void fn_attribute_node(Call *c) { return_node(c, node_attribute(node_of(c), text_given(c, 0))); }

// Obj.SetAttribute, Name, Value: adds it, or gives it another value. Manual: IDLffXMLDOMElement::SetAttribute.
static void pro_set_attribute(Call *c)
{
    Node *n = node_of(c), *a = node_attribute(n, text_given(c, 0));
    check_change(c, n);
    if (!a) {
        name_check(c, text_given(c, 0));
        node_add_attribute(n, tree_node(n->tree, NODE_ATTRIBUTE, text_given(c, 0), text_given(c, 1)));
        return;
    }
    node_set(&a->value, text_given(c, 1));
    a->is_default = false;
}

// Obj.RemoveAttribute, Name: nothing happens if there is none. Manual: IDLffXMLDOMElement::RemoveAttribute.
static void pro_remove_attribute(Call *c)
{
    Node *n = node_of(c), *a = node_attribute(n, text_given(c, 0));
    check_change(c, n);
    if (a) node_drop_attribute(n, a);
}

// Result = Obj.SetAttributeNode(NewAttr): returns the one of this name that it replaces, or the null object. Manual:
// IDLffXMLDOMElement::SetAttributeNode.
static void fn_set_attribute_node(Call *c)
{
    Node *n = node_of(c), *a = node_given(c, 0, NODE_ATTRIBUTE), *old = node_attribute(n, a->name);
    check_change(c, n);
    if (a->parent && a->parent != n) throw_dom(c, "INUSE_ATTRIBUTE_ERR", "the attribute belongs to another element");
    if (old) node_drop_attribute(n, old);
    node_add_attribute(n, a);
    return_node(c, old != a ? old : NULL);
}

// Result = Obj.RemoveAttributeNode(OldAttr): returns it. Manual: IDLffXMLDOMElement::RemoveAttributeNode.
static void fn_remove_attribute_node(Call *c)
{
    Node *n = node_of(c), *a = node_given(c, 0, NODE_ATTRIBUTE);
    if (a->parent != n) throw_dom(c, "NOT_FOUND_ERR", "the attribute is not this element's");
    node_drop_attribute(n, a);
    return_node(c, a);
}

// Result = Obj.GetElementsByTagName(TagName): an IDLffXMLDOMNodeList of all elements below that have this tag ('*':
// any), in the order of the text. It follows changes of the tree. Manual: IDLffXMLDOMElement::GetElementsByTagName.
static void fn_tagged(Call *c) { return_list(c, HANDLE_TAGGED, node_of(c), text_given(c, 0)); }

// --- Characters, counted as bytes
// ------------------------------------------------------------------------------------------

// Argument i as a place within n bytes.
static size_t place_given(Call *c, int i, size_t n)
{
    int64_t at = call_int(c, i);
    if (at < 0 || (uint64_t)at > n) throw_dom(c, "INDEX_SIZE_ERR", "the offset is outside of the text");
    return (size_t)at;
}

static size_t count_given(Call *c, int i, size_t most)
{
    int64_t n = call_int(c, i);
    if (n < 0) throw_dom(c, "INDEX_SIZE_ERR", "the count is negative");
    return (uint64_t)n < most ? (size_t)n : most;
}

static void splice(Call *c, Node *n, size_t at, size_t count, const char *by)
{
    size_t length = strlen(n->value);
    check_change(c, n);
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    buf_put(&b, n->value, at);
    buf_puts(&b, by);
    buf_put(&b, n->value + at + count, length - at - count);
    char *text = buf_take(&b);
    if (!text) throw_no_memory(c);
    mem_free(n->value);
    n->value = text;
    n->is_blank = false;
}

// Obj.AppendData, Text: behind what there is. Manual: IDLffXMLDOMCharacterData::AppendData.
static void pro_append_data(Call *c) { splice(c, node_of(c), strlen(node_of(c)->value), 0, text_given(c, 0)); }

// Obj.DeleteData, Offset, Count: Count characters from Offset on, at most to the end. Manual:
// IDLffXMLDOMCharacterData::DeleteData.
static void pro_delete_data(Call *c)
{
    Node *n = node_of(c);
    size_t length = strlen(n->value), at = place_given(c, 0, length);
    splice(c, n, at, count_given(c, 1, length - at), "");
}

// Obj.InsertData, Offset, Text. Manual: IDLffXMLDOMCharacterData::InsertData.
static void pro_insert_data(Call *c)
{
    Node *n = node_of(c);
    splice(c, n, place_given(c, 0, strlen(n->value)), 0, text_given(c, 1));
}

// Obj.ReplaceData, Offset, Count, Text. Manual: IDLffXMLDOMCharacterData::ReplaceData.
static void pro_replace_data(Call *c)
{
    Node *n = node_of(c);
    size_t length = strlen(n->value), at = place_given(c, 0, length);
    splice(c, n, at, count_given(c, 1, length - at), text_given(c, 2));
}

// Result = Obj.SubstringData(Offset, Count). Manual: IDLffXMLDOMCharacterData::SubstringData.
static void fn_substring_data(Call *c)
{
    const Node *n = node_of(c);
    size_t length = strlen(n->value), at = place_given(c, 0, length);
    call_return_take(c, val_stringn(n->value + at, count_given(c, 1, length - at)));
}

// Result = Obj.GetLength(): bytes of the text. Manual: IDLffXMLDOMCharacterData::GetLength.
static void fn_length(Call *c) { call_return_take(c, val_long((int32_t)strlen(node_of(c)->value))); }

// Result = Obj.SplitText(Offset): what stands from there on goes into a new text behind this one, which is returned.
// Manual: IDLffXMLDOMText::SplitText.
static void fn_split_text(Call *c)
{
    Node *n = node_of(c);
    size_t at = place_given(c, 0, strlen(n->value));
    check_change(c, n);
    Node *rest = tree_node(n->tree, n->type, n->name, n->value + at);
    splice(c, n, at, strlen(n->value) - at, "");
    if (n->parent) node_append(n->parent, rest, n->next);
    return_node(c, rest);
}

// Result = Obj.IsIgnorableWhitespace(): whether these are blanks between elements where the DTD allows no text. Manual:
// IDLffXMLDOMText::IsIgnorableWhitespace.
static void fn_is_blank(Call *c) { call_return_take(c, val_long(node_of(c)->is_blank)); }

// --- Lists and maps
// -----------------------------------------------------------------------------------------------------

// Result = Obj.GetLength(): how many nodes the list or map holds. Manual: IDLffXMLDOMNodeList::GetLength.
static void fn_list_length(Call *c) { call_return_take(c, val_long((int32_t)list_count(handle_of(c)))); }
// Result = Obj.Item(Index): the null object, if there is none. Manual: IDLffXMLDOMNodeList::Item.
static void fn_list_item(Call *c) { return_node(c, list_at(handle_of(c), call_int(c, 0))); }

static Node *named(Call *c)
{
    Handle *h = handle_of(c);
    const char *name = text_given(c, 0);
    for (int64_t i = 0; i < list_count(h); i++) {
        if (strcmp(list_at(h, i)->name, name) == 0) return list_at(h, i);
    }
    return NULL;
}

// Result = Obj.GetNamedItem(Name): the null object, if there is none. Manual: IDLffXMLDOMNamedNodeMap::GetNamedItem.
static void fn_named(Call *c) { return_node(c, named(c)); }

// Result = Obj.SetNamedItem(Node): an attribute. Returns the one of this name that it replaces, or the null object.
// Manual: IDLffXMLDOMNamedNodeMap::SetNamedItem.
static void fn_set_named(Call *c)
{
    if (handle_of(c)->kind != HANDLE_ATTRIBUTES)
        throw_dom(c, "NO_MODIFICATION_ALLOWED_ERR", "declarations cannot be changed");
    fn_set_attribute_node(c);
}

// Result = Obj.RemoveNamedItem(Name): returns the attribute. Manual: IDLffXMLDOMNamedNodeMap::RemoveNamedItem.
static void fn_remove_named(Call *c)
{
    if (handle_of(c)->kind != HANDLE_ATTRIBUTES)
        throw_dom(c, "NO_MODIFICATION_ALLOWED_ERR", "declarations cannot be changed");
    Node *a = named(c);
    if (!a) throw_dom(c, "NOT_FOUND_ERR", "there is no attribute of this name");
    check_change(c, node_of(c));
    node_drop_attribute(node_of(c), a);
    return_node(c, a);
}

// Obj.Cleanup: what OBJ_DESTROY calls; the node stays in its document. Manual: NODE_DESTRUCTION_POLICY.
static void pro_cleanup(Call *c)
{
    if (!c->self->h->native) return;
    Handle *h = (Handle *)c->self->h->native;
    if (h->tree) handle_end(h);
    if (h->node && h->node->object == h) h->node->object = NULL;
    h->node = NULL;
    object_let_go(h);
}

static const Routine rows[] = {
    {"IDLFFXMLDOMNODE::APPENDCHILD",
     FUNCTION,
     {1, 1},
     fn_append,
     "NewChild",
     .spelling = "IDLffXMLDOMNode::AppendChild"},
    {"IDLFFXMLDOMNODE::CLEANUP", PROCEDURE, {0, 0}, pro_cleanup, "", .spelling = "IDLffXMLDOMNode::Cleanup"},
    {"IDLFFXMLDOMNODE::CLONENODE",
     FUNCTION,
     {0, 0},
     fn_clone,
     "",
     KEYS(CLONE),
     .spelling = "IDLffXMLDOMNode::CloneNode"},
    {"IDLFFXMLDOMNODE::GETATTRIBUTES",
     FUNCTION,
     {0, 0},
     fn_attributes,
     "",
     .spelling = "IDLffXMLDOMNode::GetAttributes"},
    {"IDLFFXMLDOMNODE::GETCHILDNODES", FUNCTION, {0, 0}, fn_children, "", .spelling = "IDLffXMLDOMNode::GetChildNodes"},
    {"IDLFFXMLDOMNODE::GETFIRSTCHILD", FUNCTION, {0, 0}, fn_first, "", .spelling = "IDLffXMLDOMNode::GetFirstChild"},
    {"IDLFFXMLDOMNODE::GETLASTCHILD", FUNCTION, {0, 0}, fn_last, "", .spelling = "IDLffXMLDOMNode::GetLastChild"},
    {"IDLFFXMLDOMNODE::GETNEXTSIBLING", FUNCTION, {0, 0}, fn_next, "", .spelling = "IDLffXMLDOMNode::GetNextSibling"},
    {"IDLFFXMLDOMNODE::GETNODENAME", FUNCTION, {0, 0}, fn_name, "", .spelling = "IDLffXMLDOMNode::GetNodeName"},
    {"IDLFFXMLDOMNODE::GETNODETYPE", FUNCTION, {0, 0}, fn_type, "", .spelling = "IDLffXMLDOMNode::GetNodeType"},
    {"IDLFFXMLDOMNODE::GETNODEVALUE", FUNCTION, {0, 0}, fn_value, "", .spelling = "IDLffXMLDOMNode::GetNodeValue"},
    {"IDLFFXMLDOMNODE::GETOWNERDOCUMENT",
     FUNCTION,
     {0, 0},
     fn_owner,
     "",
     .spelling = "IDLffXMLDOMNode::GetOwnerDocument"},
    {"IDLFFXMLDOMNODE::GETPARENTNODE", FUNCTION, {0, 0}, fn_parent, "", .spelling = "IDLffXMLDOMNode::GetParentNode"},
    {"IDLFFXMLDOMNODE::GETPREVIOUSSIBLING",
     FUNCTION,
     {0, 0},
     fn_prev,
     "",
     .spelling = "IDLffXMLDOMNode::GetPreviousSibling"},
    {"IDLFFXMLDOMNODE::HASCHILDNODES",
     FUNCTION,
     {0, 0},
     fn_has_children,
     "",
     .spelling = "IDLffXMLDOMNode::HasChildNodes"},
    {"IDLFFXMLDOMNODE::INSERTBEFORE",
     FUNCTION,
     {1, 2},
     fn_insert,
     "NewChild [, RefChild]",
     .spelling = "IDLffXMLDOMNode::InsertBefore"},
    {"IDLFFXMLDOMNODE::NORMALIZE", PROCEDURE, {0, 0}, pro_normalize, "", .spelling = "IDLffXMLDOMNode::Normalize"},
    {"IDLFFXMLDOMNODE::REMOVECHILD",
     FUNCTION,
     {1, 1},
     fn_remove,
     "OldChild",
     .spelling = "IDLffXMLDOMNode::RemoveChild"},
    {"IDLFFXMLDOMNODE::REPLACECHILD",
     FUNCTION,
     {2, 2},
     fn_replace,
     "NewChild, OldChild",
     .spelling = "IDLffXMLDOMNode::ReplaceChild"},
    {"IDLFFXMLDOMNODE::SETNODEVALUE",
     PROCEDURE,
     {1, 1},
     pro_set_value,
     "Value",
     .spelling = "IDLffXMLDOMNode::SetNodeValue"},
    {"IDLFFXMLDOMATTR::GETNAME", FUNCTION, {0, 0}, fn_name, "", .spelling = "IDLffXMLDOMAttr::GetName"},
    {"IDLFFXMLDOMATTR::GETSPECIFIED", FUNCTION, {0, 0}, fn_specified, "", .spelling = "IDLffXMLDOMAttr::GetSpecified"},
    {"IDLFFXMLDOMATTR::GETVALUE", FUNCTION, {0, 0}, fn_value, "", .spelling = "IDLffXMLDOMAttr::GetValue"},
    {"IDLFFXMLDOMATTR::SETVALUE", PROCEDURE, {1, 1}, pro_set_value, "Value", .spelling = "IDLffXMLDOMAttr::SetValue"},
    {"IDLFFXMLDOMCHARACTERDATA::APPENDDATA",
     PROCEDURE,
     {1, 1},
     pro_append_data,
     "Text",
     .spelling = "IDLffXMLDOMCharacterData::AppendData"},
    {"IDLFFXMLDOMCHARACTERDATA::DELETEDATA",
     PROCEDURE,
     {2, 2},
     pro_delete_data,
     "Offset, Count",
     .spelling = "IDLffXMLDOMCharacterData::DeleteData"},
    {"IDLFFXMLDOMCHARACTERDATA::GETDATA",
     FUNCTION,
     {0, 0},
     fn_value,
     "",
     .spelling = "IDLffXMLDOMCharacterData::GetData"},
    {"IDLFFXMLDOMCHARACTERDATA::GETLENGTH",
     FUNCTION,
     {0, 0},
     fn_length,
     "",
     .spelling = "IDLffXMLDOMCharacterData::GetLength"},
    {"IDLFFXMLDOMCHARACTERDATA::INSERTDATA",
     PROCEDURE,
     {2, 2},
     pro_insert_data,
     "Offset, Text",
     .spelling = "IDLffXMLDOMCharacterData::InsertData"},
    {"IDLFFXMLDOMCHARACTERDATA::REPLACEDATA",
     PROCEDURE,
     {3, 3},
     pro_replace_data,
     "Offset, Count, Text",
     .spelling = "IDLffXMLDOMCharacterData::ReplaceData"},
    {"IDLFFXMLDOMCHARACTERDATA::SETDATA",
     PROCEDURE,
     {1, 1},
     pro_set_value,
     "Text",
     .spelling = "IDLffXMLDOMCharacterData::SetData"},
    {"IDLFFXMLDOMCHARACTERDATA::SUBSTRINGDATA",
     FUNCTION,
     {2, 2},
     fn_substring_data,
     "Offset, Count",
     .spelling = "IDLffXMLDOMCharacterData::SubstringData"},
    {"IDLFFXMLDOMDOCUMENTTYPE::GETENTITIES",
     FUNCTION,
     {0, 0},
     fn_entities,
     "",
     .spelling = "IDLffXMLDOMDocumentType::GetEntities"},
    {"IDLFFXMLDOMDOCUMENTTYPE::GETNAME", FUNCTION, {0, 0}, fn_name, "", .spelling = "IDLffXMLDOMDocumentType::GetName"},
    {"IDLFFXMLDOMDOCUMENTTYPE::GETNOTATIONS",
     FUNCTION,
     {0, 0},
     fn_notations,
     "",
     .spelling = "IDLffXMLDOMDocumentType::GetNotations"},
    {"IDLFFXMLDOMDOCUMENTTYPE::GETPUBLICID",
     FUNCTION,
     {0, 0},
     fn_public,
     "",
     .spelling = "IDLffXMLDOMDocumentType::GetPublicId"},
    {"IDLFFXMLDOMDOCUMENTTYPE::GETSYSTEMID",
     FUNCTION,
     {0, 0},
     fn_system,
     "",
     .spelling = "IDLffXMLDOMDocumentType::GetSystemId"},
    {"IDLFFXMLDOMELEMENT::GETATTRIBUTE",
     FUNCTION,
     {1, 1},
     fn_attribute,
     "Name",
     .spelling = "IDLffXMLDOMElement::GetAttribute"},
    {"IDLFFXMLDOMELEMENT::GETATTRIBUTENODE",
     FUNCTION,
     {1, 1},
     fn_attribute_node,
     "Name",
     .spelling = "IDLffXMLDOMElement::GetAttributeNode"},
    {"IDLFFXMLDOMELEMENT::GETELEMENTSBYTAGNAME",
     FUNCTION,
     {1, 1},
     fn_tagged,
     "TagName",
     .spelling = "IDLffXMLDOMElement::GetElementsByTagName"},
    {"IDLFFXMLDOMELEMENT::GETTAGNAME", FUNCTION, {0, 0}, fn_name, "", .spelling = "IDLffXMLDOMElement::GetTagName"},
    {"IDLFFXMLDOMELEMENT::REMOVEATTRIBUTE",
     PROCEDURE,
     {1, 1},
     pro_remove_attribute,
     "Name",
     .spelling = "IDLffXMLDOMElement::RemoveAttribute"},
    {"IDLFFXMLDOMELEMENT::REMOVEATTRIBUTENODE",
     FUNCTION,
     {1, 1},
     fn_remove_attribute_node,
     "OldAttr",
     .spelling = "IDLffXMLDOMElement::RemoveAttributeNode"},
    {"IDLFFXMLDOMELEMENT::SETATTRIBUTE",
     PROCEDURE,
     {2, 2},
     pro_set_attribute,
     "Name, Value",
     .spelling = "IDLffXMLDOMElement::SetAttribute"},
    {"IDLFFXMLDOMELEMENT::SETATTRIBUTENODE",
     FUNCTION,
     {1, 1},
     fn_set_attribute_node,
     "NewAttr",
     .spelling = "IDLffXMLDOMElement::SetAttributeNode"},
    {"IDLFFXMLDOMDOCUMENT::GETELEMENTSBYTAGNAME",
     FUNCTION,
     {1, 1},
     fn_tagged,
     "TagName",
     .spelling = "IDLffXMLDOMDocument::GetElementsByTagName"},
    {"IDLFFXMLDOMENTITY::GETNOTATIONNAME",
     FUNCTION,
     {0, 0},
     fn_notation_name,
     "",
     .spelling = "IDLffXMLDOMEntity::GetNotationName"},
    {"IDLFFXMLDOMENTITY::GETPUBLICID", FUNCTION, {0, 0}, fn_public, "", .spelling = "IDLffXMLDOMEntity::GetPublicId"},
    {"IDLFFXMLDOMENTITY::GETSYSTEMID", FUNCTION, {0, 0}, fn_system, "", .spelling = "IDLffXMLDOMEntity::GetSystemId"},
    {"IDLFFXMLDOMNAMEDNODEMAP::CLEANUP",
     PROCEDURE,
     {0, 0},
     pro_cleanup,
     "",
     .spelling = "IDLffXMLDOMNamedNodeMap::Cleanup"},
    {"IDLFFXMLDOMNAMEDNODEMAP::GETLENGTH",
     FUNCTION,
     {0, 0},
     fn_list_length,
     "",
     .spelling = "IDLffXMLDOMNamedNodeMap::GetLength"},
    {"IDLFFXMLDOMNAMEDNODEMAP::GETNAMEDITEM",
     FUNCTION,
     {1, 1},
     fn_named,
     "Name",
     .spelling = "IDLffXMLDOMNamedNodeMap::GetNamedItem"},
    {"IDLFFXMLDOMNAMEDNODEMAP::ITEM",
     FUNCTION,
     {1, 1},
     fn_list_item,
     "Index",
     .spelling = "IDLffXMLDOMNamedNodeMap::Item"},
    {"IDLFFXMLDOMNAMEDNODEMAP::REMOVENAMEDITEM",
     FUNCTION,
     {1, 1},
     fn_remove_named,
     "Name",
     .spelling = "IDLffXMLDOMNamedNodeMap::RemoveNamedItem"},
    {"IDLFFXMLDOMNAMEDNODEMAP::SETNAMEDITEM",
     FUNCTION,
     {1, 1},
     fn_set_named,
     "Node",
     .spelling = "IDLffXMLDOMNamedNodeMap::SetNamedItem"},
    {"IDLFFXMLDOMNODELIST::CLEANUP", PROCEDURE, {0, 0}, pro_cleanup, "", .spelling = "IDLffXMLDOMNodeList::Cleanup"},
    {"IDLFFXMLDOMNODELIST::GETLENGTH",
     FUNCTION,
     {0, 0},
     fn_list_length,
     "",
     .spelling = "IDLffXMLDOMNodeList::GetLength"},
    {"IDLFFXMLDOMNODELIST::ITEM", FUNCTION, {1, 1}, fn_list_item, "Index", .spelling = "IDLffXMLDOMNodeList::Item"},
    {"IDLFFXMLDOMNOTATION::GETPUBLICID",
     FUNCTION,
     {0, 0},
     fn_public,
     "",
     .spelling = "IDLffXMLDOMNotation::GetPublicId"},
    {"IDLFFXMLDOMNOTATION::GETSYSTEMID",
     FUNCTION,
     {0, 0},
     fn_system,
     "",
     .spelling = "IDLffXMLDOMNotation::GetSystemId"},
    {"IDLFFXMLDOMPROCESSINGINSTRUCTION::GETDATA",
     FUNCTION,
     {0, 0},
     fn_value,
     "",
     .spelling = "IDLffXMLDOMProcessingInstruction::GetData"},
    {"IDLFFXMLDOMPROCESSINGINSTRUCTION::GETTARGET",
     FUNCTION,
     {0, 0},
     fn_name,
     "",
     .spelling = "IDLffXMLDOMProcessingInstruction::GetTarget"},
    {"IDLFFXMLDOMPROCESSINGINSTRUCTION::SETDATA",
     PROCEDURE,
     {1, 1},
     pro_set_value,
     "Text",
     .spelling = "IDLffXMLDOMProcessingInstruction::SetData"},
    {"IDLFFXMLDOMTEXT::ISIGNORABLEWHITESPACE",
     FUNCTION,
     {0, 0},
     fn_is_blank,
     "",
     .spelling = "IDLffXMLDOMText::IsIgnorableWhitespace"},
    {"IDLFFXMLDOMTEXT::SPLITTEXT", FUNCTION, {1, 1}, fn_split_text, "Offset", .spelling = "IDLffXMLDOMText::SplitText"},
};
ROUTINE_TABLE(lib_xml_node, rows)
