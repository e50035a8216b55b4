-- list_schedules: returns schedules behind a name, by name, with the status of each newest job.
-- ?1 name, null for all, ?2 the name before the first, ?3 limit
SELECT s.name, s.version, s.request, s.cron, s.every_seconds, s.time_zone, s.callback_url, s.queue, s.group_key, s.priority,
       s.max_attempts, s.missed, s.missed_within_seconds, s.overlap, s.starts_at, s.ends_at, s.next_at, s.last_at, s.last_job,
       j.status AS last_status, s.paused_at, s.paused_reason, s.origin
  FROM ix_schedules s LEFT JOIN ix_jobs j ON j.job_id = s.last_job
 WHERE (?1 IS NULL OR s.name = ?1) AND s.name > ?2 ORDER BY s.name LIMIT ?3;
