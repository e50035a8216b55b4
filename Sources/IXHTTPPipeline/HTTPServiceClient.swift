internal import AsyncHTTPClient
internal import IXPipelines
internal import IXTLS
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// `HTTPServiceClient` holds a pipeline's HTTP client, created at the first job.
final class HTTPServiceClient: Sendable {
    private let client = Mutex<HTTPClient?>(nil)
    /// The host in the service's URL, checked against the certificate.
    private let host: String?

    init(host: String?) { self.host = host }

    /// The client, created at the first access. The client checks the server's name after the TLS handshake, and never
    /// follows redirects.
    var value: HTTPClient {
        client.withLock { client in
            if let client { return client }
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            configuration.tlsConfiguration = .makeClientConfiguration()
            configuration.tlsConfiguration?.minimumTLSVersion = .tlsv12
            // The check runs after the TLS handshake and before any byte is sent.
            let check = { @Sendable [host] (channel: any Channel) in
                channel.eventLoop.submit { try ServerName.check(channel, named: host) }
            }
            configuration.http1_1ConnectionDebugInitializer = check
            configuration.http2ConnectionDebugInitializer = check
            configuration.timeout = .init(connect: .seconds(10))
            // The circuit breaker waits for an absent service, so the client doesn't retry connecting.
            configuration.connectionPool.retryConnectionEstablishment = false
            // The pipeline's own concurrency limits connections, so the client's limit is too high to matter.
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 10_000
            AnswerStatusGuard.add(to: &configuration)
            let made = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            client = made
            return made
        }
    }

    /// Shuts the client down; the next access of `value` creates a new client.
    func close() async {
        let last = client.withLock { client in
            defer { client = nil }
            return client
        }
        // ignored: the connections are dropped even when the shutdown fails
        try? await last?.shutdown()
    }
}
