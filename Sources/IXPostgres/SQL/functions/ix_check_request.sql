-- ix_check_request: refuses a request document or a callback URL that ix-worker could not serve; true for any other.
CREATE OR REPLACE FUNCTION ix_check_request(request jsonb, callback_url text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    size integer;
BEGIN
    IF request IS NULL OR pg_catalog.jsonb_typeof(request) <> 'object' THEN
        RAISE EXCEPTION 'request: is not a JSON object' USING ERRCODE = '22023';
    END IF;
    IF ix_unfolds(request) THEN
        RAISE EXCEPTION 'request: over 1048576 bytes with its numbers written out' USING ERRCODE = '22023';
    END IF;
    size := pg_catalog.octet_length(request::text);
    IF size > 1048576 THEN
        RAISE EXCEPTION 'request: over 1048576 bytes' USING ERRCODE = '22023';
    END IF;
    IF ix_is_too_deep(request) THEN
        RAISE EXCEPTION 'request: nested deeper than 64 levels' USING ERRCODE = '22023';
    END IF;
    IF callback_url IS NULL THEN
        RETURN true;
    ELSIF pg_catalog.octet_length(callback_url) > 2048 OR NOT ix_is_url(callback_url) THEN
        PERFORM ix_check_url(callback_url);
    END IF;
    RETURN true;
END $$;
