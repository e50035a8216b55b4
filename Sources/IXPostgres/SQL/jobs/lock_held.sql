-- lock_held: locks the job that the attempt holds. No row comes back while another transaction has locked the job, or
-- when the attempt holds no job. Fence and index are as in mark_done.
-- $1 job_id, $2 attempts, $3 claim_id
SELECT job_id FROM ix_jobs
 WHERE job_id = $1::uuid AND status = 'running' COLLATE "C" AND attempts = $2::integer AND claim_id = $3::uuid
   FOR UPDATE SKIP LOCKED;
