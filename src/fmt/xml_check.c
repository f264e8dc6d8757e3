// Checks of an XML text by its DTD and by schemas. Here libxml2 makes its own tree. Files are read only if they lie in
// or below the text's folder. Start at xml_check.
#include "fmt/xml.h"

#include "base/mem.h"

#include <fenv.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/valid.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void xml_check(const char *p, size_t n, const XmlCheck *how, XmlSink sink, void *arg);
void xml_say_nothing(void *arg, xmlErrorPtr e);

enum { FILE_MOST = 1 << 26 };
#define INSTANCE "http://www.w3.org/2001/XMLSchema-instance"

typedef struct Check {
    const XmlCheck *how;
    XmlSink sink;
    void *arg;
} Check;

static const char *folder_allowed;

static bool is_inside(const char *path)
{
    size_t n = folder_allowed ? strlen(folder_allowed) : 0;
    if (!n || strncmp(path, folder_allowed, n) != 0 || path[n] != '/' || strstr(path + n, "..")) return false;
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < FILE_MOST;
}

static xmlParserInputPtr load(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
    (void)id;
    return url && is_inside(url) ? xmlNewInputFromFile(ctxt, url) : NULL;
}

// What libxml2 would print of itself.
void xml_say_nothing(void *arg, xmlErrorPtr e) { (void)arg, (void)e; }

static void say(const Check *k, long line, const char *message)
{
    AUTO_FREE char *text = mem_strdup(message);
    for (size_t n = strlen(text); n && text[n - 1] == '\n';) text[--n] = '\0';
    k->sink(k->arg, &(XmlEvent){XML_ERROR, line, 0, 1, (const char *const[]){text}, 0});
}

static void on_error(void *arg, xmlErrorPtr e)
{
    const Check *k = arg;
    if (e->level >= XML_ERR_ERROR && e->domain != XML_FROM_IO && e->message) say(k, e->line, e->message);
}

static void check_dtd(Check *k, xmlDocPtr doc)
{
    xmlValidCtxtPtr v = xmlNewValidCtxt();
    if (!v) return;
    xmlSetStructuredErrorFunc(k, on_error);
    xmlValidateDocument(v, doc);
    xmlSetStructuredErrorFunc(NULL, xml_say_nothing);
    xmlFreeValidCtxt(v);
}

static void check_schema(Check *k, xmlDocPtr doc, const char *name)
{
    AUTO_FREE char *path = mem_must(strlen(folder_allowed) + strlen(name) + 2);
    sprintf(path, "%s/%s", folder_allowed, name);
    if (!is_inside(path)) {
        say(k, 0, "The schema that the text names is not in its folder or below.");
        return;
    }
    xmlSetStructuredErrorFunc(k, on_error);
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(path);
    xmlSchemaPtr schema = parser ? xmlSchemaParse(parser) : NULL;
    xmlSchemaValidCtxtPtr v = schema ? xmlSchemaNewValidCtxt(schema) : NULL;
    if (v) {
        xmlSchemaSetValidStructuredErrors(v, on_error, k);
        xmlSchemaValidateDoc(v, doc);
    }
    xmlSetStructuredErrorFunc(NULL, xml_say_nothing);
    xmlSchemaFreeValidCtxt(v);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
}

// The schemas that the root element names; false: it names none.
static bool check_schemas(Check *k, xmlDocPtr doc)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);
    xmlChar *one = root ? xmlGetNsProp(root, BAD_CAST "noNamespaceSchemaLocation", BAD_CAST INSTANCE) : NULL;
    xmlChar *pairs = root ? xmlGetNsProp(root, BAD_CAST "schemaLocation", BAD_CAST INSTANCE) : NULL;
    bool named = one || pairs;
    if (one && folder_allowed) check_schema(k, doc, (const char *)one);
    char *rest = (char *)pairs, *word;
    for (int i = 0; rest && folder_allowed && (word = strsep(&rest, " \t\r\n"));) {
        if (*word && i++ % 2) check_schema(k, doc, word);
    }
    xmlFree(one);
    xmlFree(pairs);
    return named;
}

void xml_check(const char *p, size_t n, const XmlCheck *how, XmlSink sink, void *arg)
{
    Check k = {how, sink, arg};
    fenv_t math; // numbers in a schema are none of the program's
    feholdexcept(&math);
    xmlParserCtxtPtr ctxt = xmlNewParserCtxt();
    if (!ctxt || n > INT32_MAX) {
        if (ctxt) xmlFreeParserCtxt(ctxt);
        fesetenv(&math);
        return;
    }
    char *folder = how->folder ? realpath(how->folder, NULL) : NULL;
    AUTO_FREE char *base = mem_must((folder ? strlen(folder) : 0) + 8);
    sprintf(base, "%s/text", folder ? folder : "");
    folder_allowed = folder;
    xmlSetExternalEntityLoader(load);
    xmlSetStructuredErrorFunc(&k, on_error);
    xmlDocPtr doc = xmlCtxtReadMemory(ctxt, p, (int)n, base, NULL,
                                      XML_PARSE_NONET | XML_PARSE_DTDLOAD | XML_PARSE_DTDATTR | XML_PARSE_NOENT);
    xmlSetStructuredErrorFunc(NULL, xml_say_nothing);
    bool has_dtd = doc && (doc->extSubset || (doc->intSubset && (doc->intSubset->children)));
    if (doc && how->dtd && has_dtd) check_dtd(&k, doc);
    bool has_schema = doc && how->schema && check_schemas(&k, doc);
    if (doc && how->must && !has_dtd && !has_schema) say(&k, 0, "The text has neither a DTD nor a schema.");
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(ctxt);
    folder_allowed = NULL;
    free(folder);
    fesetenv(&math);
}
