-- ix_read_id: returns the id of a JSON text; null for null or none.
CREATE OR REPLACE FUNCTION ix_read_id(value jsonb, field text) RETURNS uuid
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF value IS NULL OR pg_catalog.jsonb_typeof(value) = 'null' THEN
        RETURN NULL;
    ELSIF pg_catalog.jsonb_typeof(value) <> 'string'
       OR (value #>> '{}') !~ '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$' THEN
        RAISE EXCEPTION '%: is not a UUID', field USING ERRCODE = '22023';
    END IF;
    RETURN (value #>> '{}')::uuid;
END $$;
