// base/: buffers, maps, arenas, blocks. Expectations by hand.
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "check.h"

#include <pthread.h>
#include <string.h>

static void test_buf(void)
{
    Buf b = BUF_INIT(100);
    buf_puts(&b, "abc");
    buf_printf(&b, "%d", 12);
    CHECK_STR(b.p, "abc12");
    buf_cut(&b, 2);
    CHECK_STR(b.p, "c12");
    buf_fill(&b, 'x', 200);
    CHECK(!buf_ok(&b));
    buf_putc(&b, 'y');
    CHECK(!buf_ok(&b));
    buf_free(&b);
    Buf e = BUF_INIT(10);
    char *t = buf_take(&e);
    CHECK_STR(t, "");
    mem_free(t);
}

static void test_map(void)
{
    Map m = {0};
    static int v[500];
    char key[16];
    for (int i = 0; i < 500; i++) {
        snprintf(key, sizeof key, "K%d", i);
        map_set(&m, key, &v[i]);
    }
    for (int i = 0; i < 500; i += 2) {
        snprintf(key, sizeof key, "K%d", i);
        CHECK(map_remove(&m, key) == &v[i]);
    }
    for (int i = 0; i < 500; i++) {
        snprintf(key, sizeof key, "K%d", i);
        CHECK(map_get(&m, key) == (i % 2 ? &v[i] : NULL));
    }
    CHECK_INT(m.len, 250);
    map_free(&m);
}

static void test_block(void)
{
    size_t got;
    for (size_t n = 1; n < (size_t)8 << 20; n = n * 3 + 1) {
        char *p = mem_block(n, true, &got);
        CHECK(p && got >= n && ((uintptr_t)p & 63) == 0);
        CHECK(p[0] == 0 && p[n - 1] == 0);
        memset(p, 1, got);
        mem_block_free(p);
        p = mem_block(n, true, NULL);
        CHECK(p[0] == 0 && p[n - 1] == 0);
        mem_block_free(p);
    }
    CHECK(mem_block((size_t)1 << 60, false, NULL) == NULL);
}

// Block i of the pool: of a size that follows from i, filled with what tells it from others.
enum { BLOCKS = 60000 };
static unsigned char *small_block[BLOCKS];
static size_t small_size(int i) { return (size_t)(i * 7 % 130 + 1); }

static void fill_blocks(void)
{
    for (int i = 0; i < BLOCKS; i++) {
        if (small_block[i]) continue;
        small_block[i] = mem_must(small_size(i));
        memset(small_block[i], i % 251, small_size(i));
    }
}

static int free_blocks(int from, int step)
{
    int bad = 0;
    for (int i = from; i < BLOCKS; i += step) {
        for (size_t k = 0; k < small_size(i); k++) bad += small_block[i][k] != i % 251;
        bad += (uintptr_t)small_block[i] % 16 != 0;
        mem_free(small_block[i]);
        small_block[i] = NULL;
    }
    return bad;
}

static void *free_elsewhere(void *arg)
{
    *(int *)arg = free_blocks(1, 3);
    return NULL;
}

static void test_small_blocks(void)
{
    pthread_t thread;
    int bad = 1;
    for (int turn = 0; turn < 3; turn++) {
        fill_blocks();
        CHECK(free_blocks(turn, 3) == 0);
        fill_blocks();
        CHECK(pthread_create(&thread, NULL, free_elsewhere, &bad) == 0);
        pthread_join(thread, NULL);
        CHECK(bad == 0);
        fill_blocks();
        for (int i = 0; i < BLOCKS; i += 5) {
            small_block[i] = mem_must_realloc(small_block[i], small_size(i) + 70);
            memset(small_block[i] + small_size(i), 0, 70);
        }
        CHECK(free_blocks(0, 1) == 0);
    }
}

int main(void)
{
    test_buf();
    test_map();
    test_block();
    test_small_blocks();
    Arena a = {0};
    for (int i = 0; i < 10000; i++) CHECK(arena_alloc(&a, (size_t)i % 40) != NULL);
    arena_free(&a);
    CHECK_INT(mem_stats().in_use, 0);
    CHECK_DONE();
}
