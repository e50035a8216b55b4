-- ix_note_ended: notes a job for the next release, for every writer: a parent that has ended, or a dependent job that has ended or
-- was claimed while it waited.
CREATE TRIGGER ix_note_ended AFTER UPDATE OF status ON ix_jobs
    WHEN NEW.status <> OLD.status AND (NEW.has_dependents AND NEW.status IN ('done', 'error') OR OLD.waits)
BEGIN
    INSERT INTO ix_ended (job_id) VALUES (NEW.job_id);
    UPDATE ix_jobs SET waits = NULL WHERE job_id = NEW.job_id AND status = 'running' AND waits;
END;
