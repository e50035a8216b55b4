-- ix_note_dedupe: notes the newest job of a dedupe_key, and ends the replaced pending job in error, code `superseded`,
-- with all effects of an end. Returns the replaced job; null for none. Requires: ix_dedupe has decided so in
-- this transaction.
CREATE OR REPLACE FUNCTION ix_note_dedupe(job_id uuid, client_id text, use_case text, dedupe_key text, dedupe_seconds double precision,
                                since timestamptz, pending_job uuid) RETURNS uuid
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    old    uuid;
    follow boolean;
BEGIN
    INSERT INTO ix_dedupes AS d (client_id, use_case, dedupe_key, job_id, at, kept_until)
    VALUES ($2, $3, $4, $1, coalesce($6, clock_timestamp()), coalesce($6, clock_timestamp()) + coalesce($5, 0) * interval '1 s')
        ON CONFLICT (client_id, use_case, dedupe_key) DO UPDATE
       SET job_id = excluded.job_id, at = excluded.at, kept_until = greatest(d.kept_until, excluded.kept_until);
    IF $7 IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE ix_jobs j
       SET status = 'error', finished_at = now(), response = ix_error(j, 'superseded', 'a newer job took its place: ' || $1)
     WHERE j.job_id = $7 AND j.status = 'pending' COLLATE "C"
    RETURNING j.job_id, ix_has_followers(j) INTO old, follow;
    IF follow THEN
        PERFORM ix_after_end(ARRAY[old], true);
    END IF;
    RETURN old;
END $$;
