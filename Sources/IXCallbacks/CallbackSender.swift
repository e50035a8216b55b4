import AsyncHTTPClient
import FoundationEssentials
import IXCore
import IXLogs
public import IXStore
public import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Sends each callback once, after the commit, and records `delivered` or `failed`.
///
/// Guarantees: never follows a redirect; reads at most 16 KiB of an answer; ends within its time limit.
public final class CallbackSender: CallbackSink {
    private struct State {
        var settings: CallbackSettings
        var waiting: [DueCallback] = []
        var sending = 0
        var idle: [CheckedContinuation<Void, Never>] = []
        /// Made at the first callback: a daemon without callbacks needs no client and no threads for it.
        var client: HTTPClient?
    }

    private let state: Mutex<State>
    private let store: any JobStore
    private let logger: Logger

    public init(settings: CallbackSettings, store: any JobStore, logger: Logger) {
        state = Mutex(State(settings: settings))
        self.store = store
        self.logger = logger
    }

    /// Holds for callbacks that are not under way yet.
    public func apply(_ settings: CallbackSettings) {
        let more = state.withLock { state in
            defer { state.settings = settings }
            return max(0, settings.concurrency - state.settings.concurrency)
        }
        for _ in 0..<more { sendNext() }
    }

    public func send(_ callback: DueCallback) {
        state.withLock { $0.waiting.append(callback) }
        sendNext()
    }

    public func drain(upTo limit: Duration) async {
        let quiet = Task { await self.whenIdle() }
        let timer = Task {
            try await Task.sleep(for: limit)
            self.state.withLock { $0.waiting = [] }
            self.releaseIdle()
        }
        await quiet.value
        timer.cancel()
    }

    /// Ends the client; no callback is sent afterwards.
    public func shutdown() async throws {
        let client = state.withLock { state in
            defer { state.client = nil }
            return state.client
        }
        try await client?.shutdown()
    }

    private func sendNext() {
        let next: DueCallback? = state.withLock { state in
            guard state.sending < state.settings.concurrency, !state.waiting.isEmpty else { return nil }
            state.sending += 1
            return state.waiting.removeFirst()
        }
        guard let next else { return }
        Task {
            await deliver(next)
            let isIdle = state.withLock { state in
                state.sending -= 1
                return state.sending == 0 && state.waiting.isEmpty
            }
            if isIdle { releaseIdle() } else { sendNext() }
        }
    }

    private func deliver(_ callback: DueCallback) async {
        let failure = await post(callback)
        var logger = logger
        logger[metadataKey: "job_id"] = "\(callback.jobID.uuidString.lowercased())"
        let status: CallbackStatus = failure == nil ? .delivered : .failed
        if let failure {
            logger.tell(.callbackFailed, ["reason": "\(failure)"])
        } else {
            logger.tell(.callbackDelivered)
        }
        do {
            _ = try await store.perform { try $0.updateCallbackStatus(callback.jobID, status) }
        } catch {
            logger.tell(.callbackUnrecorded, ["error": "\(error.debugDescription)"])
        }
    }

    /// Nil for a 2xx, else what went wrong.
    private func post(_ callback: DueCallback) async -> String? {
        let settings = state.withLock { $0.settings }
        var request = HTTPClientRequest(url: callback.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: settings.userAgent)
        request.body = .bytes(ByteBuffer(string: callback.body))
        do {
            let response = try await client().execute(request, timeout: settings.timeout)
            let isSuccess = (200..<300).contains(response.status.code)
            // ignored: the status decides; a body over the limit or cut short changes nothing
            _ = try? await response.body.collect(upTo: 16 << 10)
            return isSuccess ? nil : "the receiver answered \(response.status.code)"
        } catch {
            return "\(error)"
        }
    }

    private func client() -> HTTPClient {
        state.withLock { state in
            if let client = state.client { return client }
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            configuration.timeout = .init(connect: .seconds(5))
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            state.client = client
            return client
        }
    }

    private func whenIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.sending == 0, state.waiting.isEmpty { return true }
                state.idle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    private func releaseIdle() {
        let idle = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        for waiter in idle { waiter.resume() }
    }
}
