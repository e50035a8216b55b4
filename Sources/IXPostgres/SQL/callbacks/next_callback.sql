-- next_callback: seconds until a callback is due of a client and at an endpoint that have places; negative when one is
-- already, null when none is there. The same walk as claim_callbacks.
-- `asked`: callers ask for callbacks once more, which take_redeliveries makes due.
-- $1 places of single endpoints as a JSON object, $2 what is left to single clients likewise
WITH RECURSIVE lines AS (
    (SELECT endpoint, client_id, due_at FROM ix_callbacks
      WHERE state = 'due' ORDER BY endpoint, client_id, due_at LIMIT 1)
     UNION ALL
    SELECT n.endpoint, n.client_id, n.due_at
      FROM lines l, LATERAL (
               SELECT endpoint, client_id, due_at FROM ix_callbacks
                WHERE state = 'due' AND (endpoint, client_id) > (l.endpoint, l.client_id)
                ORDER BY endpoint, client_id, due_at LIMIT 1) AS n)
SELECT extract(epoch FROM min(due_at) - now()) AS seconds, EXISTS (SELECT 1 FROM ix_redeliveries) AS asked
  FROM lines
 WHERE coalesce(($1::jsonb ->> endpoint)::integer, 1) > 0 AND coalesce(($2::jsonb ->> client_id)::integer, 1) > 0;
