/// One thing to look at.
///
/// Guarantees: it changes nothing that anybody else can see, and comes to an end by itself.
/// Failure: what it can't find out is a finding, too.
protocol Check: Sendable {
    /// What has to be well before this can be looked at.
    var needs: Need { get }
    func findings(_ patient: Patient) async -> [Finding]
}

/// In the order in which one leads to the next.
enum Need: Int, Comparable, Sendable {
    case nothing, database, schema

    static func < (one: Need, other: Need) -> Bool { one.rawValue < other.rawValue }
}
