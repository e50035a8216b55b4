-- cut_running: takes away the declarations of dead daemons and of legacy workers, where no job of the declaration runs or
-- is being claimed.
-- A statement of a dead daemon that the server has still to execute claims nothing after the lease as the daemon knew it.
-- An ended lease doesn't say when that was, and a lease is an hour at most. So a declaration stays for 10 minutes after
-- that. A claim under way holds its row's lock: a pending job counts as free only when its row can be locked now.
WITH dead AS MATERIALIZED (
    SELECT r.ctid AS place, r.job_ids FROM ix_running r
     WHERE NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = r.daemon_id
                          AND greatest(w.lease_until, w.renewed_at + interval '1 hour') > now() - interval '10 minutes')
     LIMIT 1000 FOR UPDATE OF r SKIP LOCKED),
live AS MATERIALIZED (
    SELECT job_id, status FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT unnest(job_ids) FROM dead)) AND status COLLATE "C" IN ('pending', 'running')),
free AS MATERIALIZED (
    SELECT job_id FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT job_id FROM live WHERE status = 'pending')) AND status = 'pending' COLLATE "C"
       FOR UPDATE SKIP LOCKED)
DELETE FROM ix_running
 WHERE ctid = ANY (ARRAY(
           SELECT d.place FROM dead d
            WHERE NOT EXISTS (SELECT 1 FROM live l WHERE l.job_id = ANY (d.job_ids) AND l.job_id NOT IN (SELECT job_id FROM free))));
