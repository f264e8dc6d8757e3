// Internal to io/: one connection, mapped and with TLS if asked for, as a stream.
#ifndef HELIO_IO_DIAL_H
#define HELIO_IO_DIAL_H

#include "io/connect.h"

MUST_USE Status dial(Units *t, SocketOpen *how, Stream **out);

#endif
