-- list_dedupes: returns dedupe keys in the order of the primary key, for an export.
-- $1 client_id, $2 use_case and $3 dedupe_key after which the page begins, or empty texts, $4 limit, $5 client_id, or null for all
SELECT d.client_id, d.use_case, d.dedupe_key, d.job_id, extract(epoch FROM d.at) AS at, extract(epoch FROM d.kept_until) AS kept_until
  FROM ix_dedupes d
 WHERE (d.client_id, d.use_case, d.dedupe_key) > ($1, $2, $3) AND ($5::text IS NULL OR d.client_id = $5)
 ORDER BY d.client_id, d.use_case, d.dedupe_key LIMIT $4::integer;
