-- plan_schedule: moves a schedule to its next moment without a fire, or pauses it with a reason, all by ix_plan.
-- $1 name, $2 version, $3 planned moment, null for none, $4 next moment, $5 reason of a pause
SELECT ix_plan($1::text, $2::bigint, $3::timestamptz, $4::timestamptz, $5::text) AS changed;
