-- find_schedules: returns schedules without a plan and schedules whose moment has come, at most $1 of each kind; and in each
-- row the time, and the next moment of any schedule. Without such schedules a row without a name comes back. Index:
-- ix_schedules_next.
-- $1 limit
SELECT extract(epoch FROM now()) AS now,
       (SELECT extract(epoch FROM min(n.next_at)) FROM ix_schedules n WHERE n.paused_at IS NULL AND n.next_at > now()) AS soonest,
       s.name, s.version, s.cron, s.every_seconds, s.time_zone, extract(epoch FROM s.starts_at) AS starts_at,
       extract(epoch FROM s.ends_at) AS ends_at, extract(epoch FROM s.next_at) AS next_at, s.missed, s.missed_within_seconds
  FROM (SELECT 1) AS one LEFT JOIN LATERAL (
       (SELECT d.* FROM ix_schedules d WHERE d.paused_at IS NULL AND d.next_at <= now() ORDER BY d.next_at LIMIT $1::integer)
        UNION ALL
       (SELECT f.* FROM ix_schedules f WHERE f.paused_at IS NULL AND f.next_at IS NULL LIMIT $1::integer)) AS s ON true;
