public import FoundationEssentials
import IXCore

/// What became of a delivery, as a value; one guarded write persists any of them.
public struct SettledDelivery: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        case delivered
        case failed
        /// Due again after a pause; `advances` when it used up a step of the schedule.
        case again(after: Duration, advances: Bool)
    }

    public let jobID: UUID
    public let claimID: UUID
    public let outcome: Outcome
    /// What the log of tries is told; nil when nothing was begun, which is no try.
    public let report: DeliveryReport?
    /// Whether it was tried before: a store then passes over rows that other transactions have locked.
    public var isKept = false

    public init(_ callback: ClaimedCallback, _ outcome: Outcome, report: DeliveryReport?) {
        self.jobID = callback.jobID
        self.claimID = callback.claimID
        self.outcome = outcome
        self.report = report
    }

    /// Back as it was claimed.
    public static func untouched(_ callback: ClaimedCallback) -> SettledDelivery {
        SettledDelivery(callback, .again(after: .zero, advances: false), report: nil)
    }

    /// due, delivered or failed.
    package var state: String {
        switch outcome {
        case .delivered: "delivered"
        case .failed: "failed"
        case .again: "due"
        }
    }

    package var pause: Duration? { if case .again(let pause, _) = outcome { pause } else { nil } }
    package var advances: Bool { if case .again(_, let advances) = outcome { advances } else { true } }
}

/// One try: how long it took and what came back.
public struct DeliveryReport: Sendable, Equatable {
    /// Bytes of an answer that are kept.
    public static let answerBytes = 256

    public let seconds: Double
    /// Nil when no answer came.
    public let httpStatus: Int?
    /// Why it doesn't count as received; nil when it does.
    public let reason: String?
    /// The beginning of the answer, printable.
    public let answer: String?

    public init(seconds: Double, httpStatus: Int?, reason: String?, answer: String?) {
        self.seconds = seconds
        self.httpStatus = httpStatus
        self.reason = reason
        self.answer = answer
    }
}
