import FoundationEssentials
import Glibc
package import IXSQLite

/// A directory of one test's own with the embedded store's file in it, removed afterwards.
package struct TestFile: Sendable {
    package let directory: String
    package var path: String { directory + "/jobs.db" }

    package static func with<Value>(_ body: (TestFile) async throws -> Value) async throws -> Value {
        var template = Array((FileManager.default.temporaryDirectory.path + "/ix-file-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("no directory: \(String(cString: strerror(errno)))") }
        let file = TestFile(
            directory: String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
        defer {
            // ignored: what is left lies in the system's own place for such things
            try? FileManager.default.removeItem(atPath: file.directory)
        }
        return try await body(file)
    }

    package func store(sessions: Int = 4, callTimeout: Duration? = nil) -> SQLiteStore {
        let patience = Duration.seconds(Environment.isSanitized ? 100 : 10)
        return SQLiteStore(path: path, sessions: sessions, callTimeout: callTimeout ?? patience)
    }
}
