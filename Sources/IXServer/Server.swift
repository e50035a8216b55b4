import HTTPTypes
import HummingbirdCore
import IXConcurrency
import IXStore
import IXTelemetry
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// HTTP beside the daemon: REST, health and problems, on event loops and store connections of its own.
///
/// Concurrency: safe from any task. `start`, then `drain`, once each.
package final class Server: Sendable {
    private let settings: ServerSettings
    private let stores: ServerStores
    private let core: ServerCore
    private let dispatcher: Dispatcher
    private let certificate: Certificate?
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let connections: Connections
    private let listeners = Mutex<[(listener: Listener, task: Task<Void, Never>)]>([])
    private let endReader = Mutex<Task<Void, Never>?>(nil)

    /// Creates a server without listening. Throws when its certificate can't be used.
    package init(
        _ settings: ServerSettings, _ stores: ServerStores, _ daemon: DaemonView, _ logger: Logger
    ) throws(ServerFailure) {
        self.settings = settings
        self.stores = stores
        self.logger = logger
        if let files = settings.certificate { certificate = try Certificate(files) } else { certificate = nil }
        core = ServerCore(settings, stores, daemon, logger)
        connections = Connections(settings.limits, core.meters)
        dispatcher = Dispatcher(settings, Access(settings, core.book), core.routes, core.meters, logger)
        group = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
    }

    /// Listens on every address. Returns the addresses in use. Throws when one can't be had; then none is in use.
    package func start() async throws(ServerFailure) -> [String] {
        for binding in settings.bindings {
            do {
                let listener = try await Listener(binding, channel(of: binding), connections, group, logger)
                listeners.withLock { $0.append((listener, Task { await listener.run() })) }
            } catch {
                await drain(upTo: .zero)
                throw error
            }
        }
        // Operations of an earlier start go on.
        core.bulk.wake()
        readEnds()
        observe()
        return listeners.withLock { $0.map(\.listener.address) }
    }

    /// Returns the pipeline of a listener's connections. A socket file needs no TLS, because nothing leaves the host.
    private func channel(of binding: Binding) -> ServerChannel {
        let certificate = binding.isSocketFile ? nil : certificate
        return ServerChannel(
            responder: {
                [dispatcher, connections, settings, isSecure = certificate != nil] request, writer, channel in
                var peer = Peer(channel, isSecure: isSecure).seen(through: request, settings)
                peer.operatorName = connections.operatorName(channel)
                // A task keeps the memory of its deepest call to its end, and a stream's task lives for days: the way
                // to the answer has a task of its own.
                let (isReserved, caller) = (connections.isReserved(channel), peer)
                let response = try await Self.apart {
                    try await dispatcher.respond(request, channel, caller, isReserved: isReserved)
                }
                try await writer.write(response: response.head, body: response.body)
            }, limits: settings.limits, certificate: certificate, prefix: settings.prefix,
            operatorGroup: settings.operatorGroup, onRefusal: { [dispatcher] in dispatcher.count($0) })
    }

    /// Runs `body` in a task of its own, which is cancelled with the caller's.
    private static func apart<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        async let value = body()
        return try await value
    }

    /// Tells the metrics what the server holds at the moment of a scrape.
    private func observe() {
        core.daemon.meters?.registry.observe { [weak connections, core] in
            var samples = [
                MetricSample(.httpConnections, [], connections?.count ?? 0),
                MetricSample(.httpStreams, [], core.streams.count), MetricSample(.httpWaits, [], core.ends.count),
            ]
            let pools = [
                ("http_reads", core.stores.reading.connections), ("http_writes", core.stores.writing.connections),
                ("http_standby", core.stores.copy?.connections),
            ]
            for (pool, counts) in pools {
                guard let counts else { continue }
                samples += MetricSample.connections(
                    pool, busy: counts.busy, idle: counts.idle, waiting: counts.waiting)
            }
            return samples + core.queue.samples
        }
    }

    /// Ends waits for the jobs of this daemon at once; waits for other jobs end by a look at the store.
    private func readEnds() {
        guard let jobs = core.daemon.ends() else { return }
        let reader = Task { [ends = core.ends] in
            for await job in jobs { ends.ended([job.jobID]) }
        }
        endReader.withLock { $0 = reader }
    }

    /// Reads the certificate again. Throws when the files can't be used; then the old one stays.
    package func reload() throws(ServerFailure) { try certificate?.reload() }

    /// Number of open connections.
    var openConnections: Int { connections.count }

    /// Accepts no more, ends waits, lets requests end within `limit`, and closes the stores.
    package func drain(upTo limit: Duration) async {
        dispatcher.drain()
        core.ends.drain()
        core.streams.drain()
        core.bulk.drain()
        let reader = endReader.withLock { $0 }
        reader?.cancel()
        let running = listeners.withLock { $0 }
        for entry in running { await entry.listener.drain() }
        let isDone = Latch()
        let tasks = running.map(\.task)
        Task {
            for task in tasks { await task.value }
            isDone.open()
        }
        await isDone.wait(upTo: limit)
        await connections.closeAll()
        for task in tasks { task.cancel() }
        // The event loops end with the process: the framework uses them for a moment behind its last connection.
        await isDone.wait(upTo: .seconds(10))
        await core.bulk.ended()
        await stores.close()
    }
}

extension ServerCore {
    /// Every route of the server, in the order in which paths are tried.
    var routes: [Route] {
        HealthResource(core: self).routes + DashboardResource(framing: settings.framing).routes
            + LoginResource(core: self).routes
            + EnqueueResource(core: self).routes
            + ListResource(core: self).routes
            + JobResource(core: self).routes + ActionResource(core: self).routes
            + LineResource(core: self).routes + QueueResource(core: self).routes
            + EventResource(core: self).routes + BulkResource(core: self).routes + MetricsResource(core: self).routes
            + HistoryResource(core: self).routes + QueueControlResource(core: self).routes
            + ScheduleResource(core: self).routes
            + BatchResource(core: self).routes
    }
}

extension Peer {
    init(_ channel: any Channel, isSecure: Bool) {
        let remote = channel.remoteAddress?.ipAddress
        self.init(address: remote ?? "socket file", isSocketFile: remote == nil, isSecure: isSecure)
    }

    /// Returns the caller behind a trusted proxy, by the last `X-Forwarded-For` that no trusted proxy wrote; else the
    /// peer itself.
    func seen(through request: Request, _ settings: ServerSettings) -> Peer {
        let isTrusted = { (address: String) in settings.trustedProxies.contains { $0.contains(address) } }
        guard isSocketFile ? settings.trustsSocketFiles : isTrusted(address) else { return self }
        let field = { (name: String) in HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
        let hops = field("x-forwarded-for").split(separator: ",").map { $0.filter { $0 != " " } }
        let caller = hops.last { !isTrusted($0) && HostName.isLiteral($0) }
        return Peer(
            address: caller ?? address, isSocketFile: isSocketFile,
            isSecure: isSecure || field("x-forwarded-proto").lowercased() == "https")
    }
}
