-- plan_schedules: moves schedules to their next moments without a fire, or pauses them with a reason, each by ix_plan, in one
-- transaction. Item n of each array is a schedule.
-- $1 names, $2 versions, $3 planned moments, null for none, $4 next moments, $5 reasons of pauses
SELECT ix_plan(t.name, t.version, t.at, t.next, t.reason) AS changed
  FROM ROWS FROM (unnest($1::text[]), unnest($2::bigint[]), unnest($3::timestamptz[]), unnest($4::timestamptz[]), unnest($5::text[]))
       WITH ORDINALITY AS t (name, version, at, next, reason, place)
 ORDER BY t.place;
