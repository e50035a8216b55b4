-- claim_callbacks: callbacks into this daemon's hands for as long as a lease: due_at moves ahead, and claim_id fences what is
-- written of the delivery. Index: the primary key. Whether the body travels in an envelope is decided by the first claim, for
-- all tries.
-- ?1 claim_id, ?2 worker_id, ?3 the lease's end, ?4 the jobs as a JSON array, ?5 whether bodies that were not sent yet are
-- wrapped
UPDATE ix_callbacks SET claim_id = ?1, worker_id = ?2, due_at = ?3, wrapped = coalesce(wrapped, ?5)
 WHERE job_id IN (SELECT value FROM json_each(?4)) AND state = 'due'
RETURNING job_id, client_id, url, endpoint, status, body, wrapped, step, tries, since, ended_at;
