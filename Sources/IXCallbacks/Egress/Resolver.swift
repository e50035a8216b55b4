import Dispatch
import Glibc
import IXConcurrency
import IXStore
import Synchronization

/// `Resolver` finds all addresses of a name, on threads of its own because `getaddrinfo` blocks while a name server is
/// slow.
final class Resolver: Sendable {
    /// The error of a name without an address, or without an answer in time.
    struct Failure: Error {
        let reason: String
    }

    /// The threads, created at the first name because a daemon without callbacks needs no threads.
    private let threads = Mutex<Pool<DispatchQueueExecutor>?>(nil)
    private static let count = 16

    /// Returns the A and AAAA addresses in the system's order. Answers are not cached: the next delivery asks again.
    func addresses(of host: String, within limit: Duration) async throws(Failure) -> [IPAddress] {
        let answer = Answer()
        Task { [pool] in
            await pool.lend { thread in
                guard !answer.isGiven else { return }
                await withCheckedContinuation { continuation in
                    thread.queue.async {
                        answer.give(Self.look(up: host))
                        continuation.resume()
                    }
                }
            }
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            answer.give(.failure(Failure(reason: "no name server answered in time")))
        }
        defer { timer.cancel() }
        return try await answer.value.get()
    }

    private var pool: Pool<DispatchQueueExecutor> {
        threads.withLock { threads in
            if let threads { return threads }
            let made = Pool((1...Self.count).map { DispatchQueueExecutor(label: "ix.resolver.\($0)") })
            threads = made
            return made
        }
    }

    private static func look(up host: String) -> Result<[IPAddress], Failure> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = AF_UNSPEC
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &found)
        guard code == 0, let first = found else {
            return .failure(Failure(reason: "the name can't be resolved: \(String(cString: gai_strerror(code)))"))
        }
        defer { freeaddrinfo(first) }
        let entries = sequence(first: first) { $0.pointee.ai_next }
        return .success(entries.compactMap { IPAddress(socketAddress: $0.pointee.ai_addr) })
    }
}

/// `Answer` holds the first result: the addresses or the time-out.
private final class Answer: Sendable {
    private enum State {
        case open(CheckedContinuation<Result<[IPAddress], Resolver.Failure>, Never>?)
        case given(Result<[IPAddress], Resolver.Failure>)
    }

    private let state = Mutex(State.open(nil))

    var isGiven: Bool { state.withLock { if case .given = $0 { true } else { false } } }

    func give(_ result: Result<[IPAddress], Resolver.Failure>) {
        let waiter = state.withLock { state -> CheckedContinuation<Result<[IPAddress], Resolver.Failure>, Never>? in
            guard case .open(let waiter) = state else { return nil }
            state = .given(result)
            return waiter
        }
        waiter?.resume(returning: result)
    }

    var value: Result<[IPAddress], Resolver.Failure> {
        get async {
            await withCheckedContinuation { continuation in
                let given = state.withLock { state -> Result<[IPAddress], Resolver.Failure>? in
                    if case .given(let result) = state { return result }
                    state = .open(continuation)
                    return nil
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}

extension IPAddress {
    fileprivate init?(socketAddress: UnsafeMutablePointer<sockaddr>?) {
        guard let socketAddress else { return nil }
        switch Int32(socketAddress.pointee.sa_family) {
        case AF_INET:
            self = socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
            }
        case AF_INET6:
            self = socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
            }
        default: return nil
        }
    }
}
