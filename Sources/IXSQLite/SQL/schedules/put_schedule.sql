-- put_schedule: writes a schedule in place of the one with its name.
-- ?1 name, ?2 version, ?3 cron, ?4 every_seconds, ?5 time_zone, ?6 request, ?7 callback_url, ?8 queue, ?9 group_key, ?10 priority,
-- ?11 max_attempts, ?12 missed, ?13 missed_within_seconds, ?14 overlap, ?15 starts_at, ?16 ends_at, ?17 next_at, ?18 last_at,
-- ?19 last_job, ?20 paused_at, ?21 origin, ?22 paused_reason
INSERT INTO ix_schedules (name, version, cron, every_seconds, time_zone, request, callback_url, queue, group_key, priority,
                          max_attempts, missed, missed_within_seconds, overlap, starts_at, ends_at, next_at, last_at, last_job,
                          paused_at, origin, paused_reason)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
    ON CONFLICT (name) DO UPDATE
   SET version = excluded.version, cron = excluded.cron, every_seconds = excluded.every_seconds, time_zone = excluded.time_zone,
       request = excluded.request, callback_url = excluded.callback_url, queue = excluded.queue, group_key = excluded.group_key,
       priority = excluded.priority, max_attempts = excluded.max_attempts, missed = excluded.missed,
       missed_within_seconds = excluded.missed_within_seconds, overlap = excluded.overlap, starts_at = excluded.starts_at,
       ends_at = excluded.ends_at, next_at = excluded.next_at, last_at = excluded.last_at, last_job = excluded.last_job,
       paused_at = excluded.paused_at, paused_reason = excluded.paused_reason, origin = excluded.origin;
