-- drop_dependency: takes a dependency away. Index: the primary key.
-- ?1 job_id, ?2 after_job
DELETE FROM ix_dependencies WHERE job_id = ?1 AND after_job = ?2;
