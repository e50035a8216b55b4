-- ix_note_running: declares that a job may be running, for the sweep. Only triggers call the function, for claims of
-- code that declares nothing itself. daemon_id is null for a legacy worker.
CREATE OR REPLACE FUNCTION ix_note_running(job_id uuid, daemon_id uuid) RETURNS void
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO ix_running (daemon_id, job_ids) VALUES ($2, ARRAY[$1])
$$;
