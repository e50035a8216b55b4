-- ix_note_after: notes the parents of a new dependent job; ix_release marks the parents with the next pass. Returns true.
CREATE OR REPLACE FUNCTION ix_note_after(job_id uuid, parents uuid[], on_failure text) RETURNS boolean
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO ix_dependencies (job_id, after_job, on_failure) SELECT $1, u.id, coalesce($3, 'fail') FROM unnest($2) AS u (id);
    INSERT INTO ix_ended (job_id) VALUES ($1) RETURNING true
$$;
