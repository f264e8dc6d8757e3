// Units over UDP: what is written by one statement is one datagram, what READU reads is one, and READF takes its lines. The end
// of a datagram is no end of file.
#ifndef HELIO_IO_DATAGRAM_H
#define HELIO_IO_DATAGRAM_H

#include "io/unit.h"
#include "sys/address.h"

static inline bool unit_is_datagram(const Unit *u) { return u->stream && u->stream->flags & SF_DATAGRAM; }

// `is_bound`: takes datagrams from everybody and answers the last sender.
Stream *datagram_wrap(int fd, bool is_bound);
// Who sent the last datagram, or the other side; an empty name when nobody has.
void datagram_peer(const Stream *s, SysName *out);
// Bytes of the next datagram; 0 when none is there, or it is empty.
int64_t datagram_size(const Unit *u);

// READU: the next datagram is here and not longer than `room` bytes; a longer one is given up, and the failure says both sizes.
MUST_USE Status datagram_begin(Unit *u, int64_t room);
// Its bytes, as far as there are any; the rest of n is zero.
size_t datagram_take(Unit *u, void *p, size_t n);
void datagram_end(Unit *u);
// READF: its next line; the last one needs no line end, and an empty datagram is an empty line.
MUST_USE Status datagram_read_line(Unit *u, const char **p, size_t *n);
// Before n bytes more are put into the unit's buffer: whether such a datagram can be sent. If not, nothing of it will be.
MUST_USE Status datagram_check(Unit *u, int64_t n);
// What a statement has written, though it be nothing.
MUST_USE Status datagram_send(Unit *u);

#endif
