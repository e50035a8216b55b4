package import FoundationEssentials
import IXCore

/// The result of a delivery as a value. A single guarded write stores any kind of result.
package struct DeliveryCompletion: Sendable, Equatable {
    /// The kind of result.
    package enum Outcome: Sendable, Equatable {
        case delivered
        case failed
        /// The callback is due again after a pause. `advances` is true when the try used up a step of the schedule.
        case again(after: Duration, advances: Bool)
    }

    /// Key of the job whose callback was delivered.
    package let jobID: UUID
    /// The claim of the delivery; the fence of the write.
    package let claimID: UUID
    /// The new state of the callback.
    package let outcome: Outcome
    /// The entry for the delivery log; nil when the delivery never began, which doesn't count as a try.
    package let report: DeliveryReport?
    /// True when an earlier attempt to record the result failed. The store then passes over rows locked by other
    /// transactions instead of waiting.
    package var isKept = false

    /// Creates the result of a claimed callback.
    package init(_ callback: ClaimedCallback, _ outcome: Outcome, report: DeliveryReport?) {
        self.jobID = callback.jobID
        self.claimID = callback.claimID
        self.outcome = outcome
        self.report = report
    }

    /// Returns a result that puts the callback back as it was claimed: due at once, with no try counted.
    package static func untouched(_ callback: ClaimedCallback) -> DeliveryCompletion {
        DeliveryCompletion(callback, .again(after: .zero, advances: false), report: nil)
    }

    /// The state column's value: `due`, `delivered` or `failed`.
    package var state: String {
        switch outcome {
        case .delivered: "delivered"
        case .failed: "failed"
        case .again: "due"
        }
    }

    /// The pause before the next try; nil for a final result.
    package var pause: Duration? { if case .again(let pause, _) = outcome { pause } else { nil } }
    /// True when the result uses up a step of the schedule; always true for a final result.
    package var advances: Bool { if case .again(_, let advances) = outcome { advances } else { true } }
}

/// The duration and the answer of a single try.
package struct DeliveryReport: Sendable, Equatable {
    /// Maximum length of `answer`, in bytes.
    package static let answerBytes = 256

    /// Duration of the try in seconds.
    package let seconds: Double
    /// The receiver's status code; nil when no answer came.
    package let httpStatus: Int?
    /// The reason why the callback doesn't count as received; nil when it does.
    package let reason: String?
    /// The beginning of the receiver's answer, made printable; nil without an answer.
    package let answer: String?

    /// Creates the report of a try.
    package init(seconds: Double, httpStatus: Int?, reason: String?, answer: String?) {
        self.seconds = seconds
        self.httpStatus = httpStatus
        self.reason = reason
        self.answer = answer
    }
}
