#include <stddef.h>
#include <stdint.h>

/// A file under `SQL/`: its folder, its name without `.sql`, and its text.
struct ix_sqlite_sql_file {
    const char *_Nonnull folder, *_Nonnull name, *_Nonnull text;
};

/// Returns the text of a file under `SQL/`, by its name without `.sql`; NULL for an unknown name.
const char *_Nullable ix_sqlite_sql(const char *_Nonnull name);

/// Returns the number of files, and each of them; NULL behind the last.
size_t ix_sqlite_sql_count(void);
const struct ix_sqlite_sql_file *_Nullable ix_sqlite_sql_file(size_t index);

/// Returns the version of the SQLite library.
const char *_Nonnull ix_sqlite_version(void);

/// Makes `connection` (a `sqlite3 *`) obey the calling thread's deadline: neither another process's lock nor a long
/// statement outlasts the deadline.
void ix_sqlite_obey_deadline(void *_Nonnull connection);

/// Sets the calling thread's deadline, in nanoseconds of CLOCK_MONOTONIC; 0 for no deadline.
void ix_sqlite_set_deadline(int64_t nanoseconds);

// Whether something is mounted right at `path`; 0 as well where the kernel (before 5.8) doesn't say.
int ix_is_mount_point(const char *_Nonnull path);
