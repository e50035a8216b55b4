-- move_jobs: moves waiting jobs to the line of another queue, all by ix_move. Index: the primary key.
-- $1 job_ids, $2 queue
SELECT m.job_id, m.result, m.reason FROM ix_move($1::uuid[], $2::text) AS m;
