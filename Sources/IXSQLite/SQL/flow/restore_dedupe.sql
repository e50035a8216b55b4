-- restore_dedupe: enters a dedupe key from another store, where the key has no job yet.
-- ?1 client_id, ?2 use_case, ?3 dedupe_key, ?4 job_id, ?5 at, ?6 kept_until
INSERT INTO ix_dedupes (client_id, use_case, dedupe_key, job_id, at, kept_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO NOTHING;
