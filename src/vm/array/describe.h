// An expression as messages name it: "<INT      (       5)>", "<INT       Array[2, 3]>".
#ifndef HELIO_VM_DESCRIBE_H
#define HELIO_VM_DESCRIBE_H

#include "base/buf.h"
#include "core/arr.h"

enum { DESCRIBED_TEXT_MAX = 1000 };  // of a string in a message

void val_describe(Buf *b, const Val *v);

#endif
