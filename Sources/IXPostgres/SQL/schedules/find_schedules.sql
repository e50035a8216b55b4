-- find_schedules: returns schedules without a plan, schedules whose moment has come, and schedules planned before the clock was
-- set back, at most $1 of each kind; and in each row the time, the next moment of any schedule, the newest fired moment, and the
-- counts of schedules by state. Without such schedules a row without a name comes back. A plan up to a second ahead may be another
-- daemon's plan of the same moment. Index: ix_schedules_next; the counts and the last kind read every schedule.
-- $1 limit
SELECT extract(epoch FROM now()) AS now, c.*, s.name, s.version, s.cron, s.every_seconds, s.time_zone,
       extract(epoch FROM s.starts_at) AS starts_at, extract(epoch FROM s.ends_at) AS ends_at, extract(epoch FROM s.next_at) AS next_at,
       s.next_at = 'infinity' AS is_over, s.is_stale, s.missed, s.missed_within_seconds
  FROM (SELECT extract(epoch FROM min(n.next_at) FILTER (WHERE n.paused_at IS NULL AND n.next_at > now())) AS soonest,
               extract(epoch FROM max(n.last_at)) AS last_fire, count(*) FILTER (WHERE n.paused_at IS NULL) AS going,
               count(*) FILTER (WHERE n.paused_at IS NOT NULL AND n.paused_reason IS NULL) AS paused,
               count(*) FILTER (WHERE n.paused_at IS NOT NULL AND n.paused_reason IS NOT NULL) AS halted
          FROM ix_schedules n) AS c LEFT JOIN LATERAL (
       (SELECT d.*, false AS is_stale FROM ix_schedules d
         WHERE d.paused_at IS NULL AND d.next_at <= now() ORDER BY d.next_at LIMIT $1::integer)
        UNION ALL
       (SELECT f.*, false FROM ix_schedules f WHERE f.paused_at IS NULL AND f.next_at IS NULL LIMIT $1::integer)
        UNION ALL
       (SELECT a.*, true FROM ix_schedules a
         WHERE a.paused_at IS NULL AND a.next_at > now() AND a.planned_at > now() + interval '1 second' LIMIT $1::integer)) AS s ON true;
