#pragma once

#include <stddef.h>

/// A file of the dashboard, as it stands in the source. `name` is NULL behind the last one.
typedef struct {
    const char *name;
    const unsigned char *bytes;
    size_t count;
} ix_asset;

/// The files of the dashboard; the page itself is `index.html`.
const ix_asset *ix_assets(void);

/// Writes `bytes` in the form of gzip to `out`, which holds `room` bytes. Returns the number of bytes written; 0 when they
/// don't fit.
size_t ix_gzip(const unsigned char *bytes, size_t count, unsigned char *out, size_t room);
