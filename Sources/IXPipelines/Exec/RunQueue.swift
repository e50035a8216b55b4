internal import Dispatch

extension DispatchQueue {
    /// Runs `body` on this queue, which may block where the caller's thread must not.
    func perform<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { done in
            async { done.resume(returning: body()) }
        }
    }

    /// Runs `body` on this queue in `time`.
    func after(_ time: Duration, _ body: @escaping @Sendable () -> Void) {
        asyncAfter(deadline: .now() + time.interval, execute: body)
    }
}

extension Duration {
    /// The same time for Dispatch, 30 years at most.
    var interval: DispatchTimeInterval {
        let whole = Int(min(components.seconds, 1_000_000_000))
        return .nanoseconds(whole * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000))
    }
}
