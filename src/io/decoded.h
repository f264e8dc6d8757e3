// Internal to io/: SOCKET, /DECODE. Between the connection and the unit's buffer the body of each reply becomes what was sent:
// chunks and content coding are undone, and the end of the body is the end of the file until the next request is printed.
#ifndef HELIO_IO_DECODED_H
#define HELIO_IO_DECODED_H

#include "io/unit.h"

typedef struct Decoded Decoded;

Decoded *decoded_new(void);
void decoded_free(Decoded *d);
// More bytes into the unit's buffer, which has room. *got 0 at the end of the body or of the connection.
MUST_USE Status decoded_fill(Unit *u, size_t *got);
// Bytes, or the end of the body, are there without looking at the connection.
bool decoded_is_ready(const Unit *u);
// The connection is another one.
void decoded_restart(Unit *u);
// A new request has been printed: what is left of the reply before it is not wanted.
void decoded_next(Unit *u);

#endif
