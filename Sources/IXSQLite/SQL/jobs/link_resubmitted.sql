-- link_resubmitted: records in a new job the ended job from which the new job was made. Index: the primary key.
-- ?1 job_id, ?2 the ended job's id
UPDATE ix_jobs SET resubmit_of = ?2 WHERE job_id = ?1;
