-- get_callback: returns a job's callback. Index: the primary key.
-- $1 job_id
SELECT job_id, client_id, url, endpoint, status, state, tries, claim_id IS NOT NULL AND due_at > now() AS sending,
       CASE WHEN state = 'due' THEN extract(epoch FROM due_at - now()) END AS due_in,
       CASE WHEN state = 'due' THEN extract(epoch FROM due_at) END AS due_at,
       extract(epoch FROM ended_at) AS ended_at,
       extract(epoch FROM settled_at) AS settled_at
  FROM ix_callbacks WHERE job_id = $1::uuid;
