#pragma once
#include <sys/prctl.h>

// prctl(2) takes variable arguments, which Swift doesn't import.
static inline int ix_hide_process(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
