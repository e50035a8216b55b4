-- drop_parent: takes away what an erased job waits for, and what waits for the job where its end counts: after `done`, or where
-- any end does. What is left fails at the release, because the job is gone.
-- ?1 job_id of the erased job, ?2 its status
DELETE FROM ix_dependencies WHERE job_id = ?1 OR after_job = ?1 AND (?2 = 'done' OR on_failure = 'run');
