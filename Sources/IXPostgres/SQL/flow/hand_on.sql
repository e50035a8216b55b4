-- hand_on: in place of leave_line and claim_ready, behind a daemon's end of a job in line, when the daemon knows of no job with
-- a turn: claims one that has a turn all the same, else the next of the group for the place, all by ix_hand_on. The columns are
-- those of claim_ready.
-- $1 job_id, $2 claim_id of the end, $3 claim_id of the next, $4 daemon_id, $5 true to return the document, $6 use cases, null
-- for all, $7 true for only these (false: for all but these), $8 queues, null for all
SELECT h.job_id, h.ix_id, h.client_id, h.request_id, h.use_case, h.attempts, h.max_attempts, h.request, h.is_expired,
       h.cancel_requested_at, h.callback_url, h.claimed_at, h.due, h.trace_context, h.place, h.declaration, h.is_urgent
  FROM ix_hand_on($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::boolean, $6::text[], $7::boolean, $8::text[]) AS h;
