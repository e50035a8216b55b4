-- keep_receipts: keeps the keys of jobs that the same transaction deletes. Index: the primary keys.
-- ?1 the jobs as a JSON array, ?2 now
INSERT INTO ix_receipts (client_id, request_id, job_id, at)
SELECT j.client_id, j.request_id, j.job_id, ?2 FROM ix_jobs j WHERE j.job_id IN (SELECT value FROM json_each(?1))
    ON CONFLICT (client_id, request_id) DO UPDATE SET job_id = excluded.job_id, at = excluded.at;
