-- ix_insert_fire: inserts the job of a schedule under client `schedule` and a request_id, and returns the job's id. A repeated
-- request_id gives the first job. Requires: the caller holds the schedule's row.
CREATE OR REPLACE FUNCTION ix_insert_fire(rule ix_schedules, request_id text) RETURNS uuid
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    job uuid;
BEGIN
    SELECT e.job_id INTO job
      FROM ix_enqueue(rule.request, rule.callback_url, client_id => 'schedule', request_id => $2,
                      priority => coalesce(rule.priority, 0), max_attempts => rule.max_attempts, queue => rule.queue,
                      group_key => rule.group_key) AS e;
    UPDATE ix_schedules s SET last_job = job WHERE s.name = rule.name;
    RETURN job;
END $$;
