-- note_dedupe: notes the newest job of a dedupe_key. Index: the primary key.
-- ?1 client_id, ?2 use_case, ?3 dedupe_key, ?4 job_id, ?5 at, ?6 kept_until
INSERT INTO ix_dedupes AS d (client_id, use_case, dedupe_key, job_id, at, kept_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (client_id, use_case, dedupe_key) DO UPDATE
   SET job_id = excluded.job_id, at = excluded.at, kept_until = max(d.kept_until, excluded.kept_until);
