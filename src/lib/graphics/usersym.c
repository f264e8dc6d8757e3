// USERSYM.
#include "lib/graphics/coords.h"

#include "base/mem.h"

#define USERSYM_KEYWORDS(K, R) K(R, COLOR, "=value") K(R, FILL, FLAG) K(R, THICK, "=value")
KEYWORDS(USERSYM)

// USERSYM, X [, Y]: what PSYM=8 draws: up to 49 points, joined, or filled (FILL), with COLOR and THICK of its own if
// they are given; 1 is half the size of the other symbols.
// Manual: USERSYM.
static void pro_usersym(Call *c)
{
    int64_t n;
    Place *p = coords_places(c, 0, c->argc, 0, &n);
    if (n > SYMBOL_POINTS_MAX) throw_msg(c, E_VALUE, "At most %d points.", SYMBOL_POINTS_MAX);
    Gfx *g = gfx_of(c->vm);
    if (!g->user_symbol) g->user_symbol = mem_must(sizeof *g->user_symbol);
    *g->user_symbol = (Symbol){.n = (int)n, .is_filled = call_kw_set(c, KW_USERSYM_FILL)};
    g->user_symbol->has_color = call_kw(c, KW_USERSYM_COLOR);
    g->user_symbol->color = call_kw_int(c, KW_USERSYM_COLOR, 0);
    g->user_symbol->thick = call_kw_double(c, KW_USERSYM_THICK, 0);
    for (int64_t i = 0; i < n; i++) g->user_symbol->p[i] = (Point){p[i].x, p[i].y};
}

static const Routine rows[] = {
    {"USERSYM", PROCEDURE, {1, 2}, pro_usersym, "X [, Y]", KEYS(USERSYM)},
};
ROUTINE_TABLE(lib_usersym, rows)
