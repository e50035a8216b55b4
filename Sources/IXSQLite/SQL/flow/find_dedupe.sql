-- find_dedupe: returns the newest job of a dedupe_key with its status, null for a pruned job. Index: the primary keys.
-- ?1 client_id, ?2 use_case, ?3 dedupe_key
SELECT d.job_id, d.at, j.status AS status, j.ix_id AS ix_id, j.client_id AS client_id, j.request_id AS request_id, j.use_case AS use_case
  FROM ix_dedupes d LEFT JOIN ix_jobs j ON j.job_id = d.job_id
 WHERE d.client_id = ?1 AND d.use_case = ?2 AND d.dedupe_key = ?3;
