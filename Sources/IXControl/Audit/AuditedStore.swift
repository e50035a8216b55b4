import IXCore
import IXRepresentation
import IXStore
import IXSystemd
import IXTelemetry
import Logging

/// A store whose changes are written to the audit, each in the transaction of its entries, and to the journal once they
/// are committed.
struct AuditedStore: Sendable {
    /// Tries of a change, as `JobStore.perform` has them.
    private static let tries = 5

    let store: any JobStore

    init(_ store: any JobStore) { self.store = store }

    /// Runs a change in one transaction; `body` returns its entries beside its value. Runs `body` again after a
    /// conflict, which wrote nothing.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> (Value, [AuditEntry])
    ) async throws -> Value {
        var tries = 1
        while true {
            do {
                let (value, entries) = try await store.transaction { operations -> (Value, [AuditEntry]) in
                    let (value, entries) = try body(operations)
                    for entry in entries { try operations.recordAudit(entry) }
                    return (value, entries)
                }
                Journal.note(entries)
                return value
            } catch let error as StoreError where error.code == .conflict && tries < Self.tries {
                tries += 1
            }
        }
    }
}

/// The journal of this host, where there is one.
enum Journal {
    private static let sink = JournalSink(identifier: "ixctl", fallback: Nowhere())

    /// Writes the event of each change.
    static func note(_ entries: [AuditEntry]) {
        for entry in entries { sink.write(LogLine(.action, entry.fields.mapValues { "\($0)" })) }
    }

    /// A host without a journal gets no lines: standard error belongs to the command's own messages.
    private struct Nowhere: LogSink {
        func write(_ line: LogLine) {}
    }
}

extension AuditEntry {
    /// Creates the entry of a command. In PostgreSQL the login's role decides whether actor and role stay.
    init(command action: String, target: String?, filter: [(String, String)]? = nil, count: Int = 1) {
        self.init(
            actor: UserName.current, role: AccessRole.operator.rawValue, action: action, target: target,
            filter: filter.map { JSONPairs($0).text }, count: count)
    }
}
