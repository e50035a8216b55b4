#pragma once

/// The document of the HTTP API, as JSON.
const char *ix_openapi(void);
