-- count_schedules: counts schedules by state, and returns the next moment of any schedule, the newest fired moment, and
-- the number of schedules late by more than a minute, with the oldest late moment. Reads every schedule.
-- ?1 now, ?2 a minute before now
SELECT min(CASE WHEN paused_at IS NULL AND next_at > ?1 THEN next_at END) AS soonest, max(last_at) AS last_fire,
       count(*) - count(paused_at) AS "on", count(paused_at) - count(CASE WHEN paused_at IS NOT NULL THEN paused_reason END) AS paused,
       count(CASE WHEN paused_at IS NOT NULL THEN paused_reason END) AS halted,
       count(CASE WHEN paused_at IS NULL AND next_at < ?2 THEN 1 END) AS late,
       min(CASE WHEN paused_at IS NULL AND next_at < ?2 THEN next_at END) AS oldest_late
  FROM ix_schedules;
