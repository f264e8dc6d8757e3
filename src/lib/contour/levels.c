// The levels of CONTOUR and how each is drawn. Spec graphics.md 3.1.
#include "lib/contour/contour.h"
#include "lib/graphics/settings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LEVELS_FEW = 3, LEVELS_MAX = 10000, COLORS = 256 };

static ContourLevels given(Call *c)
{
    int n;
    const double *p = kw_numbers(c, KW_CONTOUR_LEVELS, 1, INT32_MAX, &n);
    for (int i = 1; i < n; i++) {
        if (p[i] < p[i - 1]) throw_msg(c, E_VALUE, "Contour levels must be in increasing order.");
    }
    return (ContourLevels){p, n};
}

// n levels that cut the z axis into n + 1 parts. An area has the lowest part, too: one level more, at the axis' begin.
static ContourLevels counted(Call *c, int64_t n, const double z[2], bool is_log, bool is_filled)
{
    if (n < 0) n = 2;
    if (n == 0) n = LEVELS_FEW;
    if (n > LEVELS_MAX) throw_msg(c, E_VALUE, "Value of NLEVELS keyword is out of allowed range.");
    int more = is_filled ? 1 : 0;
    double *p = call_scratch(c, (size_t)(n + 2) * sizeof *p);
    for (int i = 0; i < n + more; i++) {
        double at = z[0] + (i + 1 - more) * (z[1] - z[0]) / (double)(n + 1);
        p[i] = is_log ? pow(10, at) : at;
    }
    return (ContourLevels){p, (int)n + more};
}

// The z axis' ticks, but for its ends (an area begins at the lower).
static ContourLevels at_ticks(Call *c, const double *tick, int n, const double z[2], bool is_log, bool is_filled)
{
    double lo = fmin(z[0], z[1]), hi = fmax(z[0], z[1]), dust = 1e-6 * (hi - lo);
    double *p = call_scratch(c, (size_t)(n + 1) * sizeof *p);
    int count = 0;
    for (int i = 0; i < n; i++) {
        double x = tick[z[0] > z[1] ? n - 1 - i : i], at = is_log ? log10(x) : x;
        if (at < hi - dust && (is_filled ? at >= lo - dust : at > lo + dust)) p[count++] = x;
    }
    return (ContourLevels){p, count};
}

ContourLevels contour_levels(Call *c, const double z[2], bool is_log, const double *tick, int ticks)
{
    bool is_filled = call_kw_set(c, KW_CONTOUR_FILL) || call_kw_set(c, KW_CONTOUR_CELL_FILL);
    if (call_kw(c, KW_CONTOUR_LEVELS)) return given(c);
    if (call_kw(c, KW_CONTOUR_NLEVELS)) return counted(c, call_kw_int(c, KW_CONTOUR_NLEVELS, 0), z, is_log, is_filled);
    return at_ticks(c, tick, ticks, z, is_log, is_filled);
}

bool contour_has(Call *c, int slot) { return call_kw(c, slot) != NULL && val_count(call_kw(c, slot)) > 0; }

double contour_number(Call *c, int slot, int i, double otherwise)
{
    int n;
    if (!contour_has(c, slot)) return otherwise;
    const double *p = kw_numbers(c, slot, 1, INT32_MAX, &n);
    return p[i % n];
}

int contour_int(Call *c, int slot, int i, int otherwise)
{
    double x = contour_number(c, slot, i, otherwise);
    return isnan(x) ? 0 : (int)fmax(fmin(x, INT32_MAX), INT32_MIN);
}

int64_t contour_color(Call *c, int i, int64_t otherwise)
{
    return contour_has(c, KW_CONTOUR_C_COLORS) ? contour_int(c, KW_CONTOUR_C_COLORS, i, 0) : otherwise;
}

// The shortest text that shows a level apart from its neighbours.
static const Str *value_text(Call *c, const ContourLevels *l, int i)
{
    char text[40];
    double near = INFINITY;
    if (i > 0) near = fmin(near, fabs(l->value[i] - l->value[i - 1]));
    if (i + 1 < l->n) near = fmin(near, fabs(l->value[i + 1] - l->value[i]));
    double size = fabs(l->value[i]);
    int digits = near > 0 && isfinite(near) && size > near ? 2 + (int)floor(log10(size / near)) : 3;
    snprintf(text, sizeof text, "%.*g", digits < 3 ? 3 : digits > 12 ? 12 : digits, l->value[i]);
    return call_keep_take(c, val_string(text))->s;
}

const Str *contour_label(Call *c, const ContourLevels *l, int i)
{
    bool has_names = contour_has(c, KW_CONTOUR_C_ANNOTATION);
    bool is_asked = has_names || call_kw_set(c, KW_CONTOUR_FOLLOW) || call_kw(c, KW_CONTOUR_C_CHARSIZE) ||
                    call_kw(c, KW_CONTOUR_C_CHARTHICK);
    const Val *names = has_names ? call_convert(c, call_kw(c, KW_CONTOUR_C_ANNOTATION), T_STRING) : NULL;
    bool has_name = names && i < val_count(names);
    bool is_on = contour_has(c, KW_CONTOUR_C_LABELS) ? contour_number(c, KW_CONTOUR_C_LABELS, i, 0) != 0
                                                     : is_asked && (has_name || i % 2 == 0);
    if (!is_on) return NULL;
    if (!has_name) return value_text(c, l, i);
    return val_is_array(names) ? ((StrSlot *)names->a->data)[i].p : names->s;
}
