// The sites of calls: what each calls, with arguments and keywords matched.
#ifndef HELIO_VM_CALL_SITE_H
#define HELIO_VM_CALL_SITE_H

#include "vm/engine.h"

void site_resolve(Vm *vm, CallSite *s);  // throws "Attempt to call undefined ..."
bool site_may_resolve(Vm *vm, const char *function);  // whether there is one, or a class of that name; its file is compiled
void site_check(Vm *vm, CallSite *s);  // number of arguments and keywords, against a target just found
void call_user(Vm *vm, CallSite *s, Val *args, uint16_t dst);  // pushes the frame
void call_builtin(Vm *vm, CallSite *s, Val *args, Val *dst);
// By way of Routine.alone; false: call_builtin is to make the call.
bool call_alone(const CallSite *s, Val *args, Val *out);

#endif
