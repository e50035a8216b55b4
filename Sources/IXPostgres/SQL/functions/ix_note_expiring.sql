-- ix_note_expiring: notes when a job expires, for the sweep. Only triggers call the function.
CREATE OR REPLACE FUNCTION ix_note_expiring(job_id uuid, expires_at timestamptz) RETURNS void
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO ix_expiring (expires_at, job_id) VALUES ($2, $1)
$$;
