-- forget_workers: whoever holds the lock on the file is the only worker there can be; all others are dead.
DELETE FROM ix_workers;
