// See landlock.h. Numbers and structures are the kernel's (linux/landlock.h), which older headers lack.
#include "sys/landlock.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, ASK_VERSION = 1, PATH_BENEATH = 1 };

enum {
    EXECUTE = 1 << 0,
    WRITE_FILE = 1 << 1,
    REMOVE_DIR = 1 << 4,
    REMOVE_FILE = 1 << 5,
    MAKE_CHAR = 1 << 6,
    MAKE_DIR = 1 << 7,
    MAKE_REG = 1 << 8,
    MAKE_SOCK = 1 << 9,
    MAKE_FIFO = 1 << 10,
    MAKE_BLOCK = 1 << 11,
    MAKE_SYM = 1 << 12,
    REFER = 1 << 13,     // version 2
    TRUNCATE = 1 << 14,  // version 3
    TCP = 1 << 0 | 1 << 1,  // bind and connect, version 4
};

typedef struct Ruleset {
    uint64_t files, network;
} Ruleset;

typedef struct __attribute__((packed)) BelowRule {
    uint64_t allowed;
    int32_t folder;
} BelowRule;

static bool is_unwanted(void)
{
#ifdef HELIO_DEBUG
    const char *stress = getenv("HELIO_STRESS");
    return stress && strstr(stress, "nolandlock");
#else
    return false;
#endif
}

bool landlock_writes_below(int folder)
{
    long version = is_unwanted() ? 0 : syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
    if (version < 1) return false;
    const uint64_t inside = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_FIFO | MAKE_SYM |
                            (version > 1 ? REFER : 0) | (version > 2 ? TRUNCATE : 0);
    const Ruleset all = {inside | EXECUTE | MAKE_CHAR | MAKE_SOCK | MAKE_BLOCK, TCP};
    int rules = (int)syscall(CREATE_RULESET, &all, version > 3 ? sizeof all : sizeof all.files, 0);
    if (rules < 0) return false;
    const BelowRule rule = {inside, folder};
    bool ok = syscall(ADD_RULE, rules, PATH_BENEATH, &rule, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
              syscall(RESTRICT_SELF, rules, 0) == 0;
    close(rules);
    return ok;
}
