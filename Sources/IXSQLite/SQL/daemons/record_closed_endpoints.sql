-- record_closed_endpoints: records which endpoints get no callbacks from this daemon for now.
-- ?1 daemon_id, ?2 endpoints in order, a JSON array
UPDATE ix_daemons SET closed_endpoints = ?2 WHERE daemon_id = ?1;
