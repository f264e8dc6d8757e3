// See write.h. Start reading at xml_write.
#include "lib/xml/write.h"

#include "sys/interrupt.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool xml_encoding(const char *name, XmlEncoding *e)
{
    static const struct {
        const char *name;
        XmlEncoding e;
    } known[] = {{"UTF-8", XML_UTF8},        {"UTF8", XML_UTF8},     {"US-ASCII", XML_ASCII}, {"ASCII", XML_ASCII},
                 {"ISO-8859-1", XML_LATIN1}, {"LATIN1", XML_LATIN1}, {"UTF-16", XML_UTF16}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcasecmp(known[i].name, name) != 0) continue;
        *e = known[i].e;
        return true;
    }
    return false;
}

typedef struct Writer {
    const XmlWriting *how;
    Buf *b;
} Writer;

// --- Characters
// ---------------------------------------------------------------------------------------------------------

// The next character of UTF-8; bytes that are none stand for themselves.
static unsigned next_character(const char **p)
{
    const unsigned char *s = (const unsigned char *)*p;
    int more = s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 1 : s[0] < 0xF0 ? 2 : s[0] < 0xF5 ? 3 : 0;
    unsigned u = more == 1 ? s[0] & 0x1Fu : more == 2 ? s[0] & 0xFu : more == 3 ? s[0] & 7u : s[0];
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            *p += 1;
            return s[0];
        }
        u = u << 6 | (s[i] & 0x3Fu);
    }
    *p += more + 1;
    return u;
}

static void put_utf16(Buf *b, unsigned u)
{
    unsigned pair[2] = {u, 0};
    if (u > 0xFFFF) {
        pair[0] = 0xD800 | (u - 0x10000) >> 10;
        pair[1] = 0xDC00 | ((u - 0x10000) & 0x3FF);
    }
    for (int i = 0; i < 2 && pair[i]; i++) {
        buf_putc(b, (char)(pair[i] & 0xFF));
        buf_putc(b, (char)(pair[i] >> 8));
    }
}

static void put_n(const Writer *w, const char *p, size_t n)
{
    if (w->how->encoding == XML_UTF8 || w->how->encoding == XML_ASCII) {
        buf_put(w->b, p, n);
        return;
    }
    for (const char *end = p + n; p < end;) {
        unsigned u = next_character(&p);
        if (w->how->encoding == XML_UTF16)
            put_utf16(w->b, u);
        else
            buf_putc(w->b, (char)u);
    }
}

static void put(const Writer *w, const char *s) { put_n(w, s, strlen(s)); }

// What the encoding has not is written by number.
static bool fits(const Writer *w, unsigned u)
{
    if (w->how->encoding == XML_ASCII) return u < 0x80;
    return w->how->encoding != XML_LATIN1 || u < 0x100;
}

static const char *escape_of(unsigned u, bool in_attribute)
{
    switch (u) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return in_attribute ? NULL : "&gt;";
    case '"': return in_attribute ? "&quot;" : NULL;
    case '\n': return in_attribute ? "&#xA;" : NULL;
    case '\t': return in_attribute ? "&#x9;" : NULL;
    case '\r': return "&#xD;";
    default: return NULL;
    }
}

static void put_text(const Writer *w, const char *p, bool in_attribute)
{
    const char *from = p;
    while (*p) {
        const char *at = p;
        unsigned u = next_character(&p);
        const char *escape = escape_of(u, in_attribute);
        if (!escape && fits(w, u)) continue;
        put_n(w, from, (size_t)(at - from));
        from = p;
        char number[16];
        snprintf(number, sizeof number, "&#x%X;", u);
        put(w, escape ? escape : number);
    }
    put_n(w, from, (size_t)(p - from));
}

// --- Nodes
// --------------------------------------------------------------------------------------------------------------

static void put_parts(const Writer *w, const char *a, const char *b, const char *c)
{
    put(w, a);
    put(w, b);
    put(w, c);
}

static void put_identifiers(const Writer *w, const Node *n)
{
    bool has_public = n->public && *n->public, has_system = n->system && *n->system;
    if (has_public) put_parts(w, " PUBLIC \"", n->public, "\"");
    if (has_system) put_parts(w, has_public ? " \"" : " SYSTEM \"", n->system, "\"");
}

// Markup in it is markup of the content.
static void put_entity(const Writer *w, const char *p)
{
    for (size_t n; n = strcspn(p, "&%\""), put_n(w, p, n), p += n, *p; p++)
        put(w, *p == '&' ? "&#38;" : *p == '%' ? "&#37;" : "&#34;");
}

static void put_declaration(const Writer *w, const Node *d)
{
    put_parts(w, d->type == NODE_ENTITY ? "<!ENTITY " : "<!NOTATION ", d->name, "");
    if (d->type == NODE_ENTITY && d->first) {
        put(w, " \"");
        put_entity(w, d->first->value);
        put(w, "\"");
    }
    put_identifiers(w, d);
    if (d->notation) put_parts(w, " NDATA ", d->notation, "");
    put(w, ">\n");
}

static void put_doctype(const Writer *w, const Node *n)
{
    put_parts(w, "<!DOCTYPE ", n->name, "");
    put_identifiers(w, n);
    if (n->attribute) {
        put(w, " [\n");
        for (const Node *d = n->attribute; d; d = d->next) put_declaration(w, d);
        put(w, "]");
    }
    put(w, ">");
}

static void put_start(const Writer *w, const Node *n)
{
    put_parts(w, "<", n->name, "");
    for (const Node *a = n->attribute; a; a = a->next) {
        put_parts(w, " ", a->name, "=\"");
        put_text(w, a->value, true);
        put(w, "\"");
    }
    put(w, n->first ? ">" : "/>");
}

// "]]>" ends a section: it is divided there.
static void put_cdata(const Writer *w, const char *p)
{
    put(w, "<![CDATA[");
    for (const char *end; (end = strstr(p, "]]>")); p = end + 2) {
        put_n(w, p, (size_t)(end - p) + 2);
        put(w, "]]><![CDATA[");
    }
    put_parts(w, p, "]]>", "");
}

// What has no end of its own. True: children follow.
static bool put_node(const Writer *w, const Node *n)
{
    switch (n->type) {
    case NODE_ELEMENT: put_start(w, n); return n->first;
    case NODE_TEXT: put_text(w, n->value, false); break;
    case NODE_CDATA: put_cdata(w, n->value); break;
    case NODE_REFERENCE:
        if (w->how->expand && n->first) return true;
        put_parts(w, "&", n->name, ";");
        break;
    case NODE_INSTRUCTION:
        put_parts(w, "<?", n->name, *n->value ? " " : "");
        put_parts(w, n->value, "?>", "");
        break;
    case NODE_COMMENT: put_parts(w, "<!--", n->value, "-->"); break;
    case NODE_DOCTYPE: put_doctype(w, n); break;
    default: break;
    }
    return false;
}

static bool is_text(const Node *n)
{
    return n->type == NODE_TEXT || n->type == NODE_CDATA || n->type == NODE_REFERENCE;
}

static bool holds_text(const Node *n)
{
    for (const Node *c = n->first; c; c = c->next) {
        if (is_text(c)) return true;
    }
    return false;
}

static void put_break(const Writer *w, int depth)
{
    if (!w->how->pretty) return;
    put(w, "\n");
    for (int i = 0; i < depth; i++) put(w, "  ");
}

// Where lines are broken between the children of a node.
static bool breaks(const Writer *w, const Node *parent)
{
    return w->how->pretty && parent->type == NODE_ELEMENT && !holds_text(parent);
}

static void end_elements(const Writer *w, const Node **at, int *depth, const Node *top)
{
    const Node *n = *at;
    while (n != top && !n->next) {
        n = n->parent;
        if (n == top) break;
        --*depth;
        if (n->type != NODE_ELEMENT) continue;
        if (breaks(w, n)) put_break(w, *depth);
        put_parts(w, "</", n->name, ">");
    }
    *at = n;
}

static bool put_below(const Writer *w, const Node *top)
{
    const Node *n = top->first;
    for (int depth = 0; n && n != top;) {
        if (sys_interrupted()) return false;
        if (n->parent == top ? n->prev != NULL : breaks(w, n->parent)) put_break(w, depth);
        if (put_node(w, n)) {
            depth++;
            n = n->first;
            continue;
        }
        end_elements(w, &n, &depth, top);
        if (n != top) n = n->next;
    }
    return true;
}

bool xml_write(const Node *document, const XmlWriting *how, Buf *b)
{
    Writer w = {how, b};
    if (how->encoding == XML_UTF16) buf_put(b, "\xFF\xFE", 2);
    put_parts(&w, "<?xml version=\"1.0\" encoding=\"", how->encoding_name, "\" standalone=\"no\" ?>");
    if (how->pretty) put(&w, "\n");
    bool is_whole = put_below(&w, document);
    if (how->pretty) put(&w, "\n");
    return is_whole;
}
