-- ix_note_ended: notes a job for ix_release: a parent that has ended, or a dependent job that has ended or was claimed while it
-- waited. Only triggers and ix_after_end call the function, in the transaction of the end.
CREATE OR REPLACE FUNCTION ix_note_ended(job_id uuid) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO ix_ended (job_id) VALUES ($1)
$$;
