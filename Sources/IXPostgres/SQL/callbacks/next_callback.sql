-- next_callback: seconds until a callback is due at an endpoint that has places; negative when one is already, null when
-- none is there. The same walk as claim_callbacks.
-- `asked`: callers ask for callbacks once more, which take_redeliveries makes due.
-- $1 places of single endpoints as a JSON object
WITH RECURSIVE endpoints AS (
    (SELECT endpoint, due_at FROM ix_callbacks WHERE state = 'due' ORDER BY endpoint, due_at LIMIT 1)
     UNION ALL
    SELECT n.endpoint, n.due_at
      FROM endpoints e, LATERAL (
               SELECT endpoint, due_at FROM ix_callbacks
                WHERE state = 'due' AND endpoint > e.endpoint ORDER BY endpoint, due_at LIMIT 1) AS n)
SELECT extract(epoch FROM min(due_at) - now()) AS seconds, EXISTS (SELECT 1 FROM ix_redeliveries) AS asked
  FROM endpoints WHERE coalesce(($1::jsonb ->> endpoint)::integer, 1) > 0;
