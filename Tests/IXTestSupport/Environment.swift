import Glibc

/// Environment variables of the test process; an empty variable counts as unset.
package enum Environment {
    /// Returns the variable's value; nil when the variable is unset or empty.
    package static subscript(name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// True in CI, where a missing tool fails a test instead of skipping the test.
    package static var isCI: Bool { Environment["CI"] == "true" }
    /// True under a sanitizer, where every step takes several times as long.
    package static var isSanitized: Bool { Environment["IX_TEST_SANITIZER"] != nil }
    /// Returns a value of LD_PRELOAD which puts `library` before the library of a sanitizer.
    package static func preloading(_ library: String) -> String {
        ([library] + [Environment["LD_PRELOAD"]].compactMap { $0 }).joined(separator: ":")
    }
}
