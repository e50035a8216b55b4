-- record_breakers: records which pipelines take no jobs at this daemon, for readers of the queue's statistics.
-- $1 daemon_id, $2 a JSON array of {pipeline, reason}, null for none
UPDATE ix_daemons SET open_breakers = $2::jsonb WHERE daemon_id = $1::uuid;
