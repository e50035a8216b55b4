-- 0003: callbacks: the outbox and its log.

-- The outbox: a row per callback, written in the transaction of the job's end. The body is stored here, so that every
-- try sends identical bytes. A received callback's body is deleted, because the job's row keeps the document.
-- A row with claim_id and a due_at in the future is under delivery. Its due_at is then the lease's end, after which
-- the callback is due again.
-- Cut by: the prune duty, with the job.
CREATE TABLE ix_callbacks (
    job_id     text PRIMARY KEY NOT NULL,
    client_id  text NOT NULL,
    url        text NOT NULL,
    -- Scheme, host and port: the unit that is slow or dead together.
    endpoint   text NOT NULL,
    -- The job's status: done or error.
    status     text NOT NULL,
    -- True when the body travels in an envelope; decided by the first try for every try.
    wrapped    integer,
    -- due, delivered or failed.
    state      text NOT NULL DEFAULT 'due',
    due_at     text NOT NULL,
    -- The schedule's start: the job's end, or the request for another delivery.
    since      text NOT NULL,
    ended_at   text NOT NULL,
    -- The index in the schedule, and the number of tries in all.
    step       integer NOT NULL DEFAULT 0,
    tries      integer NOT NULL DEFAULT 0,
    claim_id   text,
    daemon_id  text,
    settled_at text,
    -- The trace context of the job's last start, the parent of the tries' spans.
    trace_context text,
    body       text
) STRICT;

-- Due callbacks by endpoint and client, so that a walk steps over a backlog at once; settled callbacks have no entry.
CREATE INDEX ix_callbacks_due ON ix_callbacks (endpoint, client_id, due_at) WHERE state = 'due';
CREATE INDEX ix_callbacks_failed ON ix_callbacks (settled_at) WHERE state = 'failed';

-- The log of tries.
-- Cut by: the prune duty, with the job.
CREATE TABLE ix_deliveries (
    job_id      text NOT NULL,
    claim_id    text NOT NULL,
    daemon_id   text,
    try         integer NOT NULL,
    ended_at    text NOT NULL,
    seconds     real NOT NULL,
    -- The receiver's HTTP status; null without a response.
    http_status integer,
    -- The reason of a failed try; null when the callback was received.
    reason      text,
    -- The first bytes of the receiver's response.
    answer      text,
    PRIMARY KEY (job_id, claim_id)
) STRICT;
