-- ix_enter_schedules: enters the schedules of a daemon's configuration files: [{"name": ..., "request": {...}, "cron": ...,
-- "origin": {"file": ..., "host": ..., "instance": ...}}, ...]. A schedule of the daemon that has left the files is free again, and
-- so is a schedule of a daemon whose lease has ended; both go on. Only daemons call the function, at the start and on HUP.
--
-- change: entered for a new definition, taken for a definition in place of another daemon's, freed. origin is the file of the
-- schedule before, null for none.
CREATE OR REPLACE FUNCTION ix_enter_schedules(host text, instance text, schedules jsonb)
RETURNS TABLE (name text, change text, origin jsonb) LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    one     jsonb;
    old     ix_schedules;
    version bigint;
    initial jsonb := '{"time_zone": "UTC", "missed": "last", "missed_within_seconds": 86400, "overlap": "allow"}';
BEGIN
    FOR one IN SELECT t.x FROM jsonb_array_elements($3) AS t (x) ORDER BY t.x ->> 'name' LOOP
        SELECT s.* INTO old FROM ix_schedules s WHERE s.name = one ->> 'name';
        BEGIN
            version := ix_put_schedule(jsonb_populate_record(NULL::ix_schedules, initial || one));
        EXCEPTION WHEN invalid_parameter_value THEN
            RAISE EXCEPTION 'schedules.%: %', one ->> 'name', SQLERRM USING ERRCODE = '22023';
        END;
        IF old.version IS DISTINCT FROM version THEN
            RETURN QUERY SELECT one ->> 'name',
                CASE WHEN old.origin ->> 'host' <> $1 OR old.origin ->> 'instance' <> $2 THEN 'taken' ELSE 'entered' END, old.origin;
        END IF;
    END LOOP;
    FOR old IN
        SELECT s.* FROM ix_schedules s
         WHERE s.origin IS NOT NULL AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements($3) AS t (x) WHERE t.x ->> 'name' = s.name)
           AND (s.origin ->> 'host' = $1 AND s.origin ->> 'instance' = $2
                OR NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.host = s.origin ->> 'host' AND w.instance = s.origin ->> 'instance'
                                                            AND w.lease_until > now()))
         ORDER BY s.name FOR UPDATE
    LOOP
        UPDATE ix_schedules s SET origin = NULL WHERE s.name = old.name;
        RETURN QUERY SELECT old.name, 'freed'::text, old.origin;
    END LOOP;
END $$;
