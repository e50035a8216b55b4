-- pause_schedule: stops a schedule, all by ix_pause_schedule.
-- $1 name
SELECT ix_pause_schedule($1::text) AS changed;
