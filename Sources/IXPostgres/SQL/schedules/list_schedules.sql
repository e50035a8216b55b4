-- list_schedules: returns schedules behind a name, by name, with the status of each newest job.
-- $1 name, null for all, $2 the name before the first, $3 limit
SELECT s.name, s.version, s.request, s.cron, s.every_seconds, s.time_zone, s.callback_url, s.queue, s.group_key, s.priority,
       s.max_attempts, s.missed, s.missed_within_seconds, s.overlap, extract(epoch FROM s.starts_at) AS starts_at,
       extract(epoch FROM s.ends_at) AS ends_at, extract(epoch FROM s.next_at) AS next_at, extract(epoch FROM s.last_at) AS last_at,
       s.last_job, j.status AS last_status, extract(epoch FROM s.paused_at) AS paused_at, s.paused_reason, s.origin
  FROM ix_schedules s LEFT JOIN ix_jobs j ON j.job_id = s.last_job
 WHERE ($1::text IS NULL OR s.name = $1::text) AND s.name > $2::text ORDER BY s.name LIMIT $3::integer;
