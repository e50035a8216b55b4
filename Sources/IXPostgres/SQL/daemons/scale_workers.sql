-- scale_workers: asks live daemons for another number of workers, all by ix_scale_workers.
-- $1 workers, null for the configuration's, $2 instance, null for every instance, $3 daemon_id, null for every daemon
SELECT daemon_id FROM ix_scale_workers($1::integer, $2::text, $3::uuid) AS daemon_id;
