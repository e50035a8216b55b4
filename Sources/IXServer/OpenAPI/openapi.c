#include "ix_openapi.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const char document[] = {
#embed "openapi.json"
    , 0};

const char *ix_openapi(void) { return document; }
