-- list_receipts: returns receipts in the order of the pairs, for an export: the receipts of the client in a page, marked as given,
-- and always the last of the page, so that the next page is found. The receipt of a job that is still to run stays: elsewhere a
-- repeat would be answered by a job that isn't there. Index: the primary key, and that of ix_jobs.
-- $1 pair after which the page begins, in hexadecimal, or an empty text, $2 limit of the page, $3 client_id, or null for all
SELECT encode(p.pair, 'hex') AS pair, encode(p.client, 'hex') AS client, p.job_id, extract(epoch FROM p.at) AS at, p.is_given
  FROM (SELECT r.pair, r.client, r.job_id, r.at, ($3::text IS NULL OR coalesce(r.client = ix_client_mark($3), false))
               AND coalesce((SELECT j.status FROM ix_jobs j WHERE j.job_id = r.job_id), 'done') IN ('done', 'error') AS is_given,
               row_number() OVER (ORDER BY r.pair DESC) AS from_end
          FROM (SELECT * FROM ix_receipts o WHERE o.pair > decode($1, 'hex') ORDER BY o.pair LIMIT $2::integer) AS r) AS p
 WHERE p.is_given OR p.from_end = 1
 ORDER BY p.pair;
