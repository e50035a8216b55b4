-- count_endpoints: counts the callbacks of each endpoint that are due or failed, by name, with the live daemons that send
-- nothing to the endpoint for now.
-- Index: ix_callbacks_due and ix_callbacks_failed.
-- $1 limit
WITH closed AS (
    SELECT endpoint, array_agg(daemon_id ORDER BY daemon_id) AS closed_by
      FROM ix_daemons CROSS JOIN LATERAL unnest(closed_endpoints) AS endpoint
     WHERE lease_until > now() GROUP BY endpoint),
counted AS (
    SELECT endpoint, count(*) FILTER (WHERE state = 'due') AS due,
           count(*) FILTER (WHERE state = 'due' AND tries > 0) AS retrying,
           count(*) FILTER (WHERE state = 'failed') AS failed
      FROM ix_callbacks WHERE state IN ('due', 'failed') GROUP BY endpoint)
SELECT endpoint, coalesce(due, 0) AS due, coalesce(retrying, 0) AS retrying, coalesce(failed, 0) AS failed,
       array_to_json(coalesce(closed_by, '{}'))::text AS closed_by
  FROM counted FULL JOIN closed USING (endpoint) ORDER BY endpoint COLLATE "C" LIMIT $1::integer;
