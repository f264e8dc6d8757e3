// Where the prompt's history is kept between runs.
#ifndef HELIO_REPL_HISTORY_H
#define HELIO_REPL_HISTORY_H

// $HELIO_HISTORY, else $XDG_STATE_HOME/helio/history, else ~/.local/state/helio/history; its folders are made.
// Owned by the caller; *err is 0, or why its folders cannot be made (errno). NULL when history is not to be kept (HELIO_HISTORY
// empty, or no home).
char *history_path(int *err);

#endif
