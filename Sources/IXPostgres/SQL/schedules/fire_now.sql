-- fire_now: inserts a schedule's job at once, all by ix_fire_now.
-- $1 name
SELECT ix_fire_now($1::text) AS job_id;
