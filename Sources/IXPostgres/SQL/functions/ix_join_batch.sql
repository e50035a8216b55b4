-- ix_join_batch: makes a new job a member of a batch; raises ix_check_batch's refusals. Each end of the job writes a note, from the
-- insert on. The batch's row stays locked until the end of the transaction, so that its finisher doesn't leave `wait` meanwhile;
-- callers don't wait for each other. Requires: the job names the batch, and has dependents. Returns true. Index: the primary keys.
CREATE OR REPLACE FUNCTION ix_join_batch(job_id uuid, client_id text, batch_id uuid) RETURNS boolean
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    batch ix_batches;
BEGIN
    LOOP
        SELECT b.* INTO batch FROM ix_batches b
         WHERE b.batch_id = $3 AND (SELECT j.client_id FROM ix_jobs j WHERE j.job_id = $3) = $2 FOR SHARE;
        IF batch.cancelled_at IS NULL THEN
            -- A statement of its own, behind the lock.
            WITH member AS (
                INSERT INTO ix_members (batch_id, job_id)
                SELECT $3, $1 FROM ix_jobs j WHERE batch.batch_id = $3 AND j.job_id = $3 AND j.waits AND j.status = 'pending'
                RETURNING 1)
            INSERT INTO ix_dependencies (job_id, after_job, on_failure)
            SELECT $3, $1, CASE batch.on_failure WHEN 'run' THEN 'run' ELSE 'fail' END FROM member;
            IF FOUND THEN
                RETURN true;
            END IF;
        END IF;
        PERFORM ix_check_batch($2, $3);   -- returns for a batch that was made meanwhile
    END LOOP;
END $$;
