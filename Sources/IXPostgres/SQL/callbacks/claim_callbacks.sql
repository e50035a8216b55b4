-- claim_callbacks: claims due callbacks for this daemon until a lease ends. due_at moves to the lease's end, and
-- claim_id fences every later write about the delivery.
-- The statement walks the distinct pairs of endpoint and client in ix_callbacks_due. So the backlog of a dead
-- endpoint costs one step, however long the backlog is.
-- Clients take turns. A row's turn is its position among the client's rows, counting the callbacks that the client
-- already has under way. No turn exceeds the client's share.
-- SKIP LOCKED and the second check of state and time leave to another daemon every row claimed meanwhile.
-- MATERIALIZED: the rows are chosen once, under any plan.
-- The first claim decides for every try if the body travels in an envelope.
-- $1 claim_id, $2 daemon_id, $3 lease in seconds, $4 limit, $5 slots of an endpoint, $6 slots of single endpoints as
-- a JSON object, $7 true to wrap bodies not sent yet, $8 share of a client, $9 the remaining share of single clients
-- as a JSON object
WITH RECURSIVE lines AS (
    (SELECT endpoint, client_id, due_at FROM ix_callbacks
      WHERE state = 'due' ORDER BY endpoint, client_id, due_at LIMIT 1)
     UNION ALL
    SELECT n.endpoint, n.client_id, n.due_at
      FROM lines l, LATERAL (
               SELECT endpoint, client_id, due_at FROM ix_callbacks
                WHERE state = 'due' AND (endpoint, client_id) > (l.endpoint, l.client_id)
                ORDER BY endpoint, client_id, due_at LIMIT 1) AS n),
open AS MATERIALIZED (
    SELECT endpoint, client_id, coalesce(($6::jsonb ->> endpoint)::integer, $5::integer) AS slots,
           coalesce(($9::jsonb ->> client_id)::integer, $8::integer) AS share
      FROM lines WHERE due_at <= now()),
found AS MATERIALIZED (
    SELECT c.job_id, c.due_at, o.endpoint, o.client_id, o.slots, o.share
      FROM open o CROSS JOIN LATERAL (
               SELECT job_id, due_at FROM ix_callbacks
                WHERE state = 'due' AND endpoint = o.endpoint AND client_id = o.client_id AND due_at <= now()
                ORDER BY due_at LIMIT greatest(least(o.slots, o.share, $4::integer), 0)
                  FOR UPDATE SKIP LOCKED) AS c),
turns AS (
    SELECT *, row_number() OVER (PARTITION BY client_id ORDER BY due_at, job_id) + $8::integer - share AS turn FROM found),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY endpoint ORDER BY turn, due_at, job_id) AS rank
      FROM turns WHERE turn <= $8::integer),
picked AS MATERIALIZED (
    SELECT job_id FROM ranked WHERE rank <= ranked.slots ORDER BY turn, due_at LIMIT $4::integer)
UPDATE ix_callbacks AS c
   SET claim_id = $1::uuid, daemon_id = $2::uuid, due_at = now() + make_interval(secs => $3::double precision),
       wrapped = coalesce(wrapped, $7::boolean)
  FROM picked
 WHERE c.job_id = ANY (ARRAY(SELECT job_id FROM picked)) AND c.job_id = picked.job_id AND c.state = 'due' AND c.due_at <= now()
RETURNING c.job_id, c.client_id, c.url, c.endpoint, c.status, c.body, c.wrapped, c.step, c.tries,
          extract(epoch FROM now() - c.since) AS age,
          extract(epoch FROM c.ended_at) AS ended_at,
          (SELECT j.trace_context FROM ix_jobs j WHERE j.job_id = c.job_id) AS trace_context,
          (SELECT j.finished_claim FROM ix_jobs j WHERE j.job_id = c.job_id) AS last_claim;
