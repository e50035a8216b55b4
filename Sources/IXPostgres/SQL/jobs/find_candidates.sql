-- find_candidates: reads the next due jobs without a lock, and declares in ix_running that they may run here. The list
-- reserves nothing. A claim may use the list only after this transaction has committed, because only then the
-- declaration is there for the sweep.
-- Index: ix_jobs_due, as in claim_next_pending. The statement looks at $3 × ($5 + 1) entries, whatever it finds: with
-- many daemons each takes the jobs of its own part, so that they don't meet.
-- $1 and $2 the mark: due time and job_id behind which the list begins, $3 how many, $4 daemon_id, $5 parts - 1 (0, 1, 3
-- or 7), $6 this daemon's part, $7 true to count the living daemons
WITH mine AS MATERIALIZED (
    SELECT lease_until FROM ix_daemons WHERE daemon_id = $4::uuid AND lease_until > now()),
next AS MATERIALIZED (
    SELECT * FROM (SELECT job_id, due_at, ctid AS place FROM ix_jobs
                    WHERE due_at <= now() AND (due_at, job_id) > ($1::timestamptz, $2::uuid)
                      AND (run_at IS NULL OR run_at IS NOT NULL) AND EXISTS (SELECT 1 FROM mine)
                    ORDER BY due_at, job_id LIMIT $3::integer * ($5::integer + 1)) AS oldest
     WHERE (uuid_hash(job_id) & $5::integer) = $6::integer),
said AS (
    INSERT INTO ix_running (daemon_id, job_ids)
    SELECT $4::uuid, array_agg(job_id ORDER BY due_at, job_id) FROM next HAVING count(*) > 0 RETURNING ctid)
SELECT next.job_id, next.due_at, next.place, said.ctid AS declaration, mine.lease_until,
       CASE WHEN $7::boolean THEN (SELECT count(*)::integer FROM ix_daemons WHERE lease_until > now()) END AS daemons,
       CASE WHEN $7::boolean THEN (SELECT count(*)::integer FROM ix_daemons WHERE lease_until > now() AND daemon_id < $4::uuid) END
           AS daemon_rank
  FROM next, said, mine ORDER BY next.due_at, next.job_id;
