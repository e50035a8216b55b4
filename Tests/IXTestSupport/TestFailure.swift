/// Why a test could not go on.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Asks again until `condition` holds; for what only the database can witness. False when the limit passed.
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
