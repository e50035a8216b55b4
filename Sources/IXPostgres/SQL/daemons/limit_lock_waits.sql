-- limit_lock_waits: limits lock waits to some milliseconds for the rest of the transaction. Used where session
-- settings are not possible and no second connection can observe this connection.
-- $1 milliseconds
SELECT set_config('lock_timeout', $1::text, true);
