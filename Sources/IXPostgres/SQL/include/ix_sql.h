#pragma once

// Returns the text of a statement or migration by its file's name without ".sql"; NULL for an unknown name.
const char *_Nullable ix_sql(const char *_Nonnull name);
