-- ix_client_mark: returns the 6 bytes that stand for a client_id in ix_receipts.
CREATE OR REPLACE FUNCTION ix_client_mark(client_id text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.substring(pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8')), 1, 6)
$$;
