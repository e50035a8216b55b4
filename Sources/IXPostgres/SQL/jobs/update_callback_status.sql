-- update_callback_status: records the callback's result: null -> delivered | failed, failed -> delivered, nothing
-- else.
-- $1 job_id, $2 callback_status
UPDATE ix_jobs SET callback_status = $2::text
 WHERE job_id = $1::uuid AND status COLLATE "C" IN ('done', 'error')
   AND (callback_status IS NULL OR (callback_status = 'failed' AND $2::text = 'delivered'))
RETURNING job_id;
