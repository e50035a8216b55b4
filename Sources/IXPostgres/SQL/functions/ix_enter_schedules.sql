-- ix_enter_schedules: enters the schedules of a daemon's configuration files: [{"name": ..., "request": {...}, "cron": ...,
-- "origin": {"file": ..., "host": ..., "instance": ...}}, ...]. A schedule of the daemon that has left the files is free again, and
-- so is a schedule of a daemon whose lease has ended; both go on. A schedule refused by the server, for a time zone or a
-- queue, is entered paused with the reason, so that the daemon and the file's further schedules go on. Only daemons call the function, at
-- the start and on HUP.
--
-- change: entered for a new definition, taken for a definition in place of another daemon's, refused, freed. origin is the
-- file of the schedule before, null for none; reason is the refusal's.
CREATE OR REPLACE FUNCTION ix_enter_schedules(host text, instance text, schedules jsonb)
RETURNS TABLE (name text, change text, origin jsonb, reason text) LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    one     jsonb;
    old     ix_schedules;
    rule    ix_schedules;
    version bigint;
    initial jsonb := '{"time_zone": "UTC", "missed": "last", "missed_within_seconds": 86400, "overlap": "allow"}';
BEGIN
    FOR one IN SELECT t.x FROM jsonb_array_elements($3) AS t (x) ORDER BY t.x ->> 'name' LOOP
        SELECT s.* INTO old FROM ix_schedules s WHERE s.name = one ->> 'name';
        rule := jsonb_populate_record(NULL::ix_schedules, initial || one);
        BEGIN
            version := ix_put_schedule(rule);
        EXCEPTION WHEN invalid_parameter_value THEN
            rule.paused_reason := SQLERRM;
        END;
        IF rule.paused_reason IS NOT NULL THEN
            PERFORM ix_put_schedule(rule);
            RETURN QUERY SELECT rule.name, 'refused'::text, old.origin, rule.paused_reason;
        ELSIF old.version IS DISTINCT FROM version THEN
            RETURN QUERY SELECT one ->> 'name',
                CASE WHEN old.origin ->> 'host' <> $1 OR old.origin ->> 'instance' <> $2 THEN 'taken' ELSE 'entered' END, old.origin,
                NULL::text;
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
        RETURN QUERY SELECT old.name, 'freed'::text, old.origin, NULL::text;
    END LOOP;
END $$;
