// Growing typed vectors: a struct with members p, len, cap. VEC(T) declares the type; storage comes from mem_must.
#ifndef HELIO_BASE_VEC_H
#define HELIO_BASE_VEC_H

#include "base/mem.h"

#define VEC(T)   \
    struct {     \
        T *p;    \
        int len; \
        int cap; \
    }

#define VEC_PUSH(v, ...)                                                                     \
    do {                                                                                     \
        if ((v)->len == (v)->cap) {                                                          \
            (v)->cap = (v)->cap ? 2 * (v)->cap : 8;                                          \
            (v)->p = mem_must_realloc((v)->p, (size_t)(v)->cap * sizeof *(v)->p);            \
        }                                                                                    \
        (v)->p[(v)->len++] = (__VA_ARGS__);                                                  \
    } while (0)

#define VEC_FREE(v)                \
    do {                           \
        mem_free((v)->p);          \
        (v)->p = NULL;             \
        (v)->len = (v)->cap = 0;   \
    } while (0)

#endif
