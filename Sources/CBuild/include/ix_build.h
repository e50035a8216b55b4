#pragma once

/// Returns the commit of the program's source. A `+` follows when the working tree held uncommitted changes; `unknown`
/// outside a repository.
const char *ix_build_commit(void);
