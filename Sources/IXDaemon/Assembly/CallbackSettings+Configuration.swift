import FoundationEssentials
import IXCallbacks
import IXCommand
import IXConfig
import IXCore
import IXPostgres

extension CallbackSettings {
    /// Creates the settings from `[callback]` and the credentials of systemd. Throws `InvalidInput` naming the key.
    init(_ configuration: Configuration, _ environment: [String: String]) throws(InvalidInput) {
        let callback = configuration.callback
        let credentials = CallbackCredentials(environment)
        do {
            self.init(
                limits: PostLimits(
                    connect: callback.connectTimeout, tls: callback.connectTimeout,
                    firstByte: callback.firstByteTimeout, total: callback.timeout),
                concurrency: callback.concurrency,
                perClient: callback.perClient > 0 ? callback.perClient : max(1, callback.concurrency * 3 / 4),
                perEndpoint: callback.perEndpoint,
                perAddress: callback.perAddress > 0 ? callback.perAddress : callback.perEndpoint * 4,
                pauses: callback.pauses,
                breakerFailures: callback.breakerFailures, breakerPause: callback.breakerPause,
                poll: Self.poll(configuration.worker.poll), policy: try EgressPolicy(callback),
                secrets: try SigningSecrets(
                    standard: callback.secret.isEmpty ? try credentials.standard() : callback.secret.text,
                    clients: callback.clientSecrets.mapValues(\.text).merging(try credentials.clients()) { $1 },
                    endpoints: callback.clientEndpoints),
                caFile: callback.caFile, wraps: callback.envelope,
                userAgent: "ix-worker/\(Version.number)", databaseAddresses: configuration.databaseAddresses)
        } catch {
            throw InvalidInput("callback.\(error.field)", error.reason)
        }
    }
}

extension Configuration {
    fileprivate var databaseAddresses: [HostPort] {
        guard store == .postgres else { return [] }
        let addresses = [postgres.url] + [postgres.listenURL, postgres.readURL].compactMap { $0 }
        return addresses.flatMap {
            connectionParameters("", url: $0.text).hostPorts.map { HostPort(host: $0.host, port: $0.port) }
        }
    }
}

extension CallbackSettings {
    /// The poll interval for due callbacks: five times the interval for jobs, at most 10 s unless the interval for jobs
    /// is longer. Jobs of foreign producers may arrive without a notification. Callbacks need fewer polls, because the
    /// end of a job and a redelivery always send a notification.
    fileprivate static func poll(_ poll: Duration) -> Duration { max(poll, min(poll * 5, .seconds(10))) }
}

extension EgressPolicy {
    fileprivate init(_ callback: Configuration.Callback) throws(InvalidInput) {
        for scheme in callback.schemes where !["http", "https"].contains(scheme) {
            throw InvalidInput("schemes", "\"\(scheme)\" is neither http nor https")
        }
        self.init(
            Rule(rawValue: callback.policy) ?? .strict, schemes: Set(callback.schemes), ports: Set(callback.ports),
            allowed: try Self.networks(callback.allowedNetworks, "allowed_networks"),
            refused: try Self.networks(callback.refusedNetworks, "refused_networks"))
    }

    private static func networks(_ texts: [String], _ field: String) throws(InvalidInput) -> [Network] {
        var networks: [Network] = []
        for text in texts { networks.append(try Network(text, field: field)) }
        return networks
    }
}

/// Credentials which systemd hands over as files (`LoadCredential=`), readable only by the service.
struct CallbackCredentials {
    private let directory: String?

    init(_ environment: [String: String]) { directory = environment["CREDENTIALS_DIRECTORY"] }

    /// Returns the credential `callback-secret`, which signs for clients without their own secret; empty when it is
    /// missing.
    func standard() throws(InvalidInput) -> String {
        let text = try read("callback-secret", field: "secret") ?? ""
        return text.split { " \n\t\r".contains($0) }.joined(separator: " ")
    }

    /// Returns the credential `callback-secrets`: one JSON object with secrets by client_id.
    func clients() throws(InvalidInput) -> [String: String] {
        guard let text = try read("callback-secrets", field: "client_secrets") else { return [:] }
        let document = try JSONDocument(text.utf8, field: "client_secrets", limit: Limits.requestBytes)
        var secrets: [String: String] = [:]
        for client in document.names {
            guard let secret = document[client]?.string else {
                throw InvalidInput("client_secrets.\(client)", "must be a text in the credential callback-secrets")
            }
            secrets[client] = secret
        }
        return secrets
    }

    /// Returns nil when the credential is missing.
    private func read(_ name: String, field: String) throws(InvalidInput) -> String? {
        guard let directory else { return nil }
        let path = directory + "/" + name
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do { return try String(contentsOf: URL(filePath: path), encoding: .utf8) } catch {
            throw InvalidInput(field, "the credential \(name) can't be read")
        }
    }
}
