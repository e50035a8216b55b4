UPDATE plain_jobs SET status = 'running', attempts = attempts + 1, started_at = now() WHERE job_id = (SELECT job_id FROM plain_jobs WHERE status = 'pending' ORDER BY created_at FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING job_id AS id, request \gset
UPDATE plain_jobs SET status = 'done', response = '{"ok": true}', finished_at = now() WHERE job_id = :id;
