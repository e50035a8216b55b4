-- name_clients: writes the clients of the jobs that wait in a queue, which from now on are counted.
-- ?1 queue
UPDATE ix_lines SET client_id = (SELECT j.client_id FROM ix_jobs j WHERE j.job_id = ix_lines.job_id)
 WHERE queue = ?1 AND client_id IS NULL AND held = 0;
