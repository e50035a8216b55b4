#pragma once

/// The commit this program was built from, with a + when the folder held changes beside it; `unknown` outside a repository.
const char *ix_build_commit(void);
