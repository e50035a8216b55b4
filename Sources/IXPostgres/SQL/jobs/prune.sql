-- prune: runs a step of a prune by ix_prune, which may delete ended jobs although its caller may not. No index of
-- ix_jobs is used: the step is a TID range scan of a few pages.
-- $1 first page, $2 number of pages, $3 and $4 seconds to keep done jobs and jobs in error (null: for ever), $5 limit, $6 true
-- where receipts are kept
SELECT done, error, receipts, next_page
  FROM ix_prune($1::bigint, $2::integer, $3::double precision, $4::double precision, $5::integer, $6::boolean);
