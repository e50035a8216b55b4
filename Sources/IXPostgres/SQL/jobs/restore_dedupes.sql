-- restore_dedupes: enters dedupe keys of an export, where the key has no job yet. Index: the primary key.
-- $1 the keys as a JSON array
INSERT INTO ix_dedupes (client_id, use_case, dedupe_key, job_id, at, kept_until)
SELECT g.client_id, g.use_case, g.dedupe_key, g.job_id, g.at, g.kept_until
  FROM jsonb_to_recordset($1::jsonb) AS g (client_id text, use_case text, dedupe_key text, job_id uuid, at timestamptz, kept_until timestamptz)
 ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING;
