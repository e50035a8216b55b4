-- count_fires: returns how many jobs schedules have, each counted up to a limit. Index: the index of the keys alone, to which
-- the order leads under any statistics; the stretch is the same as in list_fires.
-- $1 schedules, $2 limit
SELECT count(*) AS count
  FROM unnest($1::text[]) AS c (name)
 CROSS JOIN LATERAL (
           SELECT 1 FROM ix_jobs j
            WHERE j.client_id = 'schedule' AND j.request_id >= c.name || '@' AND j.request_id <= c.name || '@z'
            ORDER BY j.request_id LIMIT $2::integer) AS counted;
