-- describe_flow: what `psql \d+` and docs/sql.md say of the tables of 0006: queues, lines, dependencies, schedules.
-- Applied by `ix-worker migrate` when a text has changed.

COMMENT ON TABLE ix_lines IS 'Where each job in line stands, and the place that it holds.';
COMMENT ON COLUMN ix_lines.job_id IS 'The job.';
COMMENT ON COLUMN ix_lines.queue IS 'The queue.';
COMMENT ON COLUMN ix_lines.group_key IS 'The group; `-` for jobs without one.';
COMMENT ON COLUMN ix_lines.priority IS 'Order within the queue; smaller first.';
COMMENT ON COLUMN ix_lines.seq IS 'Order of the inserts within the group.';
COMMENT ON COLUMN ix_lines.asleep IS 'Until when the job sleeps before it gets into line; null for a job in line.';
COMMENT ON COLUMN ix_lines.turn IS 'The job''s permission to start; null while the job waits for one.';
COMMENT ON COLUMN ix_lines.held IS 'True while the job runs under its turn.';
COMMENT ON COLUMN ix_lines.client_id IS 'The client, where the number of its waiting jobs is bounded; null from the claim on.';

COMMENT ON SEQUENCE ix_turns IS 'Numbers of places in line and of turns.';

COMMENT ON TABLE ix_members IS 'Members of batches.';
COMMENT ON COLUMN ix_members.batch_id IS 'The job_id of the batch''s finisher.';
COMMENT ON COLUMN ix_members.job_id IS 'The member.';
COMMENT ON COLUMN ix_members.created_at IS 'Time of the member''s insert.';

COMMENT ON TABLE ix_batches IS 'Batches whose finisher waits.';
COMMENT ON COLUMN ix_batches.batch_id IS 'The job_id of the finisher.';
COMMENT ON COLUMN ix_batches.on_failure IS 'When a member ends in error: run (the finisher starts all the same), fail (it fails), cancel_rest (the others are cancelled, and it fails).';
COMMENT ON COLUMN ix_batches.is_open IS 'True until ix_close_batch: the finisher waits although no member is open.';
COMMENT ON COLUMN ix_batches.cancelled_at IS 'Since when the members are being cancelled; null for a batch that goes on.';
COMMENT ON COLUMN ix_batches.failed_job IS 'The member whose error cancelled the rest.';
COMMENT ON COLUMN ix_batches.created_at IS 'Time of the finisher''s insert.';

COMMENT ON TABLE ix_queues IS 'Settings of queues; a null limit is no limit. Set by ix_set_queue and ix_pause.';
COMMENT ON COLUMN ix_queues.queue IS 'Name of the queue: a use case, or a name of its own.';
COMMENT ON COLUMN ix_queues.paused_at IS 'Time of the pause; null for a queue that is on.';
COMMENT ON COLUMN ix_queues.use_cases IS 'Use cases that the queue takes; null for all.';
COMMENT ON COLUMN ix_queues.concurrency IS 'Jobs of the queue that run at a time, over all daemons.';
COMMENT ON COLUMN ix_queues.group_concurrency IS 'Jobs of a group that run at a time, over all daemons.';
COMMENT ON COLUMN ix_queues.strict IS 'True: a group''s jobs run one after the other, in the order of their inserts.';
COMMENT ON COLUMN ix_queues.rate IS 'Starts of the queue in rate_seconds.';
COMMENT ON COLUMN ix_queues.rate_seconds IS 'Duration of the rate.';
COMMENT ON COLUMN ix_queues.group_rate IS 'Starts of each group in group_rate_seconds.';
COMMENT ON COLUMN ix_queues.group_rate_seconds IS 'Duration of the group''s rate.';
COMMENT ON COLUMN ix_queues.burst IS 'Starts at once after a pause without any; null for 1.';
COMMENT ON COLUMN ix_queues.group_by IS 'client_id, or a path of the request such as context.customer, from which the group is taken; null: the producer names the group.';
COMMENT ON COLUMN ix_queues.daemon_concurrency IS 'Jobs of the queue that one daemon runs at a time. Not in use yet.';
COMMENT ON COLUMN ix_queues.client_depth IS 'Waiting jobs that a client may have in the queue; more are refused.';
COMMENT ON COLUMN ix_queues.keep_done_seconds IS 'How long the queue''s done jobs are kept. Not in use yet.';
COMMENT ON COLUMN ix_queues.since_turn IS 'Places with an older turn are not handed on, because a limit has changed since.';
COMMENT ON COLUMN ix_queues.file_keys IS 'Settings that configuration files name, each with file, host and instance.';
COMMENT ON COLUMN ix_queues.entering IS 'Not null while plain jobs of the use case are still moved into the line.';
COMMENT ON COLUMN ix_queues.version IS 'Number of the newest change.';

COMMENT ON TABLE ix_groups IS 'Groups whose limits differ from those of their queue. Set by ix_set_group and ix_pause.';
COMMENT ON COLUMN ix_groups.queue IS 'The queue.';
COMMENT ON COLUMN ix_groups.group_key IS 'The group.';
COMMENT ON COLUMN ix_groups.concurrency IS 'Jobs of the group that run at a time; null for the queue''s limit.';
COMMENT ON COLUMN ix_groups.paused_at IS 'Time of the pause; null for a group that is on.';

COMMENT ON TABLE ix_rates IS 'Moment at which a rate has its whole burst again.';
COMMENT ON COLUMN ix_rates.queue IS 'The queue.';
COMMENT ON COLUMN ix_rates.group_key IS 'The group; empty for the queue itself.';
COMMENT ON COLUMN ix_rates.full_at IS 'The moment.';

COMMENT ON TABLE ix_admissions IS 'The newest admission: the turns in flight after it, and where places may be handed on.';
COMMENT ON COLUMN ix_admissions.pass IS 'Number of the admission.';
COMMENT ON COLUMN ix_admissions.hands_on IS 'Queues, and groups, whose ends may hand their place to the next of the group.';
COMMENT ON COLUMN ix_admissions.turns IS 'The turns in flight.';
COMMENT ON COLUMN ix_admissions.unclaimed IS 'No unclaimed turn is smaller.';

COMMENT ON TABLE ix_dependencies IS 'Jobs that wait for others.';
COMMENT ON COLUMN ix_dependencies.job_id IS 'The waiting job.';
COMMENT ON COLUMN ix_dependencies.after_job IS 'The job that is waited for.';
COMMENT ON COLUMN ix_dependencies.on_failure IS 'fail: the waiting job fails with the other; run: it starts all the same.';

COMMENT ON TABLE ix_ended IS 'Notes of ends for which other jobs wait.';
COMMENT ON COLUMN ix_ended.note IS 'Number of the note.';
COMMENT ON COLUMN ix_ended.job_id IS 'The ended job.';

COMMENT ON TABLE ix_schedules IS 'Rules for the moments at which jobs are inserted. Set by ix_schedule.';
COMMENT ON COLUMN ix_schedules.name IS 'Name of the schedule.';
COMMENT ON COLUMN ix_schedules.version IS 'Number of the newest change; a fire that was planned under an older version is void.';
COMMENT ON COLUMN ix_schedules.cron IS 'Cron expression; null beside every_seconds.';
COMMENT ON COLUMN ix_schedules.every_seconds IS 'Seconds between moments; null beside cron.';
COMMENT ON COLUMN ix_schedules.time_zone IS 'Zone whose clock cron follows.';
COMMENT ON COLUMN ix_schedules.request IS 'The job''s request.';
COMMENT ON COLUMN ix_schedules.callback_url IS 'The job''s callback URL.';
COMMENT ON COLUMN ix_schedules.queue IS 'The job''s queue.';
COMMENT ON COLUMN ix_schedules.group_key IS 'The job''s group.';
COMMENT ON COLUMN ix_schedules.priority IS 'The job''s priority.';
COMMENT ON COLUMN ix_schedules.max_attempts IS 'The job''s starts that may fail.';
COMMENT ON COLUMN ix_schedules.missed IS 'last: of missed moments the newest fires; skip: none.';
COMMENT ON COLUMN ix_schedules.missed_within_seconds IS 'How old a missed moment may be.';
COMMENT ON COLUMN ix_schedules.overlap IS 'While the last job has not ended: allow another, skip the fire, or replace the job.';
COMMENT ON COLUMN ix_schedules.starts_at IS 'No moment is earlier.';
COMMENT ON COLUMN ix_schedules.ends_at IS 'No moment is later.';
COMMENT ON COLUMN ix_schedules.next_at IS 'The planned moment; null until a daemon has planned, infinity when no further moment comes.';
COMMENT ON COLUMN ix_schedules.planned_at IS 'Time of the plan. After the clock was set back the time lies ahead, and a daemon plans anew.';
COMMENT ON COLUMN ix_schedules.last_at IS 'The newest moment that fired.';
COMMENT ON COLUMN ix_schedules.last_job IS 'The newest moment''s job.';
COMMENT ON COLUMN ix_schedules.paused_at IS 'Time of the pause; null for a schedule that is on.';
COMMENT ON COLUMN ix_schedules.paused_reason IS 'Why a daemon paused the schedule.';
COMMENT ON COLUMN ix_schedules.origin IS 'The configuration file that sets the schedule, with host and instance; null for none. SQL may pause and fire such a schedule, not edit it.';

COMMENT ON TABLE ix_receipts IS 'Pairs of keys of requests that another job answered by its dedupe_key, and of pruned jobs.';
COMMENT ON COLUMN ix_receipts.pair IS 'Hash of client_id and request_id.';
COMMENT ON COLUMN ix_receipts.job_id IS 'The job that answered, or the pruned job.';
COMMENT ON COLUMN ix_receipts.client IS 'Hash of client_id, for the move of one client.';
COMMENT ON SEQUENCE ix_receipt_marks IS 'Drawn from before the first receipt is written; until then no insert looks for receipts.';
COMMENT ON COLUMN ix_receipts.at IS 'Time of the request or of the prune, as the end of its minute; put off while the job is there.';

COMMENT ON TABLE ix_dedupes IS 'The newest job of each dedupe_key.';
COMMENT ON COLUMN ix_dedupes.client_id IS 'The client.';
COMMENT ON COLUMN ix_dedupes.use_case IS 'The use case.';
COMMENT ON COLUMN ix_dedupes.dedupe_key IS 'The key.';
COMMENT ON COLUMN ix_dedupes.job_id IS 'The job.';
COMMENT ON COLUMN ix_dedupes.at IS 'Time of the insert; of a replacement, of the first.';
COMMENT ON COLUMN ix_dedupes.kept_until IS 'Until when the row is needed, even when its job has ended.';

COMMENT ON TABLE ix_admission_gate IS 'Without rows. An admission locks the table, so that one runs at a time.';
COMMENT ON COLUMN ix_admission_gate.one IS 'Unused.';
COMMENT ON TABLE ix_release_gate IS 'Without rows. A release of waiting jobs locks the table, so that one runs at a time.';
COMMENT ON COLUMN ix_release_gate.one IS 'Unused.';
COMMENT ON TABLE ix_hand_on_gate IS 'Without rows. An end that hands its place on locks the table, so that a pause waits for it.';
COMMENT ON COLUMN ix_hand_on_gate.one IS 'Unused.';
COMMENT ON TABLE ix_full_clients IS 'Clients that have reached the client_depth of a queue.';
COMMENT ON COLUMN ix_full_clients.queue IS 'The queue.';
COMMENT ON COLUMN ix_full_clients.client_id IS 'The client.';
COMMENT ON COLUMN ix_full_clients.since IS 'Since when.';
