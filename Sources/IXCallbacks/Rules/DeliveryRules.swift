import IXStore

/// `DeliveryRules` decides the state of a callback after a try. No other code turns answers into states. Pure.
struct DeliveryRules: Sendable, Equatable {
    /// The pauses between tries; the first try is made at once.
    let pauses: [Duration]

    /// Returns the outcome of a try. The last try follows the last pause. `now` is in seconds since 1970.
    func outcome(
        of result: PostResult, callback: ClaimedCallback, now: Double, using random: inout some RandomNumberGenerator
    ) -> DeliveryCompletion.Outcome {
        switch result.kind {
        case .answered(200..<300, _): .delivered
        // The receiver says "gone": the callback will never be wanted.
        case .answered(410, _), .refused(_, isFinal: true): .failed
        case .answered(_, let retryAfter):
            again(callback, asked: RetryAfter.pause(retryAfter, now: now), using: &random)
        case .unanswered, .refused: again(callback, asked: nil, using: &random)
        case .stopped: .again(after: .zero, advances: false)
        case .crowded: .again(after: .seconds(Double.random(in: 1...3, using: &random)), advances: false)
        }
    }

    /// Returns the observation for the endpoint's breaker. A refusing answer counts as well, because the endpoint is
    /// alive.
    func observation(on result: PostResult) -> Endpoints.Observation {
        switch result.kind {
        case .answered(429, _), .answered(500..., _): .fault(Self.reason(of: result) ?? "")
        case .answered: .well
        case .unanswered(let reason): .fault(reason)
        case .refused, .stopped: .nothing
        case .crowded: .crowded
        }
    }

    /// Returns the reason why the callback doesn't count as received, for people; nil when the callback was received.
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

    /// Returns the next try's pause. A pause requested by the receiver replaces the schedule's pause.
    ///
    /// A shorter requested pause uses up no step of the schedule until the schedule's whole time is over. Otherwise
    /// short requests would end the schedule early.
    private func again(
        _ callback: ClaimedCallback, asked: Duration?, using random: inout some RandomNumberGenerator
    ) -> DeliveryCompletion.Outcome {
        let planned = callback.retryIndex < pauses.count ? pauses[callback.retryIndex] : nil
        if let asked, asked < planned ?? .zero, callback.age < pauses.reduce(.zero, +) {
            return .again(after: asked, advances: false)
        }
        guard let planned else { return .failed }
        return .again(after: asked ?? planned * Double.random(in: 0.8...1.2, using: &random), advances: true)
    }
}
