-- ix_forget_line: takes a deleted job out of its line.
CREATE TRIGGER ix_forget_line AFTER DELETE ON ix_jobs WHEN OLD.queue IS NOT NULL
BEGIN
    DELETE FROM ix_lines WHERE job_id = OLD.job_id;
END;
