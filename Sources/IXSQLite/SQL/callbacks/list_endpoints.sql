-- list_endpoints: where callbacks are due, and when the first of each is: a walk over the distinct endpoints of
-- ix_callbacks_due, one step each, however long a backlog is.
WITH RECURSIVE walk (endpoint) AS (
    SELECT min(endpoint) FROM ix_callbacks WHERE state = 'due'
     UNION ALL
    SELECT (SELECT min(c.endpoint) FROM ix_callbacks c WHERE c.state = 'due' AND c.endpoint > walk.endpoint)
      FROM walk WHERE walk.endpoint IS NOT NULL)
SELECT endpoint, (SELECT min(c.due_at) FROM ix_callbacks c WHERE c.state = 'due' AND c.endpoint = walk.endpoint) AS due_at
  FROM walk WHERE endpoint IS NOT NULL ORDER BY 2;
