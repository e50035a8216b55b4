-- 0003: callbacks: the outbox, its log, and requests to deliver again.

-- The outbox: a row per callback, written in the transaction of the job's end. The body is stored here, so that every
-- try sends identical bytes. A received callback's body is deleted, because the job's row keeps the document.
-- A row with claim_id and a due_at in the future is under delivery. Its due_at is then the lease's end, after which
-- any daemon may claim the row.
-- Cut by: the prune duty, with the job.
CREATE TABLE ix_callbacks (
    job_id     uuid PRIMARY KEY,
    client_id  text NOT NULL,
    url        text NOT NULL,
    -- Scheme, host and port: the unit that is slow or dead together.
    endpoint   text NOT NULL
               GENERATED ALWAYS AS (left(lower(coalesce(substring(url from '^[^/?#]*//[^/?#\\]*'), '')), 300)) STORED,
    -- The job's status: done or error.
    status     text NOT NULL,
    body       text,
    -- True when the body travels in an envelope; decided by the first try for every try.
    wrapped    boolean,
    -- due, delivered or failed.
    state      text NOT NULL DEFAULT 'due',
    due_at     timestamptz NOT NULL DEFAULT now(),
    -- The schedule's start: the job's end, or the request for another delivery.
    since      timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz NOT NULL DEFAULT now(),
    -- The index in the schedule, and the number of tries in all.
    step       integer NOT NULL DEFAULT 0,
    tries      integer NOT NULL DEFAULT 0,
    claim_id   uuid,
    daemon_id  uuid,
    settled_at timestamptz,
    -- The trace context of the job's last start, the parent of the tries' spans.
    trace_context text
);

-- Due callbacks by endpoint and client, so that a walk steps over a backlog at once; settled callbacks have no entry.
CREATE INDEX ix_callbacks_due ON ix_callbacks (endpoint, client_id, due_at) WHERE state = 'due';
CREATE INDEX ix_callbacks_failed ON ix_callbacks (settled_at) WHERE state = 'failed';
ALTER TABLE ix_callbacks SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- Requests to deliver jobs' callbacks once more. A daemon carries the requests out, so that a caller's open
-- transaction locks no row of the outbox.
-- Cut by: the daemon that takes the request.
CREATE TABLE ix_redeliveries (
    job_id       uuid PRIMARY KEY,
    requested_at timestamptz NOT NULL DEFAULT now()
);

-- The log of tries.
-- Cut by: the prune duty, with the job.
CREATE TABLE ix_deliveries (
    job_id      uuid NOT NULL,
    claim_id    uuid NOT NULL,
    daemon_id   uuid,
    try         integer NOT NULL,
    ended_at    timestamptz NOT NULL DEFAULT now(),
    seconds     double precision NOT NULL,
    -- The receiver's HTTP status; null without a response.
    http_status integer,
    -- The reason of a failed try; null when the callback was received.
    reason      text,
    -- The first bytes of the receiver's response.
    answer      text,
    PRIMARY KEY (job_id, claim_id)
);

-- Jobs that legacy code ended after the migration, possibly without a callback. The guard notes the jobs here, because
-- an index for such jobs would cost every end of every job.
-- Cut by: the daemon that tells the callback.
CREATE TABLE ix_legacy_ends (
    job_id   uuid PRIMARY KEY,
    ended_at timestamptz NOT NULL DEFAULT now()
);
