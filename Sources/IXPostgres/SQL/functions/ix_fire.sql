-- ix_fire: inserts the job of a schedule for the moment `at`, and moves the schedule to the next moment, in a transaction. No
-- daemon leads: all may try, and each moment fires once, because the request_id (`nightly@2026-03-29T01:30:00Z`) holds the
-- moment. After a plan or the clock was set back, a fire finds the former job or its receipt, and cancels no later job.
--
-- result: fired (a new job, or the former job of the moment); skipped (the last job has not ended, and overlap is
-- skip); refused (the job was not taken: the schedule is paused with the reason); void (the schedule has changed since the
-- plan, is paused, is not due, or another daemon holds it).
CREATE OR REPLACE FUNCTION ix_fire(name text, version bigint, at timestamptz, next timestamptz)
    RETURNS TABLE (result text, job_id uuid) LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    rule ix_schedules;
    key  text := $1 || '@' || to_char($3 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS');
BEGIN
    IF $4 <= $3 THEN
        RAISE EXCEPTION 'next: is not after at' USING ERRCODE = '22023';
    END IF;
    SELECT s.* INTO rule FROM ix_schedules s
     WHERE s.name = $1 AND s.version = $2 AND s.next_at = $3 AND s.next_at <= now() AND s.paused_at IS NULL FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'void', NULL::uuid;
        RETURN;
    END IF;
    IF extract(microseconds FROM $3)::bigint % 1000000 <> 0 THEN
        key := key || '.' || rtrim(to_char($3, 'US'), '0');
    END IF;
    key := key || 'Z';
    job_id := coalesce(
        (SELECT j.job_id FROM ix_jobs j WHERE j.client_id = 'schedule' AND j.request_id = key),
        (SELECT p.job_id FROM ix_receipts p WHERE p.pair = ix_pair('schedule', key)));
    IF job_id IS NOT NULL THEN
        UPDATE ix_schedules s SET next_at = $4, planned_at = now(), last_at = $3, last_job = coalesce(s.last_job, ix_fire.job_id)
         WHERE s.name = $1;
        RETURN QUERY SELECT 'fired', job_id;
        RETURN;
    END IF;
    IF rule.overlap <> 'allow'
       AND EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = rule.last_job AND j.status COLLATE "C" IN ('pending', 'running')) THEN
        IF rule.overlap = 'skip' THEN
            UPDATE ix_schedules s SET next_at = $4, planned_at = now() WHERE s.name = $1;
            RETURN QUERY SELECT 'skipped', rule.last_job;
            RETURN;
        END IF;
        PERFORM ix_cancel(rule.last_job);
    END IF;
    BEGIN
        job_id := ix_insert_fire(rule, key);
    EXCEPTION WHEN invalid_parameter_value THEN
        UPDATE ix_schedules s SET paused_at = now(), paused_reason = SQLERRM WHERE s.name = $1;
        RETURN QUERY SELECT 'refused', NULL::uuid;
        RETURN;
    END;
    UPDATE ix_schedules s SET next_at = $4, planned_at = now(), last_at = $3 WHERE s.name = $1;
    RETURN QUERY SELECT 'fired', job_id;
END $$;
