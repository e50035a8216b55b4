internal import FoundationEssentials
internal import IXCore
public import IXStore

/// A connection for somebody who looks a server over, beside those that work.
///
/// Failure: as every store's; nothing is changed by any of it.
public final class PostgresProbe: Sendable {
    private let connection: PostgresConnection
    private static let patience = Duration.seconds(5)

    public init(_ parameters: ConnectionParameters) {
        var plain = parameters
        // A pooler that refuses them must not hide everything else that there is to say.
        plain.isPrepared = false
        connection = PostgresConnection(plain)
    }

    /// The rows, by the names of their columns; a NULL is left out.
    public func ask(
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

    /// Whether something stands between us and the server that changes backends under us.
    public func isPooled() async throws(StoreError) -> Bool {
        try await use("pooler") { link, limits in try link.isPooled(by: Deadline(after: limits.callTimeout)) }
    }

    /// How long a notification takes from one connection to another that listens at `address`; nil: it didn't come.
    public func roundTrip(listeningAt address: ConnectionParameters) async throws(StoreError) -> Duration? {
        // A channel of our own: no daemon is woken, and nobody else's notification is taken for ours.
        let channel = "ix_doctor_" + UUID.random().uuidString.replacing("-", with: "_").lowercased()
        return try await use("listen") { link, limits in
            try link.script("SELECT 1", by: Deadline(after: limits.callTimeout))
            let (ear, end) = (try PostgresLink.connect(address), Deadline(after: Self.patience))
            try ear.script("LISTEN \(channel)", by: end)
            let start = ContinuousClock.now
            try link.script("SELECT pg_notify('\(channel)', '')", by: end)
            while try ear.takeNotifications()[channel] == nil {
                guard ear.waitForInput(or: -1, until: end) else { return nil }
            }
            return .now - start
        }
    }

    public func close() { connection.close() }

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
            throw StoreError(.fault, operation: operation, message: "\(error)")
        }
    }
}
