#!/bin/sh
# The smallest `worker` pipeline in shell: returns the request.
. "$(dirname "$0")/ix_pipeline.sh"

run() { printf '{"request": %s}' "$1"; }

ix_serve
