#pragma once

#include <stddef.h>

// A file under SQL/: its folder, its name without ".sql", and its text.
struct ix_sql_file {
    const char *_Nonnull folder, *_Nonnull name, *_Nonnull text;
};

// Returns the text of a statement or migration by its file's name without ".sql"; NULL for an unknown name.
const char *_Nullable ix_sql(const char *_Nonnull name);

// Returns the number of files, and each of them; NULL behind the last.
size_t ix_sql_count(void);
const struct ix_sql_file *_Nullable ix_sql_file(size_t index);
