-- hold_suspects: jobs that ran when their daemon died, and wait for another start, become suspects, and wait for their turn: their
-- rows say an hour ahead, so that claims don't see them, and they are due by themselves should no daemon give them one.
-- $1 job_ids, $2 how many suspects may run at a time from now on
WITH suspected AS (
    INSERT INTO ix_suspects AS s (job_id, width, run_at, attempts)
    SELECT job_id, $2::integer, run_at, attempts FROM ix_jobs WHERE job_id = ANY ($1::uuid[]) AND status = 'pending'
        ON CONFLICT (job_id) DO UPDATE
           SET deaths = s.deaths + 1, run_at = excluded.run_at, attempts = excluded.attempts, is_held = true
    RETURNING job_id)
UPDATE ix_jobs j SET run_at = now() + interval '1 hour'
  FROM suspected s WHERE j.job_id = s.job_id AND j.status = 'pending';
