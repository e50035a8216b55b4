-- interrupt_waiting: cancels the statement of another connection of ours that waits for a lock; no row when it waits for something
-- else, or no more. Extending a file is a lock of this kind, too, and never long.
-- $1 the other's process
SELECT pg_cancel_backend(pid) FROM pg_stat_activity
 WHERE pid = $1::integer AND state = 'active' AND wait_event_type = 'Lock' AND wait_event <> 'extend';
