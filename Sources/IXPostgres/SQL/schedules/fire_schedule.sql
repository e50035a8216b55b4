-- fire_schedule: inserts a schedule's job for its planned moment, all by ix_fire.
-- $1 name, $2 version, $3 planned moment, $4 next moment
SELECT result, job_id FROM ix_fire($1::text, $2::bigint, $3::timestamptz, $4::timestamptz);
