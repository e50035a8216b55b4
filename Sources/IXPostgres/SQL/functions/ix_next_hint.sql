-- ix_next_hint: returns the stamp for an insert that must notify at the moment, in unix milliseconds; null for an
-- insert that need not notify.
CREATE OR REPLACE FUNCTION ix_next_hint(moment bigint, last bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN pg_catalog.abs(moment - last / 2) >= 10 THEN moment * 2 WHEN last % 2 = 0 THEN last + 1 END
$$;
