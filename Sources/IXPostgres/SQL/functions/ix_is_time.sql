-- ix_is_time: true for a time that every store can write, and for null.
CREATE OR REPLACE FUNCTION ix_is_time(value timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value IS NULL
        OR value OPERATOR(pg_catalog.>=) '0001-01-01 00:00:00+00' AND value OPERATOR(pg_catalog.<) '10000-01-01 00:00:00+00'
        OR NOT pg_catalog.isfinite(value)
$$;
