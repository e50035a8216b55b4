#!/bin/sh
# The smallest `worker` pipeline in shell: returns the request's context.
. "$(dirname "$0")/ix_pipeline.sh"

run() { printf '%s' "$1" | jq -c '{context: .context}'; }

ix_serve
