-- link_resubmitted: names the ended job that a new one was made from. Index: the primary key.
-- ?1 job_id, ?2 the ended job's id
UPDATE ix_jobs SET resubmit_of = ?2 WHERE job_id = ?1;
