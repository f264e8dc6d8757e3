// What copy-and-patch would reach at best: an instruction is a fixed piece of code, so what it computes goes through the
// registers of the VM in memory. The pieces stand here one behind the other as the C compiler makes them, without jumps between
// and without type checks; `volatile` keeps it from joining them. Compare with the cases sum, relaxation and mandelbrot of run.py.
// cc -O2 -o stencils stencils.c && ./stencils
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef union Cell {
    volatile double d;
    volatile int l;
} Cell;
static Cell r[32];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// s = s + i*0.5d
static long sum(void)
{
    const int n = 3000000;
    r[0].d = 0, r[1].l = 0, r[3].l = n - 1, r[4].l = 1;
    do {
        r[2].d = r[1].l * 0.5;
        r[0].d = r[0].d + r[2].d;
        r[1].l = r[1].l + r[4].l;
    } while (r[1].l <= r[3].l);
    return n;
}

// a[i] = (a[i-1] + a[i+1])*0.5d
static long relaxation(void)
{
    static double a[1000000];
    const int n = 1000000;
    for (int i = 0; i < n; i++) a[i] = i % 17;
    r[0].l = 1, r[7].l = n - 2, r[8].l = 1, r[9].l = n;
    do {
        r[1].l = r[0].l - 1;
        if ((unsigned)r[1].l >= (unsigned)r[9].l) abort();
        r[2].d = a[r[1].l];
        r[3].l = r[0].l + 1;
        if ((unsigned)r[3].l >= (unsigned)r[9].l) abort();
        r[4].d = a[r[3].l];
        r[5].d = r[2].d + r[4].d;
        r[6].d = r[5].d * 0.5;
        if ((unsigned)r[0].l >= (unsigned)r[9].l) abort();
        a[r[0].l] = r[6].d;
        r[0].l = r[0].l + r[8].l;
    } while (r[0].l <= r[7].l);
    return n;
}

// while x*x + y*y lt 4 && k lt 50 do begin & t = x*x - y*y + x0 & y = 2*x*y + y0 & x = t & k++ & endwhile
static void orbit(void)
{
    for (r[2].d = r[3].d = 0, r[4].l = 0;;) {
        r[5].d = r[2].d * r[2].d;
        r[6].d = r[3].d * r[3].d;
        r[7].d = r[5].d + r[6].d;
        if (!(r[7].d < 4)) return;
        if (!(r[4].l < 50)) return;
        r[5].d = r[2].d * r[2].d;
        r[6].d = r[3].d * r[3].d;
        r[7].d = r[5].d - r[6].d;
        r[8].d = r[7].d + r[0].d;
        r[5].d = 2 * r[2].d;
        r[6].d = r[5].d * r[3].d;
        r[3].d = r[6].d + r[1].d;
        r[2].d = r[8].d;
        r[4].l = r[4].l + 1;
    }
}

static long mandelbrot(void)
{
    for (int j = 0; j < 100; j++) {
        for (int i = 0; i < 100; i++) {
            r[0].d = 3.0 * i / 100 - 2;
            r[1].d = 2.0 * j / 100 - 1;
            orbit();
        }
    }
    return 1;
}

static void show(const char *name, long (*run)(void))
{
    double best = 1e9;
    for (int k = 0; k < 5; k++) {
        double t = now();
        run();
        t = now() - t;
        if (t < best) best = t;
    }
    printf("%-12s %8.3f ms\n", name, 1e3 * best);
}

int main(void)
{
    show("sum", sum);
    show("relaxation", relaxation);
    show("mandelbrot", mandelbrot);
    return 0;
}
