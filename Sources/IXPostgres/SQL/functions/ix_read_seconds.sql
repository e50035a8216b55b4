-- ix_read_seconds: returns a number of JSON; null for null or none.
CREATE OR REPLACE FUNCTION ix_read_seconds(value jsonb, field text) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF value IS NULL OR pg_catalog.jsonb_typeof(value) = 'null' THEN
        RETURN NULL;
    ELSIF pg_catalog.jsonb_typeof(value) <> 'number' THEN
        RAISE EXCEPTION '%: is not a number', field USING ERRCODE = '22023';
    END IF;
    -- A number beyond the type's range is far outside every allowed range.
    RETURN least(greatest(value::numeric, -1e300), 1e300)::double precision;
END $$;
