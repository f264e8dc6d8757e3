#!/bin/sh
# What --safe bounds is done in src/sys alone: files opened by name, made or removed, programs, connections.
# A folder of src/ includes only itself and folders of a lower rank (ARCHITECTURE.md); prints what does not.
# Sideways, allowed: io->net, net->sys (both as lower), gfx->image, kern->sys, fmt->sys.
# The same for the rooms of src/vm: a room includes only itself, vm.h and engine.h, and rooms of a lower rank.
cd "$(dirname "$0")/.." || exit 2
calls='open|openat|fopen|freopen|creat|unlink|unlinkat|rename|renameat|mkdir|mkdirat|rmdir|link|linkat|symlink|symlinkat|chmod|chown|mkfifo|mknod|truncate|remove|mkstemp|mkdtemp|system|popen|fork|vfork|execv|execve|execvp|posix_spawnp?|socket|connect|getaddrinfo|gethostbyname|dlopen'
if grep -rnE "(^|[^_>.[:alnum:]])($calls)\(" src modules --include='*.c' --include='*.h' | grep -v '^src/sys/' | grep -vE '^[^:]*:[0-9]*: *(//|.*// .*\()'; then
    echo "These calls belong in src/sys (fd.h, entry.h, process.h)."
    exit 1
fi
grep -rnH '^#include "[a-z]*/' src --include='*.c' --include='*.h' | awk -F'[:"]' '
function room_rank(path, part) {
    if (split(path, part, "/") == 2) return part[2] == "vm.c" ? 99 : 0
    if (!(part[2] in room)) room_is_unknown[part[2]] = 1
    return room[part[2]]
}
BEGIN {
    split("base 0 core 1 kern 2 sys 2 fmt 2 io 3 net 3 image 3 gfx 3 lang 3 vm 4 lib 5 repl 6", r, " ")
    for (i = 1; i in r; i += 2) rank[r[i]] = r[i + 1]
    sideways["io net"] = sideways["gfx image"] = sideways["kern sys"] = sideways["fmt sys"] = 1
    split("fault 1 array 1 scope 2 settings 2 structure 2 call 3 peephole 4 frame 5 jit 6 names 6 dispatch 7 place 8 run 9 session 10", r, " ")
    for (i = 1; i in r; i += 2) room[r[i]] = r[i + 1]
    # Arrows between rooms that run up, allowed: up["FROM TO"] = 1. None.
}
{
    split($1, from, "/"); split($4, to, "/")
    if (!(from[2] in rank)) next
    if (from[2] == "vm" && to[1] == "vm") {
        sub("^src/", "", $1)
        mine = room_rank($1, a); theirs = room_rank($4, b)
        if (theirs < mine || !theirs || (a[2] == b[2] && a[3] && b[3]) || (a[2] " " b[2]) in up) next
        print "src/" $1 ":" $2 ": vm/" a[2] " must not include " $4
        bad = 1
        next
    }
    if (from[2] == to[1] || rank[to[1]] < rank[from[2]] || (from[2] " " to[1]) in sideways) next
    print $1 ":" $2 ": " from[2] " must not include " $4
    bad = 1
}
END {
    for (x in room_is_unknown) print "src/vm/" x ": a room without a rank (tools/layers.sh, ARCHITECTURE.md)"
    for (x in room_is_unknown) bad = 1
    exit bad
}'
