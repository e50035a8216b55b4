#include <stdint.h>

/// The text of a file under `SQL/`, by its name without `.sql`; NULL when there is none.
const char *ix_sqlite_sql(const char *name);

/// The version of the library.
const char *ix_sqlite_version(void);

/// Holds `connection` (a `sqlite3 *`) to the calling thread's deadline: neither a lock that others keep nor a long
/// statement outlasts it.
void ix_sqlite_obey_deadline(void *connection);

/// The calling thread's deadline, in nanoseconds of CLOCK_MONOTONIC; 0 for none.
void ix_sqlite_set_deadline(int64_t nanoseconds);

// Whether something is mounted right at `path`; 0 as well where the kernel (before 5.8) doesn't say.
int ix_is_mount_point(const char *path);
