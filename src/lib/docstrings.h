// Docstrings: what each routine does, in a paragraph. The table is made from the comments at the definitions by tools/docstrings.py.
#ifndef HELIO_LIB_DOCSTRINGS_H
#define HELIO_LIB_DOCSTRINGS_H

typedef struct Docstring {
    const char *name;  // upper case, sorted
    const char *text;
} Docstring;

extern const Docstring docstrings[];
extern const int ndocstrings;

#endif
