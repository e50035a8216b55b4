/// `Check` is an examination of a part of the daemon's surroundings.
///
/// Guarantees: a check changes nothing that another program can see, and ends by itself. Failure: a fact that can't be
/// found out is reported as a finding.
protocol Check: Sendable {
    /// The state that the check needs; `Doctor` skips the check otherwise.
    var requires: Prerequisite { get }
    /// Returns the findings; an empty list when the check doesn't apply.
    func findings(_ context: DoctorContext) async -> [Finding]
}

/// `Prerequisite` is a precondition of a check. Each case includes the cases before.
enum Prerequisite: Int, Comparable, Sendable {
    case nothing, database, schema

    static func < (one: Prerequisite, other: Prerequisite) -> Bool { one.rawValue < other.rawValue }
}
