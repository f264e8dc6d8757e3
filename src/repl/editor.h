// The line editor's table, exported by the loadable module "readline" as `helio_editor`. One editor a process: it owns
// the terminal while it asks.
#ifndef HELIO_REPL_EDITOR_H
#define HELIO_REPL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

// What may stand for the word before the cursor.
typedef struct EditorWords {
    char **word;   // NULL-terminated, all beginning with the word as typed; owned by the answerer until the next question
    bool files;    // complete a file name instead
    char append;   // put after a single match: '(' or '=' ..., '\0' none; of files: the closing quote
} EditorWords;

typedef struct EditorHost {
    void *arg;
    // The line, and where the word before the cursor begins and ends.
    void (*complete)(void *arg, const char *line, size_t start, size_t end, EditorWords *out);
    // While no key is pressed: seconds until `idle` wants to be called, at most `most`; it may print. False: no more lines.
    double (*next_idle)(void *arg, double most);
    bool (*idle)(void *arg);
} EditorHost;

typedef enum EditorAnswer { EDITOR_LINE, EDITOR_END, EDITOR_INTERRUPTED } EditorAnswer;

typedef struct EditorApi {
    void (*start)(const EditorHost *host);
    // Asks for a line (or several, pasted together); *line is owned by the editor until the next call. Waits in
    // sys_wait. EDITOR_INTERRUPTED leaves the Ctrl-C flag up.
    EditorAnswer (*ask)(const char *prompt, bool completes, const char **line);
    // Loads the history and keeps it there from now on, the newest `most` entries. 0, or why not (errno).
    int (*history_open)(const char *path, int most);
    int (*history_add)(const char *line);  // unless empty or the same as the last. 0 or errno
    // A key (its sequence as readline writes it) does what readline calls `command`; NULL: it types `text`.
    void (*bind)(const char *sequence, const char *command, const char *text);
} EditorApi;

#endif
