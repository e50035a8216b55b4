import Glibc

/// The test process's own variables; an empty one counts as unset.
package enum Environment {
    package static subscript(name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// In CI nothing is skipped: what is missing fails.
    package static var isCI: Bool { Environment["CI"] == "true" }
    /// Everything takes several times as long.
    package static var isSanitized: Bool { Environment["IX_TEST_SANITIZER"] != nil }
    /// What LD_PRELOAD has to be for `library` to come on top of what a sanitizer needs.
    package static func preloading(_ library: String) -> String {
        ([library] + [Environment["LD_PRELOAD"]].compactMap { $0 }).joined(separator: ":")
    }
}
