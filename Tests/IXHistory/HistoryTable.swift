/// The history table and its trigger, for both stores. Tests install the table; the product never does.
package enum HistoryTable {
    /// SQL for PostgreSQL. The trigger records a change in its own transaction, while the row is locked.
    package static let postgres = """
        CREATE TABLE storm_history (number bigserial PRIMARY KEY, event jsonb NOT NULL);
        -- By the host's clock, since the server's may be set: what the kernel has counted, and when it began to.
        CREATE FUNCTION ix_history_uptime() RETURNS float8 LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
            SELECT split_part(pg_catalog.pg_read_file('/proc/uptime'), ' ', 1)::float8
        $$;
        CREATE TABLE ix_history_start AS SELECT extract(epoch FROM clock_timestamp())::float8 - ix_history_uptime() AS at;
        CREATE FUNCTION ix_history_row(j ix_jobs) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT CASE WHEN j.job_id IS NOT NULL THEN jsonb_build_object(
                'status', j.status, 'attempts', j.attempts, 'claim_id', j.claim_id, 'finished_claim', j.finished_claim,
                'daemon_id', j.daemon_id, 'callback_status', j.callback_status,
                'cancel_requested', j.cancel_requested_at IS NOT NULL, 'response', j.response::text) END
        $$;
        CREATE FUNCTION ix_history_note() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            job ix_jobs := coalesce(NEW, OLD);
        BEGIN
            INSERT INTO storm_history (event) VALUES (jsonb_build_object(
                'at', (SELECT at FROM ix_history_start) + ix_history_uptime(), 'job_id', job.job_id, 'client_id', job.client_id,
                'request_id', job.request_id, 'ix_id', job.ix_id, 'has_callback', job.callback_url IS NOT NULL,
                'old', CASE WHEN TG_OP <> 'INSERT' THEN ix_history_row(OLD) END,
                'new', CASE WHEN TG_OP <> 'DELETE' THEN ix_history_row(NEW) END));
            RETURN NULL;
        END $$;
        CREATE TRIGGER ix_history_note AFTER INSERT OR UPDATE OR DELETE ON ix_jobs
            FOR EACH ROW EXECUTE FUNCTION ix_history_note();
        """

    /// The query which returns the events as JSON, in order.
    package static let postgresEvents =
        "SELECT (event || jsonb_build_object('number', number))::text FROM storm_history ORDER BY number"

    /// SQL for the embedded file.
    package static var sqlite: String {
        let job = "job_id, client_id, request_id, ix_id"
        func row(_ name: String) -> String {
            """
            json_object('status', \(name).status, 'attempts', \(name).attempts, 'claim_id', \(name).claim_id,
                'finished_claim', \(name).finished_claim, 'daemon_id', \(name).daemon_id,
                'callback_status', \(name).callback_status,
                'cancel_requested', json(CASE WHEN \(name).cancel_requested_at > '' THEN 'true' ELSE 'false' END),
                'response', \(name).response)
            """
        }
        func trigger(_ kind: String, _ name: String, old: Bool, new: Bool) -> String {
            """
            CREATE TRIGGER ix_history_\(kind) AFTER \(kind) ON ix_jobs BEGIN
                INSERT INTO storm_history (at, \(job), old, new)
                VALUES ((julianday('now') - 2440587.5) * 86400.0, \(name).job_id, \(name).client_id, \(name).request_id,
                        \(name).ix_id, \(old ? row("OLD") : "NULL"), \(new ? row("NEW") : "NULL"));
            END;
            """
        }
        return """
            CREATE TABLE storm_history (number integer PRIMARY KEY AUTOINCREMENT, at real, job_id text, client_id text,
                                     request_id text, ix_id text, old text, new text);
            \(trigger("insert", "NEW", old: false, new: true))
            \(trigger("update", "NEW", old: true, new: true))
            \(trigger("delete", "OLD", old: true, new: false))
            """
    }

    /// The query which returns the events as JSON, in order.
    package static let sqliteEvents = """
        SELECT json_object('number', number, 'at', at, 'job_id', job_id, 'client_id', client_id, 'request_id', request_id,
                           'ix_id', ix_id, 'old', json(old), 'new', json(new)) FROM storm_history ORDER BY number
        """
}
