-- after_end: writes the effects of an end which this transaction has just written, by ix_after_end. Index: the primary
-- key.
-- $1 job_id, $2 claim_id
SELECT job_id FROM ix_after_end(ARRAY(SELECT j.job_id FROM ix_jobs j
                                       WHERE j.job_id = $1::uuid AND j.finished_claim = $2::uuid), false) AS f (job_id);
