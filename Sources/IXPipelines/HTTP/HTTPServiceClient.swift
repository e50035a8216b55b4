internal import AsyncHTTPClient
internal import NIOCore
internal import Synchronization

/// A pipeline's connections; made at its first job.
final class HTTPServiceClient: Sendable {
    private let client = Mutex<HTTPClient?>(nil)

    var value: HTTPClient {
        client.withLock { client in
            if let client { return client }
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
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
