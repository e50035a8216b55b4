-- ix_fire_now: inserts a schedule's job at once, regardless of moments, pause and overlap, and returns the job's id. The
-- request_id is `nightly@now-` and the time.
CREATE OR REPLACE FUNCTION ix_fire_now(name text) RETURNS uuid LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    rule ix_schedules;
BEGIN
    SELECT s.* INTO rule FROM ix_schedules s WHERE s.name = $1 FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'name: there is no schedule %', $1 USING ERRCODE = '22023';
    END IF;
    RETURN ix_insert_fire(rule, $1 || '@now-' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
END $$;
