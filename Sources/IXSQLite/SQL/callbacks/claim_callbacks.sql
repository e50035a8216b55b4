-- claim_callbacks: claims callbacks for this daemon until a lease ends. due_at moves to the lease's end, and claim_id
-- fences every later write about the delivery. Index: the primary key.
-- The first claim decides for every try if the body travels in an envelope.
-- ?1 claim_id, ?2 daemon_id, ?3 the lease's end, ?4 the jobs as a JSON array, ?5 true to wrap bodies not sent yet
UPDATE ix_callbacks SET claim_id = ?1, daemon_id = ?2, due_at = ?3, wrapped = coalesce(wrapped, ?5)
 WHERE job_id IN (SELECT value FROM json_each(?4)) AND state = 'due'
RETURNING job_id, client_id, url, endpoint, status, body, wrapped, step, tries, since, ended_at,
          (SELECT j.trace_context FROM ix_jobs j WHERE j.job_id = ix_callbacks.job_id) AS trace_context,
          (SELECT j.finished_claim FROM ix_jobs j WHERE j.job_id = ix_callbacks.job_id) AS last_claim;
