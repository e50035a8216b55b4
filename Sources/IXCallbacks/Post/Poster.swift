import Glibc
import IXCore
import IXStore
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// `Poster` performs a try: resolves the name, checks every address, connects to a checked address, sends the request,
/// and reads the beginning of the answer.
///
/// Guarantees: no connection is opened to an address that the policy refuses, nor to what this process listens on or its
/// database; no redirect is followed, no proxy asked, no
/// connection kept. Ends within the limits.
final class Poster: Sendable {
    private let policy: EgressPolicy
    private let limits: PostLimits
    private let resolver: Resolver
    private let tls: TLSTrust
    private let slots: AddressSlots
    private let perAddress: Int
    private let own: OwnAddresses

    init(
        _ policy: EgressPolicy, limits: PostLimits, tls: TLSTrust, resolver: Resolver, slots: AddressSlots,
        perAddress: Int, own: OwnAddresses
    ) {
        self.own = own
        self.slots = slots
        self.perAddress = perAddress
        self.policy = policy
        self.limits = limits
        self.tls = tls
        self.resolver = resolver
    }

    func post(_ request: PostRequest) async -> PostResult {
        let deadline = NIODeadline.now() + TimeAmount(limits.total)
        let connectBy = NIODeadline.now() + TimeAmount(limits.connect)
        if let fault = policy.fault(of: request.url) { return PostResult(kind: .refused(fault, isFinal: true)) }
        let addresses: [IPAddress]
        do { addresses = try await resolve(request.url) } catch { return .unanswered(error.reason) }
        if let fault = policy.fault(of: addresses) { return PostResult(kind: .refused(fault, isFinal: false)) }
        if let fault = await own.fault(of: addresses, port: request.url.port, resolver, within: limits.connect) {
            return PostResult(kind: .refused(fault, isFinal: false))
        }
        return await connect(request, addresses, connectBy, deadline)
    }

    private func resolve(_ url: TargetURL) async throws(Resolver.Failure) -> [IPAddress] {
        if let address = url.address { return [address] }
        let found = try await resolver.addresses(of: url.host, within: limits.connect)
        guard !found.isEmpty else { throw Resolver.Failure(reason: "the name has no address") }
        return found
    }

    /// Tries the addresses in order until a connection succeeds.
    private func connect(
        _ request: PostRequest, _ addresses: [IPAddress], _ connectBy: NIODeadline, _ deadline: NIODeadline
    ) async -> PostResult {
        var reason = "connecting took too long"
        var isCrowded = false
        for address in addresses {
            let left = connectBy - .now()
            guard left > .zero else { break }
            if Task.isCancelled { return PostResult(kind: .stopped) }
            guard slots.take(address, for: request.clientID, limit: perAddress) else {
                isCrowded = true
                continue
            }
            defer { slots.release(address, for: request.clientID) }
            do {
                return try await send(request, address, within: left, deadline)
            } catch {
                reason = AnswerHandler.words(error)
                // A shortage on this host is no failure of the receiver.
                if Self.isOurs(error) { return PostResult(kind: .refused(reason, isFinal: false)) }
            }
        }
        return isCrowded ? PostResult(kind: .crowded) : .unanswered(reason)
    }

    private static func isOurs(_ error: any Error) -> Bool {
        switch error {
        case let error as IOError:
            [EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL, EPERM, EACCES].contains(error.errnoCode)
        case is TLSTrust.Failure: true
        default: false
        }
    }

    private func send(
        _ request: PostRequest, _ address: IPAddress, within limit: TimeAmount, _ deadline: NIODeadline
    ) async throws -> PostResult {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let result = loop.makePromise(of: PostResult.self)
        let remote: SocketAddress
        let channel: any Channel
        do {
            remote = try SocketAddress(packedIPAddress: ByteBuffer(bytes: address.bytes), port: request.url.port)
            let context = request.url.scheme == "https" ? try tls.context() : nil
            channel = try await ClientBootstrap(group: loop).connectTimeout(limit)
                .channelInitializer { [limits] channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let context {
                            let name = request.url.address == nil ? request.url.host : nil
                            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
                        }
                        try pipeline.addHandler(
                            AnswerHandler(request, limits: limits, deadline: deadline, result: result))
                    }
                }.connect(to: remote).get()
        } catch {
            result.fail(error)
            throw error
        }
        // The kernel's peer address is the last check, after the checks of the resolved addresses.
        if let peer = channel.remoteAddress, peer != remote {
            channel.close(promise: nil)
            return PostResult(kind: .refused("the connection leads to another address", isFinal: false))
        }
        return try await withTaskCancellationHandler {
            let outcome = try await result.futureResult.get()
            guard Task.isCancelled, case .unanswered = outcome.kind else { return outcome }
            return PostResult(kind: .stopped)
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}

/// `TLSTrust` holds the certificates that verify a receiver. The TLS context is created at the first https delivery.
final class TLSTrust: Sendable {
    /// Nothing can be sent over TLS, to whatever receiver.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let file: String
    private let made = Mutex<NIOSSLContext?>(nil)

    /// - Parameter file: the path of a PEM file with certificates trusted beside the system's; empty for none.
    init(file: String) { self.file = file }

    func context() throws -> NIOSSLContext {
        try made.withLock { made in
            if let made { return made }
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.applicationProtocols = ["http/1.1"]
            configuration.minimumTLSVersion = .tlsv12
            if !file.isEmpty { configuration.additionalTrustRoots = [.file(file)] }
            do {
                let context = try NIOSSLContext(configuration: configuration)
                made = context
                return context
            } catch { throw Failure(description: "callback.ca_file can't be used: \(error)") }
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) { self = .nanoseconds(duration.wholeNanoseconds) }
}
