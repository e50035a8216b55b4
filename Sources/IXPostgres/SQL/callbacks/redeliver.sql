-- redeliver: makes the callbacks of ended jobs due once more, all by ix_redeliver. Index: the primary key.
-- The ids are handled in order, so that two such calls can't deadlock; MATERIALIZED keeps the order.
-- $1 job_ids
WITH given AS MATERIALIZED (SELECT DISTINCT id FROM unnest($1::uuid[]) AS id ORDER BY id)
SELECT id AS job_id, ix_redeliver(id) AS result FROM given;
