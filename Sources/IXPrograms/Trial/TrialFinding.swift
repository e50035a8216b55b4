/// `TrialFinding` is what a trial of a program says about one situation of the protocol.
package struct TrialFinding: Sendable, Equatable {
    /// The judgement about a situation.
    package enum Verdict: String, Sendable {
        case ok
        /// Allowed, and worth knowing.
        case note
        /// The daemon would end a job in error, or end the process.
        case wrong
    }

    /// The situation, for people.
    package let situation: String
    package let verdict: Verdict
    /// What the program did.
    package let text: String

    init(_ situation: String, _ verdict: Verdict, _ text: String) {
        self.situation = situation
        self.verdict = verdict
        self.text = text
    }
}
