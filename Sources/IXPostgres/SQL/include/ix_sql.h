#pragma once

// The text of a statement or migration by its file's name without ".sql"; NULL when there is none.
const char *_Nullable ix_sql(const char *_Nonnull name);
