-- The table without ix-worker: what a bare claim-and-finish loop needs, and no more.
CREATE TABLE plain_jobs (
    job_id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    ix_id           text NOT NULL,
    client_id       text NOT NULL,
    request_id      text NOT NULL,
    status          text NOT NULL DEFAULT 'pending',
    request         jsonb NOT NULL,
    response        jsonb,
    callback_url    text,
    callback_status text,
    attempts        int NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    finished_at     timestamptz,
    UNIQUE (client_id, request_id)
);
CREATE INDEX plain_jobs_pending ON plain_jobs (created_at) WHERE status = 'pending';
