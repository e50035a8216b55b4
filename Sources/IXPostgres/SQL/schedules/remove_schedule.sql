-- remove_schedule: removes a schedule, all by ix_unschedule.
-- $1 name
SELECT ix_unschedule($1::text) AS changed;
