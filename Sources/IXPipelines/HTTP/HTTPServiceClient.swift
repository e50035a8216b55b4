internal import AsyncHTTPClient
internal import IXTLS
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// A pipeline's connections; made at its first job.
final class HTTPServiceClient: Sendable {
    private let client = Mutex<HTTPClient?>(nil)
    /// Of the service's URL.
    private let host: String?

    init(host: String?) { self.host = host }

    var value: HTTPClient {
        client.withLock { client in
            if let client { return client }
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            configuration.tlsConfiguration = .makeClientConfiguration()
            configuration.tlsConfiguration?.minimumTLSVersion = .tlsv12
            // Once the handshake is over, and before anything is sent.
            let check = { @Sendable [host] (channel: any Channel) in
                channel.eventLoop.submit { try ServerName.check(channel, named: host) }
            }
            configuration.http1_1ConnectionDebugInitializer = check
            configuration.http2ConnectionDebugInitializer = check
            configuration.timeout = .init(connect: .seconds(10))
            // A service that isn't there is the breaker's to wait for.
            configuration.connectionPool.retryConnectionEstablishment = false
            // The pipeline's own concurrency is the limit.
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 10_000
            AnswerStatusGuard.add(to: &configuration)
            let made = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            client = made
            return made
        }
    }

    func close() async {
        let last = client.withLock { client in
            defer { client = nil }
            return client
        }
        // ignored: the connections are dropped either way
        try? await last?.shutdown()
    }
}
