-- ix_cancel_batch: closes a batch, cancels the members, and the finisher last. For every language, in the caller's own
-- transaction.
--
-- SELECT ix_cancel_batch('6f9619ff-8b86-4011-b42d-00c04fc964ff');
--
-- Returns cancelled (all have ended; the finisher ends in error, code `cancelled`, and the callback is sent); cancelling
-- (members run, or more than 1,000 waited: a daemon cancels the rest, and the finisher once all have ended); ended (the finisher
-- waits no more); not_found.
CREATE OR REPLACE FUNCTION ix_cancel_batch(batch_id uuid) RETURNS text
    LANGUAGE plpgsql SET enable_seqscan = off SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    more boolean;
BEGIN
    UPDATE ix_batches b SET cancelled_at = coalesce(b.cancelled_at, pg_catalog.now()), is_open = false
     WHERE b.batch_id = $1
       AND (SELECT j.waits AND j.status = 'pending' AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id))
              FROM ix_jobs j WHERE j.job_id = $1);
    IF NOT FOUND THEN
        RETURN coalesce((SELECT s.result FROM ix_batch_state($1) AS s), 'not_found');
    END IF;
    more := ix_cancel_members($1, 1000);
    IF more OR (SELECT d.after_job FROM ix_dependencies d WHERE d.job_id = $1 ORDER BY d.job_id, d.after_job LIMIT 1) IS NOT NULL THEN
        PERFORM ix_note_ended($1);
        RETURN 'cancelling';
    END IF;
    PERFORM ix_cancel($1);
    RETURN 'cancelled';
END $$;
