-- list_dedupes: returns dedupe keys in the order of the primary key, for an export.
-- ?1 client_id, ?2 use_case and ?3 dedupe_key behind which the page begins, or empty texts, ?4 limit, ?5 client_id, or null for all
SELECT client_id, use_case, dedupe_key, job_id, at, kept_until FROM ix_dedupes
 WHERE (client_id, use_case, dedupe_key) > (?1, ?2, ?3) AND (?5 IS NULL OR client_id = ?5)
 ORDER BY client_id, use_case, dedupe_key LIMIT ?4;
