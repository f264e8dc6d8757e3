// IDLffXMLSAX: a text's events as calls of methods, which subclasses have. Events are collected while the library has
// control, and told between two pieces of the text, so that a method may fail, stop, or destroy the object. Start
// reading at pro_parse_file.
#include "lib/xml/objects.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/dynlib.h"
#include "vm/call/call.h"
#include "vm/dispatch/invoke.h"
#include "vm/engine.h"

#include <string.h>

typedef struct Sax {
    Native native;
    char *file, *public;
    long line, column;
    int validation, schema;
    bool prefixes, is_reading, is_stopped;
} Sax;

static void free_sax(Native *n)
{
    mem_free(((Sax *)n)->file);
    mem_free(((Sax *)n)->public);
    mem_free(n);
}

static void each_value(Native *n, NativeVisit visit, void *arg) { (void)n, (void)visit, (void)arg; }
static const NativeKind sax_kind = {free_sax, each_value};

static Sax *sax_of(Call *c)
{
    if (c->self->h->freed) throw_msg(c, E_HEAP, "The object has been destroyed by its own method.");
    Native *n = c->self->h->native;
    if (n && n->kind == &sax_kind) return (Sax *)n;
    if (n) throw_msg(c, E_VALUE, "The object is no parser.");
    Sax *s = mem_must(sizeof *s);
    *s =
        (Sax){.native.kind = &sax_kind, .file = mem_strdup(""), .public = mem_strdup(""), .validation = 1, .schema = 1};
    c->self->h->native = &s->native;
    return s;
}

// --- Properties
// ---------------------------------------------------------------------------------------------------------

#define SAX_SET_KEYWORDS(K, R)                                                                                         \
    K(R, NAMESPACE_PREFIXES, "=0|1") K(R, SCHEMA_CHECKING, "=0|1|2") K(R, VALIDATION_MODE, "=0|1|2")
KEYWORDS(SAX_SET)
#define SAX_GET_KEYWORDS(K, R)                                                                                         \
    K(R, FILENAME, OUT)                                                                                                \
    K(R, NAMESPACE_PREFIXES, OUT) K(R, PARSER_LOCATION, OUT) K(R, PARSER_PUBLICID, OUT) K(R, PARSER_URI, OUT)          \
        K(R, SCHEMA_CHECKING, OUT) K(R, VALIDATION_MODE, OUT)
KEYWORDS(SAX_GET)

static int mode_given(Call *c, int slot, int otherwise)
{
    int64_t x = call_kw_int(c, slot, otherwise);
    if (x < 0 || x > 2) throw_msg(c, E_VALUE, "%s must be 0, 1 or 2.", keywords_SAX_SET[slot].name);
    return (int)x;
}

static void take_properties(Call *c)
{
    Sax *s = sax_of(c);
    s->prefixes = call_kw_int(c, KW_SAX_SET_NAMESPACE_PREFIXES, s->prefixes) != 0;
    s->schema = mode_given(c, KW_SAX_SET_SCHEMA_CHECKING, s->schema);
    s->validation = mode_given(c, KW_SAX_SET_VALIDATION_MODE, s->validation);
}

// Result = Obj.Init([NAMESPACE_PREFIXES={0|1}] [, SCHEMA_CHECKING={0|1|2}] [, VALIDATION_MODE={0|1|2}]):
// NAMESPACE_PREFIXES: attributes that declare namespaces are among those of elements. VALIDATION_MODE: 0 no checks, 1
// by the text's DTD or schema, if it has one, 2 it must have one; SCHEMA_CHECKING 0: no schemas. Manual:
// IDLffXMLSAX::Init, IDLffXMLSAX Properties.
static void fn_init(Call *c)
{
    take_properties(c);
    call_return_take(c, val_long(1));
}

// Obj.SetProperty [, NAMESPACE_PREFIXES={0|1}] [, SCHEMA_CHECKING={0|1|2}] [, VALIDATION_MODE={0|1|2}]: see Init.
// Manual: IDLffXMLSAX Properties.
static void pro_set_property(Call *c) { take_properties(c); }

// Obj.GetProperty [, FILENAME=variable] [, NAMESPACE_PREFIXES=variable] [, PARSER_LOCATION=variable] [,
// PARSER_PUBLICID=variable]
// [, PARSER_URI=variable] [, SCHEMA_CHECKING=variable] [, VALIDATION_MODE=variable]: FILENAME: of the file that is
// read; PARSER_LOCATION: line and column behind what the method is told, LONG [2]; PARSER_PUBLICID, PARSER_URI: of the
// document. Manual: IDLffXMLSAX Properties.
static void pro_get_property(Call *c)
{
    const Sax *s = sax_of(c);
    Arr *place = call_new_array(c, T_LONG, 1, (int64_t[]){2}, false);
    ((int32_t *)place->data)[0] = (int32_t)s->line;
    ((int32_t *)place->data)[1] = (int32_t)s->column;
    call_kw_set_take(c, KW_SAX_GET_FILENAME, val_string(s->file));
    call_kw_set_take(c, KW_SAX_GET_NAMESPACE_PREFIXES, val_long(s->prefixes));
    call_kw_set_take(c, KW_SAX_GET_PARSER_LOCATION, val_arr_take(arr_ref(place)));
    call_kw_set_take(c, KW_SAX_GET_PARSER_PUBLICID, val_string(s->public));
    call_kw_set_take(c, KW_SAX_GET_PARSER_URI, val_string(s->file));
    call_kw_set_take(c, KW_SAX_GET_SCHEMA_CHECKING, val_long(s->schema));
    call_kw_set_take(c, KW_SAX_GET_VALIDATION_MODE, val_long(s->validation));
}

// --- Events
// -------------------------------------------------------------------------------------------------------------

typedef struct Reading {
    Call *c;
    const XmlTable *xml;
    XmlParser *parser;
    Buf queue;
    size_t at; // in the queue
} Reading;

typedef struct Head {
    XmlKind kind;
    int n;
    long line, column;
} Head;

static void free_reading(void *arg)
{
    Reading *r = arg;
    if (r->parser) r->xml->close(r->parser);
    buf_free(&r->queue);
    if (r->c->self->h->native && r->c->self->h->native->kind == &sax_kind)
        ((Sax *)r->c->self->h->native)->is_reading = false;
}

// Strings lie behind the head, each with its NUL.
static void queue(void *arg, const XmlEvent *e)
{
    Reading *r = arg;
    Head h = {e->kind, e->n, e->line, e->column};
    buf_put(&r->queue, &h, sizeof h);
    for (int i = 0; i < e->n; i++) buf_put(&r->queue, e->text[i], strlen(e->text[i]) + 1);
}

static void call_method(Call *c, const char *name, int n, Val *args)
{
    args[0] = val_copy(c->self);
    Val none = invoke_take(c->vm, invoke_site(c->vm, NULL, name, true, false, n, 0, NULL), n + 1, args);
    val_drop(&none);
}

static const char *const methods[] = {[XML_START_DOCUMENT] = "STARTDOCUMENT",
                                      [XML_END_DOCUMENT] = "ENDDOCUMENT",
                                      [XML_START_ELEMENT] = "STARTELEMENT",
                                      [XML_END_ELEMENT] = "ENDELEMENT",
                                      [XML_START_PREFIX] = "STARTPREFIXMAPPING",
                                      [XML_END_PREFIX] = "ENDPREFIXMAPPING",
                                      [XML_CHARACTERS] = "CHARACTERS",
                                      [XML_BLANKS] = "IGNORABLEWHITESPACE",
                                      [XML_CDATA] = "CHARACTERS",
                                      [XML_COMMENT] = "COMMENT",
                                      [XML_INSTRUCTION] = "PROCESSINGINSTRUCTION",
                                      [XML_START_DTD] = "STARTDTD",
                                      [XML_END_DTD] = "ENDDTD",
                                      [XML_START_ENTITY] = "STARTENTITY",
                                      [XML_END_ENTITY] = "ENDENTITY",
                                      [XML_SKIPPED_ENTITY] = "SKIPPEDENTITY",
                                      [XML_INTERNAL_ENTITY] = "INTERNALENTITYDECL",
                                      [XML_EXTERNAL_ENTITY] = "EXTERNALENTITYDECL",
                                      [XML_UNPARSED_ENTITY] = "UNPARSEDENTITYDECL",
                                      [XML_NOTATION] = "NOTATIONDECL",
                                      [XML_ELEMENT_DECLARED] = "ELEMENTDECL",
                                      [XML_ATTRIBUTE_DECLARED] = "ATTRIBUTEDECL",
                                      [XML_WARNING] = "WARNING",
                                      [XML_ERROR] = "ERROR",
                                      [XML_FATAL] = "FATALERROR"};

static bool declares_namespace(const char *name)
{
    return strncmp(name, "xmlns", 5) == 0 && (name[5] == ':' || !name[5]);
}

// URI, local name, name and, if there are any, names and values of attributes.
static void start_element(Reading *r, const Sax *s, const char **text, int n)
{
    Val args[6];
    int64_t count = 0;
    for (int i = 3; i + 1 < n; i += 2) count += s->prefixes || !declares_namespace(text[i]);
    Arr *names = count ? arr_new1(T_STRING, count, true) : NULL,
        *values = count ? arr_new1(T_STRING, count, true) : NULL;
    if (count && (!names || !values)) throw_no_memory(r->c);
    for (int i = 3, k = 0; i + 1 < n; i += 2) {
        if (!s->prefixes && declares_namespace(text[i])) continue;
        ((StrSlot *)names->data)[k].p = str_new(text[i], strlen(text[i]));
        ((StrSlot *)values->data)[k++].p = str_new(text[i + 1], strlen(text[i + 1]));
    }
    for (int i = 0; i < 3; i++) args[i + 1] = val_string(text[i]);
    if (count) {
        args[4] = val_arr_take(names);
        args[5] = val_arr_take(values);
    }
    call_method(r->c, "STARTELEMENT", count ? 5 : 3, args);
}

static void say_trouble(Reading *r, const Sax *s, const Head *h, const char *text)
{
    Val args[5] = {
        [1] = val_string(s->file), val_long((int32_t)h->line), val_long((int32_t)h->column), val_string(text)};
    call_method(r->c, methods[h->kind], 4, args);
}

static void tell(Reading *r, const Sax *s, const Head *h, const char **text)
{
    Val args[8];
    if (h->kind == XML_START_ELEMENT) {
        start_element(r, s, text, h->n);
        return;
    }
    if (h->kind >= XML_WARNING) {
        say_trouble(r, s, h, text[0]);
        return;
    }
    if (h->kind == XML_CDATA) call_method(r->c, "STARTCDATA", 0, args);
    for (int i = 0; i < h->n; i++) args[i + 1] = val_string(text[i]);
    call_method(r->c, methods[h->kind], h->n, args);
    if (h->kind == XML_CDATA) call_method(r->c, "ENDCDATA", 0, args);
}

static bool next_event(Reading *r, Head *h, const char **text, size_t room)
{
    if (r->at >= r->queue.len) return false;
    memcpy(h, r->queue.p + r->at, sizeof *h);
    r->at += sizeof *h;
    for (int i = 0; i < h->n; i++) {
        if ((size_t)i < room) text[i] = r->queue.p + r->at;
        r->at += strlen(r->queue.p + r->at) + 1;
    }
    return true;
}

// Whether to go on.
static bool dispatch(Reading *r)
{
    Head h;
    if (!buf_ok(&r->queue)) throw_no_memory(r->c);
    for (r->at = 0;;) {
        size_t start = r->at;
        if (!next_event(r, &h, NULL, 0)) break;
        const char **text = mem_must((size_t)(h.n + 1) * sizeof *text);
        call_defer(r->c, mem_free, text);
        r->at = start;
        next_event(r, &h, text, (size_t)h.n);
        Sax *s = sax_of(r->c);
        s->line = h.line;
        s->column = h.column;
        if (h.kind == XML_START_DTD && h.n > 1) {
            mem_free(s->public);
            s->public = mem_strdup(text[1]);
        }
        tell(r, s, &h, text);
        call_undefer(r->c, text);
        mem_free(text);
        call_poll(r->c);
        if (sax_of(r->c)->is_stopped) return false;
        if (h.kind == XML_FATAL) return false;
    }
    buf_clear(&r->queue);
    return true;
}

// --- Parsing
// ------------------------------------------------------------------------------------------------------------

#define PARSE_KEYWORDS(K, R) K(R, URL, FLAG) K(R, XML_STRING, OR_FLAG)
KEYWORDS(PARSE)

static bool parse(Reading *r, const XmlText *t)
{
    enum { PIECE = 1 << 16 };
    bool goes_on = true;
    for (size_t at = 0; goes_on && t->n;) {
        size_t n = t->n - at < PIECE ? t->n - at : PIECE;
        bool more = r->xml->feed(r->parser, t->p + at, n, at + n == t->n);
        call_poll(r->c);
        goes_on = dispatch(r);
        at += n;
        if (!more) break;
    }
    return goes_on && (t->n || dispatch(r));
}

// Obj.ParseFile, Filename [, /URL | , /XML_STRING]: reads the file, and calls the object's methods for what it finds:
// StartDocument, StartElement, Characters, ... XML_STRING: Filename is the text itself (lines, if it is an array); URL:
// it is a URL (which is seen without it, too). Entities from outside are skipped; DTDs and schemas are read from the
// file's folder only. Manual: IDLffXMLSAX::ParseFile.
static void pro_parse_file(Call *c)
{
    Sax *s = sax_of(c);
    Reading *r = call_alloc(c, sizeof *r);
    bool is_text = call_kw_set(c, KW_PARSE_XML_STRING);
    call_keep_take(c, val_copy(c->self));
    if (s->is_reading) throw_msg(c, E_VALUE, "The parser is reading already.");
    const Val *given = call_keep_take(c, val_copy(call_arg(c, 0)));
    TRY(c, dynlib_table(XML_MODULE, (const void **)&r->xml));
    XmlText t = is_text ? xml_string(c, given) : xml_file(c, given);
    *r = (Reading){.c = c, .xml = r->xml, .queue = BUF_INIT(BUF_NO_LIMIT)};
    mem_free(s->file);
    s->file = mem_strdup(is_text ? "" : str_text(val_to_str_peek(c, given, "FILENAME")));
    s->is_stopped = false;
    call_defer(c, free_reading, r);
    s->is_reading = true;
    r->parser = r->xml->open(queue, r);
    if (!r->parser) throw_no_memory(c);
    if (!t.n) queue(r, &(XmlEvent){XML_FATAL, 1, 1, 1, (const char *const[]){"Document is empty"}, 0});
    bool is_whole = parse(r, &t);
    s = sax_of(c);
    if (is_whole) xml_check_text(c, r->xml, &t, s->validation, s->schema, queue, r);
    if (is_whole) dispatch(r);
}

// Obj.StopParsing: no more of the text is told. Manual: IDLffXMLSAX::StopParsing.
static void pro_stop(Call *c) { sax_of(c)->is_stopped = true; }

// --- What the class itself does with events
// --------------------------------------------------------------------------------

// Methods that a subclass has instead: called with what ParseFile finds. Here they do nothing. Manual: IDLffXMLSAX.
static void pro_nothing(Call *c) { (void)c; }

static void say(Call *c, const char *kind)
{
    call_warn(c, false, "Parser %s: File: %s, line: %lld, column: %lld :: %s", kind, str_text(call_str_peek(c, 0)),
              (long long)call_int(c, 1), (long long)call_int(c, 2), str_text(call_str_peek(c, 3)));
}

// Obj.Warning, SystemID, LineNumber, ColumnNumber, Message: prints it. Manual: IDLffXMLSAX::Warning.
static void pro_warning(Call *c) { say(c, "warning"); }
// Obj.Error, SystemID, LineNumber, ColumnNumber, Message: what is not valid; prints it. Manual: IDLffXMLSAX::Error.
static void pro_error(Call *c) { say(c, "error"); }

// Obj.FatalError, SystemID, LineNumber, ColumnNumber, Message: the text is not well-formed, and is read no further.
// Fails. Manual: IDLffXMLSAX::FatalError.
static void pro_fatal(Call *c)
{
    throw_msg(c, E_SYNTAX, "Parser fatal error: File: %s, line: %lld, column: %lld :: %s",
              str_text(call_str_peek(c, 0)), (long long)call_int(c, 1), (long long)call_int(c, 2),
              str_text(call_str_peek(c, 3)));
}

static const Routine rows[] = {
    {"IDLFFXMLSAX::ATTRIBUTEDECL",
     PROCEDURE,
     {5, 5},
     pro_nothing,
     "ElementName, Name, Type, Mode, Value",
     .spelling = "IDLffXMLSAX::AttributeDecl"},
    {"IDLFFXMLSAX::CHARACTERS", PROCEDURE, {1, 1}, pro_nothing, "Chars", .spelling = "IDLffXMLSAX::Characters"},
    {"IDLFFXMLSAX::CLEANUP", PROCEDURE, {0, 0}, pro_nothing, "", .spelling = "IDLffXMLSAX::Cleanup"},
    {"IDLFFXMLSAX::COMMENT", PROCEDURE, {1, 1}, pro_nothing, "Comment", .spelling = "IDLffXMLSAX::Comment"},
    {"IDLFFXMLSAX::ELEMENTDECL", PROCEDURE, {2, 2}, pro_nothing, "Name, Model", .spelling = "IDLffXMLSAX::ElementDecl"},
    {"IDLFFXMLSAX::ENDCDATA", PROCEDURE, {0, 0}, pro_nothing, "", .spelling = "IDLffXMLSAX::EndCDATA"},
    {"IDLFFXMLSAX::ENDDOCUMENT", PROCEDURE, {0, 0}, pro_nothing, "", .spelling = "IDLffXMLSAX::EndDocument"},
    {"IDLFFXMLSAX::ENDDTD", PROCEDURE, {0, 0}, pro_nothing, "", .spelling = "IDLffXMLSAX::EndDTD"},
    {"IDLFFXMLSAX::ENDELEMENT",
     PROCEDURE,
     {3, 3},
     pro_nothing,
     "URI, Local, QName",
     .spelling = "IDLffXMLSAX::EndElement"},
    {"IDLFFXMLSAX::ENDENTITY", PROCEDURE, {1, 1}, pro_nothing, "Name", .spelling = "IDLffXMLSAX::EndEntity"},
    {"IDLFFXMLSAX::ENDPREFIXMAPPING",
     PROCEDURE,
     {1, 1},
     pro_nothing,
     "Prefix",
     .spelling = "IDLffXMLSAX::EndPrefixMapping"},
    {"IDLFFXMLSAX::ERROR",
     PROCEDURE,
     {4, 4},
     pro_error,
     "SystemID, LineNumber, ColumnNumber, Message",
     .spelling = "IDLffXMLSAX::Error"},
    {"IDLFFXMLSAX::EXTERNALENTITYDECL",
     PROCEDURE,
     {3, 3},
     pro_nothing,
     "Name, PublicID, SystemID",
     .spelling = "IDLffXMLSAX::ExternalEntityDecl"},
    {"IDLFFXMLSAX::FATALERROR",
     PROCEDURE,
     {4, 4},
     pro_fatal,
     "SystemID, LineNumber, ColumnNumber, Message",
     .spelling = "IDLffXMLSAX::FatalError"},
    {"IDLFFXMLSAX::GETPROPERTY",
     PROCEDURE,
     {0, 0},
     pro_get_property,
     "",
     KEYS(SAX_GET),
     .spelling = "IDLffXMLSAX::GetProperty"},
    {"IDLFFXMLSAX::IGNORABLEWHITESPACE",
     PROCEDURE,
     {1, 1},
     pro_nothing,
     "Chars",
     .spelling = "IDLffXMLSAX::IgnorableWhitespace"},
    {"IDLFFXMLSAX::INIT", FUNCTION, {0, 0}, fn_init, "", KEYS(SAX_SET), .spelling = "IDLffXMLSAX::Init"},
    {"IDLFFXMLSAX::INTERNALENTITYDECL",
     PROCEDURE,
     {2, 2},
     pro_nothing,
     "Name, Value",
     .spelling = "IDLffXMLSAX::InternalEntityDecl"},
    {"IDLFFXMLSAX::NOTATIONDECL",
     PROCEDURE,
     {3, 3},
     pro_nothing,
     "Name, PublicID, SystemID",
     .spelling = "IDLffXMLSAX::NotationDecl"},
    {"IDLFFXMLSAX::PARSEFILE",
     PROCEDURE,
     {1, 1},
     pro_parse_file,
     "Filename",
     KEYS(PARSE),
     .spelling = "IDLffXMLSAX::ParseFile"},
    {"IDLFFXMLSAX::PROCESSINGINSTRUCTION",
     PROCEDURE,
     {2, 2},
     pro_nothing,
     "Target, Data",
     .spelling = "IDLffXMLSAX::ProcessingInstruction"},
    {"IDLFFXMLSAX::SETPROPERTY",
     PROCEDURE,
     {0, 0},
     pro_set_property,
     "",
     KEYS(SAX_SET),
     .spelling = "IDLffXMLSAX::SetProperty"},
    {"IDLFFXMLSAX::SKIPPEDENTITY", PROCEDURE, {1, 1}, pro_nothing, "Name", .spelling = "IDLffXMLSAX::SkippedEntity"},
    {"IDLFFXMLSAX::STARTCDATA", PROCEDURE, {0, 0}, pro_nothing, "", .spelling = "IDLffXMLSAX::StartCDATA"},
    {"IDLFFXMLSAX::STARTDOCUMENT", PROCEDURE, {0, 0}, pro_nothing, "", .spelling = "IDLffXMLSAX::StartDocument"},
    {"IDLFFXMLSAX::STARTDTD",
     PROCEDURE,
     {3, 3},
     pro_nothing,
     "Name, PublicID, SystemID",
     .spelling = "IDLffXMLSAX::StartDTD"},
    {"IDLFFXMLSAX::STARTELEMENT",
     PROCEDURE,
     {3, 5},
     pro_nothing,
     "URI, Local, QName [, AttNames, AttValues]",
     .spelling = "IDLffXMLSAX::StartElement"},
    {"IDLFFXMLSAX::STARTENTITY", PROCEDURE, {1, 1}, pro_nothing, "Name", .spelling = "IDLffXMLSAX::StartEntity"},
    {"IDLFFXMLSAX::STARTPREFIXMAPPING",
     PROCEDURE,
     {2, 2},
     pro_nothing,
     "Prefix, URI",
     .spelling = "IDLffXMLSAX::StartPrefixMapping"},
    {"IDLFFXMLSAX::STOPPARSING", PROCEDURE, {0, 0}, pro_stop, "", .spelling = "IDLffXMLSAX::StopParsing"},
    {"IDLFFXMLSAX::UNPARSEDENTITYDECL",
     PROCEDURE,
     {4, 4},
     pro_nothing,
     "Name, PublicID, SystemID, Notation",
     .spelling = "IDLffXMLSAX::UnparsedEntityDecl"},
    {"IDLFFXMLSAX::WARNING",
     PROCEDURE,
     {4, 4},
     pro_warning,
     "SystemID, LineNumber, ColumnNumber, Message",
     .spelling = "IDLffXMLSAX::Warning"},
};
ROUTINE_TABLE(lib_xml_sax, rows)
