-- claim_callbacks: callbacks whose time has come, into this daemon's hands for as long as a lease: due_at moves ahead, and
-- claim_id fences what is written of the delivery. Endpoint by endpoint (a walk over the distinct ones in
-- ix_callbacks_due), so that the backlog of a dead one is one step, however long it is. SKIP LOCKED and the second look at
-- state and time leave to other daemons what they take meanwhile. MATERIALIZED: chosen once, under any plan.
-- Whether the body travels in an envelope is decided by the first claim, for all tries.
-- $1 claim_id, $2 worker_id, $3 lease in seconds, $4 limit, $5 places of an endpoint, $6 places of single endpoints as a
-- JSON object, $7 whether bodies that were not sent yet are wrapped
WITH RECURSIVE endpoints AS (
    (SELECT endpoint, due_at FROM ix_callbacks WHERE state = 'due' ORDER BY endpoint, due_at LIMIT 1)
     UNION ALL
    SELECT n.endpoint, n.due_at
      FROM endpoints e, LATERAL (
               SELECT endpoint, due_at FROM ix_callbacks
                WHERE state = 'due' AND endpoint > e.endpoint ORDER BY endpoint, due_at LIMIT 1) AS n),
open AS MATERIALIZED (
    SELECT endpoint, coalesce(($6::jsonb ->> endpoint)::integer, $5::integer) AS places
      FROM endpoints WHERE due_at <= now()),
picked AS MATERIALIZED (
    SELECT c.job_id
      FROM open o CROSS JOIN LATERAL (
               SELECT job_id, due_at FROM ix_callbacks
                WHERE state = 'due' AND endpoint = o.endpoint AND due_at <= now()
                ORDER BY due_at LIMIT greatest(o.places, 0)
                  FOR UPDATE SKIP LOCKED) AS c
     ORDER BY c.due_at LIMIT $4::integer)
UPDATE ix_callbacks AS c
   SET claim_id = $1::uuid, worker_id = $2::uuid, due_at = now() + make_interval(secs => $3::double precision),
       wrapped = coalesce(wrapped, $7::boolean)
  FROM picked
 WHERE c.job_id = ANY (ARRAY(SELECT job_id FROM picked)) AND c.job_id = picked.job_id AND c.state = 'due' AND c.due_at <= now()
RETURNING c.job_id, c.client_id, c.url, c.endpoint, c.status, c.body, c.wrapped, c.step, c.tries,
          extract(epoch FROM now() - c.since) AS age,
          to_char(c.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ended_at;
