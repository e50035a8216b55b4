-- ix_insert_fire: inserts the job of a schedule under client `schedule` and a request_id, and returns the job's id. A repeated
-- request_id gives the first job. Requires: the caller holds the schedule's row.
CREATE OR REPLACE FUNCTION ix_insert_fire(rule ix_schedules, request_id text) RETURNS uuid
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    job uuid;
BEGIN
    SELECT i.job_id INTO job
      FROM ix_insert_scheduled(rule.request, rule.callback_url, $2, rule.priority, rule.max_attempts, rule.queue, rule.group_key) AS i;
    UPDATE ix_schedules s SET last_job = job WHERE s.name = rule.name;
    RETURN job;
END $$;
