-- ix_plan: moves a schedule's next moment from `at` (null: not planned yet) to `next` without a fire, infinity when no further
-- moment comes. With a reason, the schedule is paused instead, because the rule names no moment or can't be read. Returns
-- false when the schedule has changed meanwhile, is paused, or another daemon works on it.
CREATE OR REPLACE FUNCTION ix_plan(name text, version bigint, at timestamptz, next timestamptz, reason text DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    PERFORM 1 FROM ix_schedules s
      WHERE s.name = $1 AND s.version = $2 AND s.next_at IS NOT DISTINCT FROM $3 AND s.paused_at IS NULL
        FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN false;
    ELSIF $5 IS NOT NULL THEN
        UPDATE ix_schedules s SET paused_at = now(), paused_reason = $5 WHERE s.name = $1;
    ELSE
        UPDATE ix_schedules s SET next_at = $4, planned_at = now() WHERE s.name = $1;
    END IF;
    RETURN true;
END $$;
