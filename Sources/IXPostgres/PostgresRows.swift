import CLibPQ
import FoundationEssentials

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

        func isNull(at number: Int32) -> Bool { PQgetisnull(rows.result, index, number) == 1 }
        func integer(at number: Int32) -> Int { Int(Int32(bigEndian: bytes(at: number).loadUnaligned(as: Int32.self))) }
        func flag(at number: Int32) -> Bool { !isNull(at: number) && bytes(at: number)[0] == 1 }
        func id(at number: Int32) -> UUID { UUID(uuid: bytes(at: number).loadUnaligned(as: uuid_t.self)) }

        /// Microseconds since the year 2000; -infinity is the least value.
        func instant(at number: Int32) -> Int64 { Int64(bigEndian: bytes(at: number).loadUnaligned(as: Int64.self)) }

        /// A jsonb's text, which follows the version byte of the binary form.
        func document(at number: Int32) -> String? {
            if isNull(at: number) { return nil }
            return String(decoding: UnsafeRawBufferPointer(rebasing: bytes(at: number).dropFirst()), as: UTF8.self)
        }

        private func bytes(at number: Int32) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(
                start: PQgetvalue(rows.result, index, number), count: Int(PQgetlength(rows.result, index, number)))
        }

        func required(_ column: String) -> String {
            guard let value = text(column) else { preconditionFailure("column \(column) is null") }
            return value
        }

        func int(_ column: String) -> Int { Int(required(column)) ?? 0 }
        func double(_ column: String) -> Double? { text(column).flatMap(Double.init) }
        func bool(_ column: String) -> Bool { text(column) == "t" }
        func uuid(_ column: String) -> UUID? {
            let number = PQfnumber(rows.result, column)
            precondition(number >= 0, "no column is named \(column)")
            return UUID(hexadecimal: bytes(at: number))
        }
    }
}
