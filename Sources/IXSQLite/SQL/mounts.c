#define _GNU_SOURCE
#include "ix_sqlite.h"

#include <fcntl.h>
#include <sys/stat.h>

#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif

int ix_is_mount_point(const char *path) {
    struct statx status;
    return statx(AT_FDCWD, path, 0, STATX_TYPE, &status) == 0 && (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}
