-- find_in_hand: returns the deliveries which could not be recorded and whose claim still holds, because another
-- transaction has locked their rows. Index: the primary key.
-- $1 job_ids, $2 claim_ids
SELECT c.job_id
  FROM unnest($1::uuid[], $2::uuid[]) AS g (job_id, claim_id)
  JOIN ix_callbacks c ON c.job_id = g.job_id AND c.claim_id = g.claim_id AND c.state = 'due';
