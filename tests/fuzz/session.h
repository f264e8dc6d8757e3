// An engine that runs lines which a fuzz target has made: in a folder that is thrown away, under --safe (what a hostile FILE_DELETE
// is told to remove stays), as the user nobody when started by root, with 64 MB. A line that takes more than a second is asked to
// stop as by Ctrl-C; one that takes ten is a failure. FUZZ_SHOW prints each line.
#ifndef HELIO_TESTS_FUZZ_SESSION_H
#define HELIO_TESTS_FUZZ_SESSION_H

#include "vm/engine.h"

// To be called first; false: it has been.
bool session_start(void);
Vm *session_new(void);
void session_end(Vm *vm);
// False: the line has called EXIT.
bool session_run(Vm *vm, const char *text);
// Keywords that a library routine's usage shows: "/NAN", "DIMENSION=d".
void session_usage_keywords(const char *usage, void (*take)(void *arg, const char *name, size_t n), void *arg);
// Runs `replay` up to three times, and ends the process if each leaves more blocks alive than the one before: what is kept for the
// next of its kind (plans, fonts) is kept once, a leak grows each time.
void session_leaks(void (*replay)(const uint8_t *data, size_t size), const uint8_t *data, size_t size);
// Numbers at random, 0 to n - 1, the same for the same seed.
void session_seed(const uint8_t *data, size_t size);
uint64_t session_draw(uint64_t n);

#endif
