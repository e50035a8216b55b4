-- ix_check_dedupe: raises the reason why ix_dedupe does not take the arguments.
CREATE OR REPLACE FUNCTION ix_check_dedupe(dedupe_key text, dedupe text, dedupe_seconds double precision) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    rule text := coalesce(dedupe, 'skip');
BEGIN
    PERFORM ix_checked_key($1, 'dedupe_key');
    IF rule NOT IN ('skip', 'throttle', 'replace') THEN
        RAISE EXCEPTION 'dedupe: must be skip, throttle or replace' USING ERRCODE = '22023';
    ELSIF rule = 'throttle' AND $3 IS NULL THEN
        RAISE EXCEPTION 'dedupe_seconds: is missing beside throttle' USING ERRCODE = '22023';
    ELSIF rule = 'skip' AND $3 IS NOT NULL THEN
        RAISE EXCEPTION 'dedupe_seconds: goes with throttle and replace alone' USING ERRCODE = '22023';
    ELSIF NOT coalesce($3 BETWEEN 0.001 AND 31536000, true) THEN
        RAISE EXCEPTION 'dedupe_seconds: must be 0.001 to 31536000' USING ERRCODE = '22023';
    END IF;
END $$;
