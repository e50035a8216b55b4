-- list_endpoints: where and of whom callbacks are due, and when the first of each is: a walk over the distinct endpoints and
-- clients of ix_callbacks_due, one step each, however long a backlog is.
WITH RECURSIVE walk (place) AS (
    SELECT (SELECT c.rowid FROM ix_callbacks c
             WHERE c.state = 'due' ORDER BY c.endpoint, c.client_id, c.due_at LIMIT 1)
     UNION ALL
    -- Two looks: one at a pair of columns would go by the first of them alone.
    SELECT coalesce(
               (SELECT c.rowid FROM ix_callbacks c
                 WHERE c.state = 'due' AND c.endpoint = w.endpoint AND c.client_id > w.client_id
                 ORDER BY c.client_id, c.due_at LIMIT 1),
               (SELECT c.rowid FROM ix_callbacks c
                 WHERE c.state = 'due' AND c.endpoint > w.endpoint
                 ORDER BY c.endpoint, c.client_id, c.due_at LIMIT 1))
      FROM walk JOIN ix_callbacks w ON w.rowid = walk.place)
SELECT c.endpoint, c.client_id, c.due_at FROM walk JOIN ix_callbacks c ON c.rowid = walk.place ORDER BY 3;
