// PATH_CACHE: the index of the files along !PATH.
#include "vm/call/call.h"
#include "vm/names/library.h"

#define PATH_CACHE_KEYWORDS(K, R) K(R, CLEAR, FLAG) K(R, ENABLE, "=value") K(R, REBUILD, FLAG)
KEYWORDS(PATH_CACHE)

// PATH_CACHE [, /CLEAR] [, ENABLE=value] [, /REBUILD]: forgets what is known of the folders along !PATH; it is read again when
// it is needed. ENABLE has no effect: the index notices new and changed files by itself. Manual: PATH_CACHE.
static void pro_path_cache(Call *c)
{
    if (call_kw_set(c, KW_PATH_CACHE_CLEAR) || call_kw_set(c, KW_PATH_CACHE_REBUILD)) library_forget_path(c->vm);
}

static const Routine rows[] = {
    {"PATH_CACHE", PROCEDURE, {0, 0}, pro_path_cache, "", KEYS(PATH_CACHE)},
};
ROUTINE_TABLE(lib_path_cache, rows)
