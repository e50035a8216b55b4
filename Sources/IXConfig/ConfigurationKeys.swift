extension ConfigurationKey {
    /// Every scalar key, in the order of the reference file.
    public static let all: [ConfigurationKey] =
        store + postgres + sqlite + worker + pipeline + callback + retention + log

    /// The sections in order, each with one line of documentation.
    static let sections: [(name: String, doc: String)] = [
        ("store", "Where the jobs are kept."),
        ("postgres", "The PostgreSQL database that holds the jobs."),
        ("sqlite", "The embedded file that holds the jobs where no PostgreSQL does."),
        ("worker", "The workers of this daemon: how many, what they are called, when they look and when they let go."),
        ("pipeline", "What holds for every pipeline that doesn't say otherwise."),
        ("callback", "Telling callers that their job has ended."),
        ("retention", "How long ended jobs are kept; by default for ever."),
        ("log", "What is logged, and how."),
    ]

    /// Range in seconds of the timeouts of a job: 50 ms to 7 days.
    static let timeouts = 0.05...604_800.0

    private static let store: [ConfigurationKey] = [
        ConfigurationKey(
            "store", "kind", .choice(["auto"] + StoreKind.allCases.map(\.rawValue)), .text("auto"),
            "auto: PostgreSQL when anything is set under [postgres], else the embedded file.")
    ]

    private static let postgres: [ConfigurationKey] = [
        ConfigurationKey(
            "postgres", "url", .secret, .secret(Secret("")),
            "Address, handed to libpq as it is: URL or conninfo; empty for libpq's own defaults (PG* variables)."),
        ConfigurationKey(
            "postgres", "listen_url", .secret, .secret(Secret("")),
            "Direct address to LISTEN on when url leads to a pooler; empty: the same as url; off: polling alone."),
        ConfigurationKey(
            "postgres", "password_file", .text, .text(""),
            "A file whose first line is the password, for libpq alone; empty: the credential postgres-password, if any."
        ),
        ConfigurationKey(
            "postgres", "passfile", .text, .text(""),
            "libpq's password file; empty: the credential postgres-passfile, if any, else libpq's own."
        ),
        ConfigurationKey(
            "postgres", "prepared", .bool, .bool(true),
            "Prepared statements; false behind a pooler in transaction mode."),
        ConfigurationKey(
            "postgres", "connections", .integer(1...100), .integer(4),
            "Connections to the database, shared by all workers."),
        ConfigurationKey(
            "postgres", "connect_timeout_seconds", .seconds(0.1...600), .seconds(.seconds(5)),
            "How long one host may take to accept a connection; whole seconds, 2 at least."),
        ConfigurationKey(
            "postgres", "call_timeout_seconds", .seconds(0.1...3600), .seconds(.seconds(10)),
            "How long one call may take before its connection is given up."),
        ConfigurationKey(
            "postgres", "horizon_warning_seconds", .seconds(0...86_400), .seconds(.seconds(60)), reloads: true,
            "Warns of a transaction that has kept dead rows from being cleared for so long; 0: never."),
    ]

    private static let sqlite: [ConfigurationKey] = [
        ConfigurationKey(
            "sqlite", "path", .text, .text(""),
            "The file; empty: jobs.db in worker.state_directory, or in /var/lib/ix-worker where that may be written."),
        ConfigurationKey(
            "sqlite", "call_timeout_seconds", .seconds(0.1...3600), .seconds(.seconds(10)),
            "How long one call may take, other processes' locks included, before it is given up."),
    ]

    private static let worker: [ConfigurationKey] = [
        ConfigurationKey("worker", "count", .integer(1...1000), .integer(4), "Jobs that run at a time."),
        ConfigurationKey(
            "worker", "batch", .integer(1...1000), .integer(1),
            "Workers whose ends and claims may share a transaction, for many short jobs; 1: none do."),
        ConfigurationKey(
            "worker", "instance", .name, .text("default"),
            "Tells the daemons of one host apart; its next start takes its orphans back."),
        ConfigurationKey(
            "worker", "state_directory", .text, .text(""),
            "Where state is kept; empty: $STATE_DIRECTORY, else $XDG_STATE_HOME/ix-worker, else "
                + "~/.local/state/ix-worker."),
        ConfigurationKey(
            "worker", "start_seconds", .seconds(1...86_400), .seconds(.seconds(60)),
            "How long systemd waits for a start whose database is away, and a first start for its role."),
        ConfigurationKey(
            "worker", "poll_seconds", .seconds(0.05...3600), .seconds(.seconds(2)), reloads: true,
            "How often an idle worker looks for jobs that no notification told it of."),
        ConfigurationKey(
            "worker", "grace_seconds", .seconds(0...86_400), .seconds(.seconds(30)), reloads: true,
            "How long TERM lets running jobs finish before they are handed back."),
        ConfigurationKey(
            "worker", "lease_seconds", .seconds(3...3600), .seconds(.seconds(30)),
            "How long the jobs of a daemon that fell silent stay its own."),
        ConfigurationKey(
            "worker", "heartbeat_seconds", .seconds(0.5...1800), .seconds(.seconds(10)),
            "How often the lease is renewed; less than half of lease_seconds."),
        ConfigurationKey(
            "worker", "sweep_seconds", .seconds(0.5...3600), .seconds(.seconds(10)), reloads: true,
            "How often orphans are looked for."),
    ]

    private static let pipeline: [ConfigurationKey] = [
        ConfigurationKey(
            "pipeline", "request_timeout_seconds", .seconds(timeouts), .seconds(.seconds(2700)), reloads: true,
            "How long a job may run; a row without a lease is an orphan after twice as long."),
        ConfigurationKey(
            "pipeline", "kill_grace_seconds", .seconds(0...3600), .seconds(.seconds(10)), reloads: true,
            "How long a job that is told to stop may take before it is killed."),
        ConfigurationKey(
            "pipeline", "unserved_seconds", .seconds(0...604_800), .seconds(.seconds(600)), reloads: true,
            "How long jobs wait for a daemon with their pipeline before they end as unknown_use_case."
        ),
    ]

    private static let callback: [ConfigurationKey] = [
        ConfigurationKey(
            "callback", "timeout_seconds", .seconds(0.1...600), .seconds(.seconds(20)), reloads: true,
            "How long one delivery may take."),
        ConfigurationKey(
            "callback", "connect_timeout_seconds", .seconds(0.1...600), .seconds(.seconds(5)), reloads: true,
            "Of this, how long the name, the connection and the TLS handshake may take, each."),
        ConfigurationKey(
            "callback", "first_byte_timeout_seconds", .seconds(0.1...600), .seconds(.seconds(10)), reloads: true,
            "Of this, how long until the head of the answer is there."),
        ConfigurationKey(
            "callback", "concurrency", .integer(1...1000), .integer(32), reloads: true, "Deliveries at a time."),
        ConfigurationKey(
            "callback", "per_client", .integer(0...1000), .integer(0), reloads: true,
            "Of these, how many of one client, so that its slow receivers leave room for others'; 0: three quarters."),
        ConfigurationKey(
            "callback", "per_endpoint", .integer(1...1000), .integer(4), reloads: true,
            "Likewise at one endpoint: scheme, host and port."),
        ConfigurationKey(
            "callback", "per_address", .integer(0...1000), .integer(0), reloads: true,
            "Likewise to one address, whatever its names, half of them of one client; 0: four times per_endpoint."
        ),
        ConfigurationKey(
            "callback", "retry_seconds", .integers(0...604_800),
            .integers([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]), reloads: true,
            "Pauses between tries, each a fifth more or less; after the last it failed."),
        ConfigurationKey(
            "callback", "breaker_failures", .integer(1...1000), .integer(5), reloads: true,
            "After so many failures in a row an endpoint gets one delivery now and then."),
        ConfigurationKey(
            "callback", "breaker_seconds", .seconds(0.1...86_400), .seconds(.seconds(60)), reloads: true,
            "How often that is."),
        ConfigurationKey(
            "callback", "envelope", .bool, .bool(false), reloads: true,
            "Whether bodies are {\"type\", \"timestamp\", \"data\"} instead of the response alone."),
        ConfigurationKey(
            "callback", "secret", .secret, .secret(Secret("")), reloads: true,
            "Signs (Standard Webhooks): whsec_…, two during an exchange; empty: the credential callback-secret, if any."
        ),
        ConfigurationKey(
            "callback", "client_secrets", .environment, .table([:]), reloads: true,
            "The same by client_id; the credential callback-secrets, a JSON object, comes on top."),
        ConfigurationKey(
            "callback", "client_endpoints", .texts, .texts([]), reloads: true,
            "CLIENT=https://host:port for each endpoint of a client: it is signed for there and nowhere else."),
        ConfigurationKey(
            "callback", "policy", .choice(["trusted", "strict"]), .text("trusted"), reloads: true,
            "trusted: anywhere but to link-local and metadata addresses; strict: https, to public ones."),
        ConfigurationKey(
            "callback", "schemes", .texts, .texts([]), reloads: true,
            "Schemes that are allowed; empty: the policy's."),
        ConfigurationKey(
            "callback", "ports", .integers(1...65_535), .integers([]), reloads: true,
            "Ports that are allowed; empty: trusted all, strict 443, 80 and from 1024."),
        ConfigurationKey(
            "callback", "allowed_networks", .texts, .texts([]), reloads: true,
            "Networks that are allowed whatever the policy, as 10.0.0.0/8."),
        ConfigurationKey(
            "callback", "refused_networks", .texts, .texts([]), reloads: true,
            "Networks that are refused whatever the policy."),
        ConfigurationKey(
            "callback", "ca_file", .text, .text(""), reloads: true,
            "Certificates in PEM that vouch for receivers beside the system's."),
        ConfigurationKey(
            "callback", "old_ends", .bool, .bool(false), reloads: true,
            "Whether jobs that the old repository's workers ended get their callback from here."),
        ConfigurationKey(
            "callback", "old_ends_grace_seconds", .seconds(1...604_800), .seconds(.seconds(300)), reloads: true,
            "How long those workers have to deliver it themselves."),
    ]

    private static let retention: [ConfigurationKey] = [
        ConfigurationKey(
            "retention", "done_days", .days(0...36_500), .days(.zero), reloads: true,
            "Jobs that ended well are deleted so many days after; 0: never. 0.5 is twelve hours."),
        ConfigurationKey(
            "retention", "error_days", .days(0...36_500), .days(.zero), reloads: true,
            "Likewise jobs that ended in error."),
        ConfigurationKey(
            "retention", "batch", .integer(1...10_000), .integer(500), reloads: true,
            "Jobs that one statement deletes at most."),
    ]

    private static let log: [ConfigurationKey] = [
        ConfigurationKey(
            "log", "level", .choice(LogLevel.allCases.map(\.rawValue)), .text("info"), reloads: true,
            "The least severe level that is logged."),
        ConfigurationKey(
            "log", "format", .choice(LogFormat.allCases.map(\.rawValue)), .text("auto"),
            "auto: to the journal with fields when started by systemd, else text; json: one object a line."),
    ]
}
