-- count_fires: returns how many jobs schedules have, each counted up to a limit.
-- Index: the unique index of (client_id, request_id) alone, to the stretch that list_fires reads.
-- ?1 schedules as a JSON array, ?2 limit
SELECT coalesce(sum((
           SELECT count(*)
             FROM (SELECT 1 FROM ix_jobs AS j
                    WHERE j.client_id = 'schedule' AND j.request_id >= n.value || '@' AND j.request_id < n.value || '@z'
                    LIMIT ?2))), 0) AS count
  FROM json_each(?1) AS n;
