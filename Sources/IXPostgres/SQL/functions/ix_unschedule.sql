-- ix_unschedule: removes a schedule; the jobs stay. Returns false when no schedule has the name. Schedules of a configuration
-- file are refused.
CREATE OR REPLACE FUNCTION ix_unschedule(name text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    owner jsonb := (SELECT s.origin FROM ix_schedules s WHERE s.name = $1);
BEGIN
    IF owner IS NOT NULL THEN
        RAISE EXCEPTION 'name: schedules.% is set by % of host %', $1, owner ->> 'file', owner ->> 'host' USING ERRCODE = '22023';
    END IF;
    DELETE FROM ix_schedules s WHERE s.name = $1;
    RETURN FOUND;
END $$;
