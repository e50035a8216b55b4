-- 0007: history: counts of work done, for lists, sparklines and metrics.

-- Jobs that ended in error, for lists and counts at any size of ix_jobs.
-- Cut by: the prune duty, with the job.
CREATE TABLE ix_errors (
    created_at timestamptz NOT NULL,
    job_id     uuid NOT NULL,
    use_case   text,
    code       text,
    PRIMARY KEY (created_at, job_id)
);
INSERT INTO ix_errors (created_at, job_id, use_case, code)
SELECT created_at, job_id, use_case, left(response -> 'error' ->> 'code', 255)
  FROM ix_jobs WHERE status = 'error' AND created_at IS NOT NULL AND job_id IS NOT NULL;

-- Sums and levels by minute, hour and day.
-- Cut by: the prune duty: minutes after 48 hours, hours after 90 days, days after 5 years.
CREATE TABLE ix_history (
    -- 60, 3600 or 86400 seconds.
    step         integer NOT NULL,
    bucket       timestamptz NOT NULL,
    use_case     text COLLATE "C" NOT NULL,
    -- Sums over all daemons.
    claimed      integer NOT NULL DEFAULT 0,
    done         integer NOT NULL DEFAULT 0,
    error        integer NOT NULL DEFAULT 0,
    handed_back  integer NOT NULL DEFAULT 0,
    wait_seconds double precision NOT NULL DEFAULT 0,
    run_seconds  double precision NOT NULL DEFAULT 0,
    -- Counts by the buckets of the histograms.
    waits        integer[],
    runs         integer[],
    -- Levels, sampled by one daemon.
    due_most     integer,
    running_most integer,
    oldest_most  double precision,
    PRIMARY KEY (step, bucket, use_case)
) WITH (fillfactor = 70);

-- Errors by code: the codes of ix-worker, a limited number of others, and `other`.
-- Cut by: the prune duty, with ix_history.
CREATE TABLE ix_history_errors (
    step     integer NOT NULL,
    bucket   timestamptz NOT NULL,
    use_case text COLLATE "C" NOT NULL,
    code     text COLLATE "C" NOT NULL,
    count    integer NOT NULL DEFAULT 0,
    PRIMARY KEY (step, bucket, use_case, code)
) WITH (fillfactor = 70);

-- The queue's levels at the newest look, from which every daemon answers. The contract names the row and its use; the
-- levels are one document, because they are read and written as a whole.
-- Cut by: the next look, which replaces the only row.
CREATE TABLE ix_levels (
    one       boolean PRIMARY KEY DEFAULT true CHECK (one),
    looked_at timestamptz NOT NULL DEFAULT now(),
    daemon_id uuid,
    levels    jsonb NOT NULL
);
