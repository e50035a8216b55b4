#include <stdint.h>

/// Returns the text of a file under `SQL/`, by its name without `.sql`; NULL for an unknown name.
const char *ix_sqlite_sql(const char *name);

/// Returns the version of the SQLite library.
const char *ix_sqlite_version(void);

/// Makes `connection` (a `sqlite3 *`) obey the calling thread's deadline: neither another process's lock nor a long
/// statement outlasts the deadline.
void ix_sqlite_obey_deadline(void *connection);

/// Sets the calling thread's deadline, in nanoseconds of CLOCK_MONOTONIC; 0 for no deadline.
void ix_sqlite_set_deadline(int64_t nanoseconds);

// Whether something is mounted right at `path`; 0 as well where the kernel (before 5.8) doesn't say.
int ix_is_mount_point(const char *path);
