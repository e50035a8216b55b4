#pragma once

/// Returns the commit that this program was built from. A `+` follows when the working tree held uncommitted changes;
/// `unknown` outside a repository.
const char *ix_build_commit(void);
