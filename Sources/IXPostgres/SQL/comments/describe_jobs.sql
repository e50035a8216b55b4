-- describe_jobs: what `psql \d+` and docs/sql.md say of the tables of 0001 and 0002: jobs, daemons, starts.
-- Applied by `ix-worker migrate` when a text has changed.

COMMENT ON COLUMN ix_jobs.use_case IS 'Name of the work, which picks the pipeline; filled at the insert from the request.';
COMMENT ON COLUMN ix_jobs.run_at IS 'Earliest time of the next start; null for at once.';
COMMENT ON COLUMN ix_jobs.priority IS 'Order within the queue, -1000 to 1000; smaller starts sooner.';
COMMENT ON COLUMN ix_jobs.max_attempts IS 'Starts that may fail or crash; 0 for no limit.';
COMMENT ON COLUMN ix_jobs.expires_at IS 'Time after which a job that has not started ends in error, code `expired`.';
COMMENT ON COLUMN ix_jobs.claim_id IS 'The claim that holds the running job, or held the ended one.';
COMMENT ON COLUMN ix_jobs.finished_claim IS 'The claim that ended the job.';
COMMENT ON COLUMN ix_jobs.daemon_id IS 'The daemon of the newest start.';
COMMENT ON COLUMN ix_jobs.cancel_requested_at IS 'Time of a cancel that the running job''s daemon has still to carry out.';
COMMENT ON COLUMN ix_jobs.resubmit_of IS 'The ended job that this job repeats.';
COMMENT ON COLUMN ix_jobs.due_at IS 'Place of a plain job among the due ones: coalesce(run_at, created_at) while the job is pending, has no queue and waits for no other job; else null.';
COMMENT ON COLUMN ix_jobs.queue IS 'The queue in whose line the job stands for its whole life; null for a plain job.';
COMMENT ON COLUMN ix_jobs.group_key IS 'The group within the queue, such as a customer or a document.';
COMMENT ON COLUMN ix_jobs.waits IS 'True while the job waits for other jobs; null from their end, or from the first start, on.';
COMMENT ON COLUMN ix_jobs.batch_id IS 'The job_id of the batch''s finisher.';
COMMENT ON COLUMN ix_jobs.has_dependents IS 'True when an end of the job is noted in ix_ended.';
COMMENT ON COLUMN ix_jobs.retry_seconds IS 'Pauses before the starts after a failed one, in seconds; null for the pipeline''s.';
COMMENT ON COLUMN ix_jobs.trace_context IS 'The caller''s W3C traceparent, and behind a line break its tracestate.';

COMMENT ON TABLE ix_running IS 'Jobs that a daemon may be running, said before the claim: a superset of the running jobs, in lists.';
COMMENT ON COLUMN ix_running.daemon_id IS 'The daemon; null for the job of a legacy worker.';
COMMENT ON COLUMN ix_running.job_ids IS 'The jobs.';

COMMENT ON TABLE ix_expiring IS 'Jobs with an expires_at, looked up when due; ix_jobs decides.';
COMMENT ON COLUMN ix_expiring.expires_at IS 'When to look at the job.';
COMMENT ON COLUMN ix_expiring.job_id IS 'The job.';

COMMENT ON TABLE ix_daemons IS 'Daemons that run or ran; the lease covers all jobs that the daemon holds.';
COMMENT ON COLUMN ix_daemons.daemon_id IS 'The daemon, new at each start.';
COMMENT ON COLUMN ix_daemons.instance IS 'Name of the daemon on its host: [worker] instance.';
COMMENT ON COLUMN ix_daemons.host IS 'Name of the host.';
COMMENT ON COLUMN ix_daemons.pid IS 'Process number on the host.';
COMMENT ON COLUMN ix_daemons.version IS 'Version of ix-worker.';
COMMENT ON COLUMN ix_daemons.schema_version IS 'The newest schema version that the daemon knows.';
COMMENT ON COLUMN ix_daemons.started_at IS 'Start of the daemon.';
COMMENT ON COLUMN ix_daemons.renewed_at IS 'Newest heartbeat, or the moment from which the lease counts after the server''s clock was set back.';
COMMENT ON COLUMN ix_daemons.lease_until IS 'End of the lease; later than now for a live daemon.';
COMMENT ON COLUMN ix_daemons.open_breakers IS 'Pipelines that take no jobs at this daemon for now, each with the reason; null for none.';
COMMENT ON COLUMN ix_daemons.serves IS 'Use cases for which the daemon has pipelines; null for every use case.';
COMMENT ON COLUMN ix_daemons.queues IS 'Queues from which the daemon takes jobs; null for every queue.';
COMMENT ON COLUMN ix_daemons.workers IS 'Workers that have not ended, as of the newest heartbeat.';
COMMENT ON COLUMN ix_daemons.wanted_workers IS 'Workers that an operator wants, by ix_scale_workers; null for the number of the configuration.';
COMMENT ON COLUMN ix_daemons.closed_endpoints IS 'Receivers that get no callbacks from this daemon for now, because their tries failed; null for none.';

COMMENT ON TABLE ix_suspects IS 'Jobs that ran when their daemon died, any of which may have killed it.';
COMMENT ON COLUMN ix_suspects.job_id IS 'The job.';
COMMENT ON COLUMN ix_suspects.deaths IS 'Deaths at which the job ran.';
COMMENT ON COLUMN ix_suspects.width IS 'Suspects that may run at a time; equal in all rows.';
COMMENT ON COLUMN ix_suspects.run_at IS 'The job''s own run_at; ix_jobs.run_at lies an hour ahead while the suspect waits for its turn.';
COMMENT ON COLUMN ix_suspects.attempts IS 'The job''s attempts when it became a suspect.';
COMMENT ON COLUMN ix_suspects.is_held IS 'True while the suspect waits for its turn.';

COMMENT ON TABLE ix_attempts IS 'Starts that the job''s own row doesn''t show: those after which the job went back, and ends with a log or an exit status.';
COMMENT ON COLUMN ix_attempts.job_id IS 'The job.';
COMMENT ON COLUMN ix_attempts.attempt IS 'Number of the start, from 1.';
COMMENT ON COLUMN ix_attempts.claim_id IS 'The start''s claim.';
COMMENT ON COLUMN ix_attempts.daemon_id IS 'The daemon that ran the start.';
COMMENT ON COLUMN ix_attempts.started_at IS 'Begin of the start; null when nothing ran.';
COMMENT ON COLUMN ix_attempts.ended_at IS 'End of the start.';
COMMENT ON COLUMN ix_attempts.outcome IS 'What became of the start, such as `complete`, `retry`, `timeout`, `suspect`.';
COMMENT ON COLUMN ix_attempts.exit_status IS 'Exit status or signal of the program, or the HTTP status of the service.';
COMMENT ON COLUMN ix_attempts.log_tail IS 'The last 64 KiB of the log.';
COMMENT ON COLUMN ix_attempts.starts IS 'Number of starts that the row counts; repeated starts that ran no program share a row.';

COMMENT ON TABLE ix_progress IS 'Progress of running jobs and the ends of their logs, about a second old.';
COMMENT ON COLUMN ix_progress.job_id IS 'The job.';
COMMENT ON COLUMN ix_progress.claim_id IS 'The start''s claim.';
COMMENT ON COLUMN ix_progress.fraction IS 'Progress from 0 to 1; null when the pipeline said none.';
COMMENT ON COLUMN ix_progress.message IS 'The pipeline''s newest message.';
COMMENT ON COLUMN ix_progress.log_tail IS 'The end of the log so far.';
COMMENT ON COLUMN ix_progress.log_bytes IS 'Bytes of the whole log so far.';
COMMENT ON COLUMN ix_progress.updated_at IS 'Time of the newest change.';

COMMENT ON TABLE ix_refused_writes IS 'Writes of other programs that a guard skipped.';
COMMENT ON COLUMN ix_refused_writes.refusal_id IS 'Number of the refusal.';
COMMENT ON COLUMN ix_refused_writes.refused_at IS 'Time of the write.';
COMMENT ON COLUMN ix_refused_writes.rule IS 'The rule that the write would have broken.';
COMMENT ON COLUMN ix_refused_writes.job_id IS 'The job.';
COMMENT ON COLUMN ix_refused_writes.old_status IS 'Status before the write.';
COMMENT ON COLUMN ix_refused_writes.new_status IS 'Status that the write wanted.';
COMMENT ON COLUMN ix_refused_writes.application IS 'application_name of the session.';
COMMENT ON COLUMN ix_refused_writes.role_name IS 'Login of the session.';
