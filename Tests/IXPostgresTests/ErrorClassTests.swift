import IXStore
import Testing

@testable import IXPostgres

/// What the server's codes mean for a result that was to be written.
struct ErrorClassTests {
    private static func error(_ state: String, _ message: String = "said the server") -> StoreError {
        PostgresError(kind: .server(sqlState: state), message: message).storeError("mark_done")
    }

    @Test(arguments: ["22P05", "22P02", "22003", "22021", "54000", "54001", "54011", "54P99"])
    func `the classes 22 and 54 speak of the document`(_ state: String) {
        #expect(Self.error(state).isOfDocument, "\(state)")
    }

    @Test(arguments: [
        "08006", "0A000", "23503", "23514", "25006", "25P02", "26000", "28000", "2BP01", "3F000", "40001", "40P01",
        "42501",
        "42601", "42703", "42704", "42804", "42883", "42P01", "42P05", "53100", "53200", "53300", "55000", "55006",
        "55P03",
        "57014", "57P01", "57P03", "58030", "P0001", "XX000", "XX001", "99999", "",
    ])
    func `every other class, known or not, speaks of something that passes or can be mended`(_ state: String) {
        #expect(!Self.error(state).isOfDocument, "\(state)")
    }

    @Test func `a plan that a changed column made stale is a conflict, other missing features are not`() {
        #expect(Self.error("0A000", "cached plan must not change result type").code == .conflict)
        #expect(Self.error("0A000", "COPY is not supported here").code == .internal)
    }
}
