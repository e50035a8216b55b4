-- fire_schedules: inserts the jobs of planned moments, each by ix_fire, in one transaction. Item n of each array is a schedule.
-- $1 names, $2 versions, $3 planned moments, $4 next moments
SELECT r.result, r.job_id
  FROM ROWS FROM (unnest($1::text[]), unnest($2::bigint[]), unnest($3::timestamptz[]), unnest($4::timestamptz[]))
       WITH ORDINALITY AS t (name, version, at, next, place), LATERAL ix_fire(t.name, t.version, t.at, t.next) AS r
 ORDER BY t.place;
