-- cancel: ends pending jobs, and requests the end of running jobs, all by ix_cancel. Index: the primary key.
-- The ids are handled in order, so that two such calls can't deadlock; MATERIALIZED keeps the order.
-- $1 job_ids
WITH given AS MATERIALIZED (SELECT DISTINCT id FROM unnest($1::uuid[]) AS id ORDER BY id)
SELECT given.id AS job_id, c.result, c.status FROM given, LATERAL ix_cancel(given.id) AS c;
