// What tests/external/run.py calls by CALL_EXTERNAL: written as the manual describes both conventions.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int slen;
    short stype;
    char *s;
} IDL_STRING;

// --- Portable: argc, argv ---

int count(int argc, void *argv[]) { return argv ? argc : -1; }

float sum_floats(int argc, void *argv[]) // array, LONG count
{
    float total = 0;
    for (int i = 0; i < *(int32_t *)argv[1]; i++) total += ((float *)argv[0])[i];
    return argc == 2 ? total : -1;
}

double scale(int argc, void *argv[]) // in place: DOUBLE array, LONG count, DOUBLE factor; the factor becomes 0
{
    double *a = argv[0], factor = *(double *)argv[2];
    for (int i = 0; i < *(int32_t *)argv[1]; i++) a[i] *= factor;
    *(double *)argv[2] = 0;
    return factor + argc;
}

int by_value(int argc, void *argv[]) // BYTE, INT, LONG by value
{
    return argc == 3 ? (int)(intptr_t)argv[0] * 1000000 + (int)(short)(intptr_t)argv[1] * 1000 + (int)(intptr_t)argv[2] : -1;
}

double double_by_value(int argc, void *argv[]) { return argc * *(double *)&argv[0]; }
float float_by_value(int argc, void *argv[]) { return (float)argc * *(float *)&argv[0]; }

char *greet(int argc, void *argv[]) // a string by reference; changed in place
{
    static char text[100];
    IDL_STRING *s = argv[0];
    snprintf(text, sizeof text, "hello %.*s (%d)", s->slen, s->slen ? s->s : "", argc);
    for (int i = 0; i < s->slen; i++) s->s[i] = (char)(s->s[i] - 32);
    return text;
}

int shorten(int argc, void *argv[]) // an array of 3 strings
{
    IDL_STRING *s = argv[0];
    int n = 0;
    for (int i = 0; i < 3; i++) {
        n += s[i].slen;
        if (s[i].slen) s[i].slen = 1;
    }
    s[2].s = "other";
    s[2].slen = 5;
    return n + argc;
}

typedef struct {
    uint8_t b;
    int16_t i;
    double d;
    IDL_STRING s;
    float f[3];
    struct {
        int32_t l;
        IDL_STRING t[2];
    } in;
} Record;

int record(int argc, void *argv[]) // two of them
{
    Record *r = argv[0];
    int sum = r[0].b + r[0].i + (int)r[0].d + r[0].s.slen + (int)r[0].f[2] + r[0].in.l + r[0].in.t[1].slen;
    r[1].b = 7;
    r[1].f[1] = 2.5f;
    r[1].in.l = -1;
    r[1].in.t[0].s = "made";
    r[1].in.t[0].slen = 4;
    return sum + argc;
}

int64_t wide(int argc, void *argv[]) { return *(int64_t *)argv[0] * argc; }
uint8_t small(int argc, void *argv[]) { return (uint8_t)(*(uint8_t *)argv[0] + argc); }
int16_t shorter(int argc, void *argv[]) { return (int16_t)(-*(int16_t *)argv[0] * argc); }
uint16_t unsigned_short(int argc, void *argv[]) { return (uint16_t)(*(uint16_t *)argv[0] + argc - 1); }
uint32_t unsigned_long(int argc, void *argv[]) { return *(uint32_t *)argv[0] + (uint32_t)argc - 1; }
char *nothing(void) { return NULL; }

// A complex number by reference, doubled.
int twice(int argc, void *argv[])
{
    double *z = argv[0];
    z[0] *= 2;
    z[1] *= 2;
    return argc;
}

// --- Natural ---

double area(double width, float height, int n, const char *unit) { return width * (double)height * n * (unit[0] == 'm' ? 1 : 100); }
int fill(int32_t *a, int n, short v)
{
    for (int i = 0; i < n; i++) a[i] = v;
    return n;
}
double many(double a, double b, double c, double d, double e, double f, double g, double h, double i, double j)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
}
const char *home(const char *name) { return getenv(name); }
void quiet(void) {}

// --- What goes wrong ---

int crash(int argc, void *argv[]) { return *(volatile int *)(intptr_t)(argc + (argv ? 8 : 9)); }
int gives_up(int argc, void *argv[])
{
    if (argc >= 0 && argv) abort();
    return 0;
}
int deep(int argc, void *argv[]) // the C stack runs out
{
    volatile char room[4096];
    room[argc % 4096] = 1;
    return room[0] + deep(argc + 1, argv);
}
int bad_length(int argc, void *argv[])
{
    ((IDL_STRING *)argv[0])->slen = -5;
    return argc;
}
