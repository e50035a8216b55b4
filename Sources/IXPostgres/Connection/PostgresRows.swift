import CLibPQ
import FoundationEssentials
import IXCore
import IXStore

/// The rows of a statement. Owns the `PGresult`. Concurrency: used on the connection's queue only.
final class PostgresRows {
    private let result: OpaquePointer
    let count: Int

    init(_ result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
    }

    deinit { PQclear(result) }

    /// The number of rows that the statement changed.
    var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    var columns: Int32 { PQnfields(result) }

    var names: [String] { (0..<columns).map { String(cString: PQfname(result, $0)) } }

    /// The server's command tag: `COMMIT`, `UPDATE 1`, …
    var commandTag: String { String(cString: PQcmdStatus(result)) }

    subscript(index: Int) -> Row { Row(rows: self, index: Int32(index)) }

    var first: Row? { count > 0 ? self[0] : nil }

    var all: [Row] { (0..<count).map { self[$0] } }

    func map<Value, Failure: Error>(_ body: (Row) throws(Failure) -> Value) throws(Failure) -> [Value] {
        var values: [Value] = []
        for index in 0..<count { values.append(try body(self[index])) }
        return values
    }

    struct Row {
        fileprivate let rows: PostgresRows
        fileprivate let index: Int32

        /// Returns the column's text, nil for NULL. A missing column is a programming error and ends the process.
        func text(_ column: String) -> String? {
            let number = PQfnumber(rows.result, column)
            precondition(number >= 0, "no column is named \(column)")
            return text(at: number)
        }

        func text(at number: Int32) -> String? {
            guard PQgetisnull(rows.result, index, number) == 0 else { return nil }
            return String(decoding: bytes(at: number), as: UTF8.self)
        }

        // Columns of a result in the server's binary form, by index.

        // Another schema tool may have changed a column's type since the migration.

        func isNull(at number: Int32) -> Bool { PQgetisnull(rows.result, index, number) == 1 }
        func flag(at number: Int32) -> Bool { bytes(at: number).first == 1 }

        func integer(at number: Int32) throws(StoreError) -> Int {
            Int(Int32(bigEndian: try fixed(Int32.self, at: number)))
        }

        func id(at number: Int32) throws(StoreError) -> UUID { UUID(uuid: try fixed(uuid_t.self, at: number)) }

        /// Returns microseconds since the year 2000; -infinity is the smallest number.
        func instant(at number: Int32) throws(StoreError) -> Int64 {
            Int64(bigEndian: try fixed(Int64.self, at: number))
        }

        /// Returns the text of a jsonb, without the leading version byte of the binary form; the text of another type
        /// is returned unchanged.
        func document(at number: Int32) -> String? {
            if isNull(at: number) { return nil }
            let isVersioned = PQftype(rows.result, number) == Self.jsonb
            return String(decoding: bytes(at: number).dropFirst(isVersioned ? 1 : 0), as: UTF8.self)
        }

        /// The object id of jsonb in the catalogue of every server.
        private static let jsonb: Oid = 3802

        private func fixed<Value>(_ type: Value.Type, at number: Int32) throws(StoreError) -> Value {
            let bytes = bytes(at: number)
            guard bytes.count == MemoryLayout<Value>.size else {
                throw StoreError(
                    .schema, operation: "claim",
                    message:
                        "column \(String(cString: PQfname(rows.result, number))) of ix_jobs is null or has another type "
                        + "than `ix-worker migrate` left it with")
            }
            return bytes.loadUnaligned(as: Value.self)
        }

        func bytes(at number: Int32) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(
                start: PQgetvalue(rows.result, index, number), count: Int(PQgetlength(rows.result, index, number)))
        }

        /// Returns the column's text, empty for NULL, because other code may have put NULL into any column.
        func string(_ column: String) -> String { text(column) ?? "" }

        /// Returns the column's number; 0 for a text that isn't a number.
        func int(_ column: String) -> Int { text(column).flatMap { Int($0) } ?? 0 }
        func double(_ column: String) -> Double? { text(column).flatMap(Double.init) }
        func bool(_ column: String) -> Bool { text(column) == "t" }

        /// Returns the seconds between two moments. A moment may be infinite or thousands of years away, so the result
        /// is limited to a few thousand years in both directions.
        func seconds(_ column: String) -> Double? {
            double(column).flatMap { $0.isNaN ? nil : min(max($0, -Self.longest), Self.longest) }
        }

        private static var longest: Double { 1e11 }

        /// Returns a moment, which the statement gives in seconds since 1970, in the form of all stores: ISO 8601, UTC,
        /// microseconds. A moment outside the years 1 to 9999 becomes the nearest moment inside; `infinity` and
        /// `-infinity` stay.
        func time(_ column: String) -> String? { text(column).flatMap { Timestamp.text(epochSeconds: $0) } }

        /// Returns the id in a column that the statement never leaves null.
        func id(_ column: String) throws(StoreError) -> UUID {
            guard let id = uuid(column) else {
                throw StoreError(.unreadable, operation: "read", message: "column \(column) is not a UUID")
            }
            return id
        }

        func uuid(_ column: String) -> UUID? {
            let number = PQfnumber(rows.result, column)
            precondition(number >= 0, "no column is named \(column)")
            return UUID(hexadecimal: bytes(at: number))
        }
    }
}
