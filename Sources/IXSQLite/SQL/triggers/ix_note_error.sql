-- ix_note_error: notes a job that ended in error, for lists of errors, for every writer.
CREATE TRIGGER ix_note_error AFTER UPDATE OF status ON ix_jobs
    WHEN NEW.status = 'error' AND OLD.status <> 'error'
BEGIN
    INSERT INTO ix_errors (created_at, job_id, use_case, code)
    VALUES (NEW.created_at, NEW.job_id, NEW.use_case, substr(NEW.response ->> '$.error.code', 1, 255)) ON CONFLICT DO NOTHING;
END;
