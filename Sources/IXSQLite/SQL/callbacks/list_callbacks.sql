-- list_callbacks: lists the outbox: due callbacks by due time, then failed and delivered callbacks, latest result
-- first.
-- ?1 states as a JSON array, ?2 client_id, ?3 beginning of the endpoint, ?4 limit, ?5 now
SELECT job_id, client_id, url, endpoint, status, state, tries, claim_id IS NOT NULL AND due_at > ?5 AS sending, due_at,
       ended_at, settled_at
  FROM ix_callbacks
 WHERE state IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR client_id = ?2)
   AND (?3 IS NULL OR substr(endpoint, 1, length(?3)) = lower(?3))
 ORDER BY CASE state WHEN 'due' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END, CASE WHEN state = 'due' THEN due_at END,
          settled_at DESC, job_id LIMIT ?4;
