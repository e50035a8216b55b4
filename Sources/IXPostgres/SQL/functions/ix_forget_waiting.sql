-- ix_forget_waiting: deletes the dependencies of a deleted job and the job's place in a batch, and notes a parent's job.
-- Only the trigger ix_after_delete calls the function. Index: the primary keys, ix_dependencies_after.
CREATE OR REPLACE FUNCTION ix_forget_waiting(job_id uuid, batch_id uuid) RETURNS void
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    DELETE FROM ix_members m WHERE m.batch_id = $2 AND m.job_id = $1;
    DELETE FROM ix_dependencies d WHERE d.job_id = $1;
    DELETE FROM ix_batches b WHERE b.batch_id = $1;
    INSERT INTO ix_ended (job_id) SELECT $1 WHERE EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.after_job = $1)
$$;
