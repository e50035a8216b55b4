-- ix_pair: returns the 16 bytes that stand for a client_id and a request_id in ix_receipts.
CREATE OR REPLACE FUNCTION ix_pair(client_id text, request_id text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.substring(pg_catalog.sha256(pg_catalog.convert_to($1 || pg_catalog.chr(31) || $2, 'UTF8')), 1, 16)
$$;
