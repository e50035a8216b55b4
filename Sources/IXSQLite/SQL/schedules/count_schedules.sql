-- count_schedules: counts the schedules by what they do, and returns the next moment of any schedule and the newest that has
-- fired. Reads every schedule.
-- ?1 now
SELECT min(CASE WHEN paused_at IS NULL AND next_at > ?1 THEN next_at END) AS soonest, max(last_at) AS last_fire,
       count(*) - count(paused_at) AS "on", count(paused_at) - count(CASE WHEN paused_at IS NOT NULL THEN paused_reason END) AS paused,
       count(CASE WHEN paused_at IS NOT NULL THEN paused_reason END) AS halted
  FROM ix_schedules;
