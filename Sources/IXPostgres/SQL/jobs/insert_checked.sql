-- insert_checked: inserts jobs that the caller has checked, by ix_insert_checked. Item n of each array is a job.
-- $1 job_ids, $2 ix_ids, $3 use_cases, $4 client_ids, $5 request_ids, $6 documents, $7 callback_urls, $8 max_attempts,
-- $9 trace_contexts
SELECT ids.job_id
  FROM unnest(ix_insert_checked($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                                $8::integer[], $9::text[])) AS ids (job_id);
