-- ix_note_legacy_end: notes that legacy code ended a job which may have had no callback. Only the guard calls the function.
CREATE OR REPLACE FUNCTION ix_note_legacy_end(job_id uuid) RETURNS void
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO ix_legacy_ends (job_id) VALUES ($1) ON CONFLICT DO NOTHING
$$;
