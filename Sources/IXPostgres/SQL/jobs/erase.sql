-- erase: deletes an ended job by ix_erase.
-- $1 job_id
SELECT ix_erase($1::uuid) AS result;
