-- ix_read_ids: returns the ids of a JSON array; null for null or none.
CREATE OR REPLACE FUNCTION ix_read_ids(value jsonb, field text) RETURNS uuid[]
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF value IS NULL OR pg_catalog.jsonb_typeof(value) = 'null' THEN
        RETURN NULL;
    ELSIF pg_catalog.jsonb_typeof(value) <> 'array' OR EXISTS (
        SELECT 1 FROM pg_catalog.jsonb_array_elements(value) AS e (x)
         WHERE pg_catalog.jsonb_typeof(e.x) <> 'string'
            OR (e.x #>> '{}') !~ '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$') THEN
        RAISE EXCEPTION '%: is not a list of UUIDs', field USING ERRCODE = '22023';
    END IF;
    RETURN ARRAY(SELECT (e.x #>> '{}')::uuid FROM pg_catalog.jsonb_array_elements(value) AS e (x));
END $$;
