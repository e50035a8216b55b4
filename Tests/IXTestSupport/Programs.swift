import Glibc

/// Finds the built programs: beside the test bundle, or in the folder named by IX_TEST_PROGRAMS (release programs, for
/// measurements).
package enum Programs {
    /// Returns the path of a program; throws when the program is not built.
    package static func path(_ name: String) throws -> String {
        let path = try directory() + "/" + name
        guard access(path, X_OK) == 0 else { throw TestFailure("\(path) is not built") }
        return path
    }

    private static func directory() throws -> String {
        if let named = Environment["IX_TEST_PROGRAMS"] { return named }
        let words = CommandLine.arguments
        if let flag = words.firstIndex(of: "--test-bundle-path"), flag + 1 < words.count, words[flag + 1].contains("/")
        {
            return parent(words[flag + 1])
        }
        guard let program = realpath("/proc/self/exe", nil) else { throw TestFailure("/proc is not there") }
        defer { free(program) }
        return parent(String(cString: program))
    }

    private static func parent(_ path: String) -> String { String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) }
}
