-- name_clients: writes the clients of the jobs waiting in a queue, for the counts from now on. A waiting finisher doesn't count.
-- ?1 queue
UPDATE ix_lines SET client_id = (SELECT j.client_id FROM ix_jobs j WHERE j.job_id = ix_lines.job_id)
 WHERE queue = ?1 AND client_id IS NULL AND held = 0
   AND NOT EXISTS (SELECT 1 FROM ix_batches b WHERE b.batch_id = ix_lines.job_id);
