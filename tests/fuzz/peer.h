// A server of HTTP and one of FTP on this machine, in threads of their own, for fuzz targets: what they say is the
// input.
#ifndef HELIO_TESTS_FUZZ_PEER_H
#define HELIO_TESTS_FUZZ_PEER_H

#include "base/buf.h"

enum { PEER_REQUESTS = 4 };

typedef struct Peer {
    int http_port, ftp_port;
} Peer;

const Peer *peer_start(void); // once

// What is answered from now on; the requests that were noted are forgotten. `bytes` must stay until the next call.
// Of HTTP: the bytes, whatever is asked, then the end of the connection. Of FTP: a line a command, the first one as
// the greeting; "@" in it is the data connection's port, "%" both its bytes by a comma; behind an empty line stands
// what goes over the data connection.
void peer_say(const char *bytes, size_t n);
// The heads of the requests of HTTP since then, at most PEER_REQUESTS, each with its empty line. Lives until the next
// peer_say.
int peer_requests(const char *heads[PEER_REQUESTS]);

#endif
