import IXStore

/// What becomes of a callback after a try: the one place where answers turn into states. Pure.
struct DeliveryRules: Sendable, Equatable {
    /// Pauses between tries; the first try is made at once.
    let pauses: [Duration]

    /// After the last pause comes the last try.
    func outcome(
        of result: PostResult, callback: ClaimedCallback, now: Double, using random: inout some RandomNumberGenerator
    ) -> SettledDelivery.Outcome {
        switch result.kind {
        case .answered(200..<300, _): .delivered
        // Gone: the receiver says that nobody will ever want it.
        case .answered(410, _), .refused(_, isFinal: true): .failed
        case .answered(_, let retryAfter):
            again(callback, asked: RetryAfter.pause(retryAfter, now: now), using: &random)
        case .unanswered, .refused: again(callback, asked: nil, using: &random)
        case .stopped: .again(after: .zero, advances: false)
        case .crowded: .again(after: .seconds(Double.random(in: 1...3, using: &random)), advances: false)
        }
    }

    /// What the breaker of the endpoint makes of it: an answer that says no is still the answer of something that lives.
    func verdict(on result: PostResult) -> Endpoints.Verdict {
        switch result.kind {
        case .answered(429, _), .answered(500..., _): .fault(Self.reason(of: result) ?? "")
        case .answered: .well
        case .unanswered(let reason): .fault(reason)
        case .refused, .stopped: .nothing
        case .crowded: .crowded
        }
    }

    /// Why it doesn't count as received, for people; nil when it does.
    static func reason(of result: PostResult) -> String? {
        switch result.kind {
        case .answered(200..<300, _): nil
        case .answered(300..<400, _): "the receiver answered with a redirect, and redirects are not followed"
        case .answered(410, _): "the receiver answered 410: gone for good"
        case .answered(let status, _): "the receiver answered \(status)"
        case .unanswered(let reason): reason
        case .refused(let reason, _): "not sent: \(reason)"
        case .stopped: "stopped"
        case .crowded: "the address is busy with other deliveries"
        }
    }

    /// A pause that the receiver asks for takes the place of the schedule's. One that is shorter uses up no step of it, as
    /// long as the schedule's whole time isn't over: else a receiver in a hurry would end it early.
    private func again(
        _ callback: ClaimedCallback, asked: Duration?, using random: inout some RandomNumberGenerator
    ) -> SettledDelivery.Outcome {
        let planned = callback.step < pauses.count ? pauses[callback.step] : nil
        if let asked, asked < planned ?? .zero, callback.age < pauses.reduce(.zero, +) {
            return .again(after: asked, advances: false)
        }
        guard let planned else { return .failed }
        return .again(after: asked ?? planned * Double.random(in: 0.8...1.2, using: &random), advances: true)
    }
}
