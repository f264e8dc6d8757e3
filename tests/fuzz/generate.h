// Small programs out of bytes, for fuzz_program: each byte decides one choice of a grammar of IDL.
#ifndef HELIO_TESTS_FUZZ_GENERATE_H
#define HELIO_TESTS_FUZZ_GENERATE_H

#include "base/buf.h"

#include <stdint.h>

void generate_program(const uint8_t *choices, size_t n, Buf *out);

#endif
