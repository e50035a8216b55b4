-- catch_up_pending: makes jobs due which were inserted before the clock stepped back, because their created_at now
-- lies in the future. The jobs keep their order and all become due before now. A job with a run_at keeps waiting for
-- its run_at.
-- Index: ix_jobs_due, at most 1,000 entries behind the due jobs; rows locked by another transaction are skipped.
WITH ahead AS MATERIALIZED (
    SELECT job_id FROM ix_jobs
     WHERE due_at > now() + interval '1 second' AND (run_at IS NULL OR run_at IS NOT NULL)
     ORDER BY due_at, job_id LIMIT 1000),
early AS MATERIALIZED (
    SELECT job_id, created_at FROM ix_jobs
     WHERE job_id IN (SELECT job_id FROM ahead) AND status = 'pending' COLLATE "C" AND run_at IS NULL AND isfinite(created_at)
       FOR UPDATE SKIP LOCKED)
UPDATE ix_jobs j
   SET run_at = now() - ((SELECT max(created_at) FROM early) - e.created_at)
  FROM early e WHERE j.job_id = e.job_id AND j.status = 'pending' COLLATE "C"
RETURNING j.job_id;
