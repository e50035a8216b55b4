-- 0008: HTTP: who may do what, what was done, and operations over many jobs.
--
-- The columns of ix_operations, and of sessions without a token, follow from what the server does with them.

-- Tokens; the text of a token is ixt_<token_id>_<secret>, and only its hash is kept.
-- Cut by: the prune duty, when the token has long been expired or revoked.
CREATE TABLE ix_tokens (
    token_id     text COLLATE "C" PRIMARY KEY,
    -- SHA-256 of the whole text.
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    name         text NOT NULL,
    role         text NOT NULL CHECK (role IN ('metrics', 'reader', 'producer', 'operator')),
    -- The only client for which the token speaks; null: every client.
    client_id    text,
    -- False: requests, responses and logs are not shown.
    documents    boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    -- The newest day on which the token was used.
    last_used_at date,
    -- The token that takes this one's place after a rotation.
    replaced_by  text COLLATE "C"
);

-- Sessions of browsers, and one-time links that lead to one.
-- Cut by: the end of the session, and the prune duty after expires_at.
CREATE TABLE ix_sessions (
    -- SHA-256 of 256 random bits.
    hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    -- The session ends with its token; null: opened through the operator's socket.
    token_id   text COLLATE "C",
    actor      text NOT NULL,
    role       text NOT NULL CHECK (role IN ('reader', 'producer', 'operator')),
    client_id  text,
    documents  boolean NOT NULL DEFAULT true,
    -- True: a link that a login takes once and replaces by a session.
    is_link    boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX ix_sessions_token ON ix_sessions (token_id) WHERE token_id IS NOT NULL;
CREATE INDEX ix_sessions_expires ON ix_sessions (expires_at);

-- Every change but an enqueue, written in the change's own transaction.
-- Cut by: the prune duty, after 400 days.
CREATE TABLE ix_audit (
    audit_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    actor      text NOT NULL,
    role       text NOT NULL,
    action     text NOT NULL,
    -- One thing (a job, a token, a queue), or the filter of many.
    target     text,
    filter     jsonb,
    count      bigint,
    request_id text,
    address    text
);

-- Operations over many jobs: first a preview, then the run in steps, which any daemon resumes.
-- Cut by: the prune duty: a preview after expires_at, an operation a day after its end.
CREATE TABLE ix_operations (
    -- Random: a caller that knows the id of a preview may confirm the preview.
    operation_id      uuid PRIMARY KEY,
    -- preview, running, done, stopped or failed.
    state             text NOT NULL DEFAULT 'preview'
                      CHECK (state IN ('preview', 'running', 'done', 'stopped', 'failed')),
    action            text NOT NULL CHECK (action IN ('cancel', 'resubmit', 'redeliver')),
    filter            jsonb NOT NULL,
    actor             text NOT NULL,
    role              text NOT NULL,
    token_id          text COLLATE "C",
    -- Only jobs created up to this moment are met.
    as_of             timestamptz NOT NULL DEFAULT now(),
    count             bigint NOT NULL,
    -- True: there are at least `count` jobs.
    is_at_least       boolean NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL DEFAULT now(),
    -- The end of the preview.
    expires_at        timestamptz NOT NULL,
    started_at        timestamptz,
    ended_at          timestamptz,
    -- Where the next step begins, and what the steps did.
    cursor            jsonb,
    changed           bigint NOT NULL DEFAULT 0,
    skipped           bigint NOT NULL DEFAULT 0,
    stop_requested_at timestamptz,
    reason            text,
    -- The daemon that makes the next step, until when.
    daemon_id         uuid,
    lease_until       timestamptz
);
CREATE INDEX ix_operations_running ON ix_operations (lease_until) WHERE state = 'running';
