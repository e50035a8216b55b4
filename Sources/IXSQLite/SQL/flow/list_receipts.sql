-- list_receipts: returns receipts in the order of their keys, for an export. The receipt of a job that is still to run stays:
-- elsewhere a repeat would be answered by a job that isn't there. Index: the primary key, and that of ix_jobs.
-- ?1 client_id and ?2 request_id behind which the page begins, or empty texts, ?3 limit, ?4 client_id, or null for all
SELECT client_id, request_id, job_id, at FROM ix_receipts
 WHERE (client_id, request_id) > (?1, ?2) AND (?4 IS NULL OR client_id = ?4)
   AND NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = ix_receipts.job_id AND j.status IN ('pending', 'running'))
 ORDER BY client_id, request_id LIMIT ?3;
