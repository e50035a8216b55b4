-- interrupt_waiting: cancels the statement of a second connection of this daemon while the statement waits for a
-- lock. No row comes back when the statement waits for something else, or no longer waits. Extending a file counts as
-- a lock wait, too, but is never long.
-- $1 the connection's process id
SELECT pg_cancel_backend(pid) FROM pg_stat_activity
 WHERE pid = $1::integer AND state = 'active' AND wait_event_type = 'Lock' AND wait_event <> 'extend';
