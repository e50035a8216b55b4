-- ix_join_line: puts a plain job that gets a priority into the line of its use case. The change of the queue enters it there.
CREATE TRIGGER ix_join_line AFTER UPDATE OF priority ON ix_jobs
    WHEN NEW.status = 'pending' AND NEW.queue IS NULL AND NEW.priority <> 0 AND NEW.use_case IS NOT NULL
BEGIN
    UPDATE ix_jobs SET queue = use_case WHERE job_id = NEW.job_id;
END;
