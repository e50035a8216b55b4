internal import FoundationEssentials
internal import IXCore
package import IXStore

/// A connection for examinations of a server, beside the daemon's connections.
///
/// Guarantees: no table is changed.
/// Failure: throws `StoreError`, as a store does.
package final class PostgresProbe: Sendable {
    /// The server's address for people, without secrets.
    package let location: String
    private let connection: PostgresConnection
    private static let timeout = Duration.seconds(5)

    /// Makes a probe without session settings; the first call connects.
    package init(_ parameters: ConnectionParameters) {
        var plain = parameters
        // No session settings, because a pooler that refuses such settings must not hide every further finding.
        plain.isPrepared = false
        location = parameters.location
        connection = PostgresConnection(plain)
    }

    /// Returns the examination's rows by column name; a NULL is left out.
    package func ask(
        _ examination: Examination, _ parameters: [String?] = []
    ) async throws(StoreError) -> [[String: String]] {
        try await use(examination.rawValue) { link, limits in
            let rows = try link.query(examination.sql, parameters, by: Deadline(after: limits.callTimeout))
            let names = rows.names
            return rows.map { row in
                names.reduce(into: [:]) { found, name in found[name] = row.text(name) }
            }
        }
    }

    /// True when a pooler between this process and the server changes backends between transactions.
    package func isPooled() async throws(StoreError) -> Bool {
        try await use("pooler") { link, limits in try link.isPooled(by: Deadline(after: limits.callTimeout)) }
    }

    /// Returns the time of a notification from this connection to a connection that listens at `address`; nil when none
    /// arrived within 5 s.
    package func roundTrip(listeningAt address: ConnectionParameters) async throws(StoreError) -> Duration? {
        // A channel of its own wakes no daemon, and receives no notification of another session.
        let channel = "ix_doctor_" + UUID.random().uuidString.replacing("-", with: "_").lowercased()
        return try await use("listen") { link, limits in
            try link.script("SELECT 1", by: Deadline(after: limits.callTimeout))
            let (ear, end) = (try PostgresLink.connect(address), Deadline(after: Self.timeout))
            try ear.script("LISTEN \(channel)", by: end)
            let start = ContinuousClock.now
            try link.script("SELECT pg_notify('\(channel)', '')", by: end)
            while try ear.takeNotifications()[channel] == nil {
                guard ear.waitForInput(or: -1, until: end) else { return nil }
            }
            return .now - start
        }
    }

    /// Closes the connection; later calls fail.
    package func close() { connection.close() }

    private func use<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresLink, ConnectionParameters) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await connection.use(retrying: false, body)
        } catch let error as StoreError {
            throw error
        } catch let error as PostgresError {
            throw error.storeError(operation)
        } catch {
            throw StoreError(.internal, operation: operation, message: "\(error)")
        }
    }
}
