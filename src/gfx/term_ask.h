// Asks the terminal what pictures it can show. Once a process, and only where the answers can be read: standard input and output
// are the same terminal, and the session has it. What is typed meanwhile is kept for those who read standard input.
#ifndef HELIO_GFX_TERM_ASK_H
#define HELIO_GFX_TERM_ASK_H

#include "gfx/term_answers.h"

// What is known by now. The first call asks and waits, 0.2 s at most; an answer that comes later is taken when keys are read.
const TermAnswers *term_ask(void);

#endif
