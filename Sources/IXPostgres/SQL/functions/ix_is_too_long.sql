-- ix_is_too_long: true when a document takes more than 1 MiB as text.
CREATE OR REPLACE FUNCTION ix_is_too_long(request jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN ix_unfolds(request) THEN true
                ELSE pg_catalog.octet_length(request::text) OPERATOR(pg_catalog.>) 1048576 END
$$;
