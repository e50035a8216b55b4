-- ix_has_followers: true when the end of the job has effects beside the job's row, which ix_after_end writes. The
-- planner inlines the function, so that an end without effects costs nothing.
CREATE OR REPLACE FUNCTION ix_has_followers(job ix_jobs) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT ($1).callback_url IS NOT NULL OR ($1).has_dependents IS NOT NULL
$$;
