-- hold_suspects: makes pending jobs suspects which ran when their daemon died. Each suspect waits for its turn:
-- run_at is set an hour ahead, so that claims don't see the job. Should no daemon release the job, the job is due by
-- itself after the hour.
-- $1 job_ids, $2 the number of suspects that may run at a time from now on
WITH suspected AS (
    INSERT INTO ix_suspects AS s (job_id, width, run_at, attempts)
    SELECT job_id, $2::integer, run_at, attempts FROM ix_jobs WHERE job_id = ANY ($1::uuid[]) AND status = 'pending' COLLATE "C"
        ON CONFLICT (job_id) DO UPDATE
           SET deaths = s.deaths + 1, run_at = excluded.run_at, attempts = excluded.attempts, is_held = true
    RETURNING job_id)
UPDATE ix_jobs j SET run_at = now() + interval '1 hour'
  FROM suspected s WHERE j.job_id = s.job_id AND j.status = 'pending' COLLATE "C";
