// The whole test framework: CHECK prints both sides; each test program ends with CHECK_DONE.
#ifndef HELIO_TESTS_CHECK_H
#define HELIO_TESTS_CHECK_H

#include <stdio.h>
#include <string.h>

static int check_failures, check_count;

#define CHECK(cond)                                                                \
    do {                                                                           \
        check_count++;                                                             \
        if (!(cond)) {                                                             \
            check_failures++;                                                      \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #cond);     \
        }                                                                          \
    } while (0)

#define CHECK_INT(got, want)                                                                            \
    do {                                                                                                \
        long long check_g = (long long)(got), check_w = (long long)(want);                              \
        check_count++;                                                                                  \
        if (check_g != check_w) {                                                                       \
            check_failures++;                                                                           \
            fprintf(stderr, "%s:%d: %s is %lld, expected %lld\n", __FILE__, __LINE__, #got, check_g, check_w); \
        }                                                                                               \
    } while (0)

#define CHECK_STR(got, want)                                                                              \
    do {                                                                                                  \
        const char *check_g = (got), *check_w = (want);                                                   \
        check_count++;                                                                                    \
        if (!check_g || strcmp(check_g, check_w) != 0) {                                                  \
            check_failures++;                                                                             \
            fprintf(stderr, "%s:%d: %s is [%s], expected [%s]\n", __FILE__, __LINE__, #got,               \
                    check_g ? check_g : "(null)", check_w);                                               \
        }                                                                                                 \
    } while (0)

#define CHECK_DONE()                                                            \
    do {                                                                        \
        printf("%d checks, %d failed\n", check_count, check_failures);          \
        return check_failures != 0;                                             \
    } while (0)

#endif
