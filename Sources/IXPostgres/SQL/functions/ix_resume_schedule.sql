-- ix_resume_schedule: lets a paused schedule go on with the next moment; moments of the pause were not missed. Returns
-- false when the schedule wasn't paused.
CREATE OR REPLACE FUNCTION ix_resume_schedule(name text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    is_new boolean;
BEGIN
    UPDATE ix_schedules s SET paused_at = NULL, paused_reason = NULL, next_at = NULL
     WHERE s.name = $1 AND s.paused_at IS NOT NULL;
    is_new := FOUND;
    IF is_new THEN
        PERFORM ix_notify('ix_schedules', '');
    ELSIF NOT EXISTS (SELECT 1 FROM ix_schedules s WHERE s.name = $1) THEN
        RAISE EXCEPTION 'name: there is no schedule %', $1 USING ERRCODE = '22023';
    END IF;
    RETURN is_new;
END $$;
