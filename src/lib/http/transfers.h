// Transfers by URL as programs written in IDL drive them: pro/idlneturl__define.pro, pro/httprequest__define.pro,
// pro/wget.pro. The routines are the engine's own (HELIO_TRANSFER_...); each transfer has a number.
#ifndef HELIO_LIB_HTTP_TRANSFERS_H
#define HELIO_LIB_HTTP_TRANSFERS_H

#include "base/vec.h"
#include "net/transfer.h"
#include "vm/call/call.h"

#include <string.h>

// Of HELIO_TRANSFER_BEGIN.
#define BEGIN_KEYWORDS(K, R)                                                                                           \
    K(R, ANY_HOST, FLAG)                                                                                               \
    K(R, ANY_PEER, FLAG)                                                                                               \
    K(R, AUTHENTICATION, "=bits")                                                                                      \
    K(R, CA_FILE, "=file") K(R, CODINGS, "=list") K(R, COMMANDS, "=strings") K(R, CONNECT_TIMEOUT, "=seconds")         \
        K(R, DATA, "=bytes") K(R, DATA_FILE, "=file") K(R, FILE, "=file") K(R, FTP_ACTIVE, FLAG) K(R, FTP_NAMES, FLAG) \
            K(R, FTP_TLS, FLAG) K(R, HEADERS, "=strings") K(R, HOPS, "=number") K(R, KEEPS_FAILURES, FLAG)             \
                K(R, METHOD, "=string") K(R, OPTION_IS_TEXT, "=bytes") K(R, OPTION_NAMES, "=strings")                  \
                    K(R, OPTION_VALUES, "=strings") K(R, PART_DATA, "=pointers") K(R, PART_FILES, "=strings")          \
                        K(R, PART_FILE_NAMES, "=strings") K(R, PART_NAMES, "=strings") K(R, PART_TYPES, "=strings")    \
                            K(R, PASSWORD, "=string") K(R, PROXY_AUTHENTICATION, "=bits") K(R, PROXY_HOST, "=string")  \
                                K(R, PROXY_PASSWORD, "=string") K(R, PROXY_PORT, "=port") K(R, PROXY_USER, "=string")  \
                                    K(R, RANGE, "=string") K(R, SSL_VERSION, "=number") K(R, STAYS, FLAG)              \
                                        K(R, TIMEOUT, "=seconds") K(R, USER, "=string") K(R, VERBOSE, FLAG)

enum { BEGIN_KEYWORDS(KW_SLOT_, KW_BEGIN_) KW_COUNT_BEGIN };

// Values whose bytes a transfer sends: they stay until it is over.
typedef VEC(Val) HttpHeld;
void http_held_drop(HttpHeld *held);

// The keywords of HELIO_TRANSFER_BEGIN as an ask: bytes to be sent live as long as `held`, the rest as long as the
// call.
TransferAsk http_ask(Call *c, const char *url, HttpHeld *held);

#endif
