// PATH_CACHE: what is remembered of the folders along !PATH. Start reading at pro_path_cache.
#include "vm/call.h"
#include "vm/library.h"

#define PATH_CACHE_KEYWORDS(K) K(PATH_CACHE, CLEAR) K(PATH_CACHE, DIRECTORY) K(PATH_CACHE, ENABLE) K(PATH_CACHE, REBUILD)
KEYWORDS(PATH_CACHE)

// PATH_CACHE [, /CLEAR] [, DIRECTORY=strings] [, ENABLE=0|1] [, /REBUILD]: the folders are looked at again, all of them, at the
// next name that needs one. A cache that is right by itself needs no switching off: ENABLE does the same. Manual: PATH_CACHE.
static void pro_path_cache(Call *c)
{
    library_forget_folders(c->vm);
}

static const Routine rows[] = {
    ROW_PRO(PATH_CACHE, 0, 0, pro_path_cache, "PATH_CACHE [, /CLEAR] [, DIRECTORY=string] [, ENABLE=value] [, /REBUILD]"),
};
ROUTINE_TABLE(lib_path_cache, rows)
