-- ix_put_schedule: writes a schedule in place of the one with its name, and returns the version, which a change of the
-- definition raises. A schedule that a configuration file sets is refused, unless rule.origin is set, too. With a
-- paused_reason the definition is not checked, and the schedule is paused for the reason. Only functions that have filled in
-- the definition call it.
CREATE OR REPLACE FUNCTION ix_put_schedule(rule ix_schedules) RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    old ix_schedules;
BEGIN
    rule.version := 1;
    IF rule.paused_reason IS NULL THEN
        PERFORM ix_check_schedule(rule);
    ELSE
        rule.paused_at := now();
    END IF;
    LOOP
        INSERT INTO ix_schedules SELECT (rule).* ON CONFLICT (name) DO NOTHING;
        EXIT WHEN FOUND;
        SELECT s.* INTO old FROM ix_schedules s WHERE s.name = rule.name FOR UPDATE;
        CONTINUE WHEN NOT FOUND;
        IF old.origin IS NOT NULL AND rule.origin IS NULL THEN
            RAISE EXCEPTION 'name: schedules.% is set by % of host %', rule.name, old.origin ->> 'file', old.origin ->> 'host'
                USING ERRCODE = '22023';
        END IF;
        -- The plan stays while the moments do; a pause by a daemon ends with the change, a pause by an operator stays.
        rule.next_at := CASE WHEN (old.cron, old.every_seconds, old.time_zone, old.starts_at, old.ends_at)
            IS NOT DISTINCT FROM (rule.cron, rule.every_seconds, rule.time_zone, rule.starts_at, rule.ends_at) THEN old.next_at END;
        IF old.paused_at IS NOT NULL AND old.paused_reason IS NULL THEN
            rule.paused_at := old.paused_at;
            rule.paused_reason := NULL;
        ELSIF old.paused_reason = rule.paused_reason THEN
            rule.paused_at := old.paused_at;
        END IF;
        rule.planned_at := old.planned_at;
        rule.last_at := old.last_at;
        rule.last_job := old.last_job;
        rule.version := old.version;
        EXIT WHEN rule IS NOT DISTINCT FROM old;
        IF to_jsonb(rule) - 'origin' <> to_jsonb(old) - 'origin' THEN
            rule.version := old.version + 1;
        END IF;
        -- An UPDATE, because a pause that waits for the row would find a deleted one gone.
        UPDATE ix_schedules s
           SET (version, cron, every_seconds, time_zone, request, callback_url, queue, group_key, priority, max_attempts, missed,
                missed_within_seconds, overlap, starts_at, ends_at, next_at, paused_at, paused_reason, origin)
             = (SELECT rule.version, rule.cron, rule.every_seconds, rule.time_zone, rule.request, rule.callback_url, rule.queue,
                       rule.group_key, rule.priority, rule.max_attempts, rule.missed, rule.missed_within_seconds, rule.overlap,
                       rule.starts_at, rule.ends_at, rule.next_at, rule.paused_at, rule.paused_reason, rule.origin)
         WHERE s.name = rule.name;
        EXIT;
    END LOOP;
    PERFORM ix_notify('ix_schedules', '');
    RETURN rule.version;
END $$;
