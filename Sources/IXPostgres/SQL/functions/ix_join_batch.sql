-- ix_join_batch: makes a new job a member of a batch. Each end of the job writes a note, from the start. Requires: ix_check_batch in
-- this transaction. Returns true.
CREATE OR REPLACE FUNCTION ix_join_batch(job_id uuid, batch_id uuid, batch_on_failure text) RETURNS boolean
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    UPDATE ix_jobs j SET batch_id = $2, has_dependents = true WHERE j.job_id = $1;
    INSERT INTO ix_members (batch_id, job_id) VALUES ($2, $1);
    INSERT INTO ix_dependencies (job_id, after_job, on_failure) VALUES ($2, $1, CASE $3 WHEN 'run' THEN 'run' ELSE 'fail' END)
    RETURNING true
$$;
