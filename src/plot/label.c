// Texts of ticks. All labels of an axis have the same number of decimals (spec graphics.md 1.3, 1.4). Start at
// axis_label.
#include "plot/label.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LARGE        1e4 // above it with a power of ten
#define SMALL_DECADE -2  // below it, too, on log axes
#define DUST         1e-9
#define NEARLY_WHOLE 1e-6

enum { DECIMALS_MAX = 4, DIGITS_MAX = 9, DECADE_MAX = 400 };

static double largest(const Axis *a)
{
    double m = 0;
    for (int i = 0; i < a->n; i++) m = fmax(m, fabs(a->tick[i]));
    return m;
}

static int floor_log10(double x) { return x > 0 && isfinite(x) ? (int)floor(log10(x) + DUST) : 0; }

// Decimals that tell the ticks apart: those of the interval, or more where it is no round number.
static int decimals(const Axis *a)
{
    int d = -floor_log10(a->step) > 0 ? -floor_log10(a->step) : 0;
    for (int more = 0; more < 5; more++) {
        double scale = pow(10, d + more);
        bool is_told = true;
        for (int i = 0; i < a->n; i++) {
            double x = a->tick[i] * scale;
            is_told &= fabs(x - round(x)) < 1e-4 * a->step * scale + DUST;
        }
        if (is_told) return d + more;
    }
    return d + 5;
}

// m times ten to the power of e. Ten alone is no factor to be shown.
static void put_power(double value, int digits, char *out)
{
    int e = floor_log10(fabs(value));
    double m = value / pow(10, e);
    if (fabs(m) + 0.5 * pow(10, -digits) >= 10) {
        m /= 10;
        e++;
    }
    snprintf(out, LABEL_MAX,
             "%.*f\xd7"
             "10!U%d!N",
             digits, m, e);
}

static void put_linear(const Axis *a, int i, char *out)
{
    double value = a->tick[i], m = largest(a);
    int d = decimals(a);
    bool is_dust = fabs(value) < DUST * a->step;
    bool is_small = d > DECIMALS_MAX && m < 0.1;
    if (m <= LARGE * (1 + DUST) && !is_small) {
        snprintf(out, LABEL_MAX, "%.*f", d < DIGITS_MAX ? d : DIGITS_MAX, is_dust ? 0.0 : value);
        return;
    }
    int digits = floor_log10(m) - floor_log10(a->step);
    if (is_dust)
        snprintf(out, LABEL_MAX, "0");
    else
        put_power(value, digits < 0 ? 0 : digits > DIGITS_MAX ? DIGITS_MAX : digits, out);
}

// Within what numbers can be; of none, too.
static double decade_of(double x) { return x > 0 ? fmin(log10(x), DECADE_MAX) : -DECADE_MAX; }

// 10!Un!N, or plainly when all are between 0.01 and 10000.
static void put_log(const Axis *a, int i, char *out)
{
    double decade = decade_of(a->tick[i]), lowest = decade_of(fmin(a->tick[0], a->tick[a->n - 1]));
    int d = lowest < -NEARLY_WHOLE ? (int)ceil(-lowest - NEARLY_WHOLE) : 0;
    bool is_whole = fabs(decade - round(decade)) < NEARLY_WHOLE;
    if (largest(a) <= LARGE * (1 + DUST) && d <= -SMALL_DECADE) {
        snprintf(out, LABEL_MAX, "%.*f", is_whole ? d : d + 1, a->tick[i]);
    } else if (is_whole) {
        snprintf(out, LABEL_MAX, "10!U%d!N", (int)round(decade));
    } else {
        put_power(a->tick[i], 1, out);
    }
}

void axis_label(const Axis *a, int i, char *out)
{
    if (a->is_log)
        put_log(a, i, out);
    else
        put_linear(a, i, out);
}
