// What a terminal says of itself when it is asked (gfx/term_ask.c), told apart from what is typed: answers come on standard
// input among the keys, whole or in pieces. Start at term_answers_take.
#ifndef HELIO_GFX_TERM_ANSWERS_H
#define HELIO_GFX_TERM_ANSWERS_H

#include "base/buf.h"

#define TERM_QUERY_IMAGE "7734" // the number of the image that kitty is asked about

typedef struct TermAnswers {
    bool is_done;               // the last answer, to DA1, which all terminals know
    bool has_kitty, has_sixel, has_iterm;
    char name[48];              // and version; empty: not told
    double cell_width, cell_height; // 0: not told
    double iterm_cell[2];       // width and height, in the units that iTerm2 shows pictures in
    int area_width, area_height;    // of all cells, pixels; 0: not told
    int registers;              // colours of a sixel picture; 0: not told
    int sixel_width, sixel_height; // the largest sixel picture; 0: not told
    char held[256];             // the beginning of what may become an answer
    size_t n;
} TermAnswers;

// Takes the answers out of n bytes; all else goes to `rest`, in its order. What may be an answer's beginning is held back.
void term_answers_take(TermAnswers *a, const char *p, size_t n, Buf *rest);
// Nothing more comes: what is held back goes to `rest`.
void term_answers_release(TermAnswers *a, Buf *rest);

#endif
