#!/bin/sh
# Enqueues a job and waits for its end, with curl alone.
#
#   enqueue.sh SERVER TOKEN_FILE USE_CASE REQUEST_ID < REQUEST.json
#
# TOKEN_FILE holds a line `Authorization: Bearer ixt_…`. Repeated with an unchanged request, the same job is found.
set -eu
server=$1 tokens=$2 use_case=$3 request_id=$4
# A lost answer is asked for again: the request_id makes a second insert harmless.
curl --fail-with-body --silent --show-error --retry 5 --retry-all-errors -H "@$tokens" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $request_id" "$server/v1/jobs?wait=30s" \
    --data-binary "{\"use_case\":\"$use_case\",\"request\":$(cat)}"
