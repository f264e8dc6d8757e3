// Reads a line up to the cursor as far as completion needs it: strings, parentheses, which routine's arguments these
// are. It knows nothing of values. Start reading at place_find.
#include "repl/complete_place.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { NESTING = 64, NAME_MAX_LEN = 128 };

typedef struct Open {
    size_t name, len;  // of what stands before the parenthesis; len 0: nothing
} Open;

typedef struct Reader {
    const char *line;
    size_t at, end;
    Open open[NESTING];
    int depth;
    Open statement;     // the name a statement began with
    Open last;          // a name just before
    bool begins;        // a statement begins here
    char before;        // last character that is no blank
} Reader;

static bool is_name(int c) { return isalnum(c) || c == '_' || c == '$' || c == '!'; }

// Words after which another statement begins.
static bool opens_statement(const char *p, size_t n)
{
    static const char *const words[] = {"THEN", "ELSE", "DO", "BEGIN", "REPEAT"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == n && strncasecmp(words[i], p, n) == 0) return true;
    }
    return false;
}

static void read_name(Reader *r)
{
    size_t start = r->at;
    while (r->at < r->end && is_name((unsigned char)r->line[r->at])) r->at++;
    r->last = (Open){start, r->at - start};
    if (opens_statement(r->line + start, r->at - start)) {
        r->begins = true;
        r->statement = r->last = (Open){0, 0};
    } else if (r->begins) {
        r->statement = r->last;
        r->begins = false;
    }
    r->before = 'a';
}

static void read_mark(Reader *r, char c)
{
    if (strchr("([{", c)) {
        if (r->depth < NESTING) r->open[r->depth] = c == '(' ? r->last : (Open){0, 0};
        r->depth++;
    } else if (strchr(")]}", c)) {
        if (r->depth) r->depth--;
    }
    bool separates = (c == '&' || c == ':') && r->depth == 0;
    r->begins = separates;
    if (separates) r->statement = (Open){0, 0};
    // "a = ..." is no call.
    if (c == '=' && r->depth == 0 && r->before == 'a' && r->last.name == r->statement.name) r->statement = (Open){0, 0};
    r->last = (Open){0, 0};
    r->before = c;
    r->at++;
}

// Past a string; returns its quote when it is still open at the end.
static char read_string(Reader *r)
{
    char quote = r->line[r->at++];
    while (r->at < r->end && r->line[r->at] != quote) r->at++;
    if (r->at >= r->end) return quote;
    r->at++;
    r->before = quote;
    r->begins = false;
    r->last = (Open){0, 0};
    return 0;
}

static void name_routine(const Reader *r, Place *p)
{
    Open o = r->depth > 0 && r->depth <= NESTING ? r->open[r->depth - 1] : r->statement;
    if (o.len == 0 || o.len > NAME_MAX_LEN) return;
    for (size_t i = 0; i < o.len; i++) p->routine[i] = (char)toupper((unsigned char)r->line[o.name + i]);
    p->is_function = r->depth > 0;
    p->is_argument = r->before == ',' || (r->before == '(' && r->depth > 0);
}

Place place_find(const char *line, size_t pos)
{
    Reader r = {.line = line, .end = pos, .begins = true};
    Place p = {0};
    while (r.at < r.end) {
        char c = line[r.at];
        if (c == '\'' || c == '"') {
            if ((p.quote = read_string(&r)) != 0) return p;
        } else if (c == ';') {
            p.is_comment = true;
            return p;
        } else if (is_name((unsigned char)c)) {
            read_name(&r);
        } else if (isspace((unsigned char)c)) {
            r.at++;
        } else {
            read_mark(&r, c);
        }
    }
    p.is_statement = r.begins;
    name_routine(&r, &p);
    return p;
}
