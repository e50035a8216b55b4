-- claim_callbacks: callbacks of an endpoint whose time has come, into this daemon's hands for as long as a lease: due_at
-- moves ahead, and claim_id fences what is written of the delivery. Index: ix_callbacks_due. Whether the body travels in an
-- envelope is decided by the first claim, for all tries.
-- ?1 claim_id, ?2 worker_id, ?3 now, ?4 the lease's end, ?5 endpoint, ?6 limit, ?7 whether it is wrapped
UPDATE ix_callbacks SET claim_id = ?1, worker_id = ?2, due_at = ?4, wrapped = coalesce(wrapped, ?7)
 WHERE job_id IN (
           SELECT job_id FROM ix_callbacks
            WHERE state = 'due' AND endpoint = ?5 AND due_at <= ?3 ORDER BY due_at LIMIT ?6)
RETURNING job_id, client_id, url, endpoint, status, body, wrapped, step, tries, since, ended_at;
