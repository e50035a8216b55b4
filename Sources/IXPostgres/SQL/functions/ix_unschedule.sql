-- ix_unschedule: removes a schedule; the jobs stay. Returns false when no schedule has the name. Schedules of a configuration
-- file are refused.
CREATE OR REPLACE FUNCTION ix_unschedule(name text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    IF EXISTS (SELECT 1 FROM ix_schedules s WHERE s.name = $1 AND s.is_of_file) THEN
        RAISE EXCEPTION 'name: schedule % is set by a configuration file', $1 USING ERRCODE = '22023';
    END IF;
    DELETE FROM ix_schedules s WHERE s.name = $1;
    RETURN FOUND;
END $$;
