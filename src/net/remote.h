// A file on a server, read at any place: by Range of HTTP where the server serves parts, else as a copy in a file
// without a name. What has been read stays for a while; who reads on gets more at once. Start at remote_open in
// net/remote.c.
#ifndef HELIO_NET_REMOTE_H
#define HELIO_NET_REMOTE_H

#include "net/options.h"

typedef struct RemoteFile RemoteFile;

bool remote_is_url(const char *path); // http, https, ftp or ftps
// E_OPEN with why it cannot be had, E_MODULE, E_INTERRUPT.
MUST_USE Status remote_open(const NetOptions *net, const char *url, RemoteFile **out);
void remote_close(RemoteFile *r);
int64_t remote_size(const RemoteFile *r);
bool remote_is_copied(const RemoteFile *r); // the server serves no parts
// Up to n bytes at `at`; *got 0 is the end. E_READ: also when it has changed meanwhile.
MUST_USE Status remote_read(RemoteFile *r, int64_t at, void *p, size_t n, size_t *got);

#endif
