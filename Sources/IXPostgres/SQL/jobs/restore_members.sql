-- restore_members: enters members of a restored batch as parents of the finisher: live members, and failed members with a note where a
-- failure counts. Index: the primary keys, in key order.
-- $1 batch_id, $2 the last call's last member, or null, $3 limit
WITH page AS MATERIALIZED (
    SELECT m.job_id FROM ix_members m
     WHERE m.batch_id = $1::uuid AND m.job_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
       AND m.job_id IS DISTINCT FROM $2::uuid
     ORDER BY m.batch_id, m.job_id LIMIT $3::integer),
judged AS MATERIALIZED (
    SELECT p.job_id, CASE b.on_failure WHEN 'run' THEN 'run' ELSE 'fail' END AS on_failure,
           (SELECT j.status FROM ix_jobs j WHERE j.job_id = p.job_id AND j.client_id = f.client_id) AS status
      FROM page p CROSS JOIN ix_batches b JOIN ix_jobs f ON f.job_id = b.batch_id
     WHERE b.batch_id = $1::uuid),
entered AS (
    INSERT INTO ix_dependencies (job_id, after_job, on_failure)
    SELECT $1::uuid, o.job_id, o.on_failure FROM judged o
     WHERE o.status IN ('pending', 'running') OR o.status = 'error' AND o.on_failure = 'fail'
        ON CONFLICT DO NOTHING),
noted AS (
    INSERT INTO ix_ended (job_id) SELECT o.job_id FROM judged o WHERE o.status = 'error' AND o.on_failure = 'fail')
SELECT p.job_id AS last FROM page p ORDER BY p.job_id DESC LIMIT 1;
