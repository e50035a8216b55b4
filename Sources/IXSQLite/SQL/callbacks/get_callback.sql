-- get_callback: returns a job's callback. Index: the primary key.
-- ?1 job_id, ?2 now
SELECT job_id, client_id, url, endpoint, status, state, tries, claim_id IS NOT NULL AND due_at > ?2 AS sending, due_at,
       ended_at, settled_at
  FROM ix_callbacks WHERE job_id = ?1;
