-- release_suspects: makes as many suspects due as may run at a time, fewest deaths first. Rows locked by another
-- transaction are skipped.
-- A suspect that became due by itself counts as running. Suspects that wait long are put off again.
WITH started AS (
    UPDATE ix_suspects s SET is_held = false
      FROM ix_jobs j WHERE s.is_held AND j.job_id = s.job_id AND j.status = 'running' COLLATE "C"
    RETURNING s.job_id),
room AS (
    SELECT min(width) - count(*) FILTER (WHERE NOT is_held) - (SELECT count(*) FROM started) AS free FROM ix_suspects),
chosen AS MATERIALIZED (
    SELECT s.job_id, s.run_at
      FROM ix_suspects s JOIN ix_jobs j ON j.job_id = s.job_id
     WHERE s.is_held AND j.status = 'pending' COLLATE "C"
     ORDER BY s.deaths, coalesce(s.run_at, j.created_at), s.job_id
     LIMIT greatest((SELECT free FROM room), 0)
       FOR UPDATE OF j SKIP LOCKED),
released AS (
    UPDATE ix_suspects s SET is_held = false FROM chosen c WHERE s.job_id = c.job_id),
due AS (
    -- The suspect was due before it ran; a run_at in the future is from before the clock stepped back.
    UPDATE ix_jobs j SET run_at = CASE WHEN coalesce(c.run_at, j.created_at) > now() THEN now() ELSE c.run_at END
      FROM chosen c WHERE j.job_id = c.job_id AND j.status = 'pending' COLLATE "C"
    RETURNING j.job_id),
put_off AS (
    UPDATE ix_jobs j SET run_at = now() + interval '1 hour'
     WHERE j.job_id IN (SELECT l.job_id
                          FROM ix_jobs l JOIN ix_suspects s ON s.job_id = l.job_id
                         WHERE s.is_held AND l.status = 'pending' COLLATE "C" AND l.run_at < now() + interval '30 minutes'
                           AND l.job_id NOT IN (SELECT job_id FROM chosen)
                           FOR UPDATE OF l SKIP LOCKED))
SELECT (SELECT count(*) FROM ix_suspects) AS suspects, (SELECT count(*) FROM due) AS released;
