-- note_members: notes members of a batch that ended during restore_members, because no pass found the entries. Runs in a later
-- transaction, with a snapshot of entries and ends. Index: the primary keys, in key order.
-- $1 batch_id, $2 the last call's last member, or null, $3 limit
WITH page AS MATERIALIZED (
    SELECT d.after_job FROM ix_dependencies d
     WHERE d.job_id = $1::uuid AND d.after_job >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
       AND d.after_job IS DISTINCT FROM $2::uuid
     ORDER BY d.job_id, d.after_job LIMIT $3::integer),
noted AS (
    INSERT INTO ix_ended (job_id)
    SELECT p.after_job FROM page p
     WHERE coalesce((SELECT j.status FROM ix_jobs j WHERE j.job_id = p.after_job), 'done') IN ('done', 'error'))
SELECT p.after_job AS last FROM page p ORDER BY p.after_job DESC LIMIT 1;
