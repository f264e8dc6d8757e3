// Projections by PROJ, in the module `proj` (helio_gctp_table): those of GCTP that plot/projection.c has not.
#ifndef HELIO_PLOT_GCTP_H
#define HELIO_PLOT_GCTP_H

#include "plot/projection.h"

typedef struct GctpTable {
    void *(*open)(const char *definition); // as PROJ has it, "+proj=..."; NULL: it cannot be
    void (*close)(void *handle);
    ProjectionHook hook;
} GctpTable;

#define GCTP_MODULE "proj", "helio_gctp_table", "libproj25"

#endif
