-- describe_http: what `psql \d+` and docs/sql.md say of the tables of 0008 and the schema's own tables: tokens, sessions, audit, operations.
-- Applied by `ix-worker migrate` when a text has changed.

COMMENT ON TABLE ix_tokens IS 'Tokens of the HTTP API; only their hashes are kept.';
COMMENT ON COLUMN ix_tokens.token_id IS 'First part of the token''s text, ixt_<token_id>_<secret>.';
COMMENT ON COLUMN ix_tokens.hash IS 'SHA-256 of the whole text.';
COMMENT ON COLUMN ix_tokens.name IS 'Name of the holder.';
COMMENT ON COLUMN ix_tokens.role IS 'metrics, reader, producer or operator.';
COMMENT ON COLUMN ix_tokens.client_id IS 'The only client for which the token speaks; null for every client.';
COMMENT ON COLUMN ix_tokens.documents IS 'False: requests, responses and logs are not shown.';
COMMENT ON COLUMN ix_tokens.created_at IS 'Time of the making.';
COMMENT ON COLUMN ix_tokens.created_by IS 'Who made the token.';
COMMENT ON COLUMN ix_tokens.expires_at IS 'End of the token; null for none.';
COMMENT ON COLUMN ix_tokens.revoked_at IS 'Time of the revocation.';
COMMENT ON COLUMN ix_tokens.last_used_at IS 'The newest day on which the token was used.';
COMMENT ON COLUMN ix_tokens.replaced_by IS 'The token that takes its place after a rotation.';

COMMENT ON TABLE ix_sessions IS 'Sessions of browsers, and one-time links that lead to one.';
COMMENT ON COLUMN ix_sessions.hash IS 'SHA-256 of 256 random bits.';
COMMENT ON COLUMN ix_sessions.token_id IS 'The token with which the session ends; null for a session opened through the operator''s socket.';
COMMENT ON COLUMN ix_sessions.actor IS 'Name in the audit.';
COMMENT ON COLUMN ix_sessions.role IS 'reader, producer or operator.';
COMMENT ON COLUMN ix_sessions.client_id IS 'The only client whose jobs the session sees; null for every client.';
COMMENT ON COLUMN ix_sessions.documents IS 'False: requests, responses and logs are not shown.';
COMMENT ON COLUMN ix_sessions.is_link IS 'True for a link that a login takes once.';
COMMENT ON COLUMN ix_sessions.created_at IS 'Begin of the session.';
COMMENT ON COLUMN ix_sessions.expires_at IS 'End of the session.';

COMMENT ON TABLE ix_audit IS 'Every change but an enqueue, written in the change''s own transaction.';
COMMENT ON COLUMN ix_audit.audit_id IS 'Number of the entry.';
COMMENT ON COLUMN ix_audit.at IS 'Time of the change.';
COMMENT ON COLUMN ix_audit.actor IS 'Who changed.';
COMMENT ON COLUMN ix_audit.role IS 'In which role.';
COMMENT ON COLUMN ix_audit.action IS 'What was done, such as cancel, token_create or queue_set.';
COMMENT ON COLUMN ix_audit.target IS 'One thing: a job, a token, a queue.';
COMMENT ON COLUMN ix_audit.filter IS 'The filter of a change of many jobs.';
COMMENT ON COLUMN ix_audit.count IS 'How many jobs changed.';
COMMENT ON COLUMN ix_audit.request_id IS 'The HTTP request, as in the log.';
COMMENT ON COLUMN ix_audit.address IS 'The caller''s address.';

COMMENT ON TABLE ix_operations IS 'Changes of many jobs: first a preview, then the run in steps, which any daemon resumes.';
COMMENT ON COLUMN ix_operations.operation_id IS 'Random; a caller that knows a preview''s id may confirm the preview.';
COMMENT ON COLUMN ix_operations.state IS 'preview, running, done, stopped or failed.';
COMMENT ON COLUMN ix_operations.action IS 'cancel, resubmit or redeliver.';
COMMENT ON COLUMN ix_operations.filter IS 'Which jobs.';
COMMENT ON COLUMN ix_operations.actor IS 'Who asked.';
COMMENT ON COLUMN ix_operations.role IS 'In which role.';
COMMENT ON COLUMN ix_operations.token_id IS 'By which token.';
COMMENT ON COLUMN ix_operations.as_of IS 'Only jobs created up to this time are met.';
COMMENT ON COLUMN ix_operations.count IS 'Jobs that the preview found.';
COMMENT ON COLUMN ix_operations.is_at_least IS 'True: the preview found at least so many.';
COMMENT ON COLUMN ix_operations.created_at IS 'Time of the preview.';
COMMENT ON COLUMN ix_operations.expires_at IS 'End of the preview.';
COMMENT ON COLUMN ix_operations.started_at IS 'Begin of the run.';
COMMENT ON COLUMN ix_operations.ended_at IS 'End of the run.';
COMMENT ON COLUMN ix_operations.cursor IS 'Where the next step begins.';
COMMENT ON COLUMN ix_operations.changed IS 'Jobs that the steps changed.';
COMMENT ON COLUMN ix_operations.skipped IS 'Jobs that the steps passed over.';
COMMENT ON COLUMN ix_operations.stop_requested_at IS 'Time of a request to stop.';
COMMENT ON COLUMN ix_operations.reason IS 'Why the run stopped or failed.';
COMMENT ON COLUMN ix_operations.daemon_id IS 'The daemon that makes the next step.';
COMMENT ON COLUMN ix_operations.lease_until IS 'Until when the daemon makes it.';

COMMENT ON TABLE ix_schema_migrations IS 'Applied migrations.';
COMMENT ON COLUMN ix_schema_migrations.version IS 'Number of the migration.';
COMMENT ON COLUMN ix_schema_migrations.checksum IS 'Checksum of its text.';
COMMENT ON COLUMN ix_schema_migrations.applied_at IS 'Time of the migration.';
COMMENT ON COLUMN ix_schema_migrations.oldest_daemon IS 'The oldest daemon that the schema serves after the migration.';
COMMENT ON COLUMN ix_schema_migrations.finished_at IS 'Time of `ix-worker migrate --finish`.';

COMMENT ON TABLE ix_schema_objects IS 'Applied functions, and the descriptions of tables.';
COMMENT ON COLUMN ix_schema_objects.name IS 'Name of the function.';
COMMENT ON COLUMN ix_schema_objects.checksum IS 'Checksum of its text.';
COMMENT ON COLUMN ix_schema_objects.signature IS 'Signature of the function; empty for the descriptions.';
COMMENT ON COLUMN ix_schema_objects.applied_at IS 'Time of the newest change.';
