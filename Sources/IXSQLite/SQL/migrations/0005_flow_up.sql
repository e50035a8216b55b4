-- 0005: flow control: lines, queues, limits, schedules, dependencies.
-- A list is a JSON array. The tables are those of PostgreSQL, so that a move carries every row.
--
-- The columns of ix_schedules and the types of ix_queues follow from what flow control does; the rest is as measured.

-- Where each lined job stands, and the place it holds. Beside ix_jobs, so that plain jobs pay for none of this. Whether
-- a job still waits or runs is said by ix_jobs.status alone.
-- Cut by: the end's own transaction, else the admission that meets the row.
CREATE TABLE ix_lines (
    job_id     text PRIMARY KEY NOT NULL,
    queue      text NOT NULL,
    group_key  text NOT NULL,
    priority   integer NOT NULL,
    seq        integer NOT NULL,
    -- Until when the job sleeps; after that it gets into line.
    asleep     text,
    -- The place that the job holds.
    turn       integer,
    -- Held by a running job; in no index, so that claims change no index here.
    held       integer NOT NULL DEFAULT 0,
    -- Set where the depth of the client is bounded; null from the claim on.
    client_id  text
) STRICT;
CREATE INDEX ix_lines_line ON ix_lines (queue, priority, group_key, seq) WHERE turn IS NULL AND asleep IS NULL;
CREATE INDEX ix_lines_turn ON ix_lines (turn) WHERE turn IS NOT NULL;
CREATE INDEX ix_lines_asleep ON ix_lines (asleep) WHERE asleep IS NOT NULL;
CREATE INDEX ix_lines_client ON ix_lines (client_id, queue) WHERE client_id IS NOT NULL;

-- The numbers of places in line and of turns.
-- Cut by: nothing; the only row holds the last number.
CREATE TABLE ix_turns (
    one  integer PRIMARY KEY NOT NULL DEFAULT 1 CHECK (one),
    last integer NOT NULL
) STRICT;
INSERT INTO ix_turns (last) VALUES (0);

-- The jobs which a daemon may be running, said before it claims them: a row for each list of candidates. daemon_id is
-- null for the job of a legacy worker. No index: few rows, deleted by place.
-- Cut by: the daemon itself with a later list, else the sweep.
CREATE TABLE ix_running (
    daemon_id text,
    job_ids   text NOT NULL
) STRICT;

-- Jobs with expires_at, looked up when due; what ix_jobs says by then counts.
-- Cut by: the sweep that looks at the row.
CREATE TABLE ix_expiring (
    expires_at text NOT NULL,
    job_id     text NOT NULL
) STRICT;
CREATE INDEX ix_expiring_at ON ix_expiring (expires_at);

-- The members of batches. Those that have not ended stand in ix_dependencies, too.
-- Cut by: the prune duty, with the job.
CREATE TABLE ix_members (
    batch_id   text NOT NULL,
    job_id     text NOT NULL,
    -- The job's, so that lists read no more than a page.
    created_at text NOT NULL,
    PRIMARY KEY (batch_id, job_id)
) STRICT;
CREATE INDEX ix_members_created ON ix_members (batch_id, created_at, job_id);

-- Batches whose finisher waits.
-- Cut by: the release of the finisher.
CREATE TABLE ix_batches (
    batch_id     text PRIMARY KEY NOT NULL,
    -- When a member ends in error. run: the finisher starts all the same; fail: it fails; cancel_rest: the other members are
    -- cancelled, and it fails.
    on_failure   text NOT NULL DEFAULT 'run' CHECK (on_failure IN ('run', 'fail', 'cancel_rest')),
    -- True until the batch is closed: the finisher waits although no member is open.
    is_open      integer NOT NULL DEFAULT 0,
    -- Since when the members are being cancelled, and the member whose error is the reason; null for a cancel of the batch.
    cancelled_at text,
    failed_job   text,
    -- The finisher's, for lists.
    created_at   text NOT NULL
) STRICT;
CREATE INDEX ix_batches_created ON ix_batches (created_at, batch_id);

-- Queues: the units that are paused, limited and shared out. A null limit is no limit.
-- Cut by: the operator, who makes the rows, as a daemon does for the queues of its files.
CREATE TABLE ix_queues (
    queue              text PRIMARY KEY NOT NULL,
    paused_at          text,
    -- The use cases that the queue takes; null: all.
    use_cases          text,
    concurrency        integer,
    group_concurrency  integer,
    strict             integer NOT NULL DEFAULT 0,
    rate               integer,
    rate_seconds       real,
    group_rate         integer,
    group_rate_seconds real,
    burst              integer,
    -- client_id, or a path of the request such as context.customer; null: the caller names the group.
    group_by           text,
    daemon_concurrency integer,
    client_depth       integer,
    keep_done_seconds  real,
    -- Places with an older turn are not handed on, because a limit has changed since.
    since_turn         integer NOT NULL DEFAULT 0,
    -- The settings that configuration files name, each with its file: {"concurrency": {"file": ..., "host": ..., "instance": ...}}.
    file_keys          text NOT NULL DEFAULT '{}',
    version            integer NOT NULL DEFAULT 1
) STRICT;

-- Groups whose limits differ from those of their queue.
-- Cut by: the operator, who makes the rows.
CREATE TABLE ix_groups (
    queue       text NOT NULL,
    group_key   text NOT NULL,
    concurrency integer,
    paused_at   text,
    PRIMARY KEY (queue, group_key)
) STRICT;

-- The moment at which a rate has its whole burst again; an empty group_key is the queue itself.
-- Cut by: the prune duty, an hour after the moment.
CREATE TABLE ix_rates (
    queue     text NOT NULL,
    group_key text NOT NULL,
    full_at   text NOT NULL,
    PRIMARY KEY (queue, group_key)
) STRICT;

-- The newest admission: the turns in flight after it, and where places may be handed on.
-- Cut by: the next admission.
CREATE TABLE ix_admissions (
    pass     integer PRIMARY KEY NOT NULL,
    hands_on text NOT NULL DEFAULT '{}',
    turns    text NOT NULL
) STRICT;
INSERT INTO ix_admissions (pass, turns) VALUES (0, '[]');

-- Jobs that wait for others.
-- Cut by: the admission that releases the job.
CREATE TABLE ix_dependencies (
    job_id     text NOT NULL,
    after_job  text NOT NULL,
    -- fail: the job fails with the job before it; run: the job starts all the same.
    on_failure text NOT NULL DEFAULT 'fail' CHECK (on_failure IN ('fail', 'run')),
    PRIMARY KEY (job_id, after_job)
) STRICT;
CREATE INDEX ix_dependencies_after ON ix_dependencies (after_job);

-- Notes of ends for which other jobs wait.
-- Cut by: the admission that takes the notes.
CREATE TABLE ix_ended (
    note   integer PRIMARY KEY AUTOINCREMENT,
    job_id text NOT NULL
) STRICT;

-- Rules for the moments at which jobs are inserted.
-- Cut by: the operator, who makes the rows, and a daemon for the rules of its file.
CREATE TABLE ix_schedules (
    name                  text PRIMARY KEY NOT NULL,
    -- A fire that was planned under an older version is void.
    version               integer NOT NULL DEFAULT 1,
    cron                  text,
    every_seconds         real,
    time_zone             text NOT NULL DEFAULT 'UTC',
    -- The job.
    request               text NOT NULL,
    callback_url          text,
    queue                 text,
    group_key             text,
    priority              integer,
    max_attempts          integer,
    -- Moments that were missed: last or skip; overlap with a job that has not ended: allow, skip or replace.
    missed                text NOT NULL DEFAULT 'last' CHECK (missed IN ('last', 'skip')),
    missed_within_seconds real NOT NULL DEFAULT 86400,
    overlap               text NOT NULL DEFAULT 'allow' CHECK (overlap IN ('allow', 'skip', 'replace')),
    starts_at             text,
    ends_at               text,
    -- Null until a daemon has planned; infinity: no further moment comes.
    next_at               text,
    -- When next_at was planned. After the clock was set back the time lies ahead, and next_at is planned anew.
    planned_at            text,
    last_at               text,
    last_job              text,
    paused_at             text,
    paused_reason         text,
    -- The configuration file that sets the schedule: {"file": ..., "host": ..., "instance": ...}; null: none. Others may pause
    -- and fire it, not edit it.
    origin                text,
    CHECK ((cron IS NULL) <> (every_seconds IS NULL))
) STRICT;
CREATE INDEX ix_schedules_next ON ix_schedules (next_at) WHERE paused_at IS NULL;

-- Keys of requests answered by another job's dedupe_key, and of jobs that a prune deletes, so that a repeated request still
-- gets the job. PostgreSQL has a hash of the two keys, which no trigger here can make.
-- Cut by: the prune duty, after the job, a day after the entry, and receipt_days after it.
CREATE TABLE ix_receipts (
    client_id  text NOT NULL,
    request_id text NOT NULL,
    job_id     text NOT NULL,
    at         text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    PRIMARY KEY (client_id, request_id)
) STRICT;
CREATE INDEX ix_receipts_at ON ix_receipts (at);

-- The newest job of each dedupe_key.
-- Cut by: the prune duty.
CREATE TABLE ix_dedupes (
    client_id  text NOT NULL,
    use_case   text NOT NULL,
    dedupe_key text NOT NULL,
    job_id     text NOT NULL,
    -- The job replaced last, for the view alone.
    replaces   text,
    at         text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    -- Until when the row is needed, even when its job has ended.
    kept_until text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    PRIMARY KEY (client_id, use_case, dedupe_key)
) STRICT;

-- Clients that have reached the client_depth of a queue.
-- Cut by: the next insert of the client that finds fewer than nine tenths of the limit.
CREATE TABLE ix_full_clients (
    queue     text NOT NULL,
    client_id text NOT NULL,
    since     text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    PRIMARY KEY (client_id, queue)
) STRICT;
