-- ix_read_integer: returns a whole number of JSON; null for null or none.
CREATE OR REPLACE FUNCTION ix_read_integer(value jsonb, field text) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    -- greatest and least leave nulls out.
    IF value IS NULL OR pg_catalog.jsonb_typeof(value) = 'null' THEN
        RETURN NULL;
    ELSIF pg_catalog.jsonb_typeof(value) <> 'number' OR value::text !~ '^-?[0-9]{1,18}$' THEN
        RAISE EXCEPTION '%: is not a whole number', field USING ERRCODE = '22023';
    END IF;
    -- A number outside the column's range is clamped to the range's end, which is outside every allowed range.
    RETURN least(greatest(value::bigint, -2147483648), 2147483647)::integer;
END $$;
