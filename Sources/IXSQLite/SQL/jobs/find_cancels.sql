-- find_cancels: returns the time of the latest cancel request for a running job, null without such a request; and a mark of the
-- schedules without a plan, which changes with them. The statement only reads. Indexes: ix_jobs_running, an entry per running
-- job, and ix_schedules_next.
SELECT (SELECT max(cancel_requested_at) FROM ix_jobs INDEXED BY ix_jobs_running WHERE status = 'running') AS cancelled_at,
       (SELECT CASE WHEN count(*) > 0 THEN count(*) || '/' || sum(version) END
          FROM ix_schedules INDEXED BY ix_schedules_next WHERE paused_at IS NULL AND next_at IS NULL) AS unplanned;
