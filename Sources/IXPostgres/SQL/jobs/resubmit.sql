-- resubmit: makes a new job from an ended job, all by ix_resubmit. Index: the primary key.
-- $1 job_id, $2 request_id or null
SELECT result, new_job_id AS job_id, status FROM ix_resubmit($1::uuid, $2::text);
