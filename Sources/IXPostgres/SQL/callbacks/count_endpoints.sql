-- count_endpoints: counts the callbacks of each endpoint that are due or failed, by name.
-- Index: ix_callbacks_due and ix_callbacks_failed.
-- $1 limit
SELECT endpoint, count(*) FILTER (WHERE state = 'due') AS due,
       count(*) FILTER (WHERE state = 'due' AND tries > 0) AS retrying,
       count(*) FILTER (WHERE state = 'failed') AS failed
  FROM ix_callbacks WHERE state IN ('due', 'failed') GROUP BY endpoint ORDER BY endpoint LIMIT $1::integer;
