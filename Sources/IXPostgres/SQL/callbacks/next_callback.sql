-- next_callback: returns the seconds until a callback is due whose client and endpoint have free slots. The result is
-- negative when such a callback is due already, and null when none waits. The walk is claim_callbacks' walk.
-- `asked` is true while ix_redeliveries holds requests for another delivery, which take_redeliveries makes due.
-- $1 slots of single endpoints as a JSON object, $2 the remaining share of single clients as a JSON object
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
