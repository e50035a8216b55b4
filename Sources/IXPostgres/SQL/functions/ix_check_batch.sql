-- ix_check_batch: raises the reason why the client may add no member to a batch. Batches of further
-- clients are unknown here. The batch's row stays locked until the end of the transaction, so that its finisher doesn't leave `wait`
-- meanwhile; callers don't wait for each other. Index: the primary keys.
CREATE OR REPLACE FUNCTION ix_check_batch(client_id text, batch_id uuid) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    batch ix_batches;
BEGIN
    IF EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = $2 AND j.client_id = $1) THEN
        SELECT b.* INTO batch FROM ix_batches b WHERE b.batch_id = $2 FOR SHARE;
    END IF;
    -- A statement of its own, behind the lock.
    IF batch.batch_id IS NOT NULL AND (SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = $2) THEN
        IF batch.cancelled_at IS NULL THEN
            RETURN;
        END IF;
        RAISE EXCEPTION 'batch_id: the batch % is being cancelled', $2 USING ERRCODE = '22023';
    ELSIF EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = $2 AND j.client_id = $1) THEN
        RAISE EXCEPTION 'batch_id: the batch % takes no members any more', $2 USING ERRCODE = '22023';
    END IF;
    RAISE EXCEPTION 'batch_id: the client has no batch %', $2 USING ERRCODE = '22023';
END $$;
