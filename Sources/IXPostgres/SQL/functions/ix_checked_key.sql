-- ix_checked_key: refuses a key that isn't 1-255 bytes without control characters; returns any other key.
CREATE OR REPLACE FUNCTION ix_checked_key(value text, field text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF value IS NULL THEN
        RAISE EXCEPTION '%: is missing', field USING ERRCODE = '22023';
    ELSIF value = '' THEN
        RAISE EXCEPTION '%: is empty', field USING ERRCODE = '22023';
    ELSIF pg_catalog.octet_length(value) > 255 THEN
        RAISE EXCEPTION '%: over 255 bytes', field USING ERRCODE = '22023';
    ELSIF ix_has_controls(value) THEN
        RAISE EXCEPTION '%: holds a control character', field USING ERRCODE = '22023';
    END IF;
    RETURN value;
END $$;
