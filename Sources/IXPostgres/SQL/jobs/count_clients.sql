-- count_clients: returns how many jobs clients have, each counted up to a limit. Index: the index of the keys alone, to
-- which the order leads whatever the statistics say.
-- $1 client_ids, $2 limit
SELECT count(*) AS count
  FROM unnest($1::text[]) AS c (client_id)
 CROSS JOIN LATERAL (
           SELECT 1 FROM ix_jobs j WHERE j.client_id = c.client_id ORDER BY j.request_id LIMIT $2::integer) AS counted;
