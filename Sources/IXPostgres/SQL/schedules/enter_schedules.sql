-- enter_schedules: enters the schedules of a daemon's configuration files, all by ix_enter_schedules; nothing without
-- schedules in the files or of files in the store.
-- $1 host, $2 instance, $3 the schedules as a JSON array
SELECT e.name, e.change, e.origin, e.reason
  FROM (SELECT 1 WHERE $3::jsonb <> '[]' OR EXISTS (SELECT 1 FROM ix_schedules WHERE origin IS NOT NULL)) AS one,
       LATERAL ix_enter_schedules($1::text, $2::text, $3::jsonb) AS e;
