-- forget_daemons: deletes every daemon's row. The caller holds the lock on the file and is the only daemon, so every
-- registered daemon is dead.
DELETE FROM ix_daemons;
