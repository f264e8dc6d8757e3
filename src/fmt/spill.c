// See spill.h.
#include "fmt/spill.h"

enum { SPILL_AT = 16 << 10 };

void spill_lines(Spill *spill, Buf *out)
{
    if (!spill || out->len < SPILL_AT || !buf_ok(out)) return;
    if (!spill_failed(spill)) spill->failed = spill->write(spill->arg, out->p, out->len);
    buf_clear(out);
}
