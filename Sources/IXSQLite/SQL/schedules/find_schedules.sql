-- find_schedules: returns schedules whose moment has come, schedules without a plan, and schedules planned before the clock was
-- set back, at most ?2 of each kind. Index: ix_schedules_next; the last kind reads every schedule.
-- ?1 now, ?2 limit, ?3 a second ahead of now
SELECT *, next_at = 'infinity' AS is_over, 0 AS is_stale
  FROM (SELECT name, version, cron, every_seconds, time_zone, starts_at, ends_at, next_at, missed, missed_within_seconds
          FROM ix_schedules INDEXED BY ix_schedules_next WHERE paused_at IS NULL AND next_at <= ?1 ORDER BY next_at LIMIT ?2)
 UNION ALL
SELECT *, 0, 0
  FROM (SELECT name, version, cron, every_seconds, time_zone, starts_at, ends_at, next_at, missed, missed_within_seconds
          FROM ix_schedules INDEXED BY ix_schedules_next WHERE paused_at IS NULL AND next_at IS NULL LIMIT ?2)
 UNION ALL
SELECT *, next_at = 'infinity', 1
  FROM (SELECT name, version, cron, every_seconds, time_zone, starts_at, ends_at, next_at, missed, missed_within_seconds
          FROM ix_schedules INDEXED BY ix_schedules_next WHERE paused_at IS NULL AND next_at > ?1 AND planned_at > ?3 LIMIT ?2);
