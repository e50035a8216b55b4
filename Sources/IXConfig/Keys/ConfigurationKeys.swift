extension ConfigurationKey {
    /// Every scalar key, in the order of the reference file.
    package static let all: [ConfigurationKey] =
        store + postgres + sqlite + worker + pipeline + callback + http + retention + log

    /// The sections in order, each with one line of documentation.
    static let sections: [(name: String, doc: String)] = [
        ("store", "The store of the jobs: PostgreSQL or the embedded file."),
        ("postgres", "The PostgreSQL database that holds the jobs."),
        ("sqlite", "The embedded file, which holds the jobs when the store isn't PostgreSQL."),
        ("worker", "The daemon's workers, name, state, polls, lease and shutdown."),
        ("pipeline", "Defaults for every pipeline, and the limit for jobs without a pipeline."),
        ("callback", "The daemon posts a callback for each ended job that has a callback URL."),
        ("http", "The HTTP API: REST and health. docs/http.md has the rest."),
        ("retention", "The time for which the daemon keeps ended jobs; by default for ever."),
        ("log", "The level and the format of the log."),
    ]

    /// Range in seconds of the timeouts of a job: 50 ms to 7 days.
    static let timeouts = 0.05...604_800.0

    private static let store: [ConfigurationKey] = [
        ConfigurationKey(
            "store", "kind", .choice(["auto"] + StoreKind.allCases.map(\.rawValue)), .text("auto"),
            "auto: PostgreSQL when a key under [postgres] is set, else the embedded file.")
    ]

    private static let postgres: [ConfigurationKey] = [
        ConfigurationKey(
            "postgres", "url", .secret, .secret(Secret("")),
            "Address, handed to libpq unchanged: URL or conninfo; empty: libpq's own defaults (PG* variables)."),
        ConfigurationKey(
            "postgres", "listen_url", .secret, .secret(Secret("")),
            "Direct address for LISTEN when url leads to a pooler; empty: as url; off: polling alone."),
        ConfigurationKey(
            "postgres", "password_file", .text, .text(""),
            "A file whose first line is the password, for libpq alone; empty: the credential postgres-password, if any."
        ),
        ConfigurationKey(
            "postgres", "passfile", .text, .text(""),
            "libpq's password file; empty: the credential postgres-passfile, if any, else libpq's default file."),
        ConfigurationKey(
            "postgres", "prepared", .bool, .bool(true),
            "Use of prepared statements; false behind a pooler in transaction mode."),
        ConfigurationKey(
            "postgres", "connections", .integer(1...100), .integer(4),
            "Number of connections to the database, shared by all workers."),
        ConfigurationKey(
            "postgres", "connect_timeout_seconds", .seconds(0.1...600), .seconds(.seconds(5)),
            "Time limit for a host to accept a connection; whole seconds, 2 at least."),
        ConfigurationKey(
            "postgres", "call_timeout_seconds", .seconds(0.1...3600), .seconds(.seconds(10)),
            "Time limit of a call to the database; then the daemon gives up the connection."),
        ConfigurationKey(
            "postgres", "xmin_horizon_warning_seconds", .seconds(0...86_400), .seconds(.seconds(60)), reloads: true,
            "Time after which a transaction that keeps dead rows from vacuum causes a warning; 0: never."),
    ]

    private static let sqlite: [ConfigurationKey] = [
        ConfigurationKey(
            "sqlite", "path", .text, .text(""),
            "Path of the file; empty: jobs.db in worker.state_directory, or in /var/lib/ix-worker if writable."),
        ConfigurationKey(
            "sqlite", "call_timeout_seconds", .seconds(0.1...3600), .seconds(.seconds(10)),
            "Time limit of a call to the file, including waits for the locks of further processes."),
    ]

    private static let worker: [ConfigurationKey] = [
        ConfigurationKey("worker", "count", .integer(1...1000), .integer(4), "Number of jobs that run at a time."),
        ConfigurationKey(
            "worker", "batch", .integer(1...1000), .integer(1),
            "Workers that may share a transaction for ends and claims, for many short jobs; 1: no sharing."),
        ConfigurationKey(
            "worker", "instance", .name, .text("default"),
            "Name of the daemon, unique on the host; its next start takes its orphans back."),
        ConfigurationKey(
            "worker", "state_directory", .text, .text(""),
            "Directory for state; empty: $STATE_DIRECTORY, else $XDG_STATE_HOME/ix-worker, else "
                + "~/.local/state/ix-worker."),
        ConfigurationKey(
            "worker", "start_seconds", .seconds(1...86_400), .seconds(.seconds(60)),
            "How long systemd waits for a start whose database is away, and a first start for its role."),
        ConfigurationKey(
            "worker", "poll_seconds", .seconds(0.05...3600), .seconds(.seconds(2)), reloads: true,
            "Interval at which an idle worker looks for jobs whose insert sent no notification."),
        ConfigurationKey(
            "worker", "grace_seconds", .seconds(0...86_400), .seconds(.seconds(30)), reloads: true,
            "Time for running jobs to finish after TERM; then the daemon hands the jobs back."),
        ConfigurationKey(
            "worker", "lease_seconds", .seconds(3...3600), .seconds(.seconds(30)),
            "Time for which a daemon without heartbeats keeps its jobs."),
        ConfigurationKey(
            "worker", "heartbeat_seconds", .seconds(0.5...1800), .seconds(.seconds(10)),
            "Interval at which the daemon renews its lease; less than half of lease_seconds."),
        ConfigurationKey(
            "worker", "sweep_seconds", .seconds(0.5...3600), .seconds(.seconds(10)), reloads: true,
            "Interval at which the daemon looks for orphans."),
    ]

    private static let pipeline: [ConfigurationKey] = [
        ConfigurationKey(
            "pipeline", "request_timeout_seconds", .seconds(timeouts), .seconds(.seconds(2700)), reloads: true,
            "Time limit of a job's run; a row without a lease is an orphan after twice the limit."),
        ConfigurationKey(
            "pipeline", "kill_grace_seconds", .seconds(0...3600), .seconds(.seconds(10)), reloads: true,
            "Time for a job to end after the order to stop, before the kill."),
        ConfigurationKey(
            "pipeline", "unserved_seconds", .seconds(0...604_800), .seconds(.seconds(600)), reloads: true,
            "Time for which jobs wait for a daemon with their pipeline before the end as unknown_use_case."),
    ]

    private static let callback: [ConfigurationKey] = [
        ConfigurationKey(
            "callback", "timeout_seconds", .seconds(0.1...600), .seconds(.seconds(20)), reloads: true,
            "Time limit of a delivery."),
        ConfigurationKey(
            "callback", "connect_timeout_seconds", .seconds(0.1...600), .seconds(.seconds(5)), reloads: true,
            "Time limit of name lookup, connection and TLS handshake, each; part of timeout_seconds."),
        ConfigurationKey(
            "callback", "first_byte_timeout_seconds", .seconds(0.1...600), .seconds(.seconds(10)), reloads: true,
            "Time limit of the wait for the head of the answer; part of timeout_seconds."),
        ConfigurationKey(
            "callback", "concurrency", .integer(1...1000), .integer(32), reloads: true, "Deliveries at a time."),
        ConfigurationKey(
            "callback", "per_client", .integer(0...1000), .integer(0), reloads: true,
            "Deliveries per client at a time, because slow receivers hold slots; 0: three quarters of concurrency."),
        ConfigurationKey(
            "callback", "per_endpoint", .integer(1...1000), .integer(4), reloads: true,
            "Deliveries per endpoint (scheme, host and port) at a time."),
        ConfigurationKey(
            "callback", "per_address", .integer(0...1000), .integer(0), reloads: true,
            "Deliveries per address at a time, under all its names, half per client; 0: four times per_endpoint."),
        ConfigurationKey(
            "callback", "retry_seconds", .integers(0...604_800),
            .integers([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]), reloads: true,
            "Pauses between tries, a fifth more or less; the last pause precedes the last try."),
        ConfigurationKey(
            "callback", "breaker_failures", .integer(1...1000), .integer(5), reloads: true,
            "Failures in a row after which an endpoint gets one delivery per breaker_seconds."),
        ConfigurationKey(
            "callback", "breaker_seconds", .seconds(0.1...86_400), .seconds(.seconds(60)), reloads: true,
            "Interval of deliveries to an endpoint after breaker_failures failures in a row."),
        ConfigurationKey(
            "callback", "envelope", .bool, .bool(false), reloads: true,
            "Bodies are {\"type\", \"timestamp\", \"data\"} if true, else the response alone."),
        ConfigurationKey(
            "callback", "secret", .secret, .secret(Secret("")), reloads: true,
            "Signs (Standard Webhooks): whsec_…, two during an exchange; empty: the credential callback-secret, if any."
        ),
        ConfigurationKey(
            "callback", "client_secrets", .environment, .table([:]), reloads: true,
            "Signing secrets by client_id; the credential callback-secrets, a JSON object, takes precedence."),
        ConfigurationKey(
            "callback", "client_endpoints", .texts, .texts([]), reloads: true,
            "CLIENT=https://host:port for each endpoint of a client, whose callbacks are signed there and nowhere else."
        ),
        ConfigurationKey(
            "callback", "policy", .choice(["trusted", "strict"]), .text("trusted"), reloads: true,
            "trusted: all but link-local and metadata addresses; strict: https to public addresses."),
        ConfigurationKey(
            "callback", "schemes", .texts, .texts([]), reloads: true,
            "Allowed schemes; empty: the policy's schemes."),
        ConfigurationKey(
            "callback", "ports", .integers(1...65_535), .integers([]), reloads: true,
            "Allowed ports; empty: trusted all, strict 443, 80 and from 1024."),
        ConfigurationKey(
            "callback", "allowed_networks", .texts, .texts([]), reloads: true,
            "Networks allowed under any policy, for example 10.0.0.0/8."),
        ConfigurationKey(
            "callback", "refused_networks", .texts, .texts([]), reloads: true,
            "Networks refused under any policy."),
        ConfigurationKey(
            "callback", "ca_file", .text, .text(""), reloads: true,
            "File of PEM certificates that vouch for receivers, beside the system's certificates."),
        ConfigurationKey(
            "callback", "legacy", .bool, .bool(false), reloads: true,
            "If true, the daemon sends the callbacks of jobs that legacy workers ended."),
        ConfigurationKey(
            "callback", "legacy_grace_seconds", .seconds(1...604_800), .seconds(.seconds(300)), reloads: true,
            "Time for legacy workers to deliver such a callback themselves."),
    ]

    private static let retention: [ConfigurationKey] = [
        ConfigurationKey(
            "retention", "done_days", .days(0...36_500), .days(.zero), reloads: true,
            "Days after which the daemon deletes jobs that ended well; 0: never. 0.5 is twelve hours."),
        ConfigurationKey(
            "retention", "error_days", .days(0...36_500), .days(.zero), reloads: true,
            "Days after which the daemon deletes jobs that ended in error; 0: never."),
        ConfigurationKey(
            "retention", "batch", .integer(1...10_000), .integer(500), reloads: true,
            "Maximum number of jobs that a statement deletes."),
    ]

    private static let log: [ConfigurationKey] = [
        ConfigurationKey(
            "log", "level", .choice(LogLevel.allCases.map(\.rawValue)), .text("info"), reloads: true,
            "The least severe level in the log."),
        ConfigurationKey(
            "log", "format", .choice(LogFormat.allCases.map(\.rawValue)), .text("auto"),
            "auto: to the journal with fields when started by systemd, else text; json: an object a line."),
    ]
}
