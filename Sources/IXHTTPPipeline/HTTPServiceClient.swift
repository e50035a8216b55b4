internal import AsyncHTTPClient
internal import Glibc
internal import IXPipelines
internal import IXTLS
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// `HTTPServiceClient` holds a pipeline's HTTP clients, created at the first job.
///
/// Concurrency: safe from any task. A client that is replaced is shut down after its last request.
final class HTTPServiceClient: Sendable {
    /// A client with the requests that it carries.
    private final class Made: Sendable {
        let client: HTTPClient
        /// The state of the certificate files from which the client was made.
        let files: [FileState]
        private let use = Mutex((requests: 0, isRetired: false))

        init(_ client: HTTPClient, _ files: [FileState]) { (self.client, self.files) = (client, files) }

        func begin() { use.withLock { $0.requests += 1 } }

        func end() { finishIfDue { $0.requests -= 1 } }

        /// Shuts the client down once no request uses it.
        func retire() { finishIfDue { $0.isRetired = true } }

        private func finishIfDue(_ change: (inout (requests: Int, isRetired: Bool)) -> Void) {
            let isOver = use.withLock { use in
                change(&use)
                return use.isRetired && use.requests == 0
            }
            guard isOver else { return }
            // ignored: the connections are dropped even when the shutdown fails
            Task { [client] in try? await client.shutdown() }
        }
    }

    private struct State {
        var kept: Made?
        var fresh: Made?
    }

    private let settings: HTTPSettings
    private let state = Mutex(State())

    init(_ settings: HTTPSettings) { self.settings = settings }

    /// Runs `body` with the client that keeps connections.
    ///
    /// Failure: throws `CertificateFile.Unusable` when a certificate file can't be used.
    func keeping<Result: Sendable>(_ body: (HTTPClient) async throws -> Result) async throws -> Result {
        try await using(\.kept, body)
    }

    /// Runs `body` with a client that makes a connection for each request.
    func fresh<Result: Sendable>(_ body: (HTTPClient) async throws -> Result) async throws -> Result {
        try await using(\.fresh, body)
    }

    private func using<Result: Sendable>(
        _ slot: WritableKeyPath<State, Made?>, _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        let made = try state.withLock { state in
            let made = try state[keyPath: slot] ?? make(keepsConnections: slot == \State.kept)
            state[keyPath: slot] = made
            made.begin()
            return made
        }
        defer { made.end() }
        return try await body(made.client)
    }

    /// Replaces the clients when a certificate file has changed since they were made.
    func renew() {
        let old = state.withLock { state in
            let now = settings.files.map(FileState.init)
            let made = [state.kept, state.fresh].compactMap { $0 }
            guard made.contains(where: { $0.files != now }) else { return [Made]() }
            state = State()
            return made
        }
        for one in old { one.retire() }
    }

    /// Shuts the clients down; the next request creates a new client.
    func close() async {
        let last = state.withLock { state in
            defer { state = State() }
            return [state.kept, state.fresh].compactMap { $0?.client }
        }
        // ignored: the connections are dropped even when the shutdown fails
        for client in last { try? await client.shutdown() }
    }

    private func make(keepsConnections: Bool) throws -> Made {
        let files = settings.files.map(FileState.init)
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.tlsConfiguration = try settings.trust()
        // The check runs after the TLS handshake and before any byte is sent.
        let check = { @Sendable [host = settings.host] (channel: any Channel) in
            channel.eventLoop.submit { try ServerName.check(channel, named: host) }
        }
        configuration.http1_1ConnectionDebugInitializer = check
        configuration.http2ConnectionDebugInitializer = check
        configuration.timeout = .init(connect: .seconds(10))
        // The circuit breaker waits for an absent service, so the client doesn't retry connecting.
        configuration.connectionPool.retryConnectionEstablishment = false
        // The pipeline's own concurrency limits connections, so the client's limit is too high to matter.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 10_000
        if !keepsConnections { configuration.connectionPool.idleTimeout = .milliseconds(1) }
        if let proxy = settings.proxy { configuration.proxy = .server(host: proxy.host, port: proxy.port) }
        ConnectionGuard.add(to: &configuration)
        return Made(HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration), files)
    }
}

/// The identity of a file's content, as far as the file system tells it.
private struct FileState: Equatable {
    private let parts: [Int]

    init(_ path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else {
            parts = []
            return
        }
        parts = [
            Int(truncatingIfNeeded: found.st_ino), Int(found.st_size), found.st_mtim.tv_sec, found.st_mtim.tv_nsec,
        ]
    }
}

/// `CertificateFile` reads the PEM files of a pipeline's settings.
enum CertificateFile {
    /// A file that can't be used; nothing of a request was sent.
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }
}

extension HTTPSettings {
    /// The files that are read when a client is made.
    fileprivate var files: [String] { [caFile, clientCertificate, clientKey].compactMap { $0 } }

    fileprivate func trust() throws -> TLSConfiguration {
        var trust = TLSConfiguration.makeClientConfiguration()
        trust.minimumTLSVersion = .tlsv12
        do {
            if let caFile { trust.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(caFile))] }
        } catch { throw CertificateFile.Unusable(description: "ca_file can't be used: \(error)") }
        do {
            if let clientCertificate, let clientKey {
                trust.certificateChain = try NIOSSLCertificate.fromPEMFile(clientCertificate).map { .certificate($0) }
                trust.privateKey = .privateKey(try NIOSSLPrivateKey(file: clientKey, format: .pem))
            }
        } catch {
            throw CertificateFile.Unusable(description: "client_certificate or client_key can't be used: \(error)")
        }
        return trust
    }
}
