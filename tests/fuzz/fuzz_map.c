// Fuzz target for the host map (HELIO_NET_MAP): whatever it says, an answer is a host that fits and a port that exists.
#include "net/options.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const hosts[] = {"a.b", "::1", "sdo.gsfc.nasa.gov", "x", "127.0.0.1"};
    static const int ports[] = {80, 443, 1, 65535};
    AUTO_FREE char *map = mem_strndup((const char *)data, size);
    NetOptions o = {.map = map};
    char to[32];
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        for (size_t k = 0; k < sizeof ports / sizeof ports[0]; k++) {
            int port = -1;
            memset(to, 'x', sizeof to);
            if (!net_map(&o, hosts[i], ports[k], to, sizeof to, &port)) continue;
            if (port < 1 || port > 65535 || !memchr(to, '\0', sizeof to) || !*to) abort();
        }
    }
    return 0;
}
