-- ix_passes: true when ix_check_request and ix_check_enqueue accept the request. Inserts use the one expression, which
-- the planner inlines. After null or false, the two functions report the reason.
CREATE OR REPLACE FUNCTION ix_passes(use_case text, client_id text, request_id text, request jsonb, callback_url text) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.octet_length(use_case) BETWEEN 1 AND 255 AND pg_catalog.octet_length(client_id) BETWEEN 1 AND 255
       AND pg_catalog.octet_length(request_id) BETWEEN 1 AND 255
       AND client_id <> 'schedule' AND NOT ix_has_controls(use_case || client_id || request_id) AND ix_has_texts(request)
       AND pg_catalog.jsonb_typeof(request) = 'object' AND NOT ix_is_too_long(request) AND NOT ix_is_too_deep(request)
       AND (callback_url IS NULL OR pg_catalog.octet_length(callback_url) <= 2048 AND ix_is_url(callback_url))
$$;
