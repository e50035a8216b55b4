-- list_callbacks: lists the outbox: due callbacks by due time, then failed and delivered callbacks, latest result
-- first.
-- ?1 states as a JSON array, ?2 client_id, ?3 beginning of the endpoint, ?4 limit, ?5 now, and of the callback before
-- the page: ?6 state, ?7 due_at or settled_at, ?8 job_id
SELECT job_id, client_id, url, endpoint, status, state, tries, claim_id IS NOT NULL AND due_at > ?5 AS sending, due_at,
       ended_at, settled_at
  FROM ix_callbacks
 WHERE state IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR client_id = ?2)
   AND (?3 IS NULL OR substr(endpoint, 1, length(?3)) = lower(?3))
   AND (?6 IS NULL
        OR CASE state WHEN 'due' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END
           > CASE ?6 WHEN 'due' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END
        OR state = ?6 AND state = 'due' AND (due_at, job_id) > (?7, ?8)
        OR state = ?6 AND state <> 'due' AND (settled_at < ?7 OR settled_at = ?7 AND job_id > ?8))
 ORDER BY CASE state WHEN 'due' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END, CASE WHEN state = 'due' THEN due_at END,
          settled_at DESC, job_id LIMIT ?4;
