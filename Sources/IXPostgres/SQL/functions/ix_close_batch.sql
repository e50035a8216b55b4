-- ix_close_batch: closes an open batch. The finisher starts once all members have ended, and at once without a member.
--
-- SELECT ix_close_batch('6f9619ff-8b86-4011-b42d-00c04fc964ff');
--
-- Returns closed; ended (the finisher waits no more); not_found (the client has no such batch).
CREATE OR REPLACE FUNCTION ix_close_batch(batch_id uuid) RETURNS text
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    UPDATE ix_batches b SET is_open = false
     WHERE b.batch_id = $1
       AND (SELECT j.waits AND j.status = 'pending' AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id))
              FROM ix_jobs j WHERE j.job_id = $1);
    IF FOUND THEN
        PERFORM ix_note_ended($1);
        RETURN 'closed';
    END IF;
    RETURN coalesce((SELECT s.result FROM ix_batch_state($1) AS s), 'not_found');
END $$;
