-- count_schedules: counts schedules by state, and returns the next moment of any schedule, the newest fired moment, and
-- the number of schedules late by more than a minute. Reads every schedule.
SELECT count(*) FILTER (WHERE paused_at IS NULL) AS going, count(*) FILTER (WHERE paused_at IS NOT NULL AND paused_reason IS NULL) AS paused,
       count(*) FILTER (WHERE paused_at IS NOT NULL AND paused_reason IS NOT NULL) AS halted,
       extract(epoch FROM min(next_at) FILTER (WHERE paused_at IS NULL AND next_at > now())) AS soonest,
       extract(epoch FROM max(last_at)) AS last_fire,
       count(*) FILTER (WHERE paused_at IS NULL AND next_at < now() - interval '1 minute') AS late,
       extract(epoch FROM now() - min(next_at) FILTER (WHERE paused_at IS NULL AND next_at < now() - interval '1 minute')) AS oldest_late
  FROM ix_schedules;
