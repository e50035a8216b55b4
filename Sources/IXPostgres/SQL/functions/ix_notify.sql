-- ix_notify: notifies daemons. A nearly full notification queue must not refuse the caller's write, so the
-- notification is then left out. A transaction to be prepared (PREPARE TRANSACTION) may hold no NOTIFY; its session
-- sets SET LOCAL ix.notify = off before.
CREATE OR REPLACE FUNCTION ix_notify(channel text, payload text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF pg_catalog.pg_notification_queue_usage() OPERATOR(pg_catalog.<) 0.5
       AND coalesce(pg_catalog.current_setting('ix.notify', true), '') OPERATOR(pg_catalog.<>) 'off' THEN
        PERFORM pg_catalog.pg_notify(channel, payload);
    END IF;
END $$;
