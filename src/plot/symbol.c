// See symbol.h. The order of points was seen in IDL's PostScript (spec graphics.md 1.6).
#include "plot/symbol.h"

#include <math.h>
#include <stddef.h>

#define LIFT                                                                                                           \
    {                                                                                                                  \
        NAN, NAN                                                                                                       \
    }
#define DIAGONAL 0.70710678118654752

static const Symbol symbols[] = {
    [1] = {{{-1, 0}, {1, 0}, {0, 0}, {0, 1}, {0, -1}}, 5, false},
    [2] = {{{-1, 0},
            {1, 0},
            LIFT,
            {0, 1},
            {0, -1},
            LIFT,
            {-DIAGONAL, -DIAGONAL},
            {DIAGONAL, DIAGONAL},
            LIFT,
            {-DIAGONAL, DIAGONAL},
            {DIAGONAL, -DIAGONAL}},
           11,
           false},
    [3] = {{{0, 0}}, 1, false},
    [4] = {{{0, 1}, {1, 0}, {0, -1}, {-1, 0}, {0, 1}}, 5, false},
    [5] = {{{0, 1}, {1, -1}, {-1, -1}, {0, 1}}, 4, false},
    [6] = {{{-1, 1}, {1, 1}, {1, -1}, {-1, -1}, {-1, 1}}, 5, false},
    [7] = {{{-1, -1}, {1, 1}, LIFT, {-1, 1}, {1, -1}}, 5, false},
};

const Symbol *symbol_of(int psym)
{
    bool is_one = psym >= 1 && psym < (int)(sizeof symbols / sizeof *symbols);
    return is_one ? &symbols[psym] : NULL;
}
