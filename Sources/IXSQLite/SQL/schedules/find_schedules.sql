-- find_schedules: returns schedules whose moment has come and schedules without a plan, at most ?2 of each kind. Index:
-- ix_schedules_next.
-- ?1 now, ?2 limit
SELECT * FROM (SELECT name, version, cron, every_seconds, time_zone, starts_at, ends_at, next_at, missed, missed_within_seconds
                 FROM ix_schedules INDEXED BY ix_schedules_next WHERE paused_at IS NULL AND next_at <= ?1 ORDER BY next_at LIMIT ?2)
 UNION ALL
SELECT * FROM (SELECT name, version, cron, every_seconds, time_zone, starts_at, ends_at, next_at, missed, missed_within_seconds
                 FROM ix_schedules INDEXED BY ix_schedules_next WHERE paused_at IS NULL AND next_at IS NULL LIMIT ?2);
