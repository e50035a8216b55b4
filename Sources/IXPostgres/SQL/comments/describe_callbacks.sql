-- describe_callbacks: what `psql \d+` and docs/sql.md say of the tables of 0003 to 0005: callbacks, moves, producers.
-- Applied by `ix-worker migrate` when a text has changed.

COMMENT ON TABLE ix_callbacks IS 'The outbox: a row for each callback, written in the transaction of the job''s end.';
COMMENT ON COLUMN ix_callbacks.job_id IS 'The job.';
COMMENT ON COLUMN ix_callbacks.client_id IS 'The job''s client.';
COMMENT ON COLUMN ix_callbacks.url IS 'The callback URL.';
COMMENT ON COLUMN ix_callbacks.endpoint IS 'Scheme, host and port of the URL: the unit that is slow or dead together.';
COMMENT ON COLUMN ix_callbacks.status IS 'The job''s status: done or error.';
COMMENT ON COLUMN ix_callbacks.body IS 'The bytes of each try; null once the callback was received.';
COMMENT ON COLUMN ix_callbacks.wrapped IS 'True for a body in an envelope; decided by the first try.';
COMMENT ON COLUMN ix_callbacks.state IS 'due, delivered or failed.';
COMMENT ON COLUMN ix_callbacks.due_at IS 'Time of the next try; of a try under way the end of its lease.';
COMMENT ON COLUMN ix_callbacks.since IS 'Begin of the schedule: the job''s end, or the request for another delivery.';
COMMENT ON COLUMN ix_callbacks.ended_at IS 'The job''s end.';
COMMENT ON COLUMN ix_callbacks.step IS 'Index in the schedule.';
COMMENT ON COLUMN ix_callbacks.tries IS 'Tries in all.';
COMMENT ON COLUMN ix_callbacks.claim_id IS 'The try under way; null between tries.';
COMMENT ON COLUMN ix_callbacks.daemon_id IS 'The daemon of the newest try.';
COMMENT ON COLUMN ix_callbacks.settled_at IS 'Time at which the callback was delivered or given up.';
COMMENT ON COLUMN ix_callbacks.trace_context IS 'Trace context of the job''s last start, the parent of the tries'' spans.';

COMMENT ON TABLE ix_redeliveries IS 'Requests to deliver a job''s callback once more, which a daemon carries out.';
COMMENT ON COLUMN ix_redeliveries.job_id IS 'The job.';
COMMENT ON COLUMN ix_redeliveries.requested_at IS 'Time of the request.';

COMMENT ON TABLE ix_deliveries IS 'The log of tries.';
COMMENT ON COLUMN ix_deliveries.job_id IS 'The job.';
COMMENT ON COLUMN ix_deliveries.claim_id IS 'The try.';
COMMENT ON COLUMN ix_deliveries.daemon_id IS 'The daemon that tried.';
COMMENT ON COLUMN ix_deliveries.try IS 'Number of the try, from 1.';
COMMENT ON COLUMN ix_deliveries.ended_at IS 'End of the try.';
COMMENT ON COLUMN ix_deliveries.seconds IS 'Duration of the try.';
COMMENT ON COLUMN ix_deliveries.http_status IS 'The receiver''s HTTP status; null without an answer.';
COMMENT ON COLUMN ix_deliveries.reason IS 'Why the try failed; null when the callback was received.';
COMMENT ON COLUMN ix_deliveries.answer IS 'The first 256 bytes of the answer.';

COMMENT ON TABLE ix_legacy_ends IS 'Jobs that legacy code ended after the migration, possibly without a callback.';
COMMENT ON COLUMN ix_legacy_ends.job_id IS 'The job.';
COMMENT ON COLUMN ix_legacy_ends.ended_at IS 'Time of the end.';

COMMENT ON TABLE ix_moved_batches IS 'Batches of jobs moved to or from another store, noted in the batch''s transaction.';
COMMENT ON COLUMN ix_moved_batches.export_id IS 'The export, as the first line of its file names it.';
COMMENT ON COLUMN ix_moved_batches.batch IS 'Number of the batch.';
COMMENT ON COLUMN ix_moved_batches.direction IS 'out for an export, in for an import.';
COMMENT ON COLUMN ix_moved_batches.entered_at IS 'Time of the move.';

COMMENT ON SEQUENCE ix_hints IS 'Time of the last notification of idle workers, as twice the unix milliseconds, plus 1 after a second notification.';

COMMENT ON TABLE ix_client_roles IS 'Database roles that speak for one client or several; a role without a row speaks for every client. The operator fills the table.';
COMMENT ON COLUMN ix_client_roles.role IS 'The role: the login, or a role of which the login is a member.';
COMMENT ON COLUMN ix_client_roles.client_id IS 'A client for which the role may act.';
