-- ix_forget_error: removes a deleted job from the errors.
CREATE TRIGGER ix_forget_error AFTER DELETE ON ix_jobs WHEN OLD.status = 'error'
BEGIN
    DELETE FROM ix_errors WHERE created_at = OLD.created_at AND job_id = OLD.job_id;
END;
