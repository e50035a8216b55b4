-- prune: a step of a prune, as the function ix_prune, which may delete ended jobs while its caller may not. No index of
-- ix_jobs: a TID range scan of a few pages.
-- $1 page to begin with, $2 pages, $3 and $4 seconds that done jobs and those in error are kept (null: for ever), $5 limit
SELECT done, error, next_page
  FROM ix_prune($1::bigint, $2::integer, $3::double precision, $4::double precision, $5::integer);
