/// The keys of `[callback]`.
struct CallbackKeys: Sendable {
    let timeoutSeconds = Key<Duration>(
        "callback", "timeout_seconds", .seconds(0.1...600), .seconds(20), reloads: true, "Time limit of a delivery.")
    let connectTimeoutSeconds = Key<Duration>(
        "callback", "connect_timeout_seconds", .seconds(0.1...600), .seconds(5), reloads: true,
        "Time limit of name lookup, connection and TLS handshake, each; part of timeout_seconds.")
    let firstByteTimeoutSeconds = Key<Duration>(
        "callback", "first_byte_timeout_seconds", .seconds(0.1...600), .seconds(10), reloads: true,
        "Time limit of the wait for the head of the answer; part of timeout_seconds.")
    let concurrency = Key<Int>(
        "callback", "concurrency", .integer(1...1000), 32, reloads: true, "Deliveries at a time.")
    let perClient = Key<Int>(
        "callback", "per_client", .integer(0...1000), 0, reloads: true,
        "Deliveries per client at a time, because slow receivers hold slots; 0: three quarters of concurrency.")
    let perEndpoint = Key<Int>(
        "callback", "per_endpoint", .integer(1...1000), 4, reloads: true,
        "Deliveries per endpoint (scheme, host and port) at a time.")
    let perAddress = Key<Int>(
        "callback", "per_address", .integer(0...1000), 0, reloads: true,
        "Deliveries per address at a time, under all its names, half per client; 0: four times per_endpoint.")
    let retrySeconds = Key<[Int]>(
        "callback", "retry_seconds", .integers(0...604_800),
        [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400], reloads: true,
        "Pauses between tries, a fifth more or less; the last pause precedes the last try.")
    let breakerFailures = Key<Int>(
        "callback", "breaker_failures", .integer(1...1000), 5, reloads: true,
        "Failures in a row after which an endpoint gets one delivery per breaker_seconds.")
    let breakerSeconds = Key<Duration>(
        "callback", "breaker_seconds", .seconds(0.1...86_400), .seconds(60), reloads: true,
        "Interval of deliveries to an endpoint after breaker_failures failures in a row.")
    let envelope = Key<Bool>(
        "callback", "envelope", .bool, false, reloads: true,
        "Bodies are {\"type\", \"timestamp\", \"data\"} if true, else the response alone.")
    let secret = Key<Secret>(
        "callback", "secret", .secret, Secret(""), reloads: true,
        "Signs (Standard Webhooks): whsec_…, two during an exchange; empty: the credential callback-secret, if any.")
    let clientSecrets = Key<[String: Secret]>(
        "callback", "client_secrets", .environment, [:], reloads: true,
        "Signing secrets by client_id; the credential callback-secrets, a JSON object, takes precedence.")
    let clientEndpoints = Key<[String]>(
        "callback", "client_endpoints", .texts, [], reloads: true,
        "CLIENT=https://host:port for each endpoint of a client, whose callbacks are signed there and nowhere else.")
    let policy = Key<String>(
        "callback", "policy", .choice(["trusted", "strict"]), "trusted", reloads: true,
        "trusted: all but link-local and metadata addresses; strict: https to public addresses.")
    let schemes = Key<[String]>(
        "callback", "schemes", .texts, [], reloads: true, "Allowed schemes; empty: the policy's schemes.")
    let ports = Key<[Int]>(
        "callback", "ports", .integers(1...65_535), [], reloads: true,
        "Allowed ports; empty: trusted all, strict 443, 80 and from 1024.")
    let allowedNetworks = Key<[String]>(
        "callback", "allowed_networks", .texts, [], reloads: true,
        "Networks allowed under any policy, for example 10.0.0.0/8.")
    let refusedNetworks = Key<[String]>(
        "callback", "refused_networks", .texts, [], reloads: true, "Networks refused under any policy.")
    let caFile = Key<String>(
        "callback", "ca_file", .text, "", reloads: true,
        "File of PEM certificates that vouch for receivers, beside the system's certificates.")
    let legacy = Key<Bool>(
        "callback", "legacy", .bool, false, reloads: true,
        "If true, the daemon sends the callbacks of jobs that legacy workers ended.")
    let legacyGraceSeconds = Key<Duration>(
        "callback", "legacy_grace_seconds", .seconds(1...604_800), .seconds(300), reloads: true,
        "Time for legacy workers to deliver such a callback themselves.")
}
