-- read_batch: returns how far a batch has come, all by ix_batch_state; no row for a job that is no finisher.
-- $1 batch_id
SELECT client_id, status, result, on_failure, is_open, members, ended, running, failed FROM ix_batch_state($1::uuid);
