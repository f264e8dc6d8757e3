// Message blocks: named messages that MESSAGE can issue. IDL_MBLK_CORE is the engine's own list (core/errors.def); programs
// define more with DEFINE_MSGBLK. A block stays until .FULL_RESET_SESSION.
#ifndef HELIO_VM_MESSAGES_H
#define HELIO_VM_MESSAGES_H

#include "vm/engine.h"

#define CORE_BLOCK "IDL_MBLK_CORE"

typedef struct Message {
    const char *name, *block;
    const char *format;  // printf's codes; %N in front stands for the name of the routine that speaks
    int code;
} Message;

typedef struct MessageBlock {
    char *name;
    int n;
    Message *message;
} MessageBlock;

// A new block, empty places to be filled with messages_put. NULL: there is one of that name.
MessageBlock *messages_define(Vm *vm, const char *name, int n);
void messages_put(MessageBlock *b, int i, const char *name, const char *format);
// False: no such block, or no such message in it.
bool messages_find(Vm *vm, const char *block, const char *name, Message *out);
bool messages_by_code(Vm *vm, int code, Message *out);
// One line a block: its name and (not brief) the codes of its messages.
void messages_lines(Vm *vm, Buf *b, bool brief);
void messages_forget(Engine *e);

#endif
