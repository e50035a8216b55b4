-- 0006: flow control: lines, queues, limits, schedules, dependencies.
--
-- The columns of ix_schedules and the types of ix_queues follow from what flow control does; the rest is as measured.

-- Where each lined job stands, and the place it holds. Beside ix_jobs, so that plain jobs pay for none of this. Whether
-- a job still waits or runs is said by ix_jobs.status alone.
-- Cut by: the end's own transaction, else the admission that meets the row.
CREATE TABLE ix_lines (
    job_id     uuid PRIMARY KEY,
    queue      text COLLATE "C" NOT NULL,
    group_key  text COLLATE "C" NOT NULL,
    priority   integer NOT NULL,
    seq        bigint NOT NULL,
    -- Until when the job sleeps; after that it gets into line.
    asleep     timestamptz,
    -- The place that the job holds.
    turn       bigint,
    -- Held by a running job; in no index, so that claims change no index here.
    held       boolean NOT NULL DEFAULT false,
    -- Set where the depth of the client is bounded; null from the claim on.
    client_id  text COLLATE "C"
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX ix_lines_line ON ix_lines (queue, priority, group_key, seq) WHERE turn IS NULL AND asleep IS NULL;
CREATE INDEX ix_lines_turn ON ix_lines (turn) WHERE turn IS NOT NULL;
CREATE INDEX ix_lines_asleep ON ix_lines (asleep) WHERE asleep IS NOT NULL;
CREATE INDEX ix_lines_client ON ix_lines (client_id, queue) WHERE client_id IS NOT NULL;

-- The numbers of places in line and of turns.
CREATE SEQUENCE ix_turns;

-- The members of batches. Those that have not ended stand in ix_dependencies, too.
-- Cut by: the prune duty, with the job.
CREATE TABLE ix_members (
    batch_id   uuid NOT NULL,
    job_id     uuid NOT NULL,
    -- The job's, so that lists read no more than a page.
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (batch_id, job_id)
);
-- An expression, so that no plan finds a member of a given id by this index.
CREATE INDEX ix_members_created ON ix_members (batch_id, created_at, (job_id::text) COLLATE "C");

-- Batches whose finisher waits.
-- Cut by: the release of the finisher.
CREATE TABLE ix_batches (
    batch_id     uuid PRIMARY KEY,
    -- When a member ends in error. run: the finisher starts all the same; fail: it fails; cancel_rest: the other members are
    -- cancelled, and it fails.
    on_failure   text NOT NULL DEFAULT 'run' CHECK (on_failure IN ('run', 'fail', 'cancel_rest')),
    -- True until the batch is closed: the finisher waits although no member is open.
    is_open      boolean NOT NULL DEFAULT false,
    -- Since when the members are being cancelled, and the member whose error is the reason; null for a cancel of the batch.
    cancelled_at timestamptz,
    failed_job   uuid,
    -- The finisher's, for lists.
    created_at   timestamptz NOT NULL DEFAULT now()
);
-- An expression, so that no plan finds a batch of a given id by this index.
CREATE INDEX ix_batches_created ON ix_batches (created_at, (batch_id::text) COLLATE "C");

-- Queues: the units that are paused, limited and shared out. A null limit is no limit.
-- Cut by: the operator, who makes the rows, as a daemon does for the queues of its files.
CREATE TABLE ix_queues (
    queue              text COLLATE "C" PRIMARY KEY,
    paused_at          timestamptz,
    -- The use cases that the queue takes; null: all.
    use_cases          text[],
    concurrency        integer,
    group_concurrency  integer,
    strict             boolean NOT NULL DEFAULT false,
    rate               integer,
    rate_seconds       double precision,
    group_rate         integer,
    group_rate_seconds double precision,
    burst              integer,
    -- client_id, or a path of the request such as context.customer; null: the caller names the group.
    group_by           text,
    daemon_concurrency integer,
    client_depth       integer,
    keep_done_seconds  double precision,
    -- Places with an older turn are not handed on, because a limit has changed since.
    since_turn         bigint NOT NULL DEFAULT 0,
    -- The settings that configuration files name, each with its file: {"concurrency": {"file": ..., "host": ..., "instance": ...}}.
    file_keys          jsonb NOT NULL DEFAULT '{}',
    -- Null once every plain job of the use case is in line; until then claims leave the use case out. 0 at first; then the
    -- transaction after whose predecessors no insert can have missed the row.
    entering           bigint DEFAULT 0,
    version            bigint NOT NULL DEFAULT 1
);

-- Groups whose limits differ from those of their queue.
-- Cut by: the operator, who makes the rows.
CREATE TABLE ix_groups (
    queue       text COLLATE "C" NOT NULL,
    group_key   text COLLATE "C" NOT NULL,
    concurrency integer,
    paused_at   timestamptz,
    PRIMARY KEY (queue, group_key)
);

-- The moment at which a rate has its whole burst again; an empty group_key is the queue itself.
-- Cut by: the prune duty, an hour after the moment.
CREATE TABLE ix_rates (
    queue     text COLLATE "C" NOT NULL,
    group_key text COLLATE "C" NOT NULL,
    full_at   timestamptz NOT NULL,
    PRIMARY KEY (queue, group_key)
);

-- The newest admission: the turns in flight after it, and where places may be handed on.
-- Cut by: the next admission.
CREATE TABLE ix_admissions (
    pass     bigint PRIMARY KEY,
    hands_on jsonb NOT NULL DEFAULT '{}',
    turns    bigint[] NOT NULL,
    -- No unclaimed turn is smaller, so that a look for one passes over the entries of those that run or have ended.
    unclaimed bigint NOT NULL DEFAULT 0
);
INSERT INTO ix_admissions (pass, turns) VALUES (0, '{}');

-- Jobs that wait for others.
-- Cut by: the admission that releases the job.
CREATE TABLE ix_dependencies (
    job_id     uuid NOT NULL,
    after_job  uuid NOT NULL,
    -- fail: the job fails with the job before it; run: the job starts all the same.
    on_failure text NOT NULL DEFAULT 'fail' CHECK (on_failure IN ('fail', 'run')),
    PRIMARY KEY (job_id, after_job)
);
CREATE INDEX ix_dependencies_after ON ix_dependencies (after_job);

-- Notes of ends for which other jobs wait.
-- Cut by: the admission that takes the notes.
CREATE TABLE ix_ended (
    note   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id uuid NOT NULL
);

-- Rules for the moments at which jobs are inserted.
-- Cut by: the operator, who makes the rows, and a daemon for the rules of its file.
CREATE TABLE ix_schedules (
    name                  text COLLATE "C" PRIMARY KEY,
    -- A fire that was planned under an older version is void.
    version               bigint NOT NULL DEFAULT 1,
    cron                  text,
    every_seconds         double precision,
    time_zone             text NOT NULL DEFAULT 'UTC',
    -- The job.
    request               jsonb NOT NULL,
    callback_url          text,
    queue                 text COLLATE "C",
    group_key             text COLLATE "C",
    priority              integer,
    max_attempts          integer,
    -- Moments that were missed: last or skip; overlap with a job that has not ended: allow, skip or replace.
    missed                text NOT NULL DEFAULT 'last' CHECK (missed IN ('last', 'skip')),
    missed_within_seconds double precision NOT NULL DEFAULT 86400,
    overlap               text NOT NULL DEFAULT 'allow' CHECK (overlap IN ('allow', 'skip', 'replace')),
    starts_at             timestamptz,
    ends_at               timestamptz,
    -- Null until a daemon has planned; infinity: no further moment comes.
    next_at               timestamptz,
    -- When next_at was planned. After the clock was set back the time lies ahead, and next_at is planned anew.
    planned_at            timestamptz,
    last_at               timestamptz,
    last_job              uuid,
    paused_at             timestamptz,
    paused_reason         text,
    -- The configuration file that sets the schedule: {"file": ..., "host": ..., "instance": ...}; null: none. SQL may pause and
    -- fire it, not edit it.
    origin                jsonb,
    CHECK ((cron IS NULL) <> (every_seconds IS NULL))
);
CREATE INDEX ix_schedules_next ON ix_schedules (next_at) WHERE paused_at IS NULL;

-- Without rows. An admission locks the table, so that one runs at a time; only a role that may write to the table can take the
-- lock.
-- Cut by: its purpose, which needs no rows.
CREATE TABLE ix_admission_gate (one boolean);

-- Without rows. A release of waiting jobs locks the table, as an admission locks ix_admission_gate.
-- Cut by: its purpose, which needs no rows.
CREATE TABLE ix_release_gate (one boolean);

-- Without rows. An end that hands its place on locks the table with other such ends, a pause or a change of a limit alone.
-- Cut by: its purpose, which needs no rows.
CREATE TABLE ix_hand_on_gate (one boolean);

-- Pairs of keys of requests answered by another job's dedupe_key, and of jobs that a prune deletes, so that a repeated request
-- still gets the job. The size is kept once the table has grown, so that no plan is made for an empty table.
-- Cut by: the prune duty, after the job, a day after the entry, and receipt_days after it.
CREATE TABLE ix_receipts (
    -- 16 bytes: a hash of client_id and request_id.
    pair   bytea PRIMARY KEY,
    job_id uuid NOT NULL,
    -- 6 bytes: a hash of client_id, so that a client's receipts move with the client. In the gap before the time, so that the
    -- column costs nothing; null where other code wrote the row.
    client bytea,
    -- The end of the entry's minute, so that entries of one prune share a key of the index.
    at     timestamptz NOT NULL DEFAULT date_trunc('minute', clock_timestamp()) + interval '1 minute'
) WITH (vacuum_truncate = off);
CREATE INDEX ix_receipts_at ON ix_receipts (at);

-- Drawn from before the first receipt is written, and never set back. Until then no insert looks into ix_receipts. A sequence,
-- because a look at one costs an insert less than a look at a table.
CREATE SEQUENCE ix_receipt_marks;

-- The newest job of each dedupe_key.
-- Cut by: the prune duty.
CREATE TABLE ix_dedupes (
    client_id  text COLLATE "C" NOT NULL,
    use_case   text COLLATE "C" NOT NULL,
    dedupe_key text COLLATE "C" NOT NULL,
    job_id     uuid NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    -- Until when the row is needed, even when its job has ended.
    kept_until timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, use_case, dedupe_key)
);

-- Clients that have reached the client_depth of a queue. No key: two inserts may note a client without a wait.
-- Cut by: the sweep, below nine tenths of the limit.
CREATE TABLE ix_full_clients (
    queue     text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    since     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_full_clients_client ON ix_full_clients (client_id, queue);
