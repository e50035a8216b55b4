-- ix_free_finisher: takes the finisher of a new batch out of the count of its client's waiting jobs, for every writer. Otherwise
-- finishers could fill a client's depth, and wait for refused members. After the wait the finisher counts.
CREATE TRIGGER ix_free_finisher AFTER INSERT ON ix_batches
BEGIN
    UPDATE ix_lines SET client_id = NULL WHERE job_id = NEW.batch_id;
END;
