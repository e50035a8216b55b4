import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOPosix

/// One listening socket with its connections. The framework's server takes no inherited socket, so the listener is
/// ours.
final class Listener: Sendable {
    private typealias Accepted = (value: ServerChannel.Value, channel: ServerChannel)?

    let binding: Binding
    private let server: NIOAsyncChannel<ServerChannel.Value?, Never>
    private let quiescing: ServerQuiescingHelper
    private let serverChannel: ServerChannel
    private let loops: [any EventLoop]
    private let logger: Logger

    /// Binds the socket. Throws `ServerFailure` for an address that can't be had.
    init(
        _ binding: Binding, _ channel: ServerChannel, _ connections: Connections, _ group: any EventLoopGroup,
        _ logger: Logger
    ) async throws(ServerFailure) {
        self.binding = binding
        self.logger = logger
        loops = Array(group.makeIterator())
        serverChannel = channel
        let helper = ServerQuiescingHelper(group: group)
        quiescing = helper
        var bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .serverChannelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(helper.makeServerChannelHandler(channel: server))
                }
            }
        if let bytes = channel.limits.sendBuffer {
            bootstrap = bootstrap.childChannelOption(.socketOption(.so_sndbuf), value: SocketOptionValue(bytes))
        }
        let isSocketFile = binding.isSocketFile
        let operators = binding.operatorsPath.map { Operators(group: channel.operatorGroup, path: $0) }
        let initializer: @Sendable (any Channel) -> EventLoopFuture<ServerChannel.Value?> = { child in
            guard connections.admit(child, isSocketFile: isSocketFile) != .refused else {
                return child.close().map { nil }
            }
            if let name = operators?.name(of: child) { connections.note(operator: name, child) }
            return channel.setup(channel: child, logger: logger).map { $0 }
        }
        do {
            server = try await Self.bind(bootstrap, binding, initializer)
        } catch {
            throw Listener.failure(binding, error)
        }
    }

    /// The address in use, with the port that the kernel chose.
    var address: String {
        guard case .address(let host, let port) = binding else { return binding.description }
        return Binding.address(host: host, port: server.channel.localAddress?.port ?? port).description
    }

    /// Accepts until `drain`, and returns when the last connection has closed.
    func run() async {
        await withDiscardingTaskGroup { group in
            do {
                try await server.executeThenClose { inbound in
                    for try await value in inbound {
                        guard let value else { continue }
                        group.addTask { [serverChannel, logger] in
                            await serverChannel.handle(value: value, logger: logger)
                        }
                    }
                }
            } catch { logger.debug("listener ended", metadata: ["error": "\(error)"]) }
        }
    }

    /// Accepts no more, and asks each connection to end behind its request. An accepted connection is served: the
    /// framework would drop a connection which isn't set up yet when its listener closes.
    func drain() async {
        // ignored: a listener that is closed already
        try? await server.channel.setOption(.autoRead, value: false).get()
        // An accepted connection passes from the listener's loop to its own, and back.
        for loop in [server.channel.eventLoop] + loops + [server.channel.eventLoop] { try? await loop.submit {}.get() }
        quiescing.initiateShutdown(promise: nil)
        if case .path(let path) = binding { unlink(path) }
    }

    private static func bind(
        _ bootstrap: ServerBootstrap, _ binding: Binding,
        _ initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<ServerChannel.Value?>
    ) async throws -> NIOAsyncChannel<ServerChannel.Value?, Never> {
        switch binding {
        case .address(let host, let port):
            return try await bootstrap.bind(
                host: host, port: port, serverBackPressureStrategy: nil, childChannelInitializer: initializer)
        case .path(let path):
            let server = try await bootstrap.bind(
                unixDomainSocketPath: path, cleanupExistingSocketFile: true, serverBackPressureStrategy: nil,
                childChannelInitializer: initializer)
            guard chmod(path, 0o660) == 0 else { throw IOError(errnoCode: errno, reason: "chmod") }
            return server
        case .inherited(let descriptor, _, _, _):
            return try await bootstrap.bind(
                descriptor, cleanupExistingSocketFile: false, serverBackPressureStrategy: nil,
                childChannelInitializer: initializer)
        }
    }

    private static func failure(_ binding: Binding, _ error: any Error) -> ServerFailure {
        let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
        return ServerFailure(.address, "can't listen on \(binding): \(reason)")
    }
}

extension Binding {
    /// True for a socket file.
    var isSocketFile: Bool {
        switch self {
        case .address: false
        case .path: true
        case .inherited(_, _, let isSocketFile, _): isSocketFile
        }
    }

    /// The path of the service manager's socket file for operators; nil for every other listener, above all for a socket
    /// file that the server made.
    var operatorsPath: String? {
        if case .inherited(_, _, true, let path) = self { path } else { nil }
    }
}
