// LISTs and HASHes that JSON became, into arrays and structures. See json.c.
#ifndef HELIO_LIB_JSON_SHAPE_H
#define HELIO_LIB_JSON_SHAPE_H

#include "vm/call/call.h"

typedef struct JsonShape {
    bool arrays;  // LISTs whose elements go together become arrays, inner ones their first dimensions
    bool structs; // HASHes become structures
} JsonShape;

// What lies in *cell, and all that is in it, from the inside out.
void json_shape(Call *c, Val *cell, JsonShape shape);

#endif
