// NetOptions: the switches of the network layer, owned by the VM (!NET), and the map of hosts for tests and offline use.
#ifndef HELIO_NET_OPTIONS_H
#define HELIO_NET_OPTIONS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What comes from outside is bounded; each can be raised by the tag of !NET that is named here.
typedef struct NetLimits {
    int64_t head;      // MAX_HEAD: bytes of a reply's head
    int64_t interims;  // MAX_INTERIM: replies 1xx before a reply
    int64_t unpacked;  // MAX_UNPACKED: bytes that a compressed body may become (SOCKET, /DECODE)
    int64_t ratio;     // MAX_RATIO: how many times as many
    int64_t hops;      // MAX_HOPS: redirects that are followed for one request
} NetLimits;

typedef struct NetOptions {
    bool upgrade;    // !NET.UPGRADE: follow a redirect to https on the same host
    bool http_text;  // !NET.HTTP_TEXT: CR LF in printed HTTP requests
    bool hints;      // !NET.HINTS: one-line explanations on standard error
    int64_t units;   // !NET.UNITS: sockets beyond GET_LUN's units; 0: none, as in IDL
    int64_t handshake;  // !NET.HANDSHAKE: seconds for that of TLS, or with a proxy, where the program gives no limit
    NetLimits limits;
    char *map;       // !NET.MAP: "host:port=host:port,..."; NULL none
    bool said_map;   // that a name was mapped has been told
    bool said_no_verify;  // that VERIFY=0 trusts anybody has been told
    char *ca_file;   // !NET.CA_FILE: extra trust for TLS; NULL the system's
} NetOptions;

void net_options_init(NetOptions *o);  // all on; map from HELIO_NET_MAP, ca_file from HELIO_CA_FILE
void net_options_free(NetOptions *o);
void net_set_text(char **field, const char *text);  // replaces an owned string; "" and NULL clear it

// E_VALUE names the first entry of the map that is none, or the file of certificates that cannot be read.
MUST_USE Status net_options_check(const NetOptions *o);
// Where host:port really is. True when the map has it: host is copied to `to` (at most n bytes), port to *to_port.
bool net_map(const NetOptions *o, const char *host, int port, char *to, size_t n, int *to_port);

#endif
