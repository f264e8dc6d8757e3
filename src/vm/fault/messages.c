// See messages.h. Codes of programs' messages are given out one after the other, far below the engine's own.
#include "vm/fault/messages.h"

#include "core/errors.h"

#include <string.h>

enum { FIRST_CODE = -10001 };

static MessageBlock *block_find(Vm *vm, const char *name)
{
    Engine *e = vm->engine;
    for (int i = 0; i < e->blocks.len; i++) {
        if (strcmp(e->blocks.p[i]->name, name) == 0) return e->blocks.p[i];
    }
    return NULL;
}

MessageBlock *messages_define(Vm *vm, const char *name, int n)
{
    Engine *e = vm->engine;
    if (strcmp(name, CORE_BLOCK) == 0 || block_find(vm, name)) return NULL;
    MessageBlock *last = e->blocks.len ? e->blocks.p[e->blocks.len - 1] : NULL;
    int code = last ? last->message[0].code - last->n : FIRST_CODE;
    MessageBlock *b = mem_must(sizeof *b);
    *b = (MessageBlock){mem_strdup(name), n, mem_must(((size_t)n + 1) * sizeof *b->message)};
    for (int i = 0; i < n; i++) b->message[i] = (Message){.block = b->name, .code = code - i};
    VEC_PUSH(&e->blocks, b);
    return b;
}

void messages_put(MessageBlock *b, int i, const char *name, const char *format)
{
    b->message[i].name = mem_strdup(name);
    b->message[i].format = mem_strdup(format);
}

static Message core_message(const ErrorRow *row)
{
    bool is_user = row->number == E_USER_ERR;
    return (Message){.name = row->name, .block = CORE_BLOCK, .format = is_user ? "%N%s" : row->text, .code = row->number};
}

bool messages_find(Vm *vm, const char *block, const char *name, Message *out)
{
    if (strcmp(block, CORE_BLOCK) == 0) {
        const ErrorRow *row = error_row_named(name);
        if (row) *out = core_message(row);
        return row != NULL;
    }
    const MessageBlock *b = block_find(vm, block);
    for (int i = 0; b && i < b->n; i++) {
        if (strcmp(b->message[i].name, name) != 0) continue;
        *out = b->message[i];
        return true;
    }
    return false;
}

bool messages_by_code(Vm *vm, int code, Message *out)
{
    Engine *e = vm->engine;
    for (int k = 0; k < e->blocks.len; k++) {
        const MessageBlock *b = e->blocks.p[k];
        for (int i = 0; i < b->n; i++) {
            if (b->message[i].code != code) continue;
            *out = b->message[i];
            return true;
        }
    }
    return false;
}

void messages_lines(Vm *vm, Buf *b, bool brief)
{
    const Engine *e = vm->engine;
    int n = 0, lowest = 0;
    for (const ErrorRow *row; (row = error_row_at(n)) != NULL; n++) {
        if (row->number < lowest) lowest = row->number;
    }
    for (int i = -1; brief && i < e->blocks.len; i++) buf_printf(b, "%s\n", i < 0 ? CORE_BLOCK : e->blocks.p[i]->name);
    if (brief) return;
    buf_printf(b, "Message Blocks:\n    %-30s %d messages, codes %d to %d\n", CORE_BLOCK, n, 0, lowest);
    for (int i = 0; i < e->blocks.len; i++) {
        const MessageBlock *x = e->blocks.p[i];
        int first = x->message[0].code;
        buf_printf(b, "    %-30s %d messages, codes %d to %d\n", x->name, x->n, first, first - x->n + 1);
    }
}

void messages_forget(Engine *e)
{
    for (int k = 0; k < e->blocks.len; k++) {
        MessageBlock *b = e->blocks.p[k];
        for (int i = 0; i < b->n; i++) {
            mem_free((void *)(uintptr_t)b->message[i].name);
            mem_free((void *)(uintptr_t)b->message[i].format);
        }
        mem_free(b->message);
        mem_free(b->name);
        mem_free(b);
    }
    VEC_FREE(&e->blocks);
}
