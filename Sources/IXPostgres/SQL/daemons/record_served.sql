-- record_served: records the use cases for which this daemon has pipelines, for its neighbours to read.
-- $1 daemon_id, $2 use cases in order, null for every use case
UPDATE ix_daemons SET serves = $2::text[] WHERE daemon_id = $1::uuid;
