// Counts what opens and closes blocks. Start reading at open_blocks_add.
#include "repl/open_blocks.h"

#include "lang/token.h"

#include <ctype.h>
#include <string.h>

// "$" at the end of a line without quotes or comment, and not at the end of a name.
static bool ends_in_continuation(const char *line, size_t n)
{
    while (n && isspace((unsigned char)line[n - 1])) n--;
    if (!n || line[n - 1] != '$' || memchr(line, ';', n) || memchr(line, '\'', n) || memchr(line, '"', n)) return false;
    char before = n > 1 ? line[n - 2] : ' ';
    return !isalnum((unsigned char)before) && before != '_' && before != '$';
}

static int opened_by(TokenKind k, bool at_start)
{
    switch (k) {
    case KW_TK_BEGIN: case KW_TK_CASE: case KW_TK_SWITCH: return 1;
    case KW_TK_PRO: case KW_TK_FUNCTION: return at_start;
    default: return k >= KW_TK_END && k <= KW_TK_ENDWHILE ? -1 : 0;
    }
}

void open_blocks_add(OpenBlocks *o, const char *line, size_t n)
{
    if (memchr(line, '`', n)) o->unsure = true;
    if (o->unsure) return;
    Source src = {NULL, line, n, 1};
    Tokens t = lex(&src);
    bool at_start = !o->continued;
    for (int i = 0; i < t.len; i++) {
        TokenKind k = (TokenKind)t.p[i].kind;
        o->depth += opened_by(k, at_start);
        at_start = k == TK_AMP || k == TK_EOL;
    }
    tokens_free(&t);
    o->continued = ends_in_continuation(line, n);
}

bool open_blocks_surely(const OpenBlocks *o) { return !o->unsure && (o->continued || o->depth > 0); }
