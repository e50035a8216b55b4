-- count_endpoints: counts the callbacks of each endpoint that are due or failed, by name, with the daemon that sends
-- nothing to the endpoint for now.
-- Index: ix_callbacks_due and ix_callbacks_failed.
-- ?1 limit
SELECT endpoint, sum(due) AS due, sum(retrying) AS retrying, sum(failed) AS failed,
       json_group_array(daemon_id) FILTER (WHERE daemon_id IS NOT NULL) AS closed_by
  FROM (SELECT endpoint, 1 AS due, tries > 0 AS retrying, 0 AS failed, NULL AS daemon_id FROM ix_callbacks WHERE state = 'due'
         UNION ALL
        SELECT endpoint, 0, 0, 1, NULL FROM ix_callbacks WHERE state = 'failed'
         UNION ALL
        SELECT closed.value, 0, 0, 0, ix_daemons.daemon_id FROM ix_daemons, json_each(ix_daemons.closed_endpoints) AS closed
         WHERE ix_daemons.lease_until IS NULL)
 GROUP BY endpoint ORDER BY endpoint LIMIT ?1;
