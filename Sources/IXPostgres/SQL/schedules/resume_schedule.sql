-- resume_schedule: lets a schedule go on, all by ix_resume_schedule.
-- $1 name
SELECT ix_resume_schedule($1::text) AS changed;
