#!/bin/sh
# Enqueues a job and waits for its end, with curl alone.
#
#   enqueue.sh SERVER TOKEN_FILE CLIENT_ID USE_CASE REQUEST_ID < REQUEST.json
#
# TOKEN_FILE holds a line `Authorization: Bearer ixt_…`. Repeated with an unchanged request, the same job is found.
set -eu
server=$1 tokens=$2 client_id=$3 use_case=$4 request_id=$5
# A lost connection, 429 and 503 are tried again: the request_id makes a second insert harmless.
curl --fail-with-body --silent --show-error --retry 5 --retry-connrefused -H "@$tokens" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $request_id" "$server/v1/jobs?wait=30s" \
    --data-binary "{\"use_case\":\"$use_case\",\"ix_client_id\":\"$client_id\",\"request\":$(cat)}"
