-- limit_lock_waits: for the rest of the transaction, a wait for a lock ends after some milliseconds. Where no session settings
-- are possible and no other connection can look at this one.
-- $1 milliseconds
SELECT set_config('lock_timeout', $1::text, true);
