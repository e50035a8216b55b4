-- ix_leave_line: takes a job out of its line at its end, for every writer, and at the claim of a program that names no claim,
-- which no limit binds.
CREATE TRIGGER ix_leave_line AFTER UPDATE OF status ON ix_jobs
    WHEN NEW.queue IS NOT NULL AND NEW.status <> OLD.status
        AND (NEW.status IN ('done', 'error') OR NEW.status = 'running' AND NEW.claim_id IS NULL)
BEGIN
    DELETE FROM ix_lines WHERE job_id = NEW.job_id;
END;
