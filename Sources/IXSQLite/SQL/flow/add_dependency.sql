-- add_dependency: notes a parent of a dependent job.
-- ?1 job_id, ?2 after_job, ?3 on_failure
INSERT INTO ix_dependencies (job_id, after_job, on_failure) VALUES (?1, ?2, ?3);
