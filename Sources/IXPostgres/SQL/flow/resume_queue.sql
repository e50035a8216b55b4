-- resume_queue: lets a queue or a group start jobs again, all by ix_resume.
-- $1 queue, $2 group_key, null for the queue
SELECT ix_resume($1::text, $2::text) AS changed;
