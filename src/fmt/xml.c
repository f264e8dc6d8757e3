// The module `xml`: libxml2 behind fmt/xml.h. Its own tree is not made: callbacks become events. Entities are expanded
// by libxml2, which bounds how much; a parser of its own reads each, by which their beginnings and ends are known.
// Start at open.
#include "fmt/xml.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/vec.h"
#include "sys/interrupt.h"

#include <fenv.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <string.h>

extern const XmlTable helio_xml_table;
void xml_check(const char *p, size_t n, const XmlCheck *how, XmlSink sink, void *arg);
void xml_say_nothing(void *arg, xmlErrorPtr e);

enum {
    DEPTH_MAX = 1000,
    GROWTH = 100,
    UNSUSPECTED = 1 << 24
}; // how much longer than the text what comes out of it may be

typedef struct Entity {
    const void *parser;
    char *name;
} Entity;

struct XmlParser {
    xmlParserCtxtPtr ctxt;
    XmlSink sink;
    void *arg;
    Buf text;               // characters that have come and not been told
    XmlKind kind;           // theirs
    long line, column;      // where they end
    VEC(Entity) inside;     // entities that are being read
    VEC(char *) external;   // entities that are not loaded
    VEC(const char *) word; // of an event
    VEC(char *) owned;      // some of these
    VEC(char *) element;    // those that are open
    VEC(int) prefixes;      // by open element: how many it has declared
    VEC(char *) prefix;
    char *wanted; // the entity that was asked for last
    size_t given, fed;
    bool is_over;
};

static const char *plain(const xmlChar *s) { return s ? (const char *)s : ""; }

static void tell_element(XmlParser *x, XmlKind kind, int n, const char *const *text, int defaults)
{
    const xmlParserInput *in = x->ctxt ? x->ctxt->input : NULL;
    for (int i = 0; i < n; i++) x->given += strlen(text[i]);
    bool is_text = kind == XML_CHARACTERS || kind == XML_BLANKS;
    x->sink(x->arg, &(XmlEvent){kind,
                                is_text ? x->line
                                : in    ? in->line
                                        : 0,
                                is_text ? x->column
                                : in    ? in->col
                                        : 0,
                                n, text, defaults});
    bool grows = x->given > UNSUSPECTED && x->given / GROWTH > x->fed;
    if (!grows && !sys_interrupted()) return;
    x->is_over = true;
    const char *why = "The entities of the text make too much of it.";
    if (grows) x->sink(x->arg, &(XmlEvent){XML_FATAL, in ? in->line : 0, in ? in->col : 0, 1, &why, 0});
    if (x->ctxt) xmlStopParser(x->ctxt);
}

static void tell(XmlParser *x, XmlKind kind, int n, const char *const *text) { tell_element(x, kind, n, text, 0); }

static void flush(XmlParser *x)
{
    if (!x->text.len) return;
    AUTO_FREE char *text = buf_take(&x->text);
    if (!text || x->is_over) return;
    tell(x, x->kind, 1, (const char *const[]){text});
}

// Every callback begins here: characters before it are told, and the ends of entities that it does not belong to.
static XmlParser *enter(void *ctxt)
{
    XmlParser *x = ((xmlParserCtxtPtr)ctxt)->_private;
    flush(x);
    int at = x->inside.len;
    while (at > 0 && x->inside.p[at - 1].parser != ctxt) at--;
    if (!at && ctxt != x->ctxt) return x;
    while (x->inside.len > at) {
        Entity *e = &x->inside.p[--x->inside.len];
        if (!x->is_over) tell(x, XML_END_ENTITY, 1, (const char *const[]){e->name});
        mem_free(e->name);
    }
    return x;
}

// The same for what belongs to the content, where an entity may begin. NULL: nobody wants to know.
static XmlParser *enter_content(void *ctxt)
{
    XmlParser *x = enter(ctxt);
    bool is_new = ctxt != x->ctxt && (!x->inside.len || x->inside.p[x->inside.len - 1].parser != ctxt);
    if (is_new && x->wanted && !x->is_over) {
        VEC_PUSH(&x->inside, (Entity){ctxt, mem_strdup(x->wanted)});
        tell(x, XML_START_ENTITY, 1, (const char *const[]){x->wanted});
    }
    return x->is_over ? NULL : x;
}

// --- Content
// ------------------------------------------------------------------------------------------------------------

static void on_start_document(void *ctxt)
{
    xmlSAX2StartDocument(ctxt);
    tell(enter(ctxt), XML_START_DOCUMENT, 0, NULL);
}

static void on_end_document(void *ctxt)
{
    XmlParser *x = enter(ctxt);
    if (!x->is_over) tell(x, XML_END_DOCUMENT, 0, NULL);
}

static const char *keep(XmlParser *x, char *owned)
{
    VEC_PUSH(&x->owned, owned);
    return owned;
}

static const char *joined(XmlParser *x, const xmlChar *prefix, const xmlChar *name)
{
    if (!prefix || !*prefix) return plain(name);
    size_t a = strlen(plain(prefix)), b = strlen(plain(name));
    char *p = mem_must(a + b + 2);
    memcpy(p, prefix, a);
    p[a] = ':';
    memcpy(p + a + 1, plain(name), b + 1);
    return keep(x, p);
}

static void drop_words(XmlParser *x)
{
    for (int i = 0; i < x->owned.len; i++) mem_free(x->owned.p[i]);
    x->owned.len = x->word.len = 0;
}

static void declare_prefixes(XmlParser *x, int n, const xmlChar **space)
{
    for (int i = 0; i < n; i++) {
        VEC_PUSH(&x->prefix, mem_strdup(plain(space[2 * i])));
        tell(x, XML_START_PREFIX, 2, (const char *const[]){plain(space[2 * i]), plain(space[2 * i + 1])});
    }
    VEC_PUSH(&x->prefixes, n);
}

static void on_start_element(void *ctxt, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int nspaces,
                             const xmlChar **space, int nattributes, int ndefaulted, const xmlChar **a)
{
    XmlParser *x = enter_content(ctxt);
    if (!x) return;
    if (x->element.len >= DEPTH_MAX) {
        tell(x, XML_FATAL, 1, (const char *const[]){"Elements lie more than 1000 deep in each other."});
        x->is_over = true;
        xmlStopParser(x->ctxt);
        return;
    }
    declare_prefixes(x, nspaces, space);
    VEC_PUSH(&x->word, plain(uri));
    VEC_PUSH(&x->word, plain(name));
    VEC_PUSH(&x->word, joined(x, prefix, name));
    for (int i = 0; i < nspaces; i++) {
        VEC_PUSH(&x->word, space[2 * i] ? joined(x, BAD_CAST "xmlns", space[2 * i]) : "xmlns");
        VEC_PUSH(&x->word, plain(space[2 * i + 1]));
    }
    for (int i = 0; i < nattributes; i++, a += 5) {
        size_t n = (size_t)(a[4] - a[3]);
        char *value = mem_must(n + 1);
        memcpy(value, a[3], n);
        VEC_PUSH(&x->word, joined(x, a[1], a[0]));
        VEC_PUSH(&x->word, keep(x, value));
    }
    VEC_PUSH(&x->element, mem_strdup(x->word.p[2]));
    if (!x->is_over) tell_element(x, XML_START_ELEMENT, x->word.len, x->word.p, ndefaulted);
    drop_words(x);
}

static void end_prefixes(XmlParser *x)
{
    for (int n = x->prefixes.len ? x->prefixes.p[--x->prefixes.len] : 0; n > 0; n--) {
        char *p = x->prefix.p[--x->prefix.len];
        if (!x->is_over) tell(x, XML_END_PREFIX, 1, (const char *const[]){p});
        mem_free(p);
    }
}

static void on_end_element(void *ctxt, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    XmlParser *x = enter_content(ctxt);
    if (!x) return;
    tell(x, XML_END_ELEMENT, 3, (const char *const[]){plain(uri), plain(name), joined(x, prefix, name)});
    drop_words(x);
    if (x->element.len) mem_free(x->element.p[--x->element.len]);
    end_prefixes(x);
}

static void put_text(XmlParser *x, XmlKind kind, const xmlChar *p, int n)
{
    x->kind = kind;
    x->line = x->ctxt->input->line;
    x->column = x->ctxt->input->col;
    buf_put(&x->text, p, (size_t)n);
}

static bool is_blank(const xmlChar *p, int n)
{
    for (int i = 0; i < n; i++) {
        if (p[i] != ' ' && p[i] != '\t' && p[i] != '\n' && p[i] != '\r') return false;
    }
    return true;
}

// Whether the DTD says that the element which is open has elements only.
static bool has_elements_only(const XmlParser *x)
{
    xmlDocPtr doc = x->ctxt->myDoc;
    return doc && doc->intSubset && x->element.len &&
           xmlIsMixedElement(doc, BAD_CAST x->element.p[x->element.len - 1]) == 0;
}

static void on_characters(void *ctxt, const xmlChar *p, int n)
{
    XmlParser *x = ((xmlParserCtxtPtr)ctxt)->_private;
    const void *innermost = x->inside.len ? x->inside.p[x->inside.len - 1].parser : (const void *)x->ctxt;
    bool goes_on = x->text.len && ctxt == innermost && (x->kind == XML_CHARACTERS || x->kind == XML_BLANKS);
    if (goes_on && (x->kind == XML_CHARACTERS || !is_blank(p, n))) {
        put_text(x, XML_CHARACTERS, p, n);
        return;
    }
    if (!goes_on && !enter_content(ctxt)) return;
    put_text(x, is_blank(p, n) && has_elements_only(x) ? XML_BLANKS : XML_CHARACTERS, p, n);
}

// A long section comes in pieces; behind the last one stands its end.
static void on_cdata(void *ctxt, const xmlChar *p, int n)
{
    const xmlParserInput *in = ((xmlParserCtxtPtr)ctxt)->input;
    XmlParser *x = ((xmlParserCtxtPtr)ctxt)->_private;
    if ((!x->text.len || x->kind != XML_CDATA) && !enter_content(ctxt)) return;
    put_text(x, XML_CDATA, p, n);
    bool is_piece = p == in->cur && in->end - p - n >= 3 && memcmp(p + n, "]]>", 3) != 0;
    if (is_piece) return;
    if (x->text.len)
        flush(x);
    else
        tell(x, XML_CDATA, 1, (const char *const[]){""});
}

static void on_comment(void *ctxt, const xmlChar *text)
{
    XmlParser *x = enter_content(ctxt);
    if (x) tell(x, XML_COMMENT, 1, (const char *const[]){plain(text)});
}

static void on_instruction(void *ctxt, const xmlChar *target, const xmlChar *data)
{
    XmlParser *x = enter_content(ctxt);
    if (x) tell(x, XML_INSTRUCTION, 2, (const char *const[]){plain(target), plain(data)});
}

// --- Entities
// -----------------------------------------------------------------------------------------------------------

static void on_reference(void *ctxt, const xmlChar *name)
{
    XmlParser *x = enter_content(ctxt);
    if (x) tell(x, XML_SKIPPED_ENTITY, 1, (const char *const[]){plain(name)});
}

static xmlEntityPtr on_get_entity(void *arg, const xmlChar *name)
{
    xmlParserCtxtPtr ctxt = arg;
    XmlParser *x = enter(ctxt);
    mem_free(x->wanted);
    x->wanted = mem_strdup(plain(name));
    for (int i = 0; i < x->external.len && ctxt->instate == XML_PARSER_CONTENT; i++) {
        if (strcmp(x->external.p[i], plain(name)) == 0) on_reference(ctxt, name);
    }
    return xmlSAX2GetEntity(ctxt, name);
}

// --- The DTD
// ------------------------------------------------------------------------------------------------------------

static void on_internal_subset(void *ctxt, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
    XmlParser *x = enter(ctxt);
    xmlSAX2InternalSubset(ctxt, name, public, system);
    if (!x->is_over) tell(x, XML_START_DTD, 3, (const char *const[]){plain(name), plain(public), plain(system)});
}

static void on_external_subset(void *ctxt, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
    (void)name, (void)public, (void)system;
    XmlParser *x = enter(ctxt);
    if (!x->is_over) tell(x, XML_END_DTD, 0, NULL);
}

// An external one is to libxml2 an internal one without content: it loads nothing.
static void on_entity(void *ctxt, const xmlChar *name, int type, const xmlChar *public, const xmlChar *system,
                      xmlChar *content)
{
    XmlParser *x = enter(ctxt);
    bool is_parameter = type == XML_INTERNAL_PARAMETER_ENTITY || type == XML_EXTERNAL_PARAMETER_ENTITY;
    if (type == XML_EXTERNAL_GENERAL_PARSED_ENTITY || type == XML_EXTERNAL_PARAMETER_ENTITY) {
        int inside = is_parameter ? XML_INTERNAL_PARAMETER_ENTITY : XML_INTERNAL_GENERAL_ENTITY;
        xmlChar none[1] = {0};
        xmlSAX2EntityDecl(ctxt, name, inside, NULL, NULL, none);
        if (!is_parameter) VEC_PUSH(&x->external, mem_strdup(plain(name)));
        if (x->is_over || is_parameter) return;
        tell(x, XML_EXTERNAL_ENTITY, 3, (const char *const[]){plain(name), plain(public), plain(system)});
    } else {
        xmlSAX2EntityDecl(ctxt, name, type, public, system, content);
        if (x->is_over || is_parameter) return;
        tell(x, XML_INTERNAL_ENTITY, 2, (const char *const[]){plain(name), plain(content)});
    }
}

static void on_unparsed(void *ctxt, const xmlChar *name, const xmlChar *public, const xmlChar *system,
                        const xmlChar *notation)
{
    XmlParser *x = enter(ctxt);
    xmlSAX2UnparsedEntityDecl(ctxt, name, public, system, notation);
    if (x->is_over) return;
    tell(x, XML_UNPARSED_ENTITY, 4, (const char *const[]){plain(name), plain(public), plain(system), plain(notation)});
}

static void on_notation(void *ctxt, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
    XmlParser *x = enter(ctxt);
    xmlSAX2NotationDecl(ctxt, name, public, system);
    if (!x->is_over) tell(x, XML_NOTATION, 3, (const char *const[]){plain(name), plain(public), plain(system)});
}

static const char *model_of(XmlParser *x, int type, xmlElementContentPtr content)
{
    enum { MODEL = 5000 };
    if (type == XML_ELEMENT_TYPE_EMPTY) return "EMPTY";
    if (type == XML_ELEMENT_TYPE_ANY) return "ANY";
    char *model = mem_must(MODEL + 64);
    if (content) xmlSnprintfElementContent(model, MODEL, content, 1);
    return keep(x, model);
}

static void on_element_declared(void *ctxt, const xmlChar *name, int type, xmlElementContentPtr content)
{
    XmlParser *x = enter(ctxt);
    xmlSAX2ElementDecl(ctxt, name, type, content);
    if (!x->is_over) tell(x, XML_ELEMENT_DECLARED, 2, (const char *const[]){plain(name), model_of(x, type, content)});
    drop_words(x);
}

static const char *type_of(XmlParser *x, int type, xmlEnumerationPtr list)
{
    static const char *const names[] = {"",       "CDATA",    "ID",      "IDREF",   "IDREFS",
                                        "ENTITY", "ENTITIES", "NMTOKEN", "NMTOKENS"};
    if (type < XML_ATTRIBUTE_ENUMERATION) return names[type];
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    buf_puts(&b, type == XML_ATTRIBUTE_NOTATION ? "NOTATION (" : "(");
    for (; list; list = list->next) buf_printf(&b, "%s%s", plain(list->name), list->next ? "|" : "");
    buf_puts(&b, ")");
    char *text = buf_take(&b);
    return text ? keep(x, text) : "";
}

static void on_attribute_declared(void *ctxt, const xmlChar *element, const xmlChar *name, int type, int mode,
                                  const xmlChar *value, xmlEnumerationPtr list)
{
    static const char *const modes[] = {"", "", "#REQUIRED", "#IMPLIED", "#FIXED"};
    XmlParser *x = enter(ctxt);
    const char *const text[] = {plain(element), plain(name), type_of(x, type, list), modes[mode], plain(value)};
    if (!x->is_over) tell(x, XML_ATTRIBUTE_DECLARED, 5, text);
    drop_words(x);
    xmlSAX2AttributeDecl(ctxt, element, name, type, mode, value, list); // frees the list
}

// --- Errors
// -------------------------------------------------------------------------------------------------------------

static void on_error(void *ctxt, xmlErrorPtr e)
{
    if (!ctxt || !e || !e->message) return;
    XmlParser *x = ((xmlParserCtxtPtr)ctxt)->_private;
    if (!x || x->is_over) return;
    flush(x);
    bool is_fatal = e->level == XML_ERR_FATAL;
    XmlKind kind = is_fatal                                                       ? XML_FATAL
                   : e->level == XML_ERR_ERROR && e->domain != XML_FROM_NAMESPACE ? XML_ERROR
                                                                                  : XML_WARNING;
    AUTO_FREE char *text = mem_strdup(e->message);
    for (size_t n = strlen(text); n && text[n - 1] == '\n';) text[--n] = '\0';
    tell(x, kind, 1, (const char *const[]){text});
    if (is_fatal) {
        x->is_over = true;
        xmlStopParser(x->ctxt);
    }
}

// --- The parser
// ---------------------------------------------------------------------------------------------------------

static void set_callbacks(xmlSAXHandler *sax)
{
    xmlSAXVersion(sax, 2);
    sax->startDocument = on_start_document;
    sax->endDocument = on_end_document;
    sax->startElementNs = on_start_element;
    sax->endElementNs = on_end_element;
    sax->characters = on_characters;
    sax->ignorableWhitespace = on_characters;
    sax->cdataBlock = on_cdata;
    sax->comment = on_comment;
    sax->processingInstruction = on_instruction;
    sax->reference = on_reference;
    sax->getEntity = on_get_entity;
    sax->internalSubset = on_internal_subset;
    sax->externalSubset = on_external_subset;
    sax->entityDecl = on_entity;
    sax->unparsedEntityDecl = on_unparsed;
    sax->notationDecl = on_notation;
    sax->elementDecl = on_element_declared;
    sax->attributeDecl = on_attribute_declared;
    sax->serror = on_error;
    sax->warning = sax->error = sax->fatalError = NULL;
}

static void close_parser(XmlParser *x)
{
    if (x->ctxt) {
        xmlFreeDoc(x->ctxt->myDoc);
        x->ctxt->myDoc = NULL;
        xmlFreeParserCtxt(x->ctxt);
    }
    drop_words(x);
    for (int i = 0; i < x->inside.len; i++) mem_free(x->inside.p[i].name);
    for (int i = 0; i < x->external.len; i++) mem_free(x->external.p[i]);
    for (int i = 0; i < x->element.len; i++) mem_free(x->element.p[i]);
    for (int i = 0; i < x->prefix.len; i++) mem_free(x->prefix.p[i]);
    VEC_FREE(&x->inside);
    VEC_FREE(&x->external);
    VEC_FREE(&x->word);
    VEC_FREE(&x->owned);
    VEC_FREE(&x->element);
    VEC_FREE(&x->prefixes);
    VEC_FREE(&x->prefix);
    buf_free(&x->text);
    mem_free(x->wanted);
    mem_free(x);
}

static xmlParserInputPtr load_nothing(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
    (void)url, (void)id, (void)ctxt;
    return NULL;
}

static XmlParser *open_parser(XmlSink sink, void *arg)
{
    xmlSAXHandler sax;
    XmlParser *x = mem_must(sizeof *x);
    x->sink = sink;
    x->arg = arg;
    x->text = (Buf)BUF_INIT(BUF_NO_LIMIT);
    fenv_t math; // what the library does when it begins is no error of the program's
    feholdexcept(&math);
    xmlInitParser();
    fesetenv(&math);
    xmlSetStructuredErrorFunc(NULL, xml_say_nothing);
    xmlSetExternalEntityLoader(load_nothing);
    set_callbacks(&sax);
    x->ctxt = xmlCreatePushParserCtxt(&sax, NULL, NULL, 0, NULL);
    if (!x->ctxt) {
        close_parser(x);
        return NULL;
    }
    x->ctxt->_private = x;
    xmlCtxtUseOptions(x->ctxt, XML_PARSE_NONET | XML_PARSE_NOENT);
    return x;
}

static bool feed(XmlParser *x, const char *p, size_t n, bool is_last)
{
    enum { PIECE = 1 << 20, HEAD = 4 };
    do {
        size_t most = x->fed ? PIECE : HEAD, k = n < most ? n : most; // it sees the encoding before the rest comes
        x->fed += k;
        if (!x->is_over) xmlParseChunk(x->ctxt, p, (int)k, is_last && k == n);
        p += k;
        n -= k;
    } while (n && !x->is_over && !sys_interrupted());
    if (is_last) flush(x);
    return !x->is_over && !is_last;
}

const XmlTable helio_xml_table = {.open = open_parser, .feed = feed, .close = close_parser, .check = xml_check};
