-- read_receipt: returns the job of a request with a receipt; a pruned job's members are null. Index: the primary
-- keys.
-- ?1 client_id, ?2 request_id
SELECT r.job_id, j.ix_id, j.status FROM ix_receipts r LEFT JOIN ix_jobs j ON j.job_id = r.job_id
 WHERE r.client_id = ?1 AND r.request_id = ?2;
