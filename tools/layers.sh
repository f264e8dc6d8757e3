#!/bin/sh
# What --safe bounds is done in src/sys alone: files opened by name, made or removed, programs, connections.
# A folder of src/ includes only itself and folders of a lower rank (ARCHITECTURE.md); prints what does not.
# Sideways, allowed: io->net, net->sys (both as lower), gfx->image, kern->sys, fmt->sys.
# A room of src/vm includes only itself, vm.h and engine.h, and the rooms it may know (the table `knows` below, lowest first, so that
# no arrow can run up).
cd "$(dirname "$0")/.." || exit 2
calls='open|openat|fopen|freopen|creat|unlink|unlinkat|rename|renameat|mkdir|mkdirat|rmdir|link|linkat|symlink|symlinkat|chmod|chown|mkfifo|mknod|truncate|remove|mkstemp|mkdtemp|system|popen|fork|vfork|execv|execve|execvp|posix_spawnp?|socket|connect|getaddrinfo|gethostbyname|dlopen'
if grep -rnE "(^|[^_>.[:alnum:]])($calls)\(" src modules --include='*.c' --include='*.h' | grep -v '^src/sys/' | grep -vE '^[^:]*:[0-9]*: *(//|.*// .*\()'; then
    echo "These calls belong in src/sys (fd.h, entry.h, process.h)."
    exit 1
fi
grep -rnH '^#include "[a-z]*/' src --include='*.c' --include='*.h' | awk -F'[:"]' '
function lay_room(name, may, list, i, n) {
    n = split(may, list, " ")
    for (i = 1; i <= n; i++) {
        if (!(list[i] in room)) { print "tools/layers.sh: " name " stands below " list[i]; bad = 1 }
        knows[name, list[i]] = 1
    }
    room[name] = 1
}
function room_of(path, part) {
    if (split(path, part, "/") == 2) return part[2] == "vm.c" ? "vm.c" : ""
    if (!(part[2] in room)) unknown[part[2]] = 1
    return part[2]
}
BEGIN {
    split("base 0 core 1 kern 2 sys 2 fmt 2 plot 2 io 3 net 3 image 3 gfx 3 lang 3 vm 4 lib 5 repl 6", r, " ")
    for (i = 1; i in r; i += 2) rank[r[i]] = r[i + 1]
    sideways["io net"] = sideways["gfx image"] = sideways["kern sys"] = sideways["fmt sys"] = 1
    lay_room("fault", "")
    lay_room("array", "")
    lay_room("scope", "fault array")
    lay_room("settings", "fault")
    lay_room("structure", "array")
    lay_room("call", "fault array scope")
    lay_room("peephole", "fault array structure call")
    lay_room("frame", "fault scope call peephole")
    lay_room("names", "fault scope settings call frame")
    lay_room("jit", "array call peephole frame")
    lay_room("dispatch", "fault array scope structure call peephole frame names")
    lay_room("place", "fault array scope structure peephole names dispatch")
    lay_room("run", "fault array scope structure peephole frame names jit dispatch place")
    lay_room("session", "fault array scope settings peephole frame names run")
}
{
    split($1, from, "/"); split($4, to, "/")
    if (!(from[2] in rank)) next
    if (from[2] == "vm" && to[1] == "vm") {
        mine = room_of(substr($1, 5)); theirs = room_of($4)
        if (theirs == "" || mine == "vm.c" || mine == theirs || (mine, theirs) in knows) next
        print $1 ":" $2 ": " (mine ? "vm/" mine : "what all rooms share") " must not include " $4
        bad = 1
        next
    }
    if (from[2] == to[1] || rank[to[1]] < rank[from[2]] || (from[2] " " to[1]) in sideways) next
    print $1 ":" $2 ": " from[2] " must not include " $4
    bad = 1
}
END {
    for (x in unknown) print "src/vm/" x ": no room of tools/layers.sh and ARCHITECTURE.md"
    for (x in unknown) bad = 1
    exit bad
}'
