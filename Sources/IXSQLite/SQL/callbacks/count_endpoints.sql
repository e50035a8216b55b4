-- count_endpoints: counts the callbacks of each endpoint that are due or failed, by name.
-- Index: ix_callbacks_due and ix_callbacks_failed.
-- ?1 limit
SELECT endpoint, sum(due) AS due, sum(retrying) AS retrying, sum(failed) AS failed
  FROM (SELECT endpoint, 1 AS due, tries > 0 AS retrying, 0 AS failed FROM ix_callbacks WHERE state = 'due'
         UNION ALL
        SELECT endpoint, 0, 0, 1 FROM ix_callbacks WHERE state = 'failed')
 GROUP BY endpoint ORDER BY endpoint LIMIT ?1;
