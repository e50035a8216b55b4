/// The reason why a test can't continue.
package struct TestFailure: Error, CustomStringConvertible {
    /// The text of the failure.
    package let description: String

    /// Creates a failure with the given text.
    package init(_ description: String) { self.description = description }
}

/// Repeats `condition` every 15 ms until it holds. Use only for facts which the database alone can show. Returns false
/// after `limit`.
package func eventually(
    within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while true {
        if try await condition() { return true }
        guard ContinuousClock.now < end else { return false }
        try await Task.sleep(for: .milliseconds(15))
    }
}
