-- list_endpoints: lists the pairs of endpoint and client with due callbacks, and the time of each pair's first
-- callback. The walk takes one step in ix_callbacks_due per pair, however long a backlog is.
WITH RECURSIVE walk (position) AS (
    SELECT (SELECT c.rowid FROM ix_callbacks c
             WHERE c.state = 'due' ORDER BY c.endpoint, c.client_id, c.due_at LIMIT 1)
     UNION ALL
    -- Two lookups, because a comparison of a pair of columns would use the first column of the index alone.
    SELECT coalesce(
               (SELECT c.rowid FROM ix_callbacks c
                 WHERE c.state = 'due' AND c.endpoint = w.endpoint AND c.client_id > w.client_id
                 ORDER BY c.client_id, c.due_at LIMIT 1),
               (SELECT c.rowid FROM ix_callbacks c
                 WHERE c.state = 'due' AND c.endpoint > w.endpoint
                 ORDER BY c.endpoint, c.client_id, c.due_at LIMIT 1))
      FROM walk JOIN ix_callbacks w ON w.rowid = walk.position)
SELECT c.endpoint, c.client_id, c.due_at FROM walk JOIN ix_callbacks c ON c.rowid = walk.position ORDER BY 3;
