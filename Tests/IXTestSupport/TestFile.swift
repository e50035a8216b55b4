import FoundationEssentials
import Glibc
package import IXSQLite

/// A directory for one test with the file of the embedded store, removed afterwards.
package struct TestFile: Sendable {
    /// The directory's path.
    package let directory: String
    /// The path of the embedded file. The file doesn't exist before a store opens it.
    package var path: String { directory + "/jobs.db" }

    /// Runs `body` with a fresh directory, which is removed after success and failure.
    package static func with<Value>(_ body: (TestFile) async throws -> Value) async throws -> Value {
        var template = Array((FileManager.default.temporaryDirectory.path + "/ix-file-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("no directory: \(String(cString: strerror(errno)))") }
        let file = TestFile(
            directory: String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
        defer {
            // ignored: leftovers lie in the system's folder for temporary files
            try? FileManager.default.removeItem(atPath: file.directory)
        }
        return try await body(file)
    }

    /// Returns a store on the file; calls time out after 10 s, under a sanitizer after 100 s.
    package func store(sessions: Int = 4, callTimeout: Duration? = nil) -> SQLiteStore {
        let timeout = Duration.seconds(Environment.isSanitized ? 100 : 10)
        return SQLiteStore(path: path, sessions: sessions, callTimeout: callTimeout ?? timeout)
    }
}
