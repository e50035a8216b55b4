-- examine_times: counts the waiting jobs, up to 1,000, which start later than intended because created_at is over 5 seconds ahead
-- of the clock, with the seconds until the last of them and up to three clients. Index: ix_jobs_created.
SELECT count(*) AS jobs, extract(epoch FROM max(created_at)) - extract(epoch FROM now()) AS seconds,
       array_to_string((array_agg(DISTINCT client_id ORDER BY client_id))[1:3], ', ') AS clients
  FROM (SELECT created_at, client_id FROM ix_jobs
         WHERE created_at > now() + interval '5 seconds' AND status = 'pending' AND run_at IS NULL LIMIT 1000) AS ahead;
