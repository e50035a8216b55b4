-- record_closed_endpoints: records which endpoints get no callbacks from this daemon for now.
-- $1 daemon_id, $2 endpoints in order
UPDATE ix_daemons SET closed_endpoints = $2::text[] WHERE daemon_id = $1::uuid;
