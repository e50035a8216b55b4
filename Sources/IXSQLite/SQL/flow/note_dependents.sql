-- note_dependents: writes a note for each job that waits for a job which is erased, so that the release looks at them again.
-- ?1 job_id of the erased job
INSERT INTO ix_ended (job_id) SELECT job_id FROM ix_dependencies WHERE after_job = ?1;
