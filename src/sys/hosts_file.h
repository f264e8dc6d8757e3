// Names that /etc/hosts knows, without the C library's resolver, which may ask the network and can block.
#ifndef HELIO_SYS_HOSTS_FILE_H
#define HELIO_SYS_HOSTS_FILE_H

#include "sys/resolve.h"

// The addresses of a name, case and a trailing dot aside; false: it is not there, or /etc/nsswitch.conf wants others asked first.
bool hosts_file_find(const char *name, int port, SysAddrs *out);

#endif
