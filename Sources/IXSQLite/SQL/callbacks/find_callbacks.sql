-- find_callbacks: returns a client's due callbacks at an endpoint, oldest first. Index: ix_callbacks_due.
-- ?1 endpoint, ?2 client_id, ?3 now, ?4 limit
SELECT job_id, due_at FROM ix_callbacks
 WHERE state = 'due' AND endpoint = ?1 AND client_id = ?2 AND due_at <= ?3 ORDER BY due_at LIMIT ?4;
