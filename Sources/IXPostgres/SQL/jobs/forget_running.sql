-- forget_running: takes away this daemon's declarations whose jobs have ended or were never started. The first job of
-- each tells a declaration from a later one at the same place.
-- $1 daemon_id, $2 places, $3 the first job of each
DELETE FROM ix_running WHERE ctid = ANY ($2::tid[]) AND daemon_id = $1::uuid AND job_ids[1] = ANY ($3::uuid[]);
