-- ix_batch: makes a batch: inserts the finisher, the job that starts when all members of the batch have ended. For every language,
-- inside the caller's own transaction.
--
-- SELECT batch_id FROM ix_batch('{"use_case": "merge", "ix_client_id": "shop", "request_id": "m-1"}');
-- SELECT * FROM ix_enqueue('{...}', batch_id => '6f9619ff-8b86-4011-b42d-00c04fc964ff');
--
-- batch_id is the finisher's job_id, which ix_enqueue takes as batch_id for each member. The finisher's callback is the batch's.
-- The finisher waits at least for a first member. Members that are inserted in several transactions need an open batch, whose
-- finisher waits until ix_close_batch, too. Members are taken until the finisher starts.
-- batch_on_failure decides after an error of a member: run (the finisher starts), fail (the finisher ends in error at once,
-- code `dependency_failed`), or cancel_rest (the further members are cancelled, and the finisher then fails).
-- A repeat returns the batch with duplicate = true, as ix_enqueue does, and differs = true also when the job is no finisher, or when
-- the batch has another batch_on_failure. The repeat of an open batch that was closed since is the same request.
CREATE OR REPLACE FUNCTION ix_batch(
    finisher jsonb, callback_url text DEFAULT NULL, use_case text DEFAULT NULL, client_id text DEFAULT NULL,
    request_id text DEFAULT NULL, run_at timestamptz DEFAULT NULL, priority integer DEFAULT 0,
    max_attempts integer DEFAULT NULL, expires_at timestamptz DEFAULT NULL, traceparent text DEFAULT NULL,
    queue text DEFAULT NULL, group_key text DEFAULT NULL, tracestate text DEFAULT NULL,
    batch_on_failure text DEFAULT 'run', open boolean DEFAULT false)
RETURNS TABLE (batch_id uuid, ix_id text, status text, duplicate boolean, differs boolean)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    IF coalesce($14, 'run') NOT IN ('run', 'fail', 'cancel_rest') THEN
        RAISE EXCEPTION 'batch_on_failure: must be run, fail or cancel_rest' USING ERRCODE = '22023';
    END IF;
    SELECT e.job_id, e.ix_id, e.status, e.duplicate, e.differs INTO batch_id, ix_id, status, duplicate, differs
      FROM ix_enqueue($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS e;
    IF NOT duplicate THEN
        -- First the batch: a finisher doesn't count for the client's depth while it waits, and the update puts it into its line.
        INSERT INTO ix_batches (batch_id, on_failure, is_open) VALUES (batch_id, coalesce($14, 'run'), coalesce($15, false));
        UPDATE ix_jobs j SET waits = true WHERE j.job_id = ix_batch.batch_id;
    ELSE
        differs := differs OR coalesce((
            SELECT CASE WHEN b.batch_id IS NOT NULL THEN b.on_failure <> coalesce($14, 'run')
                        ELSE (SELECT m.job_id FROM ix_members m WHERE m.batch_id = j.job_id ORDER BY m.batch_id, m.job_id LIMIT 1) IS NULL END
              FROM ix_jobs j LEFT JOIN ix_batches b ON b.batch_id = j.job_id WHERE j.job_id = ix_batch.batch_id), false);
    END IF;
    RETURN NEXT;
END $$;
