-- examine_schedules: returns schedules that a daemon has paused, with the reason, and schedules whose moment came over two minutes
-- ago and was not fired; with the configuration file of each schedule.
SELECT s.name, s.paused_reason AS reason, s.origin ->> 'file' AS file, floor(extract(epoch FROM now() - s.next_at) / 60)::bigint AS minutes
  FROM ix_schedules s
 WHERE CASE WHEN s.paused_at IS NULL THEN s.next_at < now() - interval '2 minutes' ELSE s.paused_reason IS NOT NULL END
 ORDER BY s.name LIMIT 100;
