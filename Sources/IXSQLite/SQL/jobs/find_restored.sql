-- find_restored: explains why restore left a row out. Index: the primary key, unique (client_id, request_id).
-- ?1 job_id, ?2 client_id, ?3 request_id
SELECT EXISTS (SELECT 1 FROM ix_jobs WHERE job_id = ?1) AS present,
       (SELECT job_id FROM ix_jobs WHERE client_id = ?2 AND request_id = ?3) AS holder;
