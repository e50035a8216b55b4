-- reschedule: gives a pending job another time or priority, all by ix_reschedule. Index: the primary key.
-- $1 job_id, $2 run_at or null, $3 priority or null
SELECT ix_reschedule($1::uuid, $2::timestamptz, $3::integer) AS result;
