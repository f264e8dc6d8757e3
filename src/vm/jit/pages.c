// Memory for machine code: each loop has its own pages, written once, then executable and no longer writable.
#include "vm/jit/gen.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *pages_make(const uint8_t *code, size_t n, size_t *mapped)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size = (n + page - 1) / page * page;
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    memcpy(p, code, n);
    if (mprotect(p, size, PROT_READ | PROT_EXEC) != 0) {
        munmap(p, size);
        return NULL;
    }
    *mapped = size;
    return p;
}

void pages_free(void *p, size_t mapped) { munmap(p, mapped); }
