// IDLffXMLDOMDocument: reading and writing, and making nodes. Start reading at pro_load.
#include "lib/xml/objects.h"
#include "lib/xml/write.h"

#include "base/mem.h"
#include "io/lun.h"
#include "sys/dynlib.h"
#include "sys/fd.h"
#include "vm/call/call.h"
#include "vm/dispatch/invoke.h"
#include "vm/engine.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

const char *text_given(Call *c, int i)
{
    const Str *s = call_str_peek(c, i);
    if (strlen(str_text(s)) != str_len(s)) throw_dom(c, "INVALID_CHARACTER_ERR", "a text of XML cannot contain NUL");
    return str_text(s);
}

void name_check(Call *c, const char *name)
{
    bool is_good = isalpha((unsigned char)*name) || *name == '_' || *name == ':' || (unsigned char)*name > 127;
    for (const char *p = name; *p && is_good; p++)
        is_good = isalnum((unsigned char)*p) || strchr("_:-.", *p) || (unsigned char)*p > 127;
    if (!is_good) throw_dom(c, "INVALID_CHARACTER_ERR", "this is no name in XML");
}

// --- Loading
// ------------------------------------------------------------------------------------------------------------

#define LOAD_KEYWORDS(K, R)                                                                                            \
    K(R, FILENAME, "=string")                                                                                          \
    K(R, STRING, "|=string")                                                                                           \
    K(R, EXCLUDE_IGNORABLE_WHITESPACE, FLAG) K(R, EXPAND_ENTITY_REFERENCES, FLAG) K(R, MSG_ERROR, OUT)                 \
        K(R, MSG_FATAL, OUT) K(R, MSG_WARNING, OUT) K(R, QUIET, FLAG) K(R, SCHEMA_CHECKING, "=0|1|2")                  \
            K(R, VALIDATION_MODE, "=0|1|2")
KEYWORDS(LOAD)
#define DOCUMENT_INIT_KEYWORDS(K, R) LOAD_KEYWORDS(K, R) K(R, NODE_DESTRUCTION_POLICY, "=0|1")
KEYWORDS(DOCUMENT_INIT)

typedef struct Loading {
    TreeBuilder builder;
    Call *c;
    const XmlTable *xml;
    XmlParser *parser;
    const char *file;
    Buf said[3]; // errors, fatal ones, warnings
    bool quiet;
} Loading;

static void free_loading(void *arg)
{
    Loading *l = arg;
    if (l->parser) l->xml->close(l->parser);
    if (l->builder.tree) tree_drop(l->builder.tree);
    mem_free(l->builder.error);
    for (int i = 0; i < 3; i++) buf_free(&l->said[i]);
}

static void note(Loading *l, const XmlEvent *e)
{
    static const char *const kinds[] = {"error", "fatal error", "warning"};
    int i = e->kind == XML_ERROR ? 0 : e->kind == XML_FATAL ? 1 : 2;
    if (l->said[i].len < 1 << 16) {
        buf_printf(&l->said[i], "%sParser %s: File: %s, line: %ld, column: %ld :: %s", l->said[i].len ? "\n" : "",
                   kinds[i], l->file, e->line, e->column, e->text[0]);
    }
}

static void take_event(void *arg, const XmlEvent *e)
{
    Loading *l = arg;
    if (e->kind >= XML_WARNING) note(l, e);
    tree_event(&l->builder, e);
}

static void say(Loading *l, int i, int slot)
{
    AUTO_FREE char *text = buf_take(&l->said[i]);
    if (!text) return;
    if (*text && !l->quiet && i != 1) call_warn(l->c, false, "%s", text);
    if (slot >= 0) call_kw_set_take(l->c, slot, val_string(text));
}

static void parse(Loading *l, const XmlText *t)
{
    l->parser = l->xml->open(take_event, l);
    if (!l->parser) throw_no_memory(l->c);
    if (t->n)
        l->xml->feed(l->parser, t->p, t->n, true);
    else
        l->builder.error = mem_strdup("Document is empty");
    call_poll(l->c);
}

// KW_LOAD_ slots are those of Init, too.
static void load(Call *c)
{
    Loading *l = call_alloc(c, sizeof *l);
    const Val *name = call_kw(c, KW_LOAD_FILENAME), *text = call_kw(c, KW_LOAD_STRING);
    TRY(c, dynlib_table(XML_MODULE, (const void **)&l->xml));
    XmlText t = name ? xml_file(c, name) : xml_string(c, text);
    l->c = c;
    l->file = name ? str_text(val_to_str_peek(c, name, "FILENAME")) : "";
    l->builder.tree = tree_new();
    l->builder.at = l->builder.tree->document;
    l->builder.expand = call_kw_set(c, KW_LOAD_EXPAND_ENTITY_REFERENCES);
    l->builder.no_blanks = call_kw_set(c, KW_LOAD_EXCLUDE_IGNORABLE_WHITESPACE);
    l->quiet = call_kw_set(c, KW_LOAD_QUIET);
    for (int i = 0; i < 3; i++) l->said[i] = BUF_INIT(1 << 20);
    call_defer(c, free_loading, l);
    parse(l, &t);
    int validation = (int)call_kw_int(c, KW_LOAD_VALIDATION_MODE, 1);
    if (!l->builder.error)
        xml_check_text(c, l->xml, &t, validation, (int)call_kw_int(c, KW_LOAD_SCHEMA_CHECKING, 1), take_event, l);
    say(l, 2, KW_LOAD_MSG_WARNING);
    say(l, 0, KW_LOAD_MSG_ERROR);
    if (l->builder.error) {
        AUTO_FREE char *fatal =
            l->said[1].len ? mem_strndup(l->said[1].p, l->said[1].len) : mem_strdup(l->builder.error);
        call_defer(c, mem_free, fatal);
        call_kw_set_take(c, KW_LOAD_MSG_FATAL, val_string(fatal));
        throw_msg(c, E_SYNTAX, "Parser fatal error: File: %s, line: %ld, column: %ld :: %s", l->file, l->builder.line,
                  l->builder.column, l->builder.error);
    }
    say(l, 1, KW_LOAD_MSG_FATAL);
    document_begin_take(c, l->builder.tree);
    l->builder.tree = NULL;
}

// Obj.Load [, FILENAME=string | , STRING=string] [, /EXCLUDE_IGNORABLE_WHITESPACE] [, /EXPAND_ENTITY_REFERENCES]
// [, MSG_ERROR=variable] [, MSG_FATAL=variable] [, MSG_WARNING=variable] [, /QUIET] [, SCHEMA_CHECKING={0|1|2}]
// [, VALIDATION_MODE={0|1|2}]: reads an XML text: a file, what a URL gives, or STRING (lines, if it is an array). What
// was there before goes. VALIDATION_MODE: 0 no checks, 1 by the text's DTD or schema, if it has one, 2 it must have
// one; SCHEMA_CHECKING 0: no schemas. What is not valid is said (not if QUIET), a text that is not well-formed is an
// error. Entities from outside are not loaded, DTDs and schemas from the file's folder only. Manual:
// IDLffXMLDOMDocument::Load.
static void pro_load(Call *c)
{
    bool both = call_kw(c, KW_LOAD_FILENAME) && call_kw(c, KW_LOAD_STRING);
    if (both || (!call_kw(c, KW_LOAD_FILENAME) && !call_kw(c, KW_LOAD_STRING)))
        throw_msg(c, E_VALUE, "Either FILENAME or STRING must be given.");
    load(c);
}

// --- The object
// ---------------------------------------------------------------------------------------------------------

static void set_policy(Handle *h, int64_t policy)
{
    if (policy == 0 || policy == 1) h->policy = (int)policy;
}

// Result = OBJ_NEW('IDLffXMLDOMDocument' [, FILENAME=string] [, NODE_DESTRUCTION_POLICY={0|1}] [, keywords of Load]): a
// document, empty without FILENAME or STRING. NODE_DESTRUCTION_POLICY: 0: with an object of a node those that its
// methods have made are destroyed, too; 1: not. Manual: IDLffXMLDOMDocument::Init.
static void fn_init(Call *c)
{
    Handle *h = document_begin_take(c, tree_new());
    set_policy(h, call_kw_int(c, KW_DOCUMENT_INIT_NODE_DESTRUCTION_POLICY, 0));
    if (call_kw(c, KW_LOAD_FILENAME) || call_kw(c, KW_LOAD_STRING)) load(c);
    call_return_take(c, val_long(1));
}

#define DOCUMENT_SET_KEYWORDS(K, R) K(R, NODE_DESTRUCTION_POLICY, "=0|1")
KEYWORDS(DOCUMENT_SET)
#define DOCUMENT_GET_KEYWORDS(K, R) K(R, NODE_DESTRUCTION_POLICY, OUT)
KEYWORDS(DOCUMENT_GET)

// Obj.SetProperty, NODE_DESTRUCTION_POLICY={0|1}: other values change nothing. Manual: IDLffXMLDOMDocument Properties.
static void pro_set_property(Call *c)
{
    Handle *h = handle_of(c);
    set_policy(h, call_kw_int(c, KW_DOCUMENT_SET_NODE_DESTRUCTION_POLICY, h->policy));
}

// Obj.GetProperty, NODE_DESTRUCTION_POLICY=variable. Manual: IDLffXMLDOMDocument Properties.
static void pro_get_property(Call *c)
{
    call_kw_set_take(c, KW_DOCUMENT_GET_NODE_DESTRUCTION_POLICY, val_long(handle_of(c)->policy));
}

static Node *child_of_type(const Node *n, NodeType type)
{
    Node *child = n->first;
    while (child && child->type != type) child = child->next;
    return child;
}

// Result = Obj.GetDocumentElement(): the root element; the null object, if there is none. Manual:
// IDLffXMLDOMDocument::GetDocumentElement.
static void fn_root(Call *c) { return_node(c, child_of_type(node_of(c), NODE_ELEMENT)); }
// Result = Obj.GetDoctype(): the null object, if there is none. Manual: IDLffXMLDOMDocument::GetDoctype.
static void fn_doctype(Call *c) { return_node(c, child_of_type(node_of(c), NODE_DOCTYPE)); }

// --- Making nodes
// -------------------------------------------------------------------------------------------------------

static void return_new(Call *c, NodeType type, const char *name, const char *value)
{
    return_node(c, tree_node(handle_of(c)->tree, type, name, value));
}

static const char *checked_name(Call *c)
{
    name_check(c, text_given(c, 0));
    return text_given(c, 0);
}

// Result = Obj.CreateAttribute(Name). Manual: IDLffXMLDOMDocument::CreateAttribute.
static void fn_create_attribute(Call *c) { return_new(c, NODE_ATTRIBUTE, checked_name(c), ""); }
// Result = Obj.CreateCDATASection(Text). Manual: IDLffXMLDOMDocument::CreateCDATASection.
static void fn_create_cdata(Call *c) { return_new(c, NODE_CDATA, "#cdata-section", text_given(c, 0)); }
// Result = Obj.CreateComment(Text). Manual: IDLffXMLDOMDocument::CreateComment.
static void fn_create_comment(Call *c) { return_new(c, NODE_COMMENT, "#comment", text_given(c, 0)); }
// Result = Obj.CreateDocumentFragment(): of which AppendChild takes the children. Manual:
// IDLffXMLDOMDocument::CreateDocumentFragment.
static void fn_create_fragment(Call *c) { return_new(c, NODE_FRAGMENT, "#document-fragment", NULL); }
// Result = Obj.CreateElement(TagName). Manual: IDLffXMLDOMDocument::CreateElement.
static void fn_create_element(Call *c) { return_new(c, NODE_ELEMENT, checked_name(c), NULL); }
// Result = Obj.CreateEntityReference(Name). Manual: IDLffXMLDOMDocument::CreateEntityReference.
static void fn_create_reference(Call *c) { return_new(c, NODE_REFERENCE, checked_name(c), NULL); }
// Result = Obj.CreateNotation(Name). Manual: IDLffXMLDOMDocument::CreateNotation.
static void fn_create_notation(Call *c) { return_new(c, NODE_NOTATION, checked_name(c), NULL); }
// Result = Obj.CreateProcessingInstruction(Target, Data). Manual: IDLffXMLDOMDocument::CreateProcessingInstruction.
static void fn_create_instruction(Call *c) { return_new(c, NODE_INSTRUCTION, checked_name(c), text_given(c, 1)); }
// Result = Obj.CreateTextNode(Text). Manual: IDLffXMLDOMDocument::CreateTextNode.
static void fn_create_text(Call *c) { return_new(c, NODE_TEXT, "#text", text_given(c, 0)); }

// Result = Obj.CreateDocumentType(QualifiedName [, PublicID, SystemID]). Manual:
// IDLffXMLDOMDocument::CreateDocumentType.
static void fn_create_doctype(Call *c)
{
    Node *n = tree_node(handle_of(c)->tree, NODE_DOCTYPE, checked_name(c), NULL);
    if (c->argc > 1) node_set(&n->public, text_given(c, 1));
    if (c->argc > 2) node_set(&n->system, text_given(c, 2));
    return_node(c, n);
}

// --- Walkers
// ------------------------------------------------------------------------------------------------------------

#define WALK_KEYWORDS(K, R) K(R, FILTER_NAME, "=string") K(R, FILTER_USERDATA, "=value") K(R, WHAT_TO_SHOW, "=bits")
KEYWORDS(WALK)

// An object of a class of the library (pro/), of which the root is argument 0; the null object: the document.
static void make_walker(Call *c, const char *class)
{
    const Val *root = call_arg(c, 0), *data = call_kw(c, KW_WALK_FILTER_USERDATA);
    bool is_null = root->type == T_OBJ && !val_is_array(root) && !root->h;
    if (!is_null) node_given(c, 0, 0);
    int64_t what = call_kw_int(c, KW_WALK_WHAT_TO_SHOW, -1);
    const Str *filter = call_kw_str_peek(c, KW_WALK_FILTER_NAME);
    Val args[5] = {val_string(class), val_copy(is_null ? c->self : root), val_long64(what),
                   val_string(str_text(filter)), data ? val_copy(data) : VAL_NULL};
    call_return_take(c, invoke_take(c->vm, invoke_site(c->vm, NULL, "OBJ_NEW", false, true, 5, 0, NULL), 5, args));
}

// Result = Obj.CreateTreeWalker(RootNode [, FILTER_NAME=string] [, FILTER_USERDATA=value] [, WHAT_TO_SHOW=bits]): an
// IDLffXMLDOMTreeWalker, which stands at RootNode (the null object: the document) and moves below it. WHAT_TO_SHOW: the
// sum of 2^(type - 1) for the types of nodes that are shown (all). FILTER_NAME: a function of a node and
// FILTER_USERDATA that returns 1 to accept it, 2 to reject it and all below, 3 to pass over it alone. Manual:
// IDLffXMLDOMDocument::CreateTreeWalker.
static void fn_create_walker(Call *c) { make_walker(c, "IDLFFXMLDOMTREEWALKER"); }

// Result = Obj.CreateNodeIterator(RootNode [, FILTER_NAME=string] [, FILTER_USERDATA=value] [, WHAT_TO_SHOW=bits]): an
// IDLffXMLDOMNodeIterator, which stands before RootNode. For the rest see CreateTreeWalker; 2 is as 3. Manual:
// IDLffXMLDOMDocument::CreateNodeIterator.
static void fn_create_iterator(Call *c) { make_walker(c, "IDLFFXMLDOMNODEITERATOR"); }

// --- Writing
// ------------------------------------------------------------------------------------------------------------

#define DOM_SAVE_KEYWORDS(K, R)                                                                                        \
    K(R, FILENAME, "=string")                                                                                          \
    K(R, STRING, "|>") K(R, ENCODING, "=string") K(R, EXPAND_ENTITY_REFERENCES, FLAG) K(R, PRETTY_PRINT, FLAG)
KEYWORDS(DOM_SAVE)

static void close_file(void *fd) { sys_close((int)(intptr_t)fd); }

static void write_file(Call *c, const char *path, const Buf *b)
{
    int fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0) throw_status(c, status_sys(E_OPEN, -fd, "Error opening file. File: %s", path));
    call_defer(c, close_file, (void *)(intptr_t)fd);
    for (size_t at = 0; at < b->len;) {
        ssize_t n = sys_write(fd, b->p + at, b->len - at);
        call_poll(c);
        if (n < 0) throw_status(c, status_sys(E_WRITE, (int)-n, "Error writing file. File: %s", path));
        at += (size_t)n;
    }
}

static void free_buf(void *b) { buf_free(b); }

// Obj.Save [, FILENAME=string | , STRING=variable] [, ENCODING=string] [, /EXPAND_ENTITY_REFERENCES] [, /PRETTY_PRINT]:
// writes the document as text. ENCODING: UTF-8, if not given; UTF-16, ISO-8859-1, US-ASCII, where characters that these
// have not are written by number. PRETTY_PRINT breaks and indents elements that hold elements only. Manual:
// IDLffXMLDOMDocument::Save.
static void pro_save(Call *c)
{
    const Node *n = node_of(c);
    const char *name = call_kw(c, KW_DOM_SAVE_ENCODING) ? str_text(call_kw_str_peek(c, KW_DOM_SAVE_ENCODING)) : "UTF-8";
    XmlWriting how = {.encoding_name = name,
                      .pretty = call_kw_set(c, KW_DOM_SAVE_PRETTY_PRINT),
                      .expand = call_kw_set(c, KW_DOM_SAVE_EXPAND_ENTITY_REFERENCES)};
    const Val *file = call_kw(c, KW_DOM_SAVE_FILENAME);
    if (!file && !call_kw_given(c, KW_DOM_SAVE_STRING))
        throw_msg(c, E_VALUE, "Either FILENAME or STRING must be given.");
    if (!xml_encoding(name, &how.encoding)) throw_msg(c, E_VALUE, "This encoding is not supported: %s.", name);
    Buf *b = call_alloc(c, sizeof *b);
    *b = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, free_buf, b);
    if (!xml_write(n, &how, b)) call_poll(c);
    if (!buf_ok(b)) throw_no_memory(c);
    if (call_kw_given(c, KW_DOM_SAVE_STRING))
        call_kw_set_take(c, KW_DOM_SAVE_STRING, val_stringn(b->p ? b->p : "", b->len));
    if (!file) return;
    const Str *path = val_to_str_peek(c, file, "FILENAME");
    if (strlen(str_text(path)) != str_len(path)) throw_msg(c, E_VALUE, "File names cannot contain NUL characters.");
    char *full = path_expand(str_text(path));
    call_defer(c, mem_free, full);
    write_file(c, full, b);
}

static const Routine rows[] = {
    {"IDLFFXMLDOMDOCUMENT::CREATEATTRIBUTE",
     FUNCTION,
     {1, 1},
     fn_create_attribute,
     "Name",
     .spelling = "IDLffXMLDOMDocument::CreateAttribute"},
    {"IDLFFXMLDOMDOCUMENT::CREATECDATASECTION",
     FUNCTION,
     {1, 1},
     fn_create_cdata,
     "Text",
     .spelling = "IDLffXMLDOMDocument::CreateCDATASection"},
    {"IDLFFXMLDOMDOCUMENT::CREATECOMMENT",
     FUNCTION,
     {1, 1},
     fn_create_comment,
     "Text",
     .spelling = "IDLffXMLDOMDocument::CreateComment"},
    {"IDLFFXMLDOMDOCUMENT::CREATEDOCUMENTFRAGMENT",
     FUNCTION,
     {0, 0},
     fn_create_fragment,
     "",
     .spelling = "IDLffXMLDOMDocument::CreateDocumentFragment"},
    {"IDLFFXMLDOMDOCUMENT::CREATEDOCUMENTTYPE",
     FUNCTION,
     {1, 3},
     fn_create_doctype,
     "QualifiedName [, PublicID, SystemID]",
     .spelling = "IDLffXMLDOMDocument::CreateDocumentType"},
    {"IDLFFXMLDOMDOCUMENT::CREATEELEMENT",
     FUNCTION,
     {1, 1},
     fn_create_element,
     "TagName",
     .spelling = "IDLffXMLDOMDocument::CreateElement"},
    {"IDLFFXMLDOMDOCUMENT::CREATEENTITYREFERENCE",
     FUNCTION,
     {1, 1},
     fn_create_reference,
     "Name",
     .spelling = "IDLffXMLDOMDocument::CreateEntityReference"},
    {"IDLFFXMLDOMDOCUMENT::CREATENOTATION",
     FUNCTION,
     {1, 1},
     fn_create_notation,
     "Name",
     .spelling = "IDLffXMLDOMDocument::CreateNotation"},
    {"IDLFFXMLDOMDOCUMENT::CREATENODEITERATOR",
     FUNCTION,
     {1, 1},
     fn_create_iterator,
     "RootNode",
     KEYS(WALK),
     .spelling = "IDLffXMLDOMDocument::CreateNodeIterator"},
    {"IDLFFXMLDOMDOCUMENT::CREATETREEWALKER",
     FUNCTION,
     {1, 1},
     fn_create_walker,
     "RootNode",
     KEYS(WALK),
     .spelling = "IDLffXMLDOMDocument::CreateTreeWalker"},
    {"IDLFFXMLDOMDOCUMENT::CREATEPROCESSINGINSTRUCTION",
     FUNCTION,
     {2, 2},
     fn_create_instruction,
     "Target, Data",
     .spelling = "IDLffXMLDOMDocument::CreateProcessingInstruction"},
    {"IDLFFXMLDOMDOCUMENT::CREATETEXTNODE",
     FUNCTION,
     {1, 1},
     fn_create_text,
     "Text",
     .spelling = "IDLffXMLDOMDocument::CreateTextNode"},
    {"IDLFFXMLDOMDOCUMENT::GETDOCTYPE",
     FUNCTION,
     {0, 0},
     fn_doctype,
     "",
     .spelling = "IDLffXMLDOMDocument::GetDoctype"},
    {"IDLFFXMLDOMDOCUMENT::GETDOCUMENTELEMENT",
     FUNCTION,
     {0, 0},
     fn_root,
     "",
     .spelling = "IDLffXMLDOMDocument::GetDocumentElement"},
    {"IDLFFXMLDOMDOCUMENT::GETPROPERTY",
     PROCEDURE,
     {0, 0},
     pro_get_property,
     "",
     KEYS(DOCUMENT_GET),
     .spelling = "IDLffXMLDOMDocument::GetProperty"},
    {"IDLFFXMLDOMDOCUMENT::INIT",
     FUNCTION,
     {0, 0},
     fn_init,
     "",
     KEYS(DOCUMENT_INIT),
     .spelling = "IDLffXMLDOMDocument::Init"},
    {"IDLFFXMLDOMDOCUMENT::LOAD", PROCEDURE, {0, 0}, pro_load, "", KEYS(LOAD), .spelling = "IDLffXMLDOMDocument::Load"},
    {"IDLFFXMLDOMDOCUMENT::SAVE",
     PROCEDURE,
     {0, 0},
     pro_save,
     "",
     KEYS(DOM_SAVE),
     .spelling = "IDLffXMLDOMDocument::Save"},
    {"IDLFFXMLDOMDOCUMENT::SETPROPERTY",
     PROCEDURE,
     {0, 0},
     pro_set_property,
     "",
     KEYS(DOCUMENT_SET),
     .spelling = "IDLffXMLDOMDocument::SetProperty"},
};
ROUTINE_TABLE(lib_xml_document, rows)
