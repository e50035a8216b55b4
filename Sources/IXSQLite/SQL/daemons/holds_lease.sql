-- holds_lease: returns a row while this daemon holds the file, with the recorded and the wanted number of workers. The
-- statement only reads, so that a heartbeat costs no write.
-- ?1 daemon_id
SELECT workers, wanted_workers FROM ix_daemons WHERE daemon_id = ?1 AND lease_until IS NULL;
