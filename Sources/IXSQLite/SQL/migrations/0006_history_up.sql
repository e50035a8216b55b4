-- 0006: history: counts of work done, for lists, sparklines and metrics.

-- Jobs that ended in error, for lists and counts at any size of ix_jobs.
-- Cut by: the prune duty, with the job.
CREATE TABLE ix_errors (
    created_at text NOT NULL,
    job_id     text NOT NULL,
    use_case   text,
    code       text,
    PRIMARY KEY (created_at, job_id)
) STRICT;
INSERT INTO ix_errors (created_at, job_id, use_case, code)
SELECT created_at, job_id, use_case, substr(response ->> '$.error.code', 1, 255) FROM ix_jobs WHERE status = 'error';

-- Sums and levels by minute, hour and day.
-- Cut by: the prune duty: minutes after 48 hours, hours after 90 days, days after 5 years.
CREATE TABLE ix_history (
    -- 60, 3600 or 86400 seconds.
    step         integer NOT NULL,
    bucket       text NOT NULL,
    use_case     text NOT NULL,
    -- Sums over all daemons.
    claimed      integer NOT NULL DEFAULT 0,
    done         integer NOT NULL DEFAULT 0,
    error        integer NOT NULL DEFAULT 0,
    handed_back  integer NOT NULL DEFAULT 0,
    wait_seconds real NOT NULL DEFAULT 0,
    run_seconds  real NOT NULL DEFAULT 0,
    -- Counts by the buckets of the histograms.
    waits        text,
    runs         text,
    -- Levels, sampled by one daemon.
    due_most     integer,
    running_most integer,
    oldest_most  real,
    PRIMARY KEY (step, bucket, use_case)
) STRICT;

-- Errors by code: the codes of ix-worker, a limited number of others, and `other`.
-- Cut by: the prune duty, with ix_history.
CREATE TABLE ix_history_errors (
    step     integer NOT NULL,
    bucket   text NOT NULL,
    use_case text NOT NULL,
    code     text NOT NULL,
    count    integer NOT NULL DEFAULT 0,
    PRIMARY KEY (step, bucket, use_case, code)
) STRICT;

-- The queue's levels at the newest look, from which every daemon answers. The contract names the row and its use; the
-- levels are one document, because they are read and written as a whole.
-- Cut by: the next look, which replaces the only row.
CREATE TABLE ix_levels (
    one       integer PRIMARY KEY NOT NULL DEFAULT 1 CHECK (one),
    looked_at text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    daemon_id text,
    levels    text NOT NULL
) STRICT;
