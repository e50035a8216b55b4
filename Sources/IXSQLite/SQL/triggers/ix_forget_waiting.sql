-- ix_forget_waiting: writes a note for the dependent jobs of a deleted job, and deletes the job's own dependencies and place in a
-- batch, for every writer.
CREATE TRIGGER ix_forget_waiting AFTER DELETE ON ix_jobs
    WHEN OLD.has_dependents OR OLD.waits OR OLD.batch_id IS NOT NULL
BEGIN
    DELETE FROM ix_members WHERE batch_id = OLD.batch_id AND job_id = OLD.job_id;
    DELETE FROM ix_dependencies WHERE job_id = OLD.job_id;
    DELETE FROM ix_batches WHERE batch_id = OLD.job_id;
    INSERT INTO ix_ended (job_id)
    SELECT OLD.job_id WHERE EXISTS (SELECT 1 FROM ix_dependencies WHERE after_job = OLD.job_id);
END;
