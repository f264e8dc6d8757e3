// Text to syntax tree.
#ifndef HELIO_LANG_PARSER_H
#define HELIO_LANG_PARSER_H

#include "core/errors.h"
#include "lang/ast.h"

typedef enum ParseMode {
    PARSE_FILE,      // routines, then perhaps a main program ended by END
    PARSE_STATEMENT  // one typed statement (or several joined by "&"); PARSE_MORE when a block is still open
} ParseMode;

typedef enum ParseResult { PARSE_OK, PARSE_MORE, PARSE_ERROR } ParseResult;

// Reads @FILE for include statements: returns owned text (mem_free), its length and its owned path, or NULL. from: the path of
// the text that includes it, or NULL.
typedef struct Includer {
    char *(*read)(void *arg, const char *name, const char *from, size_t *len, char **path);
    void *arg;
} Includer;

typedef struct ParseIssue {
    size_t pos;
    const char *text;  // "Syntax error." or more exact; static or in the tree's arena
    const char *module;  // of a file: the routine it is in; in the arena. NULL: its name is not known
    const Source *src;   // the @FILE that pos is in; in the arena. NULL: the text that was given
} ParseIssue;

// Parses src from *at; in statement mode stops after one line's statements and moves *at past them. Free the tree in
// every case. A file with syntax errors reports each routine's first (issues, up to max) and goes on at the next.
ParseResult parse(const Source *src, ParseMode mode, size_t *at, const Includer *includer, unsigned options,
                  Tree *tree, ParseIssue *issues, int max, int *nissues);

// True if text, from its first code on, must be compiled as a whole file: it defines a routine, or ends in END.
bool parse_is_program(const Source *src);

#endif
