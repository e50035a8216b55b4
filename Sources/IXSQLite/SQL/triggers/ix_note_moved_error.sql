-- ix_note_moved_error: notes a job that arrives with its error, by a move or a restore.
CREATE TRIGGER ix_note_moved_error AFTER INSERT ON ix_jobs WHEN NEW.status = 'error'
BEGIN
    INSERT INTO ix_errors (created_at, job_id, use_case, code)
    VALUES (NEW.created_at, NEW.job_id, NEW.use_case, substr(NEW.response ->> '$.error.code', 1, 255)) ON CONFLICT DO NOTHING;
END;
