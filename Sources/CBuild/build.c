#include "ix_build.h"

const char *ix_build_commit(void) { return IX_COMMIT; }
