-- set_schedule: makes a schedule or changes it, all by ix_schedule.
-- $1 name, $2 request, $3 cron, $4 every_seconds, $5 time_zone, $6 callback_url, $7 queue, $8 group_key, $9 priority,
-- $10 max_attempts, $11 missed, $12 missed_within_seconds, $13 overlap, $14 starts_at, $15 ends_at
SELECT ix_schedule($1::text, $2::jsonb, $3::text, $4::double precision, $5::text, $6::text, $7::text, $8::text, $9::integer,
                   $10::integer, $11::text, $12::double precision, $13::text, $14::timestamptz, $15::timestamptz) AS version;
