-- ix_pause_schedule: stops a schedule: after the commit only ix_fire_now inserts a job, until ix_resume_schedule. Returns false when
-- the schedule was paused before.
CREATE OR REPLACE FUNCTION ix_pause_schedule(name text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    -- A pause by a daemon becomes the operator's.
    UPDATE ix_schedules s SET paused_at = now(), paused_reason = NULL
     WHERE s.name = $1 AND (s.paused_at IS NULL OR s.paused_reason IS NOT NULL);
    IF NOT FOUND AND NOT EXISTS (SELECT 1 FROM ix_schedules s WHERE s.name = $1) THEN
        RAISE EXCEPTION 'name: there is no schedule %', $1 USING ERRCODE = '22023';
    END IF;
    RETURN FOUND;
END $$;
